#include "core/parts/imagine/concept_denoiser.h"

#include <algorithm>

#include "core/kernels/rowwise.h"
#include "core/layers/layer_tensors.h"
#include "core/model/tensor_table.h"
#include "core/parts/imagine/noise_schedule.h"

namespace tsugi {
namespace {

constexpr size_t kMaxConditions = 2;  // guidance compares two: with the visitor and without
constexpr size_t kHalfWaves = kConditionWidth / 2;

// Writes waves [E]: sines of t at E / 2 wavelengths, then the cosines. The portable functions give
// the trainer and both builds of the engine the same numbers.
void WriteWaves(uint32_t t, float* waves) {
  constexpr double kLogLongest = 9.210340371976184;  // ln 10^4
  for (size_t i = 0; i < kHalfWaves; ++i) {
    const SinCos at = PortableSinCos(t * PortableExp(-kLogLongest * i / kHalfWaves));
    waves[i] = static_cast<float>(at.sin);
    waves[kHalfWaves + i] = static_cast<float>(at.cos);
  }
}

}  // namespace

Result<ConceptDenoiser> ConceptDenoiser::Create(const ModelView& view) {
  const LayerTensors tensors(view, kImagine);
  // One operand buffer serves layers of four widths.
  const size_t widest = std::max<size_t>({view.spec.imagine->width, view.spec.row_width(),
                                          ImagineSpec::ConceptWidth(view.spec), kConditionWidth});
  TSUGI_ASSIGN_OR_RETURN(LinearInput operand,
                         LinearInput::Create(view.spec.weight_dtype, kMaxRows, widest));
  ConceptDenoiser denoiser(std::move(operand));
  Outside& outside = denoiser.outside_;
  TSUGI_RETURN_IF_ERROR(tensors.Pack({{"time", &outside.time},
                                      {"session", &outside.session},
                                      {"input", &outside.input},
                                      {"modulation", &outside.modulation},
                                      {"output", &outside.output}}));
  for (uint32_t block = 0; block < view.spec.imagine->blocks; ++block) {
    const LayerTensors of_block(view, LayerPrefix(block, kImagine));
    Block& made = denoiser.blocks_.emplace_back();
    TSUGI_RETURN_IF_ERROR(
        of_block.Pack({{"modulation", &made.modulation}, {"up", &made.up}, {"down", &made.down}}));
  }
  denoiser.no_session_ = tensors.Find("no_session").as<float>();
  denoiser.ratings_ = tensors.Find("rating").as<float>();
  TSUGI_RETURN_IF_ERROR(denoiser.AllocateScratch(view));
  return denoiser;
}

// Everything is allocated once, for the largest call: drawing concepts then allocates nothing but
// its results.
Status ConceptDenoiser::AllocateScratch(const ModelView& view) {
  width_ = view.spec.imagine->width;
  concept_width_ = ImagineSpec::ConceptWidth(view.spec);
  return AllocateBuffers({{&conditions_, kMaxConditions * kConditionWidth},
                          {&sum_, kConditionWidth},
                          {&waves_, kConditionWidth},
                          {&session_, view.spec.row_width()},
                          {&modulated_, kMaxConditions * 3 * width_},
                          {&hidden_, kMaxRows * width_},
                          {&normed_, kMaxRows * width_},
                          {&up_, kMaxRows * 2 * width_},
                          {&inner_, kMaxRows * width_}});
}

// All rows of a condition share t, session and rating, so c is computed once per condition and not
// once per row: two small vectors for up to 128 rows.
Status ConceptDenoiser::MakeConditions(uint32_t t, std::span<const ConceptCondition> conditions) {
  std::fill_n(conditions_.data(), conditions_.size(), 0.0f);
  WriteWaves(t, waves_.data());
  for (size_t i = 0; i < conditions.size(); ++i) {
    const ConceptCondition& condition = conditions[i];
    float* sum = sum_.data();
    float* out = conditions_.data() + i * kConditionWidth;
    if (condition.session.empty()) {
      std::copy(no_session_.begin(), no_session_.end(), sum);
    } else {
      // A copy, since the caller's memory may lack the padding that XNNPACK reads.
      std::copy(condition.session.begin(), condition.session.end(), session_.data());
      TSUGI_RETURN_IF_ERROR(operand_.Prepare(1, condition.session.size(), session_.data()));
      TSUGI_RETURN_IF_ERROR(outside_.session.Run(operand_.AllRows(), sum));
    }
    Add(kConditionWidth, ratings_.data() + static_cast<size_t>(condition.rating) * kConditionWidth,
        sum);
    TSUGI_RETURN_IF_ERROR(operand_.Prepare(1, kConditionWidth, waves_.data()));
    TSUGI_RETURN_IF_ERROR(outside_.time.Run(operand_.AllRows(), normed_.data()));
    Add(kConditionWidth, normed_.data(), sum);
    AddGated(kConditionWidth, sum, sum, out);  // out is 0, so this is SiLU(sum)
  }
  return Status();
}

Status ConceptDenoiser::Modulate(const Linear& modulation, size_t parts, size_t conditions,
                                 size_t rows) {
  TSUGI_RETURN_IF_ERROR(operand_.Prepare(conditions, kConditionWidth, conditions_.data()));
  TSUGI_RETURN_IF_ERROR(modulation.Run(operand_.AllRows(), modulated_.data()));
  for (size_t i = 0; i < conditions; ++i) {
    // norm(h) * (1 + scale) + shift is a layer norm whose weights are 1 + scale and shift, so the
    // kernel is called once per condition with weights from the modulation.
    float* scale = modulated_.data() + i * parts * width_;
    for (size_t d = 0; d < width_; ++d) scale[d] += 1.0f;
    LayerNorm({scale, scale + width_, width_}, rows, hidden_.data() + i * rows * width_,
              normed_.data() + i * rows * width_);
  }
  return Status();
}

Status ConceptDenoiser::RunBlock(const Block& block, size_t conditions, size_t rows) {
  TSUGI_RETURN_IF_ERROR(Modulate(block.modulation, 3, conditions, rows));
  const size_t all = conditions * rows;
  TSUGI_RETURN_IF_ERROR(operand_.Prepare(all, width_, normed_.data()));
  TSUGI_RETURN_IF_ERROR(block.up.Run(operand_.AllRows(), up_.data()));
  SwiGlu(all, width_, up_.data(), inner_.data());
  TSUGI_RETURN_IF_ERROR(operand_.Prepare(all, width_, inner_.data()));
  TSUGI_RETURN_IF_ERROR(block.down.Run(operand_.AllRows(), normed_.data()));
  // The gate is the third vector of the row's condition and, unlike that of GatedBlock, a plain
  // factor without sigmoid: it starts training at 0, where every block is the identity.
  for (size_t r = 0; r < all; ++r) {
    const float* gate = modulated_.data() + (r / rows * 3 + 2) * width_;
    float* hidden = hidden_.data() + r * width_;
    const float* branch = normed_.data() + r * width_;
    for (size_t d = 0; d < width_; ++d) hidden[d] += gate[d] * branch[d];
  }
  return Status();
}

Status ConceptDenoiser::Predict(uint32_t t, std::span<const ConceptCondition> conditions,
                                size_t rows, const float* noisy, float* clean) {
  TSUGI_DCHECK(conditions.size() <= kMaxConditions && conditions.size() * rows <= kMaxRows);
  TSUGI_RETURN_IF_ERROR(MakeConditions(t, conditions));
  const size_t all = conditions.size() * rows;
  TSUGI_RETURN_IF_ERROR(operand_.Prepare(all, concept_width_, noisy));
  TSUGI_RETURN_IF_ERROR(outside_.input.Run(operand_.AllRows(), hidden_.data()));
  for (const Block& block : blocks_) {
    TSUGI_RETURN_IF_ERROR(RunBlock(block, conditions.size(), rows));
  }
  // The last modulation has no gate: nothing is added to a residual stream any more.
  TSUGI_RETURN_IF_ERROR(Modulate(outside_.modulation, 2, conditions.size(), rows));
  TSUGI_RETURN_IF_ERROR(operand_.Prepare(all, width_, normed_.data()));
  return outside_.output.Run(operand_.AllRows(), clean);
}

}  // namespace tsugi
