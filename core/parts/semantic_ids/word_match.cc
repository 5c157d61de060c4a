#include "core/parts/semantic_ids/word_match.h"

#include <algorithm>
#include <string>

#include "core/base/portable_math.h"
#include "core/base/text.h"
#include "core/parts/semantic_ids/subword_tokenizer.h"

namespace tsugi {
namespace {

constexpr float kBegins = 0.75f, kMistyped = 0.6f, kWholeTitle = 0.1f;
constexpr size_t kLeastMistyped = 4, kLeastBegun = 2;  // letters

// Linear in the words' length: after the common beginning, one letter too many, a wrong one or two
// swapped ones must explain the rest. The first letter must be right, which rules out most words at
// once and is where people mistype least.
bool DiffersByOneError(std::string_view a, std::string_view b) {
  if (a.size() < b.size()) std::swap(a, b);
  if (b.size() < kLeastMistyped || a.size() > b.size() + 1 || a[0] != b[0]) return false;
  size_t same = 0;
  while (same < b.size() && a[same] == b[same]) ++same;
  a.remove_prefix(same);
  b.remove_prefix(same);
  if (a.size() > b.size()) return a.substr(1) == b;
  const bool is_swapped = a.size() > 1 && a[0] == b[1] && a[1] == b[0];
  return a.substr(1) == b.substr(1) || (is_swapped && a.substr(2) == b.substr(2));
}

float BestMatch(std::string_view asked, std::string_view text, uint32_t* words = nullptr) {
  float best = 0.0f;
  ForEachWord(text, [&](std::string_view word) {
    best = std::max(best, MatchOfWords(asked, word));
    if (words != nullptr) ++*words;
  });
  return best;
}

/// The best of the values of lines "field=value".
float MatchLines(std::string_view asked, std::string_view lines) {
  float best = 0.0f;
  ForEachLine(lines, [&](std::string_view line) {
    best = std::max(best, BestMatch(asked, FieldValue::Of(line).value));
  });
  return best;
}

// A title that is little else than the word comes before a long one that mentions it.
float MatchTitle(std::string_view asked, std::string_view title) {
  uint32_t words = 0;
  const float match = BestMatch(asked, title, &words);
  return match > 0.0f ? match * (1.0f + kWholeTitle / static_cast<float>(words)) : 0.0f;
}

}  // namespace

float MatchOfWords(std::string_view asked, std::string_view word) {
  if (asked.size() >= kLeastBegun && word.starts_with(asked)) {
    return word.size() == asked.size() ? 1.0f : kBegins;
  }
  if (asked == word) return 1.0f;
  return DiffersByOneError(asked, word) ? kMistyped : 0.0f;
}

void WordMatch::MatchTitles(std::string_view asked, std::span<float> matches) const {
  for (size_t i = 0; i < view_.titles.size(); ++i) matches[i] = MatchTitle(asked, view_.titles[i]);
}

// There are far fewer attributes than items, so each is matched once and items look the result up.
void WordMatch::MatchAttributes(std::string_view asked, std::span<float> matches) const {
  std::vector<float> of_attribute(view_.attribute_names.size());
  for (size_t a = 0; a < of_attribute.size(); ++a) {
    of_attribute[a] = BestMatch(asked, FieldValue::Of(view_.attribute_names[a]).value);
  }
  for (size_t i = 0; i + 1 < view_.attribute_offsets.size(); ++i) {
    for (uint32_t at = view_.attribute_offsets[i]; at < view_.attribute_offsets[i + 1]; ++at) {
      matches[i] = std::max(matches[i], of_attribute[view_.attributes[at]]);
    }
  }
}

// share(item) = sum of rarity(w) match(w, item) / sum of rarity(w) over the words w of the query,
// with rarity(w) = 1 + ln((n + 1) / (found(w) + 1)), a smoothed inverse document frequency.
void WordMatch::Score(std::string_view query, ItemOwner viewer, std::span<float> shares) {
  std::fill(shares.begin(), shares.end(), 0.0f);
  matches_.resize(shares.size());
  const size_t own = shares.size() - added_->count();
  size_t seen = own;
  for (size_t i = 0; i < added_->count(); ++i) seen += added_->IsSeenBy(viewer, i) ? 1 : 0;
  double total = 0.0;
  size_t count = 0;
  ForEachWord(query, [&](std::string_view asked) {
    if (++count > kMostWords) return;
    std::fill(matches_.begin(), matches_.end(), 0.0f);
    const std::span<float> of_added = std::span(matches_).subspan(own);
    MatchTitles(asked, matches_);
    MatchAttributes(asked, matches_);
    for (size_t i = 0; i < of_added.size(); ++i) {
      if (!added_->IsSeenBy(viewer, i)) continue;
      const AddedItems::Item& item = (*added_)[i];
      of_added[i] =
          std::max(MatchTitle(asked, item.title), MatchLines(asked, item.attribute_lines));
    }
    const auto found =
        std::count_if(matches_.begin(), matches_.end(), [](float m) { return m > 0; });
    // Smoothed by 1, so that a word which no item has gets a finite weight. It counts in `total`:
    // an item that holds every other word still is no full match.
    const double items = static_cast<double>(seen) + 1.0;
    const double rarity = 1.0 + PortableLog(items / (static_cast<double>(found) + 1.0));
    total += rarity;
    for (size_t i = 0; i < shares.size(); ++i) {
      shares[i] += static_cast<float>(rarity) * matches_[i];
    }
  });
  if (total == 0.0) return;
  for (float& share : shares) share = static_cast<float>(share / total);
}

}  // namespace tsugi
