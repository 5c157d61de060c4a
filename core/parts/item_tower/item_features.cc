#include "core/parts/item_tower/item_features.h"

#include <algorithm>
#include <string>

#include "core/base/concat.h"
#include "core/base/fnv_hash.h"
#include "core/base/random.h"
#include "core/base/sort_ascending.h"

namespace tsugi {
namespace {

enum class Kind : uint64_t { kAttribute = 1, kWord = 2, kPiece = 3 };

uint32_t Hash(Kind kind, std::string_view text, uint32_t feature_count) {
  const uint64_t hash = FnvHash(text, kFnvBasis ^ static_cast<uint64_t>(kind));
  return static_cast<uint32_t>(Random::Mix(hash)) & (feature_count - 1);
}

// Where the code point at `at` ends; damaged UTF-8 is taken byte by byte where it does not fit.
size_t EndOfCodePoint(std::string_view text, size_t at) {
  ++at;
  while (at < text.size() && (static_cast<uint8_t>(text[at]) & 0xc0) == 0x80) ++at;
  return at;
}

void AddPieces(const std::string& marked_word, uint32_t feature_count,
               std::vector<uint32_t>& features) {
  std::string_view text = marked_word;
  while (!text.empty()) {
    size_t end = 0, points = 0;
    while (points < 3 && end < text.size()) {
      end = EndOfCodePoint(text, end);
      ++points;
    }
    if (points < 3) return;
    features.push_back(Hash(Kind::kPiece, text.substr(0, end), feature_count));
    text.remove_prefix(EndOfCodePoint(text, 0));
  }
}

}  // namespace

void FindItemFeatures(const ItemDescription& item, std::span<const float> weights,
                      std::vector<uint32_t>& features) {
  const auto feature_count = static_cast<uint32_t>(weights.size());
  features.clear();
  for (const std::string_view attribute : item.attributes) {
    features.push_back(Hash(Kind::kAttribute, attribute, feature_count));
  }
  std::string word;
  for (size_t i = 0; i <= item.title.size(); ++i) {
    const char c = i < item.title.size() ? LowerCase(item.title[i]) : ' ';
    if (IsWordByte(c)) {
      word += c;
    } else if (!word.empty()) {
      const uint32_t feature = Hash(Kind::kWord, word, feature_count);
      features.push_back(feature);
      if (weights[feature] == 0.0f) AddPieces(Concat("^", word, "$"), feature_count, features);
      word.clear();
    }
  }
  SortAscending(features);
  features.erase(std::unique(features.begin(), features.end()), features.end());
}

}  // namespace tsugi
