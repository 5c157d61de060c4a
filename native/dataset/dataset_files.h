#ifndef TSUGI_NATIVE_DATASET_DATASET_FILES_H_
#define TSUGI_NATIVE_DATASET_DATASET_FILES_H_

#include <cstdint>

namespace tsugi {

/// Version of the layout of the directory, `format_version` in stats.json.
inline constexpr uint32_t kDatasetFormatVersion = 1;

// The files of a data set. The suffix is the element type, little-endian.
inline constexpr char kStatsFile[] = "stats.json";
inline constexpr char kRejectedFile[] = "rejected.tsv";  // only if rows were rejected
inline constexpr char kOffsetsFile[] = "offsets.u64";
inline constexpr char kItemsFile[] = "items.u32";
inline constexpr char kTimesFile[] = "times.i64";      // empty: times unknown
inline constexpr char kActionsFile[] = "actions.u32";  // empty: no action column
inline constexpr char kValuesFile[] = "values.f32";    // empty: no value column
inline constexpr char kTrainEndFile[] = "train_end.u32";
inline constexpr char kRefitEndFile[] = "refit_end.u32";
inline constexpr char kValidCasesFile[] = "valid_cases.u32x2";
inline constexpr char kTestCasesFile[] = "test_cases.u32x2";

// String tables are two files each: PREFIX.offsets (u64) and PREFIX.text (UTF-8).
inline constexpr char kItemIds[] = "item_ids";
inline constexpr char kItemTitles[] = "item_titles";
inline constexpr char kItemMetadata[] = "item_metadata";
inline constexpr char kActionNames[] = "action_names";
inline constexpr char kOffsetsSuffix[] = ".offsets";
inline constexpr char kTextSuffix[] = ".text";

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_DATASET_FILES_H_
