#ifndef TSUGI_NATIVE_EVAL_REPORT_H_
#define TSUGI_NATIVE_EVAL_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "native/eval/bootstrap.h"
#include "native/eval/metrics.h"

namespace tsugi {

/// One row of the table: the means of a ranking and their 95 % intervals, parallel to
/// Report::metrics.
struct ReportRow {
  std::string name;                 ///< "model" or a baseline's name
  std::vector<double> means;        ///< [M]
  std::vector<Interval> intervals;  ///< [M]
  size_t ties = 0;                  ///< cases with a tie at the target's place within the largest k
  double seconds = 0.0;             ///< wall-clock time of ranking all cases
};

/// What was measured of a part of the model.
struct PartReport {
  std::string name;  ///< of the member in the JSON
  std::string json;  ///< the member, or empty if there is nothing but the text
  std::string text;  ///< lines for people
};

/// The complete result of an evaluation, ready to print.
struct Report {
  std::string protocol;  ///< as imported: "leave-one-out", "time" or "sessions"
  std::string split;     ///< "test" or "valid"
  std::string data_hash;
  std::string tie_order;  ///< "raw", "shuffled", or "" if unknown
  std::string engine;     ///< the engine that scored: version, weights, kernels
  uint64_t model_bytes = 0;
  size_t users = 0;
  size_t cases = 0;
  size_t catalogue = 0;
  bool filter_seen = true;
  std::vector<Metric> metrics;  ///< M columns
  ReportRow model;
  std::vector<ReportRow> baselines;
  std::vector<PartReport> parts;
  /// The model on cases whose target does not occur in the training part (cold), and on the others
  /// (warm); empty if there are no cold cases.
  ReportRow cold, warm;
  size_t cold_cases = 0;
  double seconds = 0.0;
};

/// Returns the object of `evaluate --json`, indented, without a line end. The keys are stable:
/// protocol, split, users, cases, catalogue, engine, model_bytes, filter_seen, tie_order,
/// data_hash, metrics, ci95, ties, cold and warm (if there are cold cases; each with cases,
/// metrics, ci95), baselines (if any ran), the names of parts, seconds. Session sets also have
/// p@20 and mrr@20 at the top level.
std::string FormatReportJson(const Report& report);

/// Returns the report as an aligned table for people: one row per ranking, the model last.
std::string FormatReportTable(const Report& report);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_REPORT_H_
