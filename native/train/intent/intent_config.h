#ifndef TSUGI_NATIVE_TRAIN_INTENT_INTENT_CONFIG_H_
#define TSUGI_NATIVE_TRAIN_INTENT_INTENT_CONFIG_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "native/dataset/dataset.h"
#include "native/intent/intent_labels.h"
#include "native/train/config_field.h"

namespace tsugi::train {

/// Keys of [intent]: intents are predicted first, to predict the item with
/// (native/intent/README.md).
struct IntentConfig final : PartConfig {
  std::string families = "none";
  bool hierarchy = true;  ///< false: heads beside the item's, for training only
  int64_t layers = 0;
  int64_t short_term_events = -1;
  int64_t short_term_s = -1;
  double weight = 0.1;  ///< lambda: the intent losses are added to the item loss
  bool heads_learn_items = true;

  /// The labels of the data set's events, which they borrow: what `families` resolves to. None
  /// without intents.
  std::shared_ptr<const IntentLabels> labels;

  IntentConfig() : PartConfig("intent", "Intents", "recommender") {}
  bool enabled() const { return families != "none"; }
  /// Errors also: kInvalidArgument for a short-term window that is longer than the encoder's; those
  /// of IntentLabels::Build.
  Status Resolve(TrainConfig& config, const Dataset& dataset) override;
  void AddTo(ModelSpec& spec) const override;
  /// The families that the data set does not allow.
  std::vector<std::string> Notes() const override;
  /// How many labels each family has; none without intents.
  std::vector<uint32_t> LabelCounts() const;

 private:
  std::vector<Field> Fields() override;
};

/// Seconds of the short-term window that suit a log: what three of four runs of five consecutive
/// training events take, at least a minute. So a window holds a handful of events in a log of
/// minutes as in one of months, and bursts do not fill it alone. 0 if the log has no times.
int64_t DefaultShortTermSeconds(const Dataset& dataset);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_INTENT_INTENT_CONFIG_H_
