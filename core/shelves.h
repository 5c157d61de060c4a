#ifndef TSUGI_CORE_SHELVES_H_
#define TSUGI_CORE_SHELVES_H_

#include <cstdint>
#include <vector>

#include "core/kernels/top_k.h"

namespace tsugi {

/// A row of items on a page, and what it is about.
struct Shelf {
  enum class Kind : uint8_t {
    kForYou,     ///< the list of the session
    kPopular,    ///< popular items, for an empty session
    kLike,       ///< items like one of the session's last items, `subject`
    kAttribute,  ///< items with an attribute of the session's taste, `subject`
    kNew,        ///< items that were added
    kLongTail,   ///< less popular items that suit the session
  };
  Kind kind = Kind::kForYou;
  uint32_t subject = 0;  ///< an item_index or an attribute index, by kind
  std::vector<ScoredItem> items;
};

/// A page has at most `rows` rows of at most `per_row` items, none of which is in two rows.
///
/// The first row is the session's list. Then rows of each other kind take turns, beginning with
/// the session's last item; a row of fewer than min(4, per_row) items is left out. Each row is
/// ranked for the session.
///   kLike       ranks the kLikeFactor per_row items that are most like an item of the session. The
///               last three items that differ have a row each.
///   kAttribute  ranks the items that have an attribute. Attributes that two items of the session
///               have come in the order of p ln(p / q), where p is their share of its items and q
///               that of the catalogue's; those of a session's only item, and all of an empty
///               session, in the order of q. An attribute that half of the catalogue has, or too
///               few items to fill a row, has none.
struct ShelfOptions {
  static constexpr uint32_t kMostRows = 100, kMostPerRow = 1000;
  static constexpr uint32_t kLikeFactor = 4;
  uint32_t rows = 6;      ///< 1 to kMostRows
  uint32_t per_row = 12;  ///< 1 to kMostPerRow
};

}  // namespace tsugi

#endif  // TSUGI_CORE_SHELVES_H_
