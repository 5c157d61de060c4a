#include "core/parts/word_vectors/word_vectors.h"

#include <algorithm>
#include <cmath>

#include "core/base/numbers.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/parts/word_vectors/word_vectors_spec.h"

namespace tsugi {
namespace {

constexpr size_t kLeastBeginning = 4;  // bytes of a word; shorter ones begin anything

/// 1 / length of a vector with this sum of squares; 0 if that is 0, infinite or not a number, as
/// where the numbers of a file overflow together.
float InverseLength(double squares) {
  if (!(squares > 0) || !std::isfinite(squares)) return 0.0f;
  return static_cast<float>(1.0 / std::sqrt(squares));
}

bool MakeUnit(std::span<float> vector) {
  double squares = 0;
  for (const float value : vector) squares += static_cast<double>(value) * value;
  const float inverse = InverseLength(squares);
  for (float& value : vector) value *= inverse;
  return inverse > 0;
}

}  // namespace

WordVectors::WordVectors(const ModelView& view)
    : spec_(*view.spec.word_vectors),
      hashes_(view.Find(kWordHashes).as<uint32_t>()),
      codes_(view.Find(kWordCodes).as<uint8_t>()),
      weights_(view.Find(kWordWeights).as<uint8_t>()),
      codebooks_(view.Find(kWordCodebooks).as<float>()),
      mean_(view.Find(kWordMean).as<float>()) {}

std::optional<uint32_t> WordVectors::FindHash(uint32_t hash) const {
  const auto found = std::lower_bound(hashes_.begin(), hashes_.end(), hash);
  if (found == hashes_.end() || *found != hash) return std::nullopt;
  return static_cast<uint32_t>(found - hashes_.begin());
}

std::optional<uint32_t> WordVectors::Find(std::string_view word) const {
  return FindHash(HashWord(word));
}

// One pass over the word, because a query may be one long word.
std::optional<uint32_t> WordVectors::FindLike(std::string_view word) const {
  if (const auto known = Find(word)) return known;
  const size_t least = std::max(kLeastBeginning, (word.size() + 1) / 2);
  std::optional<uint32_t> longest;
  uint64_t hash = kFnvBasis;
  for (size_t size = 1; size <= word.size(); ++size) {
    const char last = word[size - 1];
    if (last < 'a' || last > 'z') return std::nullopt;
    hash = AddToFnvHash(hash, static_cast<uint8_t>(last));
    if (size < least) continue;
    auto begun = FindHash(static_cast<uint32_t>(Random::Mix(hash)));
    if (!begun) begun = FindHash(static_cast<uint32_t>(Random::Mix(AddToFnvHash(hash, 'e'))));
    if (begun) longest = begun;
  }
  return longest;
}

void WordVectors::AddRow(uint32_t word, float factor, std::span<float> sum) const {
  const size_t width = spec_.codeword_width();
  const uint8_t* codes = codes_.data() + size_t{word} * spec_.codes;
  for (size_t j = 0, d = 0; d < sum.size(); ++j) {
    const float* from = codebooks_.data() + (j * spec_.codewords() + codes[j]) * width;
    for (const size_t end = std::min(d + width, sum.size()); d < end; ++d)
      sum[d] += factor * *from++;
  }
}

bool WordVectors::Direction(uint32_t word, std::span<float> direction) const {
  for (size_t d = 0; d < mean_.size(); ++d) direction[d] = -mean_[d];
  AddRow(word, 1.0f, direction);
  return MakeUnit(direction);
}

// table [m, k] = <codeword - its numbers of the mean, those of the direction>, or, without a
// direction, the square of the difference.
void WordVectors::FillTable(std::span<const float> direction) {
  table_.assign(size_t{spec_.codes} * spec_.codewords(), 0.0f);
  const size_t width = spec_.codeword_width();
  for (size_t entry = 0; entry < table_.size(); ++entry) {
    const size_t begin = entry / spec_.codewords() * width;
    const float* from = codebooks_.data() + entry * width;
    for (size_t d = begin; d < std::min(begin + width, mean_.size()); ++d) {
      const float value = *from++ - mean_[d];
      table_[entry] += value * (direction.empty() ? value : direction[d]);
    }
  }
}

float WordVectors::SumOfTable(uint32_t word) const {
  const uint8_t* codes = codes_.data() + size_t{word} * spec_.codes;
  const float* table = table_.data();
  float sum = 0.0f;
  for (size_t j = 0; j < spec_.codes; ++j, table += spec_.codewords()) sum += table[codes[j]];
  return sum;
}

void WordVectors::Cosines(std::span<const float> direction, std::span<const uint32_t> words,
                          std::span<float> cosines) {
  if (inverse_lengths_.empty()) {
    FillTable({});
    inverse_lengths_.resize(count());
    for (uint32_t word = 0; word < count(); ++word) {
      inverse_lengths_[word] = InverseLength(SumOfTable(word));
    }
  }
  FillTable(direction);
  for (size_t i = 0; i < words.size(); ++i) {
    const float inverse = inverse_lengths_[words[i]];
    cosines[i] = inverse > 0 ? SumOfTable(words[i]) * inverse : 0.0f;
  }
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
  uint32_t total = 0;
  for (const uint32_t word : found_) total += weights_[word];
  if (total == 0) return false;
  std::fill(mean.begin(), mean.end(), 0.0f);
  for (const uint32_t word : found_) {
    AddRow(word, static_cast<float>(weights_[word]) / static_cast<float>(total), mean);
  }
  return true;
}

bool WordVectors::Mean(std::string_view text, std::span<const std::string_view> attributes,
                       std::span<float> mean) {
  if (!PlainMean(text, attributes, mean)) return false;
  for (size_t d = 0; d < mean.size(); ++d) mean[d] -= mean_[d];
  return MakeUnit(mean);
}

}  // namespace tsugi
