#include "core/parts/word_vectors/word_vectors.h"

#include <algorithm>
#include <cmath>

#include "core/base/numbers.h"
#include "core/base/text.h"
#include "core/parts/word_vectors/word_vectors_spec.h"

namespace tsugi {

WordVectors::WordVectors(const ModelView& view)
    : words_(view.Strings(kWordStrings)),
      rows_(StoredRows::Of(view, kWordRows)),
      weights_(view.Find(kWordWeights).as<float>()),
      mean_(view.Find(kWordMean).as<float>()) {}

std::optional<uint32_t> WordVectors::Find(std::string_view word) const {
  size_t low = 0, high = words_.size();
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    const std::string_view there = words_[middle];
    if (there == word) return static_cast<uint32_t>(middle);
    if (there < word) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return std::nullopt;
}

void WordVectors::FindWords(std::string_view text) {
  ForEachWord(text, [this](std::string_view word) {
    if (const auto number = Find(word)) found_.push_back(*number);
  });
}

bool WordVectors::PlainMean(std::string_view text, std::span<const std::string_view> attributes,
                            std::span<float> mean) {
  found_.clear();
  FindWords(text);
  for (const std::string_view attribute : attributes) FindWords(FieldValue::Of(attribute).value);
  // Each word once, and in one order: a text gives the same bits however its words are arranged.
  SortAscending(found_);
  found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
  double total = 0;
  for (const uint32_t word : found_) total += weights_[word];
  if (!(total > 0)) return false;
  std::fill(mean.begin(), mean.end(), 0.0f);
  for (const uint32_t word : found_) {
    rows_.AddTo(word, static_cast<float>(weights_[word] / total), mean);
  }
  return true;
}

bool WordVectors::Mean(std::string_view text, std::span<const std::string_view> attributes,
                       std::span<float> mean) {
  if (!PlainMean(text, attributes, mean)) return false;
  double squares = 0;
  for (size_t d = 0; d < mean.size(); ++d) {
    mean[d] -= mean_[d];
    squares += static_cast<double>(mean[d]) * mean[d];
  }
  // Infinite or not a number where the weights of a file overflow together.
  if (!(squares > 0) || !std::isfinite(squares)) return false;
  const auto inverse = static_cast<float>(1.0 / std::sqrt(squares));
  for (float& value : mean) value *= inverse;
  return true;
}

}  // namespace tsugi
