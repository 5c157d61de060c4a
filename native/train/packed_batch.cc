#include "native/train/packed_batch.h"

#include <algorithm>

#include "core/session_input/event_tokenizer.h"

namespace tsugi::train {

namespace {

/// Writes input number `input` of a chunk to place `at` of the batch.
/// The target of an input is the event after it, so the last event of a sequence is a target and
/// never an input. The first input of a chunk that was cut off a longer sequence still knows the
/// time of the event before it: only the start of a sequence has no gap.
void WriteInput(const Chunk& chunk, uint32_t input, size_t at, const PackOptions& options,
                PackedBatch& batch) {
  const ModelSpec& spec = options.spec;
  const uint64_t event = chunk.begin + input;
  const auto times = options.dataset.times();
  batch.items[at] = options.dataset.items()[event];
  batch.targets[at] = options.dataset.items()[event + 1];
  batch.target_events[at] = event + 1;
  if (!times.empty()) batch.times[at] = times[event];
  if (spec.time_gap_buckets > 0) {
    const bool is_first = chunk.is_start && input == 0;
    batch.time_gaps[at] =
        TimeGapBucket(spec.time_gap_buckets, is_first ? 0 : times[event - 1], times[event]);
  }
  const Event told = options.dataset.events().At(event);
  if (spec.action_count > 0) batch.actions[at] = told.action;
  if (spec.value_buckets > 0) batch.values[at] = ValueBucket(options.value_edges, told.value);
}

}  // namespace

// Empty arrays say that the model does not read that column. The unused tail of a bin keeps
// kNoSegment, which nothing attends to, and kNoTarget, which no loss counts.
PackedBatch PackChunks(std::span<const std::vector<Chunk>> bins, const PackOptions& options) {
  const ModelSpec& spec = options.spec;
  PackedBatch batch;
  batch.bin_count = static_cast<uint32_t>(bins.size());
  batch.bin_length = options.bin_length;
  const size_t tokens = bins.size() * options.bin_length;
  batch.items.assign(tokens, 0);
  batch.targets.assign(tokens, PackedBatch::kNoTarget);
  batch.segments.assign(tokens, PackedBatch::kNoSegment);
  batch.target_events.assign(tokens, 0);
  if (spec.time_gap_buckets > 0) batch.time_gaps.assign(tokens, 0);
  if (spec.action_count > 0) batch.actions.assign(tokens, 0);
  if (spec.value_buckets > 0) batch.values.assign(tokens, 0);
  if (!options.dataset.times().empty()) batch.times.assign(tokens, 0);
  for (size_t bin = 0; bin < bins.size(); ++bin) {
    size_t at = bin * options.bin_length;
    int32_t segment = 0;
    for (const Chunk& chunk : bins[bin]) {
      for (uint32_t i = 0; i < chunk.length; ++i, ++at) {
        batch.segments[at] = segment;
        WriteInput(chunk, i, at, options, batch);
      }
      batch.target_count += chunk.length;
      ++segment;
    }
  }
  return batch;
}

// A long sequence gives a first chunk of 1 to bin_length inputs and full chunks after it. Every
// event but the first is the target of exactly one chunk, whatever the offset.
std::vector<Chunk> MakeChunks(const Dataset& dataset, std::span<const uint32_t> ends,
                              uint32_t bin_length, Random& random) {
  std::vector<Chunk> chunks;
  chunks.reserve(dataset.sequence_count());
  for (size_t s = 0; s < dataset.sequence_count(); ++s) {
    const uint64_t start = dataset.offsets()[s];
    const uint32_t inputs = ends[s] > 0 ? ends[s] - 1 : 0;
    uint32_t first = std::min(inputs, bin_length);
    if (inputs > bin_length) first = 1 + static_cast<uint32_t>(random.NextBelow(bin_length));
    for (uint32_t at = 0; at < inputs;) {
      const uint32_t length = at == 0 ? first : std::min(bin_length, inputs - at);
      chunks.push_back({start + at, length, at == 0});
      at += length;
    }
  }
  return chunks;
}

EpochPacker::EpochPacker(const Dataset& dataset, std::span<const uint32_t> ends,
                         uint32_t bin_length, uint32_t bins_per_batch, uint64_t seed,
                         uint32_t epoch, const ModelSpec& spec, std::vector<float> value_edges)
    : dataset_(dataset),
      bin_length_(bin_length),
      bins_per_batch_(bins_per_batch),
      spec_(spec),
      value_edges_(std::move(value_edges)) {
  Random random(seed, epoch);
  std::vector<Chunk> chunks = MakeChunks(dataset, ends, bin_length, random);
  Shuffle(chunks, random);
  // First fit over the bins still open; a bin is closed once 32 newer ones are, which keeps packing
  // linear in the number of chunks and the order random.
  constexpr size_t kOpenBins = 32;
  std::vector<uint32_t> used;
  size_t first_open = 0;
  for (const Chunk& chunk : chunks) {
    size_t bin = first_open;
    while (bin < bins_.size() && used[bin] + chunk.length > bin_length) ++bin;
    if (bin == bins_.size()) {
      bins_.emplace_back();
      used.push_back(0);
      if (bins_.size() - first_open > kOpenBins) ++first_open;
    }
    bins_[bin].push_back(chunk);
    used[bin] += chunk.length;
    target_count_ += chunk.length;
  }
  // First fit leaves the emptiest bins at the end; without this the last batches would have few
  // targets.
  Shuffle(bins_, random);
}

size_t EpochPacker::batch_count() const {
  return (bins_.size() + bins_per_batch_ - 1) / bins_per_batch_;
}

PackedBatch EpochPacker::Batch(size_t index) const {
  const size_t begin = index * bins_per_batch_;
  const size_t count = std::min<size_t>(bins_per_batch_, bins_.size() - begin);
  return PackChunks(std::span(bins_).subspan(begin, count),
                    {dataset_, bin_length_, spec_, value_edges_});
}

uint32_t BinLength(uint32_t window) { return (window + 31) / 32 * 32; }

}  // namespace tsugi::train
