#ifndef TSUGI_NATIVE_EVAL_INTENT_INTENT_ACCURACY_H_
#define TSUGI_NATIVE_EVAL_INTENT_INTENT_ACCURACY_H_

#include <functional>
#include <string>
#include <vector>

#include "core/model/model_view.h"
#include "native/dataset/dataset.h"
#include "native/eval/bootstrap.h"
#include "native/eval/evaluate_model.h"
#include "native/intent/intent_labels.h"

namespace tsugi {

/// How often the most probable label of a family is a label of the next event, for the model and
/// for simple predictors.
struct IntentAccuracy {
  std::string family;
  size_t labels = 0;          ///< number of labels of the family
  size_t cases = 0;           ///< number of cases whose event has a label of the family
  double model = 0.0;         ///< share of right predictions of the model
  double majority = 0.0;      ///< predicts the most frequent label of the training part
  double markov = 0.0;        ///< predicts the label that follows most often after the last labels
  double last_item = 0.0;     ///< predicts the label that follows most often after the last item
  Interval over_markov = {};  ///< 95 % interval of model - markov, users resampled
  Interval over_last_item = {};  ///< 95 % interval of model - last_item
};

/// Derives the labels that a model was trained on from a data set.
/// Errors: kInvalidArgument if the data set gives other labels, or the model predicts no intents.
Result<IntentLabels> LabelsOfModel(const ModelView& model, const Dataset& dataset);

/// Measures the intents that the engine predicts after the history of every case. Returns one entry
/// per family, in the model's order. Errors: those of LabelsOfModel and of the engine.
Result<std::vector<IntentAccuracy>> MeasureIntents(
    const ModelView& model, const Dataset& dataset, Split split,
    const std::function<void(size_t done, size_t total)>& progress = {});

/// A Measurement: adds "intents" to the report. A data set that gives other labels, e.g. one
/// without metadata, can still measure the ranking: it is a note in the report and no error.
Status ReportIntents(const ModelView& model, const Dataset& dataset, const EvaluateOptions& options,
                     Report& report);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_INTENT_INTENT_ACCURACY_H_
