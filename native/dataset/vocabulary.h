#ifndef TSUGI_NATIVE_DATASET_VOCABULARY_H_
#define TSUGI_NATIVE_DATASET_VOCABULARY_H_

#include <cstdint>
#include <vector>

#include "native/dataset/dataset_arrays.h"
#include "native/dataset/raw_log.h"

namespace tsugi {

inline constexpr uint32_t kNoItem = UINT32_MAX;

/// The catalogue of a log: the item_index of every id.
struct Vocabulary {
  StringTable item_ids;                ///< [N] by item_index
  std::vector<uint32_t> index_of_raw;  ///< by number in RawLog::item_ids; kNoItem if not used
  uint64_t test_only_count = 0;        ///< items that only test cases hold
};

/// Builds the catalogue: every item of an event or a test case, numbered in ascending order of id.
///
/// Ids are ordered by value if all of them are plain decimal integers (no leading zeros, below
/// 2^64), otherwise by bytes. The order of the log must not matter: equal scores are ranked by
/// item_index, and numbering by first appearance would favour the items that test users saw.
Vocabulary BuildVocabulary(const RawLog& log);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_VOCABULARY_H_
