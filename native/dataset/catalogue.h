#ifndef TSUGI_NATIVE_DATASET_CATALOGUE_H_
#define TSUGI_NATIVE_DATASET_CATALOGUE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/model/model_view.h"
#include "native/dataset/raw_log.h"

namespace tsugi {

/// The items of a log, searched by the ids of another file. An id in another spelling is found if
/// only one item could be meant: 7.0 and "7" are 7.
class Catalogue {
 public:
  /// Borrows the strings.
  explicit Catalogue(const StringTableView& ids);

  static constexpr size_t kNone = SIZE_MAX;  ///< no item, or more than one
  struct Place {
    size_t index = kNone;   ///< item_index
    bool is_exact = false;  ///< the id is spelled alike
  };
  Place Find(std::string_view id) const;

 private:
  std::unordered_map<std::string_view, size_t> index_of_id_;
  std::unordered_map<std::string, size_t> index_of_plain_;
};

/// An id in the spelling that several files have in common: 7.0 and "7" are 7.
std::string PlainId(std::string_view id);

/// The first ids of either side, for the message that they do not meet: "the log has a, b, c; the
/// items have x, y". `unused`: some ids of the other file.
std::string JoinExamples(const StringTableView& ids, const std::vector<std::string>& unused);

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

#endif  // TSUGI_NATIVE_DATASET_CATALOGUE_H_
