#ifndef TSUGI_NATIVE_EVAL_REPORT_H_
#define TSUGI_NATIVE_EVAL_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "native/eval/bootstrap.h"
#include "native/eval/intent_accuracy.h"
#include "native/eval/metrics.h"

namespace tsugi {

/// One row of the table: a ranking's means and their 95 % intervals, parallel to Report::metrics.
struct ReportRow {
  std::string name;                 ///< "model" or a baseline's name
  std::vector<double> means;        ///< [M]
  std::vector<Interval> intervals;  ///< [M]
  size_t ties = 0;                  ///< cases decided by the item order within the largest k
  double seconds = 0.0;             ///< wall-clock time of ranking all cases
};

/// Everything an evaluation has to say; printing it is all that is left.
struct Report {
  std::string protocol;  ///< as imported: "leave-one-out", "time" or "sessions"
  std::string split;     ///< "test" or "valid"
  std::string data_hash;
  std::string tie_order;  ///< "raw", "shuffled" or "" if the data set does not say
  std::string engine;     ///< what scored: version, weights, kernels
  uint64_t model_bytes = 0;
  size_t users = 0;
  size_t cases = 0;
  size_t catalogue = 0;
  bool filter_seen = true;
  std::vector<Metric> metrics;  ///< M columns
  ReportRow model;
  std::vector<ReportRow> baselines;
  std::vector<IntentAccuracy> intents;  ///< of each family, if the model predicts intents
  std::string intents_note;             ///< why they were not measured, else empty
  /// The model on cases whose target is nowhere in the training part, and on the others; no rows
  /// if every target is known.
  ReportRow cold, warm;
  size_t cold_cases = 0;
  double seconds = 0.0;
};

/// The object of `evaluate --json`, pretty-printed, without a trailing newline. Keys are stable:
/// protocol, split, users, cases, catalogue, engine, model_bytes, filter_seen, tie_order,
/// data_hash, metrics, ci95, ties, cold and warm (if training does not know every target; each with
/// cases, metrics, ci95), baselines (if any ran), intents (if predicted), seconds; session sets
/// repeat p@20 and mrr@20 at the top.
std::string FormatReportJson(const Report& report);

/// The same as an aligned table with one row per ranking, the model last, for people.
std::string FormatReportTable(const Report& report);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_REPORT_H_
