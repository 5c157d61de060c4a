#include "core/parts/item_tower/item_tower.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/numbers.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/kernels/rowwise.h"

namespace tsugi {
namespace {

// Part of the hash, so that the word "fan" and the piece "fan" are different features.
enum class Kind : uint64_t { kAttribute = 1, kWord = 2, kPiece = 3 };

// Files depend on these numbers: a trained vector is found by the hash of its text. The low bits of
// FNV-1a are weak, hence Mix before the mask.
uint32_t HashFeature(Kind kind, std::string_view text, uint32_t feature_count) {
  const uint64_t hash = FnvHash(text, kFnvBasis ^ static_cast<uint64_t>(kind));
  return static_cast<uint32_t>(Random::Mix(hash)) & (feature_count - 1);
}

// The end of the code point that starts at `at`: the next byte that is not a continuation byte.
// Damaged UTF-8 thus gives some features, always the same ones, and never an error.
size_t EndOfCodePoint(std::string_view text, size_t at) {
  ++at;
  while (at < text.size() && (static_cast<uint8_t>(text[at]) & 0xc0) == 0x80) ++at;
  return at;
}

// Adds every three consecutive code points of the marked word. A word of one code point has exactly
// one piece: itself between the marks.
void AddPieces(const std::string& marked_word, uint32_t feature_count,
               std::vector<uint32_t>& features) {
  std::string_view text = marked_word;
  while (!text.empty()) {
    size_t end = 0, points = 0;
    while (points < 3 && end < text.size()) {
      end = EndOfCodePoint(text, end);
      ++points;
    }
    if (points < 3) return;  // the rest of the word is part of the piece before
    features.push_back(HashFeature(Kind::kPiece, text.substr(0, end), feature_count));
    text.remove_prefix(EndOfCodePoint(text, 0));
  }
}

}  // namespace

void FindItemFeatures(const ItemDescription& item, std::span<const float> weights,
                      std::vector<uint32_t>& features) {
  const auto feature_count = static_cast<uint32_t>(weights.size());
  features.clear();
  for (const std::string_view attribute : item.attributes) {
    features.push_back(HashFeature(Kind::kAttribute, attribute, feature_count));
  }
  ForEachWord(item.title, [&](std::string_view word) {
    const uint32_t feature = HashFeature(Kind::kWord, word, feature_count);
    features.push_back(feature);
    if (weights[feature] == 0.0f) AddPieces(Concat("^", word, "$"), feature_count, features);
  });
  // Each feature once: a word that a title repeats counts no more than one that it does not. The
  // order makes the sum over features the same for the trainer and the engine.
  SortAscending(features);
  features.erase(std::unique(features.begin(), features.end()), features.end());
}

bool NormalizeVector(std::span<const float> given, std::span<float> unit) {
  if (given.empty() || std::isnan(given[0])) return false;
  // In double, where no square of a float overflows or vanishes.
  double squares = 0;
  for (const float value : given) squares += static_cast<double>(value) * value;
  if (squares == 0) return false;
  const double length = std::sqrt(squares);
  for (size_t i = 0; i < given.size(); ++i) unit[i] = static_cast<float>(given[i] / length);
  return true;
}

ItemTower::ItemTower(const ModelView& view)
    : features_(StoredRows::Of(view, kTowerFeatures)),
      weights_(view.Find(kTowerWeights).as<float>()),
      unknown_(view.Find(kTowerUnknown).as<float>()),
      modality_count_(view.modality_count()),
      modalities_(view.Strings(kModalityStrings)),
      biases_(StoredRows::Of(view, kTowerModalityBias)),
      normalize_(view.spec.normalize_hidden),
      unit_(view.spec.item_tower->vector_width()) {
  for (size_t m = 0; m < modality_count_; ++m) {
    maps_[m] = StoredRows::Of(view, Concat(kTowerModality, m));
    if (modalities_[m] == kWordModality && view.spec.word_vectors &&
        view.spec.word_vectors->width == WidthOf(m)) {
      words_.emplace(view);
    }
  }
}

Status ItemTower::CheckVectors(std::span<const float> vectors) const {
  size_t expected = 0;
  bool are_finite = true;
  std::string list;
  for (size_t m = 0; m < modality_count_; ++m) {
    AppendPiece(list, m == 0 ? ": " : ", ");
    AppendPiece(list, modalities_[m]);
    AppendPiece(list, " ");
    AppendPiece(list, WidthOf(m));
    const size_t first = expected;
    expected += WidthOf(m);
    for (size_t i = first; i < std::min(expected, vectors.size()); ++i) {
      are_finite &= std::isnan(vectors[first]) || std::isfinite(vectors[i]);
    }
  }
  if (vectors.empty() || (vectors.size() == expected && are_finite)) return Status();
  return InvalidArgument(Concat("vectors: ", vectors.size(), " numbers",
                                are_finite ? "" : ", not all finite", ", expected ", expected,
                                " for the modalities of the model", list));
}

Status ItemTower::MakeRow(const ItemDescription& item, std::span<float> row) {
  TSUGI_RETURN_IF_ERROR(CheckVectors(item.vectors));
  FindItemFeatures(item, weights_, found_);
  // Dividing by the norm of the weights gives items with many words and items with few about the
  // same length of z, so neither outweighs `unknown`.
  double squares = 0;
  for (const uint32_t f : found_) squares += static_cast<double>(weights_[f]) * weights_[f];
  const float inverse = squares > 0 ? static_cast<float>(1.0 / std::sqrt(squares)) : 0.0f;
  std::copy(unknown_.begin(), unknown_.end(), row.begin());
  for (const uint32_t f : found_) {
    if (weights_[f] != 0.0f) features_.AddTo(f, weights_[f] * inverse, row);
  }
  std::span<const float> rest = item.vectors;
  for (size_t m = 0; m < modality_count_; ++m) {
    const size_t width = WidthOf(m);
    bool is_there = !rest.empty() && NormalizeVector(rest.first(width), unit_);
    if (!is_there && words_ && modalities_[m] == kWordModality) {
      is_there = words_->Mean(item.title, item.attributes, std::span(unit_).first(width));
    }
    if (is_there) {
      for (size_t i = 0; i < width; ++i) maps_[m].AddTo(i, unit_[i], row);
      biases_.AddTo(m, 1.0f, row);
    }
    if (!rest.empty()) rest = rest.subspan(width);
  }
  if (normalize_) NormalizeLength(row.size(), row.data());
  return CheckFinite(row);
}

}  // namespace tsugi
