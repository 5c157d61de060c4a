#ifndef TSUGI_NATIVE_TRAIN_ITEM_TOWER_ITEM_TOWER_CONFIG_H_
#define TSUGI_NATIVE_TRAIN_ITEM_TOWER_ITEM_TOWER_CONFIG_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/model/model_spec.h"
#include "native/dataset/dataset.h"
#include "native/train/config_field.h"

namespace tsugi::train {

/// The share of cold items between training and serving, as far as training can know it: the larger
/// of the share of validation cases whose item has no training event and the share of the
/// catalogue's items that have none. The rate at which ids are masked.
double MeasureColdShare(const Dataset& dataset);

/// Vectors of one modality as the tower reads them, of length 1 each.
struct GivenVectors {
  uint32_t width = 0;
  std::vector<float> units;    ///< [N, width]; zeros for an item without
  std::vector<bool> is_given;  ///< [N]

  static GivenVectors Of(const ItemVectors& vectors, size_t item_count);
  /// What the words of each item mean (core/parts/word_vectors/word_vectors.h). Requires: the data
  /// set has word vectors.
  static GivenVectors OfWords(const Dataset& dataset);
};

/// The vectors of a data set that are called `name`. Errors: kInvalidArgument, with the known
/// names; `key` is the option that names them, for the message.
Result<const ItemVectors*> FindItemVectors(const Dataset& dataset, std::string_view key,
                                           std::string_view name);

/// What the semantic tower sums up for each item, in compressed rows, and the vectors that were
/// given of it (core/parts/item_tower/item_tower.h).
struct ItemFeatureMatrix {
  std::vector<float> feature_weights;  ///< [V] inverse document frequency; 0 = not used
  std::vector<int64_t> offsets;        ///< [N + 1]
  std::vector<int64_t> features;       ///< of item i: [offsets[i], offsets[i + 1])
  std::vector<float> weights;          ///< beside them, those of an item of length 1
  std::vector<bool> is_known;          ///< [N] whether training sees the item
  std::vector<std::shared_ptr<const GivenVectors>> vectors;  ///< [M] of each modality

  /// weight_f = log(1 + known items / known items with f) for what at least two known items have,
  /// else 0: a feature of one item says nothing about another. Known items have an event among the
  /// first ends[s] of a sequence s. feature_count: a power of two. modalities: as
  /// ItemTowerConfig::modalities.
  static ItemFeatureMatrix Build(const Dataset& dataset, std::span<const uint32_t> ends,
                                 uint32_t feature_count, std::span<const std::string> modalities);
};

/// Rows that the tower of a data set should have: twice the words and attributes that at least two
/// items have, as a power of two from 1,024 to 32,768; 1 if items have neither.
uint32_t ChooseFeatureCount(const Dataset& dataset);

/// Keys of [item_tower]: rows of items hold what the items say of themselves too.
struct ItemTowerConfig final : PartConfig {
  bool enabled = false;
  int64_t features = 0;
  double id_mask = -1.0;      ///< share of items whose own vector a step hides
  bool vectors = true;        ///< whether given vectors are read
  bool words = true;          ///< whether the data set's word vectors are
  double vector_mask = -1.0;  ///< share of given vectors that a step hides

  ItemTowerConfig() : PartConfig("item_tower", "Item tower", "recommender") {}
  /// Errors also: kInvalidArgument for a data set without titles, metadata and vectors.
  Status Resolve(TrainConfig& config, const Dataset& dataset) override;
  void AddTo(ModelSpec& spec) const override;
  std::vector<std::string> Notes() const override;

  /// Names of the modalities of a resolved config, in their order: those of the data set's item
  /// vectors, then kWordModality.
  const std::vector<std::string>& modalities() const { return modalities_; }

 private:
  std::vector<Field> Fields() override;

  std::vector<std::string> modalities_;  ///< [M]
  std::vector<uint32_t> widths_;         ///< [M]
  std::vector<std::string> not_read_ =
      {};  ///< vectors that the data set has and the model does not
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_ITEM_TOWER_ITEM_TOWER_CONFIG_H_
