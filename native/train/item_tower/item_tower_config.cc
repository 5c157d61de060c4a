#include "native/train/item_tower/item_tower_config.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <string_view>

#include "core/base/text.h"
#include "core/model/model_spec.h"
#include "core/parts/item_tower/item_tower.h"
#include "core/parts/word_vectors/word_vectors.h"
#include "native/dataset/dataset_files.h"
#include "native/dataset/item_attributes.h"
#include "native/train/train_config.h"
#include "native/word_vectors/word_vector_table.h"

namespace tsugi::train {
namespace {

static_assert(kMostItemVectors + 1 == kMaxModalities);  // and kWordModality

constexpr uint32_t kLeastFeatures = 1024, kMostFeatures = 32768;
/// For counting distinct features: of some ten thousand few collide.
constexpr uint32_t kCountingFeatures = 1u << 20;

/// The catalogue's items as the tower is told of them.
class Descriptions {
 public:
  explicit Descriptions(const Dataset& dataset)
      : titles_(dataset.item_titles()), table_(BuildItemAttributes(dataset.item_metadata())) {
    table_.ShowIn(view_);
  }

  /// Valid until the next call.
  ItemDescription Of(size_t item) {
    attributes_.clear();
    if (!view_.item_attribute_offsets.empty()) {
      const auto& offsets = view_.item_attribute_offsets;
      for (uint32_t at = offsets[item]; at < offsets[item + 1]; ++at) {
        attributes_.push_back(view_.attribute_names()[view_.item_attributes[at]]);
      }
    }
    return {titles_.size() > 0 ? titles_[item] : std::string_view(), attributes_};
  }

