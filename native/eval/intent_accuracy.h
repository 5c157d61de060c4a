#ifndef TSUGI_NATIVE_EVAL_INTENT_ACCURACY_H_
#define TSUGI_NATIVE_EVAL_INTENT_ACCURACY_H_

#include <functional>
#include <string>
#include <vector>

#include "core/model/model_view.h"
#include "native/dataset/dataset.h"
#include "native/eval/bootstrap.h"
#include "native/intent/intent_labels.h"

namespace tsugi {

/// How often the likeliest label of a family is one that the next event has.
struct IntentAccuracy {
  std::string family;
  size_t labels = 0;          ///< classes of the family
  size_t cases = 0;           ///< cases whose event has a label of the family; the rest say nothing
  double model = 0.0;         ///< share of right answers: the model's first label
  double majority = 0.0;      ///< the label that most training events have
  double markov = 0.0;        ///< the label that follows most often on those of the last event
  double last_item = 0.0;     ///< the label that follows most often on the last event's item
  Interval over_markov = {};  ///< 95 % of model - markov, users resampled
  Interval over_last_item = {};  ///< the same of model - last_item
};

/// Derives again the labels that a model was trained on.
/// Errors: kInvalidArgument if this data set gives other labels, or the model predicts none.
Result<IntentLabels> LabelsOfModel(const ModelView& model, const Dataset& dataset);

/// Reads the engine's intents after every case's history. One entry a family, in the model's order.
/// Errors: LabelsOfModel; those of the engine.
Result<std::vector<IntentAccuracy>> MeasureIntents(
    const ModelView& model, const Dataset& dataset, Split split,
    const std::function<void(size_t done, size_t total)>& progress = {});

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_INTENT_ACCURACY_H_
