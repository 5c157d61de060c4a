#ifndef TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_SEMANTIC_IDS_CONFIG_H_
#define TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_SEMANTIC_IDS_CONFIG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "native/train/config_field.h"

namespace tsugi::train {

/// How item vectors become codes.
enum class CodeMethod : uint8_t { kKmeans, kRqvae };
inline constexpr std::string_view kCodeMethods[] = {"kmeans", "rqvae"};
constexpr std::span<const std::string_view> NamesOf(CodeMethod) { return kCodeMethods; }

/// Keys of [semantic_ids]: stages that give items codes and train a language model that reads and
/// writes them.
struct SemanticIdsConfig final : PartConfig {
  bool enabled = false;
  std::string codes = "kmeans";  ///< a CodeMethod, or the path of a file
  std::string vectors = "none";  ///< ItemVectors::name of the behaviour vectors; none: trained rows
  double behaviour_weight = 1.0;
  double text_weight = 0.5;
  double align_weight = 0.2;
  int64_t pieces = 4000;
  int64_t width = 128;
  int64_t layers = 3;
  int64_t window = 128;
  int64_t epochs = 0;
  int64_t patience = 4;
  double learning_rate = 1e-2;
  double dropout = 0.05;
  double task_text = 0.25;
  double task_describe = 0.125;
  double task_query = 0.1;
  double task_negatives = 0.1;

  SemanticIdsConfig() : PartConfig("semantic_ids", "Semantic ids", "semantic ids") {}
  bool has_vectors() const { return vectors != "none"; }

  /// Errors also: kInvalidArgument for codes that are neither a method nor a file, and for vectors
  /// that the data set does not have.
  Status Resolve(TrainConfig& config, const Dataset& dataset) override;

 private:
  std::vector<Field> Fields() override;
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_SEMANTIC_IDS_CONFIG_H_
