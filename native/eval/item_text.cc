#include "native/eval/item_text.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/base/random.h"
#include "core/base/text.h"

namespace tsugi {
namespace {

// Ordered by hash, so that sums over words are the same in every run.
using WordCounts = std::map<uint64_t, uint32_t>;  // hash -> occurrences in one item

void CountWords(std::string_view text, WordCounts& counts) {
  ForEachWord(text, [&](std::string_view word) { ++counts[FnvHash(word)]; });
}

// Strings at any depth, values and not keys: keys are the same for all items and tell nothing.
void CountStrings(const nlohmann::json& value, WordCounts& counts) {
  if (value.is_string()) CountWords(value.get_ref<const std::string&>(), counts);
  if (value.is_structured()) {
    for (const auto& child : value) CountStrings(child, counts);
  }
}

// Titles are usually in the metadata as well; counting both would double their words.
std::vector<WordCounts> CountAll(size_t item_count, const StringTableView& titles,
                                 const StringTableView& metadata) {
  std::vector<WordCounts> counts(item_count);
  for (size_t i = 0; i < item_count; ++i) {
    if (i < metadata.size()) {
      CountStrings(nlohmann::json::parse(metadata[i], nullptr, /*allow_exceptions=*/false),
                   counts[i]);
    }
    if (counts[i].empty() && i < titles.size()) CountWords(titles[i], counts[i]);
  }
  return counts;
}

}  // namespace

ItemText ItemText::Build(size_t item_count, const StringTableView& titles,
                         const StringTableView& metadata) {
  const std::vector<WordCounts> counts = CountAll(item_count, titles, metadata);
  std::unordered_map<uint64_t, uint32_t> frequency;  // items that hold the word
  for (const WordCounts& item : counts) {
    for (const auto& [hash, count] : item) ++frequency[hash];
  }
  ItemText text;
  std::unordered_map<uint64_t, uint32_t> word_index;
  std::vector<std::vector<Entry>> postings;
  text.word_offsets_.push_back(0);
  for (uint32_t item = 0; item < item_count; ++item) {
    const size_t first = text.words_.size();
    double squares = 0.0;
    for (const auto& [hash, count] : counts[item]) {
      const uint32_t items_with_word = frequency[hash];
      // A word of a single item matches nothing but itself and would only lengthen the vectors.
      if (items_with_word < 2) continue;
      // TF-IDF with a logarithmic count. A word that all items have gets weight 0 and is skipped.
      const double idf = std::log(static_cast<double>(item_count) / items_with_word);
      const double weight = (1.0 + std::log(count)) * idf;
      if (weight <= 0.0) continue;
      const auto [entry, is_new] =
          word_index.try_emplace(hash, static_cast<uint32_t>(postings.size()));
      if (is_new) postings.emplace_back();
      text.words_.push_back({entry->second, static_cast<float>(weight)});
      squares += weight * weight;
    }
    for (size_t i = first; i < text.words_.size(); ++i) {
      text.words_[i].weight /= static_cast<float>(std::sqrt(squares));
      postings[text.words_[i].index].push_back({item, text.words_[i].weight});
    }
    text.word_offsets_.push_back(text.words_.size());
  }
  // The inverted index as compressed rows: one allocation instead of one per word.
  text.posting_offsets_.push_back(0);
  for (const auto& posting : postings) {
    text.postings_.insert(text.postings_.end(), posting.begin(), posting.end());
    text.posting_offsets_.push_back(text.postings_.size());
  }
  return text;
}

void ItemText::ComputeCosines(uint32_t item, std::span<float> cosines) const {
  // Walks the postings of the item's words: all other items have cosine 0.
  std::fill(cosines.begin(), cosines.end(), 0.0f);
  for (uint64_t w = word_offsets_[item]; w < word_offsets_[item + 1]; ++w) {
    const Entry& word = words_[w];
    for (uint64_t p = posting_offsets_[word.index]; p < posting_offsets_[word.index + 1]; ++p) {
      cosines[postings_[p].index] += word.weight * postings_[p].weight;
    }
  }
}

}  // namespace tsugi