 private:
  StringTableView titles_;
  ItemAttributeTable table_;
  ModelView view_;
  std::vector<std::string_view> attributes_;
};

/// [V] weights of the features that items have under `weights`.
std::vector<float> WeighFeatures(Descriptions& items, const std::vector<bool>& is_known,
                                 const std::vector<float>& weights) {
  std::vector<uint32_t> counts(weights.size()), features;
  double known = 0;
  for (size_t item = 0; item < is_known.size(); ++item) {
    if (!is_known[item]) continue;
    ++known;
    FindItemFeatures(items.Of(item), weights, features);
    for (const uint32_t f : features) ++counts[f];
  }
  std::vector<float> found(weights.size());
  for (size_t f = 0; f < counts.size(); ++f) {
    // Features of one item alone say nothing of another and would only be learnt by heart.
    if (counts[f] >= 2) found[f] = static_cast<float>(std::log(1.0 + known / counts[f]));
  }
  return found;
}

/// Words as a whole: where every weight is above 0, no word falls into pieces.
std::vector<float> WeighWords(Descriptions& items, const std::vector<bool>& is_known,
                              uint32_t feature_count) {
  return WeighFeatures(items, is_known, std::vector<float>(feature_count, 1.0f));
}

/// [N], those with an event among the first ends[s] of a sequence s.
std::vector<bool> FindKnownItems(const Dataset& dataset, std::span<const uint32_t> ends) {
  std::vector<bool> is_known(dataset.item_count());
  for (size_t s = 0; s < dataset.sequence_count(); ++s) {
    for (const uint32_t item : dataset.sequence_items(s).first(ends[s])) is_known[item] = true;
  }
  return is_known;
}

constexpr double kMostHidden = 0.9;
/// Enough that a new item without a vector is no surprise, and the others hardly miss theirs.
constexpr double kVectorMask = 0.1;

bool HasText(const Dataset& dataset) {
  return dataset.item_titles().size() > 0 || dataset.item_metadata().size() > 0;
}

/// "image and text".
std::string Join(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

}  // namespace

// The larger of two shares: of validation cases, which says how often a new item is asked for, and
// of items, for logs whose new items have hardly any events yet.
double MeasureColdShare(const Dataset& dataset) {
  const std::vector<bool> is_known = FindKnownItems(dataset, dataset.train_end());
  const auto cases = dataset.cases(Split::kValid);
  const auto cold_cases = std::count_if(cases.begin(), cases.end(), [&](const EvaluationCase& c) {
    return !is_known[dataset.sequence_items(c.sequence)[c.position]];
  });
  const auto cold_items = std::count(is_known.begin(), is_known.end(), false);
  return std::max(
      static_cast<double>(cold_cases) / std::max<double>(1.0, static_cast<double>(cases.size())),
      static_cast<double>(cold_items) / static_cast<double>(is_known.size()));
}

// Twice as many rows as features, rounded up to a power of two, so that few features share a row.
uint32_t ChooseFeatureCount(const Dataset& dataset) {
  if (!HasText(dataset)) return 1;
  Descriptions items(dataset);
  const auto weights =
      WeighWords(items, FindKnownItems(dataset, dataset.train_end()), kCountingFeatures);
  const auto used = static_cast<uint32_t>(
      std::count_if(weights.begin(), weights.end(), [](float w) { return w > 0.0f; }));
  return std::clamp(std::bit_ceil(2 * used), kLeastFeatures, kMostFeatures);
}

GivenVectors GivenVectors::Of(const ItemVectors& vectors, size_t item_count) {
  GivenVectors given{vectors.width, std::vector<float>(vectors.rows.size()),
                     std::vector<bool>(item_count)};
  for (size_t item = 0; item < item_count; ++item) {
    const std::span unit = std::span(given.units).subspan(item * given.width, given.width);
    given.is_given[item] = NormalizeVector(vectors.Of(item), unit);
    if (!given.is_given[item]) std::fill(unit.begin(), unit.end(), 0.0f);
  }
  return given;
}

GivenVectors GivenVectors::OfWords(const Dataset& dataset) {
  const WordVectorTable table = WordVectorTable::Make(dataset);
  const ModelView view = table.View();
  WordVectors words(view);
  Descriptions items(dataset);
  const auto width = static_cast<uint32_t>(words.width());
  GivenVectors given{width, std::vector<float>(dataset.item_count() * width),
                     std::vector<bool>(dataset.item_count())};
  for (size_t item = 0; item < dataset.item_count(); ++item) {
    const std::span unit = std::span(given.units).subspan(item * width, width);
    const ItemDescription description = items.Of(item);
    given.is_given[item] = words.Mean(description.title, description.attributes, unit);
    if (!given.is_given[item]) std::fill(unit.begin(), unit.end(), 0.0f);
  }
  return given;
}

Result<const ItemVectors*> FindItemVectors(const Dataset& dataset, std::string_view key,
                                           std::string_view name) {
  std::vector<std::string> names;
  for (const ItemVectors& vectors : dataset.item_vectors()) {
    if (vectors.name == name) return &vectors;
    names.push_back(vectors.name);
  }
  if (names.empty()) {
    return InvalidArgument(Concat(key, " = ", ToText(std::string(name)),
                                  ": the data set has no vectors of items. Try: import with "
                                  "--item-vectors NAME=FILE"));
  }
  return InvalidArgument(Concat(key, " = ", ToText(std::string(name)),
                                ": no such vectors (the data set has ", Join(names),
                                "). Try: ", key, "=", names.front()));
}

ItemFeatureMatrix ItemFeatureMatrix::Build(const Dataset& dataset, std::span<const uint32_t> ends,
                                           uint32_t feature_count,
                                           std::span<const std::string> modalities) {
  Descriptions items(dataset);
  ItemFeatureMatrix matrix;
  matrix.is_known = FindKnownItems(dataset, ends);
  for (const std::string& name : modalities) {
    const auto found = FindItemVectors(dataset, "", name);
    matrix.vectors.push_back(std::make_shared<const GivenVectors>(
        found.ok() ? GivenVectors::Of(**found, dataset.item_count())
                   : GivenVectors::OfWords(dataset)));
  }
  matrix.feature_weights = WeighWords(items, matrix.is_known, feature_count);
  // Rare words fall into pieces now, which count where no word or attribute does.
  const auto pieces = WeighFeatures(items, matrix.is_known, matrix.feature_weights);
  for (size_t f = 0; f < pieces.size(); ++f) {
    if (matrix.feature_weights[f] == 0.0f) matrix.feature_weights[f] = pieces[f];
  }
  // Weights of length 1, as ItemTower::MakeRow uses them: an item with many words gets no longer a
  // vector than one with few.
  std::vector<uint32_t> features;
  matrix.offsets.push_back(0);
  for (size_t item = 0; item < dataset.item_count(); ++item) {
    FindItemFeatures(items.Of(item), matrix.feature_weights, features);
    double squares = 0;
    for (const uint32_t f : features) squares += std::pow(matrix.feature_weights[f], 2.0);
    for (const uint32_t f : features) {
      if (matrix.feature_weights[f] == 0.0f) continue;
      matrix.features.push_back(f);
      matrix.weights.push_back(static_cast<float>(matrix.feature_weights[f] / std::sqrt(squares)));
    }
    matrix.offsets.push_back(static_cast<int64_t>(matrix.features.size()));
  }
  return matrix;
}

std::vector<Field> ItemTowerConfig::Fields() {
  return {
      {"enabled", &enabled,
       "builds item rows from titles and attributes too; items can join later"},
      {"features",
       &features,
       {1, 1 << 20, {}, 0},
       "rows of the table of hashed words and attributes, a power of two"},
      {"id_mask",
       &id_mask,
       {0, kMostHidden, {}, -1},
       "share of items whose own vector a step hides"},
      {"vectors", &vectors,
       "builds item rows from the vectors given at import too, if there are any"},
      {"words", &words,
       "builds item rows from what the words of items mean too, if the data set has word vectors"},
      {"vector_mask",
       &vector_mask,
       {0, kMostHidden, {}, -1},
       "share of given vectors that a step hides"},
  };
}

Status ItemTowerConfig::Resolve(TrainConfig& config, const Dataset& dataset) {
  modalities_.clear();
  widths_.clear();
  not_read_.clear();
  for (const ItemVectors& given : dataset.item_vectors()) {
    if (!enabled || !vectors) {
      not_read_.push_back(given.name);
      continue;
    }
    modalities_.push_back(given.name);
    widths_.push_back(given.width);
  }
  if (!enabled) {
    features = 0;
    id_mask = vector_mask = 0.0;
    return Status();
  }
  // Only with the words in the model can the engine do for a new item what training did.
  if (words && dataset.word_width() > 0 && config.word_vectors.enabled != Switch::kOff) {
    if (std::ranges::find(modalities_, kWordModality) != modalities_.end()) {
      return InvalidArgument(
          "item_tower.words = on: the data set has item vectors called words as well. Try: "
          "item_tower.words=off, or import them under another name");
    }
    modalities_.push_back(kWordModality);
    widths_.push_back(static_cast<uint32_t>(dataset.word_width()));
  }
  if (modalities_.empty()) vector_mask = 0.0;
  if (vector_mask < 0.0) vector_mask = kVectorMask;
  if (!HasText(dataset) && modalities_.empty()) {
    return InvalidArgument(
        "item_tower.enabled = on: the data set has neither titles nor metadata nor vectors of "
        "items. Try: item_tower.enabled=off, or import with --items or --item-vectors");
  }
  if (id_mask < 0.0) id_mask = MeasureColdShare(dataset);
  if (id_mask > kMostHidden) {
    return InvalidArgument(Concat("item_tower.id_mask: training never sees ",
                                  static_cast<int>(100.0 * id_mask),
                                  " % of the items (expected at most 90 %). Try: "
                                  "item_tower.id_mask=0.9, or a longer log"));
  }
  if (features == 0) features = ChooseFeatureCount(dataset);
  if (std::has_single_bit(static_cast<uint64_t>(features))) return Status();
  const auto below = std::bit_floor(static_cast<uint64_t>(features));
  return InvalidArgument(Concat("item_tower.features = ", features,
                                " (expected a power of two). Try: item_tower.features=", below));
}

void ItemTowerConfig::AddTo(ModelSpec& spec) const {
  if (!enabled) return;
  spec.item_tower =
      ItemTowerSpec{.features = static_cast<uint32_t>(features), .modality_widths = widths_};
}

std::vector<std::string> ItemTowerConfig::Notes() const {
  std::vector<std::string> notes;
  char line[128];
  if (enabled) {
    std::snprintf(line, sizeof line,
                  "tower: %ld features; a step hides the own vector of %.2f %% of the items",
                  static_cast<long>(features), 100.0 * id_mask);
    notes.push_back(line);
  }
  if (!modalities_.empty()) {
    std::string list;
    for (size_t m = 0; m < modalities_.size(); ++m) {
      list += Concat(m > 0 ? ", " : "", modalities_[m], " (", widths_[m], " numbers)");
    }
    std::snprintf(line, sizeof line, "; a step hides %.2f %% of them", 100.0 * vector_mask);
    notes.push_back("tower: given vectors " + list + line);
  }
  if (!not_read_.empty()) {
    notes.push_back(Concat("the given vectors ", Join(not_read_), " are not read. Try: --set ",
                           enabled ? "item_tower.vectors=on" : "item_tower.enabled=on"));
  }
  return notes;
}

}  // namespace tsugi::train
