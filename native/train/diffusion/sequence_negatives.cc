#include "native/train/diffusion/sequence_negatives.h"

#include "native/train/modules/unit_rows.h"

namespace tsugi::train {

void SequenceNegatives::BeginStep(const torch::Tensor& target_rows, uint64_t seed, int64_t epoch,
                                  int64_t epochs) {
  seed_ = seed;
  epoch_ = epoch;
  epochs_ = epochs;
  Random random(seed_);
  diffusion_.Train(target_rows, random);
}

torch::Tensor SequenceNegatives::Make(const torch::Tensor& query, const torch::Tensor& item_rows,
                                      const torch::Tensor& targets) {
  torch::NoGradGuard no_grad;
  const int64_t count = targets.size(0);
  // A chunk's numbers follow from its targets, not from the thread that it runs on.
  uint64_t stream = static_cast<uint64_t>(count);
  for (int64_t i = 0; i < count; ++i) {
    stream = Random::Mix(stream + static_cast<uint64_t>(targets.data_ptr<int64_t>()[i]));
  }
  Random random(seed_, stream);
  const auto hard = diffusion_.Synthesize(item_rows.index_select(0, targets), query, random);
  const auto other = item_rows.index_select(0, DrawSteps(count, item_rows.size(0), random));
  const auto hardness = DrawHardness(count, epoch_, epochs_, random).unsqueeze(1);
  // Scores are cosines here, so item rows have length one. The made row must too: a longer one
  // would be hard by its length.
  return UnitRows(hardness * UnitRows(hard) + (1.0 - hardness) * other);
}

PositionLoss SequenceNegatives::Around(PositionLoss loss) {
  return [this, loss = std::move(loss)](const torch::Tensor& query, const torch::Tensor& item_rows,
                                        const torch::Tensor& targets) {
    // The loss is log Z - s_+, so log(Z + e^n) - s_+ = log(e^loss + e^(n - s_+)).
    const auto positive = (query * item_rows.index_select(0, targets)).sum(1);
    const auto made = (query * Make(query, item_rows, targets)).sum(1);
    return torch::logaddexp(loss(query, item_rows, targets), made - positive);
  };
}

}  // namespace tsugi::train
