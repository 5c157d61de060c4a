#ifndef TSUGI_NATIVE_DATASET_DATASET_ARRAYS_H_
#define TSUGI_NATIVE_DATASET_DATASET_ARRAYS_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/model_view.h"
#include "native/dataset/dataset.h"
#include "native/files/spill.h"
#include "native/files/whole_file.h"

namespace tsugi {

/// Vectors of one kind on their way into a data set: they stay on disk.
struct ItemVectorArray {
  std::string name;
  uint32_t width = 0;
  std::filesystem::path file;              ///< [N, width] f32, moved into the data set
  std::shared_ptr<const MappedFile> rows;  ///< the same, for the hash
};

/// A data set in memory, while an import builds it: the arrays of Dataset, with the same names.
struct DatasetArrays {
  /// `spill` takes the events that do not fit into memory; nullptr: all of them fit.
  explicit DatasetArrays(Spill* spill = nullptr)
      : items(spill), times(spill), actions(spill), values(spill) {}

  std::vector<uint64_t> offsets = {0};         ///< [S + 1]
  SpillVector<uint32_t> items;                 ///< [E]
  SpillVector<int64_t> times;                  ///< [E] or empty
  SpillVector<uint32_t> actions;               ///< [E] or empty
  SpillVector<float> values;                   ///< [E] or empty
  std::vector<uint32_t> train_end, refit_end;  ///< [S]
  std::vector<EvaluationCase> valid_cases, test_cases;
  StringTable item_ids, item_titles, item_metadata, action_names;
  std::vector<ItemVectorArray> item_vectors;
  StringTable words;                  ///< [n] in the order of HashWord, or empty
  std::vector<uint8_t> word_codes;    ///< [n, m]
  std::vector<float> word_codebooks;  ///< [m k, s]
  /// Of the users' ids as PlainId has them, by sequence; only until the metadata is joined.
  std::vector<size_t> user_hashes;

  size_t sequence_count() const { return offsets.size() - 1; }
  size_t length(size_t s) const { return offsets[s + 1] - offsets[s]; }
  std::span<const uint32_t> sequence_items(size_t s) const {
    return std::span<const uint32_t>(items).subspan(offsets[s], length(s));
  }
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_DATASET_ARRAYS_H_
