#ifndef TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_TOWER_H_
#define TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_TOWER_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/model/model_view.h"
#include "core/parts/word_vectors/word_vectors.h"

namespace tsugi {

/// What an item says of itself. Borrows.
struct ItemDescription {
  std::string_view title;                             ///< UTF-8 or any bytes
  std::span<const std::string_view> attributes = {};  ///< "field=value"
  /// Empty, or a vector of each modality of the model, one after the other in the order of
  /// ModelView::modality. The scale of a vector does not matter; NaN as its first number says
  /// that the item has none of that modality.
  std::span<const float> vectors = {};
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

/// Divides a vector of a modality by its length, so that the scale of the model that made it does
/// not matter. Returns false if the vector is missing: its first number is NaN, or it has the
/// length 0; `unit` then holds anything. The trainer calls the same function.
///
/// Shapes:   given [width] f32; unit at least as long. They may be the same memory.
/// Requires: the other numbers are finite.
bool NormalizeVector(std::span<const float> given, std::span<float> unit);

/// The item tower: computes a row of the item table from the title, the attributes and the vectors
/// of an item.
///
///   z     = sum_f weight_f * vector_f / sqrt(sum_f weight_f^2)    over the item's features f
///   y     = sum_m given_m / |given_m| * map_m + bias_m            over the modalities m it has
///   row   = unknown + z + y, divided by its length in cosine models
///
/// weight_f is the inverse document frequency of the feature, or 0 if fewer than two training items
/// have it; such words and attribute values contribute nothing. An item that was trained has a
/// vector of its own instead of `unknown`. Its row is stored in the file (items.table), so the
/// tower runs only for items that are added later.
/// Source:  the semantic tower of Netflix's generative recommender (arXiv 2605.23312),
///          v = f_fuse(e_ID or e_OOV, z).
/// Differs: f_fuse is a sum; z comes from hashed words and attributes, y from given vectors through
///          one learned linear map a modality.
class ItemTower {
 public:
  /// Borrows the view's memory. Requires: the model has an item tower, view.Validate().ok().
  explicit ItemTower(const ModelView& view);

  /// Writes row [W] f32 in O(W) per feature and per number of a vector. An item without known
  /// features and without vectors gets `unknown`. Of an item without a vector of kWordModality it
  /// makes that one from the text.
  /// Errors: kInvalidArgument unless there are no vectors, or as many numbers as the modalities
  /// have together, all of them finite but for those of a vector that begins with NaN; `row` is
  /// unchanged then. kInternal if the weights make a row that is not finite.
  Status MakeRow(const ItemDescription& item, std::span<float> row);

 private:
  Status CheckVectors(std::span<const float> vectors) const;
  /// Numbers in a vector of modality m.
  size_t WidthOf(size_t m) const { return static_cast<size_t>(maps_[m].matrix.shape.dims[0]); }

  StoredRows features_;                          ///< [V, W]
  std::span<const float> weights_, unknown_;     ///< [V], [W]
  size_t modality_count_;                        ///< M
  StringTableView modalities_;                   ///< [M] their names
  std::array<StoredRows, kMaxModalities> maps_;  ///< [M] each [width, W]
  StoredRows biases_;                            ///< [M, W]
  bool normalize_;
  std::optional<WordVectors> words_;  ///< if a modality is kWordModality
  std::vector<uint32_t> found_;       ///< scratch
  std::vector<float> unit_;           ///< scratch: one vector; as long as all together
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_ITEM_TOWER_ITEM_TOWER_H_
