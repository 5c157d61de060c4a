#include "native/train/validation.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/random.h"
#include "core/parts/intent/short_term_window.h"
#include "core/session_input/event_tokenizer.h"
#include "native/train/modules/sequence_model.h"
#include "native/train/packed_batch.h"
#include "native/train/parallel.h"

namespace tsugi::train {
namespace {

constexpr size_t kCasesPerBatch = 256;
constexpr uint64_t kDrawSeed = 0x7673;

struct CaseBatch {
  SequenceInput input;  // [B, L]
  torch::Tensor last;   // [B] i64: row of the last event
};

/// What the events that MakeCaseBatch takes tell besides their items, as the model reads it.
void AddContexts(const Dataset& dataset, std::span<const EvaluationCase> cases,
                 const SequenceModel& model, SequenceInput& input) {
  const ModelSpec& spec = model.spec();
  const std::vector<float> edges = model.ValueEdges();
  const bool reads_gaps = spec.time_gap_buckets > 0,
             has_window = spec.intent && spec.intent->has_short_term();
  const auto length = static_cast<uint32_t>(input.items.size(1));
  if (reads_gaps) input.time_gaps = torch::zeros_like(input.items);
  if (has_window) input.short_term_counts = torch::ones_like(input.items);
  if (spec.action_count > 0) input.actions = torch::zeros_like(input.items);
  if (spec.value_buckets > 0) input.values = torch::zeros_like(input.items);
  int64_t* actions = spec.action_count > 0 ? input.actions.data_ptr<int64_t>() : nullptr;
  int64_t* values = spec.value_buckets > 0 ? input.values.data_ptr<int64_t>() : nullptr;
  const EventView events = dataset.events();
  int64_t* gaps = reads_gaps ? input.time_gaps.data_ptr<int64_t>() : nullptr;
  int64_t* counts = has_window ? input.short_term_counts.data_ptr<int64_t>() : nullptr;
  const auto times = dataset.times();
  for (size_t r = 0; r < cases.size(); ++r) {
    const uint64_t start = dataset.offsets()[cases[r].sequence];
    const uint32_t count = std::min(cases[r].position, length);
    const uint64_t begin = start + cases[r].position - count;
    const auto seen = times.empty() ? times : times.subspan(begin, count);
    const size_t row = r * length;
    for (uint32_t i = 0; i < count; ++i) {
      if (reads_gaps && !times.empty()) {
        const int64_t previous = begin + i > start ? times[begin + i - 1] : 0;
        gaps[row + i] = TimeGapBucket(spec.time_gap_buckets, previous, times[begin + i]);
      }
      const Event told = events.At(begin + i);
      if (actions != nullptr) actions[row + i] = told.action;
      if (values != nullptr) values[row + i] = ValueBucket(edges, told.value);
      if (has_window) {
        counts[row + i] = static_cast<int64_t>(ShortTermCount(*spec.intent, seen, i));
      }
    }
  }
}

/// One case a row, left-aligned; L is the longest history of the batch (at most two windows, which
/// is all that training ever shows a position).
CaseBatch MakeCaseBatch(const Dataset& dataset, std::span<const EvaluationCase> cases,
                        const SequenceModel& model) {
  const ModelSpec& spec = model.spec();
  uint32_t length = 1;
  for (const auto& c : cases) length = std::max(length, std::min(c.position, spec.encoder.window));
  const auto rows = static_cast<int64_t>(cases.size());
  CaseBatch batch{{torch::zeros({rows, length}, torch::kInt64),
                   torch::full({rows, length}, PackedBatch::kNoSegment, torch::kInt32),
                   {},
                   {},
                   {},
                   {}},
                  torch::zeros({rows}, torch::kInt64)};
  auto items = batch.input.items.accessor<int64_t, 2>();
  auto segments = batch.input.segments.accessor<int32_t, 2>();
  for (int64_t r = 0; r < rows; ++r) {
    const auto& c = cases[r];
    const uint32_t count = std::min(c.position, length);
    const uint64_t begin = dataset.offsets()[c.sequence] + c.position - count;
    for (uint32_t i = 0; i < count; ++i) {
      items[r][i] = dataset.items()[begin + i];
      segments[r][i] = 0;
    }
    batch.last[r] = count - 1;
  }
  AddContexts(dataset, cases, model, batch.input);
  return batch;
}

/// 1-based rank of the target among all items, those of the history left out when `filter_seen`.
size_t RankOf(const float* scores, size_t item_count, uint32_t target,
              std::span<const uint32_t> history, bool filter_seen) {
  const float goal = scores[target];
  size_t better = 0;
  for (size_t i = 0; i < item_count; ++i) {
    better += scores[i] > goal || (scores[i] == goal && i < target);
  }
  if (!filter_seen) return better + 1;
  std::vector<uint32_t> seen(history.begin(), history.end());
  std::sort(seen.begin(), seen.end());
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  for (const uint32_t i : seen) {
    better -= i != target && (scores[i] > goal || (scores[i] == goal && i < target));
  }
  return better + 1;
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
ValidationMetrics SumOverBatch(SequenceModel& model, const Dataset& dataset,
                               std::span<const EvaluationCase> cases,
                               const torch::Tensor& item_rows) {
  const CaseBatch batch = MakeCaseBatch(dataset, cases, model);
  const auto query = model.Encode(batch.input, item_rows).query;  // [B, L, W]
  const auto index = torch::arange(batch.last.size(0), torch::kInt64);
  const auto scores = torch::matmul(query.index({index, batch.last}), item_rows.t()).contiguous();
  ValidationMetrics sum;
  for (size_t r = 0; r < cases.size(); ++r) {
    const auto& c = cases[r];
    const auto sequence = dataset.sequence_items(c.sequence);
    const size_t rank =
        RankOf(scores.data_ptr<float>() + r * dataset.item_count(), dataset.item_count(),
               sequence[c.position], sequence.first(c.position), model.spec().filter_seen);
    if (rank <= 10) {
      sum.recall_at_10 += 1.0;
      sum.ndcg_at_10 += 1.0 / std::log2(static_cast<double>(rank) + 1.0);
    }
    if (rank <= 20) sum.mrr_at_20 += 1.0 / static_cast<double>(rank);
  }
  return sum;
}

}  // namespace

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
