#ifndef TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_IMAGINE_CONFIG_H_
#define TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_IMAGINE_CONFIG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "native/train/config_field.h"

namespace tsugi::train {

/// Keys of [imagine]: a second stage that learns to make rows of items that are not there.
struct ImagineConfig final : PartConfig {
  bool enabled = false;
  int64_t width = 192;  ///< H of the prior
  int64_t blocks = 4;
  int64_t steps = 8000;
  double learning_rate = 1e-3;
  double mix = 0.5;          ///< PriorConfig::mix
  double like_value = -1.0;  ///< FindLikeRule
  /// ItemVectors::name of the vectors that concepts are, e.g. of images; none: trained item rows.
  std::string vectors = "none";

  bool has_vectors() const { return vectors != "none"; }

  ImagineConfig() : PartConfig("imagine", "Imagined items", "imagine") {}
  /// Errors also: kInvalidArgument for item rows of different lengths, and for vectors that the
  /// data set does not have.
  Status Resolve(TrainConfig& config, const Dataset& dataset) override;

 private:
  std::vector<Field> Fields() override;
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_IMAGINE_CONFIG_H_
