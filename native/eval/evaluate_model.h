#ifndef TSUGI_NATIVE_EVAL_EVALUATE_MODEL_H_
#define TSUGI_NATIVE_EVAL_EVALUATE_MODEL_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "core/model/model_view.h"
#include "native/dataset/dataset.h"
#include "native/eval/evaluation_set.h"
#include "native/eval/report.h"

namespace tsugi {

struct EvaluateOptions {
  Split split = Split::kTest;
  std::vector<uint32_t> ks{5, 10, 20};
  std::optional<bool> filter_seen = {};  ///< unset: the model's own default (spec.filter_seen)
  bool with_baselines = false;
  unsigned threads = 0;  ///< see RankOptions
  BootstrapOptions bootstrap;
  /// Called from the calling thread with what is being ranked ("model", "markov", ...).
  std::function<void(std::string_view what, size_t done, size_t total)> progress = {};
};

/// Checks that the model was trained on this data set's items: same count, same ids in order.
/// Errors: kInvalidArgument with the first difference.
Status CheckSameItems(const ModelView& model, const Dataset& dataset);

/// [cases] which ask for an item that the training part does not hold.
std::vector<bool> FindColdCases(const EvaluationSet& set);

/// Evaluates a model through the shipped engine, beside the baselines if asked for.
/// The report's model_bytes and tie_order are the caller's to fill: they belong to files.
/// Errors: CheckSameItems; Recommender::Create; kInvalidArgument for a split without cases or a k
/// of 0.
Result<Report> EvaluateModel(const ModelView& model, const Dataset& dataset,
                             const EvaluateOptions& options);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_EVALUATE_MODEL_H_
