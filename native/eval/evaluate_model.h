#ifndef TSUGI_NATIVE_EVAL_EVALUATE_MODEL_H_
#define TSUGI_NATIVE_EVAL_EVALUATE_MODEL_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/model/model_view.h"
#include "native/dataset/dataset.h"
#include "native/eval/evaluator.h"
#include "native/eval/report.h"

namespace tsugi {

struct EvaluateOptions;
/// Measures a part of the model and adds the result to report.parts; without the part, nothing.
using Measurement = Status (*)(const ModelView& model, const Dataset& dataset,
                               const EvaluateOptions& options, Report& report);

/// What to evaluate, and how.
struct EvaluateOptions {
  Split split = Split::kTest;
  std::vector<uint32_t> ks{5, 10, 20};
  std::optional<bool> filter_seen = {};  ///< unset: the model's default (spec.filter_seen)
  bool with_baselines = false;
  unsigned threads = 0;  ///< see RankOptions
  BootstrapOptions bootstrap = {};
  std::span<const Measurement> measurements = {};  ///< of parts, made after the ranking
  /// Called on the calling thread with the name of the current ranking ("model", "markov", ...).
  std::function<void(std::string_view what, size_t done, size_t total)> progress = {};
};

/// Checks that the data set has the items that the model was trained on, in the same order, and
/// the same actions if the model reads them.
/// Errors: kInvalidArgument, naming the first difference.
Status CheckSameItems(const ModelView& model, const Dataset& dataset);

/// Returns for every case [cases] whether its target does not occur in the training part.
std::vector<bool> FindColdCases(const EvaluationSet& set);

/// Evaluates a model through the shipped engine, and the baselines if asked for. The caller fills
/// the fields model_bytes and tie_order of the report, which depend on files.
/// Errors: those of CheckSameItems, of Recommender::Create and of the measurements;
/// kInvalidArgument for a split without cases or a k of 0.
Result<Report> EvaluateModel(const ModelView& model, const Dataset& dataset,
                             const EvaluateOptions& options);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_EVALUATE_MODEL_H_
