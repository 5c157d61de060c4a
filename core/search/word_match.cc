#include "core/search/word_match.h"

#include <algorithm>

#include "core/base/text.h"

namespace tsugi {
namespace {

constexpr float kBegins = 0.75f, kMistyped = 0.6f, kWholeText = 0.1f;
constexpr size_t kLeastMistyped = 4, kLeastBegun = 2;  // bytes

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

}  // namespace

float MatchOfWords(std::string_view asked, std::string_view word, bool may_be_mistyped) {
  if (asked == word) return 1.0f;
  if (asked.size() >= kLeastBegun && word.starts_with(asked)) {
    // "tom" is a poor match of "tomatoes"; half of the word or more is a good one.
    const float part = 2.0f * static_cast<float>(asked.size()) / static_cast<float>(word.size());
    return kBegins * std::min(1.0f, part);
  }
  return may_be_mistyped && DiffersByOneError(asked, word) ? kMistyped : 0.0f;
}

// A text that is little else than the word comes before a long one that mentions it: of "horror",
// the genre and a film of that name before "The Little Shop of Horrors".
float WordMatch::MatchText(const Asked& asked, std::string_view text) {
  float best = 0.0f;
  uint32_t words = 0;
  ForEachWord(text, [&](std::string_view word) {
    best = std::max(best, MatchOfWords(asked.word, word, asked.may_be_mistyped));
    ++words;
  });
  return best > 0.0f ? best * (1.0f + kWholeText / static_cast<float>(words)) : 0.0f;
}

/// The best of the values of lines "field=value".
float WordMatch::MatchLines(const Asked& asked, std::string_view lines) {
  float best = 0.0f;
  ForEachLine(lines, [&](std::string_view line) {
    best = std::max(best, MatchText(asked, FieldValue::Of(line).value));
  });
  return best;
}

void WordMatch::MatchTitles(const Asked& asked, std::span<float> matches) const {
  for (size_t i = 0; i < view_.titles.size(); ++i) matches[i] = MatchText(asked, view_.titles[i]);
}

// There are far fewer attributes than items, so each is matched once and items look the result up.
void WordMatch::MatchAttributes(const Asked& asked, std::span<float> matches) const {
  std::vector<float> of_attribute(view_.attribute_names.size());
  for (size_t a = 0; a < of_attribute.size(); ++a) {
    of_attribute[a] = MatchText(asked, FieldValue::Of(view_.attribute_names[a]).value);
  }
  for (size_t i = 0; i + 1 < view_.attribute_offsets.size(); ++i) {
    for (uint32_t at = view_.attribute_offsets[i]; at < view_.attribute_offsets[i + 1]; ++at) {
      matches[i] = std::max(matches[i], of_attribute[view_.attributes[at]]);
    }
  }
}

size_t WordMatch::Match(std::string_view word, ItemOwner viewer, bool may_be_mistyped,
                        std::span<float> matches) const {
  const Asked asked{word, may_be_mistyped};
  std::fill(matches.begin(), matches.end(), 0.0f);
  MatchTitles(asked, matches);
  MatchAttributes(asked, matches);
  const std::span<float> of_added = matches.subspan(matches.size() - added_->count());
  for (size_t i = 0; i < of_added.size(); ++i) {
    if (!added_->IsSeenBy(viewer, i)) continue;
    const AddedItems::Item& item = (*added_)[i];
    of_added[i] = std::max(MatchText(asked, item.title), MatchLines(asked, item.attribute_lines));
  }
  return static_cast<size_t>(
      std::count_if(matches.begin(), matches.end(), [](float m) { return m > 0; }));
}

}  // namespace tsugi
