#ifndef TSUGI_NATIVE_TRAIN_PACKED_BATCH_H_
#define TSUGI_NATIVE_TRAIN_PACKED_BATCH_H_

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/random.h"
#include "core/model/model_spec.h"
#include "native/dataset/dataset.h"

namespace tsugi::train {

/// A run of consecutive events of one sequence, with the item that follows each.
struct Chunk {
  uint64_t begin;   ///< position in Dataset::items() of the first input
  uint32_t length;  ///< inputs; targets are the items at begin + 1 .. begin + length
  bool is_start;    ///< whether the sequence begins here: the first input has no predecessor
};

/// Bins of L tokens holding chunks back to back, so that (but for the tail of a bin) nothing is
/// computed on padding. All arrays are [bin_count, L], row-major.
struct PackedBatch {
  static constexpr int32_t kNoSegment = -1;
  static constexpr int64_t kNoTarget = -1;

  uint32_t bin_count = 0;
  uint32_t bin_length = 0;         ///< L
  std::vector<int64_t> items;      ///< item_index; 0 in the unused tail
  std::vector<int64_t> targets;    ///< the next item; kNoTarget in the unused tail
  std::vector<int64_t> time_gaps;  ///< TimeGapBucket of the input, or empty: times are not read
  std::vector<int64_t> actions;    ///< Event::action of the input, or empty: not read
  std::vector<int64_t> values;     ///< ValueBucket of the input, or empty: not read
  std::vector<int64_t> times;      ///< unix seconds of the input, 0 = unknown; or empty: no times
  /// Position in Dataset::items() of the target's event; 0 in the unused tail.
  std::vector<uint64_t> target_events;
  std::vector<int32_t> segments;  ///< chunk number within the bin; kNoSegment in the tail
  uint64_t target_count = 0;
};

/// What PackChunks writes. Borrows.
struct PackOptions {
  const Dataset& dataset;
  uint32_t bin_length;  ///< L
  /// Says what an event's input holds besides its item, which the dataset must have.
  const ModelSpec& spec;
  const std::vector<float>& value_edges;  ///< of its buckets, if it reads values
};

/// Writes bins of chunks. Requires: the chunks of a bin have at most L inputs together.
PackedBatch PackChunks(std::span<const std::vector<Chunk>> bins, const PackOptions& options);

/// Cuts each sequence's trainable events into chunks of at most `bin_length` inputs. A sequence
/// longer than one chunk is cut at a random offset, a new one each epoch, so that over epochs every
/// event is seen with short and long contexts (the sliding-window sampling of long histories).
/// `ends` [S] is Dataset::train_end() or refit_end(). Sequences with one event give no chunk.
std::vector<Chunk> MakeChunks(const Dataset& dataset, std::span<const uint32_t> ends,
                              uint32_t bin_length, Random& random);

/// One epoch: every chunk once, in random order, packed first-fit into bins of `bin_length`.
class EpochPacker {
 public:
  /// `bins_per_batch` bins a batch; the last batch may be smaller. A pure function of its
  /// arguments, so that several processes agree on the batches and each takes its own.
  /// spec, value_edges: as in PackOptions.
  EpochPacker(const Dataset& dataset, std::span<const uint32_t> ends, uint32_t bin_length,
              uint32_t bins_per_batch, uint64_t seed, uint32_t epoch, const ModelSpec& spec = {},
              std::vector<float> value_edges = {});

  size_t batch_count() const;
  /// Predicted events in all batches.
  uint64_t target_count() const { return target_count_; }
  /// Requires: index < batch_count().
  PackedBatch Batch(size_t index) const;

 private:
  const Dataset& dataset_;
  uint32_t bin_length_;
  uint32_t bins_per_batch_;
  ModelSpec spec_;
  std::vector<float> value_edges_;
  uint64_t target_count_ = 0;
  std::vector<std::vector<Chunk>> bins_;
};

/// Bin length for a window of `window` events: the next multiple of 32.
uint32_t BinLength(uint32_t window);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_PACKED_BATCH_H_
