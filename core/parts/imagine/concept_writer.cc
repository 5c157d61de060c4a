#include "core/parts/imagine/concept_writer.h"

#include <algorithm>

#include "core/base/numbers.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/layers/layer_tensors.h"
#include "core/model/tensor_table.h"

namespace tsugi {
namespace {

constexpr uint32_t kEnd = 0;  // the word that ends a title
constexpr size_t kFewestWords = 2, kMostWords = 6;
// Words are numbered by frequency. The first 24 are mostly articles and prepositions: the end word
// may not follow one of them, nor may another of them.
constexpr size_t kCommonWords = 24;
// The share of a word's bias, about the logarithm of its frequency, that is taken off its logit.
constexpr float kPlainness = 0.5f;
constexpr size_t kLikelyWords = 12;       // a word is drawn from this many
constexpr float kNever = -1e30f;          // the logit of a word that must not be drawn
constexpr double kSharpness = 1.0 / 0.7;  // inverse temperature of the draw

// The bounds keep PortableExp in its range; sigmoid(60) is 1 to the last bit.
double PortableSigmoid(double x) { return 1.0 / (1.0 + PortableExp(-std::clamp(x, -60.0, 60.0))); }

}  // namespace

ConceptWriter::ConceptWriter(const ModelView& view, LinearInput operand)
    : names_(view.attribute_names()),
      words_(view.Strings(kTitleWordStrings)),
      width_(ImagineSpec::ConceptWidth(view.spec)),
      operand_(std::move(operand)) {}

Result<ConceptWriter> ConceptWriter::Create(const ModelView& view) {
  const LayerTensors tensors(view, kConcept);
  const size_t widest = std::max<size_t>(ImagineSpec::ConceptWidth(view.spec), kTitleWidth);
  TSUGI_ASSIGN_OR_RETURN(LinearInput operand,
                         LinearInput::Create(view.spec.weight_dtype, 1, widest));
  ConceptWriter writer(view, std::move(operand));
  // A model may have attributes and no titles, or the reverse; layers exist for what it has.
  const size_t attributes = view.spec.imagine->attributes, words = view.spec.imagine->words;
  writer.has_attributes_ = attributes > 0;
  writer.has_title_ = words > 0;
  if (writer.has_attributes_) {
    TSUGI_RETURN_IF_ERROR(tensors.Pack({{"attributes", &writer.attributes_}}));
  }
  if (writer.has_title_) {
    TSUGI_RETURN_IF_ERROR(tensors.Pack({{"title", &writer.title_}, {"words", &writer.scorer_}}));
    writer.word_rows_ = StoredRows::Of(view, Concat(kConcept, "words.weight"));
    writer.order_ = tensors.Find("title_order").as<float>();
    writer.word_bias_ = tensors.Find("words.bias").as<float>();
  }
  TSUGI_RETURN_IF_ERROR(AllocateBuffers({{&writer.of_row_, kTitleWidth},
                                         {&writer.context_, kTitleWidth},
                                         {&writer.logits_, std::max(attributes, words)}}));
  return writer;
}

Status ConceptWriter::Attributes(const float* row, std::vector<ConceptAttribute>& attributes) {
  attributes.clear();
  if (!has_attributes_) return Status();
  TSUGI_RETURN_IF_ERROR(operand_.Prepare(1, width_, row));
  TSUGI_RETURN_IF_ERROR(attributes_.Run(operand_.AllRows(), logits_.data()));
  TSUGI_RETURN_IF_ERROR(CheckFinite({logits_.data(), names_.size()}));
  // Attribute names are sorted by field, so a field is a range [begin, end).
  const float* logits = logits_.data();
  for (size_t begin = 0, end = 0; begin < names_.size(); begin = end) {
    size_t best = begin;
    const std::string_view field = FieldValue::Of(names_[begin]).field;
    for (end = begin; end < names_.size() && FieldValue::Of(names_[end]).field == field; ++end) {
      if (logits[end] > logits[best]) best = end;
    }
    for (size_t i = begin; i < end; ++i) {
      if (i != best && logits[i] <= 0.0f) continue;  // a logit of 0 is a probability of 1/2
      const ConceptAttribute one{static_cast<uint32_t>(i),
                                 static_cast<float>(PortableSigmoid(logits[i]))};
      // Insertion sort: a concept has a handful of attributes.
      size_t place = attributes.size();
      while (place > 0 && attributes[place - 1].probability < one.probability) --place;
      attributes.insert(attributes.begin() + static_cast<std::ptrdiff_t>(place), one);
    }
  }
  return Status();
}

Status ConceptWriter::ScoreWords(std::span<const uint32_t> words) {
  std::copy_n(of_row_.data(), kTitleWidth, context_.data());
  for (size_t back = 1; back <= kTitleContext; ++back) {
    const uint32_t word = back <= words.size() ? words[words.size() - back] : kEnd;
    // Before the first word both places hold the end word, so a title starts where one has ended.
    float row[kTitleWidth] = {};
    word_rows_.AddTo(word, 1.0f, row);
    const float* order = order_.data() + (back - 1) * kTitleWidth;
    for (size_t d = 0; d < kTitleWidth; ++d) context_.data()[d] += order[d] * row[d];
  }
  TSUGI_RETURN_IF_ERROR(operand_.Prepare(1, kTitleWidth, context_.data()));
  return scorer_.Run(operand_.AllRows(), logits_.data());
}

// Finds the likely words one by one, each with a pass over all words. Twelve such passes are cheap
// next to ScoreWords, which multiplies every word by kTitleWidth numbers.
uint32_t ConceptWriter::DrawWord(std::span<const uint32_t> words, double uniform) {
  float* logits = logits_.data();
  for (size_t w = 0; w < words_.size(); ++w) logits[w] -= kPlainness * word_bias_[w];
  // In a tiny vocabulary 24 words would be most of it.
  const size_t common = std::min(kCommonWords, words_.size() / 8);
  const bool may_end = words.size() >= kFewestWords && words.back() > common;
  if (!may_end) logits[kEnd] = kNever;
  const bool is_after_common = !words.empty() && words.back() <= common;
  if (is_after_common) std::fill_n(logits + 1, common, kNever);
  for (const uint32_t word : words) logits[word] = kNever;
  uint32_t likely[kLikelyWords];
  double weights[kLikelyWords], total = 0.0, highest = 0.0;
  size_t count = 0;
  for (; count < std::min(kLikelyWords, words_.size()); ++count) {
    const size_t i = count;
    const auto best =
        static_cast<uint32_t>(std::max_element(logits, logits + words_.size()) - logits);
    if (logits[best] == kNever) break;  // every word is used
    if (i == 0) highest = logits[best];
    likely[i] = best;
    weights[i] = PortableExp(kSharpness * (logits[best] - highest));
    total += weights[i];
    logits[best] = kNever;
  }
  // Draws one of them in proportion to its weight. `uniform` is below 1, but rounding may leave a
  // rest after the last subtraction; then the title ends.
  double left = uniform * total;
  for (size_t i = 0; i < count; ++i) {
    left -= weights[i];
    if (left < 0.0) return likely[i];
  }
  return kEnd;
}

Result<std::string> ConceptWriter::Title(const float* row, uint64_t seed) {
  std::string title;
  if (!has_title_) return title;
  TSUGI_RETURN_IF_ERROR(operand_.Prepare(1, width_, row));
  TSUGI_RETURN_IF_ERROR(title_.Run(operand_.AllRows(), of_row_.data()));
  // The row's part of the context, P row, is the same for every word and was computed above.
  Random random(seed);
  std::vector<uint32_t> words;
  while (words.size() < kMostWords) {
    TSUGI_RETURN_IF_ERROR(ScoreWords(words));
    const uint32_t word = DrawWord(words, random.NextUniform());
    if (word == kEnd) break;
    words.push_back(word);
    if (!title.empty()) title += ' ';
    title += words_[word];
  }
  return title;
}

}  // namespace tsugi
