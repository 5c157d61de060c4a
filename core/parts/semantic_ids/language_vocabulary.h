#ifndef TSUGI_CORE_PARTS_SEMANTIC_IDS_LANGUAGE_VOCABULARY_H_
#define TSUGI_CORE_PARTS_SEMANTIC_IDS_LANGUAGE_VOCABULARY_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/parts/semantic_ids/semantic_ids_spec.h"

namespace tsugi {

/// A semantic id, an item as the language model reads and writes it: one of 256 codes in each of
/// four levels, from coarse to fine.
inline constexpr uint32_t kCodeLevels = 4;
inline constexpr uint32_t kLevelCodes = 256;
using SemanticId = std::array<uint8_t, kCodeLevels>;

/// The vocabulary: the codes of the levels, then marks, then sub-words.
inline constexpr uint32_t kItemTokens = kCodeLevels * kLevelCodes;
enum : uint32_t {
  kBeginToken = kItemTokens,  ///< before everything
  kQueryToken,                ///< before words that ask for an item
  kItemToken,                 ///< after those words, before the item's codes
  kTextToken,                 ///< after an item's codes, before the words that describe it
  kJudgeToken,                ///< after a candidate; yes or no follows (training only)
  kYesToken,
  kNoToken,
  kEndToken,  ///< after the words of a description
  kFirstPiece,
};

inline constexpr size_t kMostQueryPieces = 32;  ///< of a query; what is longer is cut there

constexpr uint32_t CodeToken(size_t level, uint32_t code) {
  return static_cast<uint32_t>(level) * kLevelCodes + code;
}
inline uint32_t TokenCount(const SemanticIdsSpec& spec) { return kFirstPiece + spec.pieces; }

/// The most items of a history that are read: those that fit the window together with a query and
/// the item that is generated.
inline size_t LanguageHistory(const SemanticIdsSpec& spec) {
  return (spec.encoder.window - (kMostQueryPieces + 3) - kCodeLevels) / kCodeLevels;
}

/// The first event that is read of a history of `count`, of which `most` fit. All are read until
/// they are too many; then half of those that fit are dropped at once. So the state usually grows
/// by the last event only, and it is a function of the events.
constexpr size_t FirstReadEvent(size_t most, size_t count) {
  const size_t step = (most + 1) / 2;
  return count <= most ? 0 : (count - most + step - 1) / step * step;
}

/// A row of the trie: an item's codes, then its item_index, little-endian.
inline constexpr size_t kTrieRowBytes = kCodeLevels + 4;
constexpr uint32_t TrieRowItem(const uint8_t* row) {
  const uint8_t* item = row + kCodeLevels;
  return item[0] | uint32_t{item[1]} << 8 | uint32_t{item[2]} << 16 | uint32_t{item[3]} << 24;
}
constexpr void SetTrieRow(uint8_t* row, const SemanticId& id, uint32_t item) {
  for (size_t level = 0; level < kCodeLevels; ++level) row[level] = id[level];
  for (size_t byte = 0; byte < 4; ++byte) {
    row[kCodeLevels + byte] = static_cast<uint8_t>(item >> (8 * byte));
  }
}

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_SEMANTIC_IDS_LANGUAGE_VOCABULARY_H_
