#include "native/dataset/word_vectors/choose_words.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/parts/word_vectors/word_vectors_spec.h"
#include "native/dataset/item_texts.h"
#include "native/dataset/word_vectors/word_codes.h"
#include "native/dataset/word_vectors/word_file.h"

namespace tsugi {
namespace {

/// A word of the file that may be kept.
struct Candidate {
  std::string text;
  uint32_t hash = 0;
  std::vector<float> vector;
  uint32_t item_count = 0;   ///< items of the catalogue that have it
  uint64_t place = 0;        ///< in the file
  bool is_frequent = false;  ///< may be kept whether or not an item has it
  bool is_kept = false;
};

/// Words that more items have come first, then those that the file has first.
bool HasMoreItems(const Candidate& a, const Candidate& b) {
  return a.item_count != b.item_count ? a.item_count > b.item_count : a.place < b.place;
}

/// How many words of that width fit into kMostWordBytes: at least one.
size_t FittingWords(size_t width) {
  size_t low = 1, high = kMostWordRows + 1;
  while (high - low > 1) {
    const size_t middle = (low + high) / 2;
    (WordPartBytes(WordCodeSizes(middle, width)) <= kMostWordBytes ? low : high) = middle;
  }
  return low;
}

/// `text` in lower case if it is one word, else "": queries and titles are split, and nothing in
/// them would ever meet "new_york".
std::string AsOneWord(std::string_view text) {
  std::string found;
  ForEachWord(text, [&](std::string_view word) { found = found.empty() ? word : " "; });
  return found.size() == text.size() ? found : "";
}

/// Holds those words of the file that may be kept, while it is read.
class WordChoice {
 public:
  /// `frequent`: how many of the file's most frequent words are kept; unset: what fits.
  WordChoice(const CatalogueWords& catalogue, std::optional<uint32_t> frequent)
      : catalogue_(catalogue), frequent_(frequent) {}

  void Add(const FileWord& word) {
    ++place_;
    std::string text = AsOneWord(word.text);
    if (text.empty()) return;
    if (fitting_ == 0) fitting_ = FittingWords(word.vector.size());
    // Without a number given, as many as could fit.
    const bool is_frequent = seen_frequent_ < frequent_.value_or(fitting_);
    const uint32_t item_count = catalogue_.ItemCount(text);
    if (item_count == 0 && !is_frequent) return;
    const uint32_t hash = HashWord(text);
    if (!seen_.insert(hash).second) return;
    seen_frequent_ += is_frequent;
    in_catalogue_ += item_count > 0;
    candidates_.push_back({.text = std::move(text),
                           .hash = hash,
                           .vector = {word.vector.begin(), word.vector.end()},
                           .item_count = item_count,
                           .place = place_,
                           .is_frequent = is_frequent});
    // A large catalogue has more words than fit; the surplus need not wait in memory for the end.
    if (!frequent_ && candidates_.size() > 4 * (fitting_ + 1)) DropBehind(fitting_);
  }

  uint64_t in_catalogue() const { return in_catalogue_; }  ///< words of the file that an item has

  /// The words to keep, in the order of their hashes.
  std::vector<Candidate> Choose() {
    if (!frequent_) ChooseFitting();
    std::erase_if(candidates_, [&](const Candidate& c) { return !frequent_ && !c.is_kept; });
    std::sort(candidates_.begin(), candidates_.end(),
              [](const Candidate& a, const Candidate& b) { return a.hash < b.hash; });
    return std::move(candidates_);
  }

 private:
  // Keeps the frequent words and the first `count` of the others.
  void DropBehind(size_t count) {
    const auto others = std::partition(candidates_.begin(), candidates_.end(),
                                       [](const Candidate& c) { return c.is_frequent; });
    if (candidates_.end() - others <= static_cast<std::ptrdiff_t>(count)) return;
    const auto end = others + static_cast<std::ptrdiff_t>(count);
    std::nth_element(others, end, candidates_.end(), HasMoreItems);
    candidates_.erase(end, candidates_.end());
  }

  void ChooseFitting() {
    size_t kept = 0;
    // Takes words in their order until there are so many.
    const auto take = [&](size_t most, auto&& may_take) {
      for (Candidate& c : candidates_) {
        if (kept >= most) return;
        if (c.is_kept || !may_take(c)) continue;
        ++kept;
        c.is_kept = true;
      }
    };
    const auto has_item = [](const Candidate& c) { return c.item_count > 0; };
    const auto is_frequent = [](const Candidate& c) { return c.is_frequent; };
    std::sort(candidates_.begin(), candidates_.end(), HasMoreItems);
    take((fitting_ + 1) / 2, has_item);
    std::sort(candidates_.begin(), candidates_.end(),
              [](const Candidate& a, const Candidate& b) { return a.place < b.place; });
    take(fitting_, is_frequent);
    std::sort(candidates_.begin(), candidates_.end(), HasMoreItems);
    take(fitting_, has_item);
  }

  const CatalogueWords& catalogue_;
  const std::optional<uint32_t> frequent_;
  std::vector<Candidate> candidates_;
  std::unordered_set<uint32_t> seen_;  ///< hashes of words that were candidates
  uint64_t place_ = 0, in_catalogue_ = 0;
  size_t seen_frequent_ = 0, fitting_ = 0;
};

}  // namespace

Status AddWords(const ImportOptions& options, DatasetArrays& arrays, ImportStats& stats) {
  CatalogueTexts texts(arrays.item_titles.View(), arrays.item_metadata.View());
  const CatalogueWords catalogue(texts);
  const std::string file = options.words->string();
  if (catalogue.size() == 0) {
    return InvalidArgument(file + ": the items have no words (expected titles or attributes). " +
                           "Try: --title-column NAME, or leave out --word-vectors");
  }
  WordChoice choice(catalogue, options.words_kept);
  TSUGI_ASSIGN_OR_RETURN(const WordFileReport report,
                         ReadWordFile(*options.words, [&](const FileWord& word) {
                           choice.Add(word);
                           return true;
                         }));
  const std::vector<Candidate> words = choice.Choose();
  if (words.empty() || words.size() > kMostWordRows) {
    return InvalidArgument(
        words.empty() ? file + ": no entry is a single word. Try: a file of words, not of phrases"
                      : Concat(file, ": ", words.size(), " words to keep (expected at most ",
                               kMostWordRows, "). Try: a smaller --word-vectors-keep"));
  }
  stats.words = {.form = report.form,
                 .width = report.width,
                 .in_file = report.words,
                 .broken = report.broken_words,
                 .kept = words.size(),
                 .catalogue = catalogue.size(),
                 .catalogue_in_file = choice.in_catalogue()};
  std::vector<float> rows;
  rows.reserve(words.size() * report.width);
  for (const Candidate& word : words) {
    arrays.words.Append(word.text);
    rows.insert(rows.end(), word.vector.begin(), word.vector.end());
    stats.words.catalogue_kept += word.item_count > 0;
  }
  const WordVectorsSpec sizes = WordCodeSizes(words.size(), report.width);
  TakeCommonAway(rows, report.width);
  WordCodes encoded = EncodeWords(rows, sizes);
  arrays.word_codes = std::move(encoded.codes);
  arrays.word_codebooks = std::move(encoded.codebooks);
  if (stats.words.catalogue_kept < stats.words.catalogue_in_file) {
    stats.words.hint = "--word-vectors-keep N keeps all of these and the N most frequent";
  }
  stats.words.codes = sizes.codes;
  stats.words.bytes = WordPartBytes(sizes);
  return Status();
}

}  // namespace tsugi
