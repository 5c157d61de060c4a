#include "native/train/validation.h"

#include <algorithm>

#include "core/base/random.h"
#include "native/eval/evaluator.h"
#include "native/eval/metrics.h"
#include "native/train/batch_gradient.h"
#include "native/train/modules/sequence_model.h"
#include "native/train/packed_batch.h"
#include "native/train/parallel.h"

namespace tsugi::train {
namespace {

constexpr size_t kCasesPerBatch = 256;
// Not the run's seed: runs that differ in their seed are compared on the same cases.
constexpr uint64_t kDrawSeed = 0x7673;

/// One history a bin: its last window of events, which is all that a position attends to at once.
/// L is the longest of them.
SequenceInput MakeInput(const Dataset& dataset, std::span<const EvaluationCase> cases,
                        const SequenceModel& model) {
  std::vector<std::vector<Chunk>> bins;
  uint32_t length = 1;
  for (const EvaluationCase& c : cases) {
    const uint32_t count = std::min(c.position, model.spec().encoder.window);
    const uint64_t begin = dataset.offsets()[c.sequence] + c.position - count;
    bins.push_back({{begin, count, count == c.position}});
    length = std::max(length, count);
  }
  const PackedBatch batch = PackChunks(bins, {dataset, length, model.spec(), model.ValueEdges()});
  return InputOf(batch, 0, batch.bin_count);
}

}  // namespace

std::vector<EvaluationCase> DrawValidationCases(const Dataset& dataset, size_t limit) {
  const auto all = dataset.cases(Split::kValid);
  std::vector<EvaluationCase> cases(all.begin(), all.end());
  if (cases.size() > limit) {
    Random random(kDrawSeed);
    Shuffle(cases, random);
    cases.resize(limit);
  }
  // Histories of like length share a batch, so little is padded.
  std::stable_sort(cases.begin(), cases.end(),
                   [](const auto& a, const auto& b) { return a.position < b.position; });
  return cases;
}

namespace {

/// Adds up the metrics of one batch of cases.
/// Only the last position of a history is scored, [B, W] x [W, N]. The history that is left out is
/// the whole one and not only the window: the engine filters by all events that it was told.
ValidationMetrics SumOverBatch(SequenceModel& model, const Dataset& dataset,
                               std::span<const EvaluationCase> cases,
                               const torch::Tensor& item_rows) {
  const SequenceInput input = MakeInput(dataset, cases, model);
  const auto last = (input.segments >= 0).sum(1) - 1;       // [B] of each history
  const auto query = model.Encode(input, item_rows).query;  // [B, L, W]
  const auto index = torch::arange(last.size(0), torch::kInt64);
  const auto scores = torch::matmul(query.index({index, last}), item_rows.t()).contiguous();
  ValidationMetrics sum;
  for (size_t r = 0; r < cases.size(); ++r) {
    const auto& c = cases[r];
    const auto sequence = dataset.sequence_items(c.sequence);
    std::vector<uint32_t> seen;
    if (model.spec().filter_seen) seen = DistinctItems(sequence.first(c.position));
    const std::span row(scores.data_ptr<float>() + r * dataset.item_count(), dataset.item_count());
    const uint32_t rank = ComputeRank(row, sequence[c.position], seen).rank;
    sum.recall_at_10 += RecallAt(rank, 10);
    sum.ndcg_at_10 += NdcgAt(rank, 10);
    sum.mrr_at_20 += ReciprocalRankAt(rank, 20);
  }
  return sum;
}

}  // namespace

// Sums are kept for each batch and added in the order of the batches. A sum for each worker would
// depend, in its last bits, on the number of workers, and with it the choice of the best epoch.
ValidationMetrics Validate(SequenceModel& model, const Dataset& dataset,
                           const std::vector<EvaluationCase>& cases, int64_t workers) {
  const size_t batch_count = (cases.size() + kCasesPerBatch - 1) / kCasesPerBatch;
  std::vector<ValidationMetrics> sums(batch_count);
  torch::Tensor item_rows;
  {
    torch::NoGradGuard no_grad;
    item_rows = model.ItemRows();
  }
  RunWorkers(workers, [&](int64_t worker) {
    torch::NoGradGuard no_grad;  // holds for its thread only
    for (size_t b = static_cast<size_t>(worker); b < batch_count; b += workers) {
      const size_t begin = b * kCasesPerBatch;
      const std::span batch(cases.data() + begin, std::min(kCasesPerBatch, cases.size() - begin));
      sums[b] = SumOverBatch(model, dataset, batch, item_rows);
    }
  });
  ValidationMetrics total;
  for (const ValidationMetrics& sum : sums) {
    total.recall_at_10 += sum.recall_at_10;
    total.ndcg_at_10 += sum.ndcg_at_10;
    total.mrr_at_20 += sum.mrr_at_20;
  }
  const double count = std::max<double>(1.0, static_cast<double>(cases.size()));
  return {total.recall_at_10 / count, total.ndcg_at_10 / count, total.mrr_at_20 / count};
}

}  // namespace tsugi::train
