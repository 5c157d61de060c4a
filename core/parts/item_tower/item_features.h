#ifndef TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_FEATURES_H_
#define TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_FEATURES_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tsugi {

/// ASCII letters become small ones, all else stays.
constexpr char LowerCase(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// What words are made of, once in lower case.
constexpr bool IsWordByte(char c) {
  const auto byte = static_cast<uint8_t>(c);
  return byte > 127 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z');
}

/// What is known of an item besides who chose it. Borrows.
struct ItemDescription {
  std::string_view title;                             ///< UTF-8 or any bytes
  std::span<const std::string_view> attributes = {};  ///< "field=value"
};

/// Writes the features of an item, ascending numbers below weights.size(), each once; the trainer
/// asks the same function. A feature is hashed into its number, so no vocabulary is stored; what
/// collides shares a number. weights [V]: of each feature, 0 = training did not see it; V is a
/// power of two.
///
/// Features: every attribute as it is, and every word of the title, ASCII letters lower-cased; a
/// word is a run of letters, digits and bytes above 127. A word that training did not see speaks
/// through its pieces, every three neighbouring code points of "^word$": so an unseen "dancer" has
/// something of "dancing", and titles in scripts that do not part words are not lost.
void FindItemFeatures(const ItemDescription& item, std::span<const float> weights,
                      std::vector<uint32_t>& features);

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_FEATURES_H_
