#ifndef TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_FEATURES_H_
#define TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_FEATURES_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tsugi {

/// The text of an item. Borrows.
struct ItemDescription {
  std::string_view title;                             ///< UTF-8 or any bytes
  std::span<const std::string_view> attributes = {};  ///< "field=value"
};

/// Writes the features of an item: distinct numbers below weights.size(), ascending. The trainer
/// calls the same function. A feature's number is the hash of its text, so a model stores no
/// vocabulary; texts with equal hashes share a number. weights [V]: the weight of each feature,
/// 0 = training did not see it. Requires: V is a power of two.
///
/// The features are the attributes, unchanged, and the words of the title. A word is a run of word
/// bytes (IsWordByte), with ASCII letters in lower case. A word that training did not see adds its
/// pieces: every three consecutive code points of "^word$". So an unseen "dancer" shares features
/// with "dancing", and titles in scripts that do not separate words still have features.
///
/// Example: title "Heat 2", attribute "genres=Crime" -> hashes of "heat", "2" and "genres=Crime".
void FindItemFeatures(const ItemDescription& item, std::span<const float> weights,
                      std::vector<uint32_t>& features);

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_FEATURES_H_
