#ifndef TSUGI_NATIVE_DATASET_VOCABULARY_H_
#define TSUGI_NATIVE_DATASET_VOCABULARY_H_

#include <cstdint>
#include <vector>

#include "native/dataset/dataset_arrays.h"
#include "native/dataset/raw_log.h"

namespace tsugi {

inline constexpr uint32_t kNoItem = UINT32_MAX;

/// Which item_index every id of the log has.
struct Vocabulary {
  StringTable item_ids;               ///< [N] by item_index
  std::vector<uint32_t> index_of_raw;  ///< by number in RawLog::item_ids; kNoItem: in no event left
  uint64_t test_only_count = 0;       ///< items that only test cases hold
};

/// The catalogue: every item of an event or a test case, numbered in ascending order of id.
///
/// Order: by value if every id is a plain decimal integer (digits without leading zeros, below
/// 2^64), else by bytes. It never depends on the order of the log, because equal scores are ranked
/// by item_index and an order of first appearance would favour what the test users saw.
Vocabulary BuildVocabulary(const RawLog& log);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_VOCABULARY_H_
