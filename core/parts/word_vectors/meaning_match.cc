#include "core/parts/word_vectors/meaning_match.h"

#include <algorithm>

#include "core/base/numbers.h"
#include "core/base/text.h"

namespace tsugi {
namespace {

// Words below this cosine have little in common; above it a match grows in a straight line. A word
// of an attribute stands for a kind of items, which people ask for in many words.
constexpr float kLeastCosine = 0.35f, kLeastCosineOfKind = 0.25f;

float MatchOf(float cosine, float least) {
  const float match = (cosine - least) / (1.0f - least);
  return MeaningMatch::kMostMatch * std::clamp(match, 0.0f, 1.0f);
}

}  // namespace

MeaningMatch::MeaningMatch(const ModelView& view, const AddedItems& added)
    : added_(added),
      vectors_(view),
      titles_(view.item_titles()),
      attribute_names_(view.attribute_names()),
      attributes_(view, &added),
      item_count_(view.spec.item_count),
      direction_(vectors_.width()) {}

void MeaningMatch::Append(std::string_view text, WordLists& lists) const {
  ForEachWord(text, [&](std::string_view word) {
    if (const auto number = vectors_.Find(word)) lists.words.push_back(*number);
  });
}

// The words of the file's items never change. Added items come and go, and are few.
void MeaningMatch::ReadItems() {
  if (near_.empty()) ReadFile();
  added_words_ = {};
  for (size_t i = 0; i < added_.count(); ++i) {
    Append(added_[i].title, added_words_);
    ForEachLine(added_[i].attribute_lines,
                [&](std::string_view line) { Append(FieldValue::Of(line).value, added_words_); });
    added_words_.End();
  }
}

void MeaningMatch::ReadFile() {
  near_.resize(vectors_.count());
  of_attribute_.resize(attribute_names_.size());
  for (size_t i = 0; i < item_count_; ++i) {
    if (i < titles_.size()) Append(titles_[i], title_words_);
    title_words_.End();
  }
  for (size_t a = 0; a < attribute_names_.size(); ++a) {
    Append(FieldValue::Of(attribute_names_[a]).value, attribute_words_);
    attribute_words_.End();
  }
  used_ = title_words_.words;
  used_.insert(used_.end(), attribute_words_.words.begin(), attribute_words_.words.end());
  SortAscending(used_);
  used_.erase(std::unique(used_.begin(), used_.end()), used_.end());
}

void MeaningMatch::Compare(std::span<const uint32_t> words) {
  cosines_.resize(words.size());
  vectors_.Cosines(direction_, words, cosines_);
  for (size_t i = 0; i < words.size(); ++i) near_[words[i]] = cosines_[i];
}

float MeaningMatch::Nearest(std::span<const uint32_t> words) const {
  float nearest = 0.0f;
  for (const uint32_t word : words) nearest = std::max(nearest, near_[word]);
  return nearest;
}

// There are far fewer attributes than items, so each is compared once and items look it up.
bool MeaningMatch::Match(std::string_view asked, std::span<float> matches) {
  const auto number = vectors_.FindLike(asked);
  if (!number || !vectors_.Direction(*number, direction_)) return false;
  Compare(used_);
  Compare(added_words_.words);
  for (size_t a = 0; a < of_attribute_.size(); ++a) {
    of_attribute_[a] = MatchOf(Nearest(attribute_words_[a]), kLeastCosineOfKind);
  }
  for (size_t i = 0; i < matches.size(); ++i) {
    const auto words = i < item_count_ ? title_words_[i] : added_words_[i - item_count_];
    matches[i] = MatchOf(Nearest(words), kLeastCosine);
    for (const uint32_t attribute : attributes_.Of(i)) {
      matches[i] = std::max(matches[i], of_attribute_[attribute]);
    }
  }
  return true;
}

}  // namespace tsugi
