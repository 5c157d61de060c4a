#ifndef TSUGI_NATIVE_SEMANTIC_IDS_SEMANTIC_IDS_H_
#define TSUGI_NATIVE_SEMANTIC_IDS_SEMANTIC_IDS_H_

#include <array>
#include <cstdint>
#include <filesystem>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "core/parts/semantic_ids/language_vocabulary.h"
#include "native/dataset/dataset.h"

namespace tsugi {

/// The semantic ids of a catalogue, by item_index.
using SemanticIds = std::vector<SemanticId>;

/// How many levels two ids share before the first in which they differ. Levels refine one another,
/// so equal later codes mean nothing.
size_t SharedLevels(const SemanticId& a, const SemanticId& b);

/// Writes a TSV file: the header "item u v x y" and one line per item with its id and four codes.
/// It is meant for any model that learns from semantic ids. item_ids: [N], or empty for decimal
/// item_index.
/// Errors: kNotFound if the file cannot be written.
Status WriteSemanticIds(const std::filesystem::path& path, const StringTableView& item_ids,
                        const SemanticIds& ids);

/// Reads such a file, with its lines in any order, for a catalogue of `item_count` items.
/// Errors: kNotFound; kInvalidArgument, naming the line, for a line that is not an item and four
/// codes of 0 to 255, an item that is not in the catalogue or has two lines, an id that two items
/// share, or items without a line.
Result<SemanticIds> ReadSemanticIds(const std::filesystem::path& path,
                                    const StringTableView& item_ids, size_t item_count);

/// How a set of semantic ids uses its codes.
struct CodeUsage {
  std::array<size_t, kCodeLevels> used = {};          ///< number of codes in use, for each level
  std::array<double, kCodeLevels> entropy_bits = {};  ///< entropy of each level's codes, at most 8
  size_t distinct = 0;                                ///< number of distinct ids
  /// Whether a codebook has collapsed: the entropy of some level is less than half of the most that
  /// this number of items could have.
  bool is_collapsed = false;
};
CodeUsage MeasureUsage(const SemanticIds& ids);

/// Whether items that follow each other in the training part share longer prefixes than random
/// pairs of the same items.
struct PrefixAgreement {
  size_t pairs = 0;           ///< number of adjacent pairs, and of random ones
  double shared_levels = 0;   ///< mean length of the common prefix of adjacent items
  double random_levels = 0;   ///< mean length of the common prefix of random pairs
  double correlation = 0;     ///< Pearson, between prefix length and being adjacent
  double standard_error = 0;  ///< of the correlation
};

/// Draws at most `limit` pairs of adjacent, different items of the training part.
using ItemPairs = std::vector<std::pair<uint32_t, uint32_t>>;
ItemPairs DrawNeighbours(const Dataset& dataset, size_t limit, uint64_t seed);
/// Compares `neighbours` with as many random pairs, drawn by `seed`.
PrefixAgreement MeasureAgreement(const SemanticIds& ids, const ItemPairs& neighbours,
                                 uint64_t seed);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_SEMANTIC_IDS_SEMANTIC_IDS_H_
