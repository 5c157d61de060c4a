#ifndef TSUGI_NATIVE_DATASET_DATASET_FILES_H_
#define TSUGI_NATIVE_DATASET_DATASET_FILES_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "core/base/random.h"

namespace tsugi {

/// Version of the layout of the directory, `format_version` in stats.json.
/// 2: stats.json ends with its own hash.
inline constexpr uint32_t kDatasetFormatVersion = 2;

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
// Of words, only if the data set has some: kWords, and their vectors as codes and codewords.
inline constexpr char kWords[] = "words";
inline constexpr char kWordCodesFile[] = "word_codes.u8";
inline constexpr char kWordCodebooksFile[] = "word_codebooks.f32";
inline constexpr char kOffsetsSuffix[] = ".offsets";
inline constexpr char kTextSuffix[] = ".text";

// Vectors of one kind, [N, width] f32; only of data sets that were imported with some.
inline constexpr char kItemVectorsPrefix[] = "item_vectors.";
inline constexpr char kItemVectorsSuffix[] = ".f32";
inline std::string ItemVectorsFile(std::string_view name) {
  return kItemVectorsPrefix + std::string(name) + kItemVectorsSuffix;
}

/// Most kinds of vectors of a data set.
inline constexpr size_t kMostItemVectors = 8;

/// The hash of a data set, made file by file in the order in which the writer lists them. Names and
/// sizes are hashed as well, so moving bytes from the end of one array to the start of the next
/// changes the hash.
class ContentHash {
 public:
  void Add(std::string_view name, std::string_view bytes) {
    const uint64_t size = bytes.size();
    hash_ = FnvHash(name, hash_);
    hash_ = FnvHash({reinterpret_cast<const char*>(&size), sizeof(size)}, hash_);
    hash_ = FnvHash(bytes, hash_);
  }
  /// 16 hexadecimal digits.
  std::string text() const {
    char digits[17];
    std::snprintf(digits, sizeof(digits), "%016llx", static_cast<unsigned long long>(hash_));
    return digits;
  }

 private:
  uint64_t hash_ = kFnvBasis;
};

inline constexpr char kStatsHash[] = "  \"stats_hash\": ";

/// The end of stats.json: a hash of the text before it.
inline std::string StatsEnd(std::string_view before) {
  ContentHash hash;
  hash.Add(kStatsFile, before);
  return kStatsHash + ('"' + hash.text()) + "\"\n}\n";
}

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_DATASET_FILES_H_
