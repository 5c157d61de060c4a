#ifndef TSUGI_NATIVE_EVAL_BOOTSTRAP_H_
#define TSUGI_NATIVE_EVAL_BOOTSTRAP_H_

#include <cstdint>
#include <span>
#include <vector>

#include "native/dataset/dataset.h"
#include "native/eval/metrics.h"

namespace tsugi {

/// A confidence interval.
struct Interval {
  double low = 0.0;
  double high = 0.0;
};

/// Sums of M metrics for each of U users, which the bootstrap resamples.
struct UserSums {
  std::vector<double> sums;         ///< [U, M] sum of each metric over the user's cases
  std::vector<double> case_counts;  ///< [U] number of cases, or the sum of their weights
  size_t metric_count = 0;          ///< M

  /// Adds a case of the last user or, if `is_new`, of another one, of whom it is the first.
  void Add(bool is_new, std::span<const double> values, double weight = 1.0);
};

/// How to resample.
struct BootstrapOptions {
  uint32_t resamples = 1000;
  uint64_t seed = 1;
};

/// Sums the metric values of cases by user (sequence).
/// Shapes:   cases [n] and ranks [n], in the same order; weights [n], or empty if all cases count
///           alike. A case with weight 0 is left out.
/// Requires: the cases of a user are adjacent.
UserSums SumByUser(std::span<const Metric> metrics, std::span<const EvaluationCase> cases,
                   std::span<const TargetRank> ranks, std::span<const double> weights = {});

/// Returns the difference a - b of two rankings for each user, for a paired comparison.
/// Requires: both have the same cases and metrics.
UserSums Subtract(const UserSums& a, const UserSums& b);

/// Returns the means over all cases, [M]; zeros without users.
std::vector<double> MeansOf(const UserSums& users);

/// The mean over cases in every resample, [M][resamples]; users are drawn with replacement. The
/// same seed and number of users give the same draws. So the means of two systems on the same cases
/// may be subtracted resample by resample: a paired comparison. Without users each of the M is
/// empty.
std::vector<std::vector<double>> BootstrapMeans(const UserSums& users,
                                                const BootstrapOptions& options);

/// From the 2.5 % to the 97.5 % quantile of `means`, nearest rank; [0, 0] if there are none.
Interval MiddleInterval(std::vector<double> means);

/// 95 % percentile-bootstrap intervals of the means over cases, resampling users with replacement.
/// Returns [M] intervals; the same seed gives the same intervals. Without users all are [0, 0].
std::vector<Interval> BootstrapIntervals(const UserSums& users, const BootstrapOptions& options);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_BOOTSTRAP_H_
