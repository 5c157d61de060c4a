#include "native/eval/bootstrap.h"

#include <algorithm>
#include <cmath>

#include "core/base/random.h"

namespace tsugi {
namespace {

// The quantile at level q, by nearest rank. Reorders the sample, which is cheaper than sorting it.
double Quantile(std::vector<double>& sample, double q) {
  const auto index = static_cast<size_t>(std::lround(q * static_cast<double>(sample.size() - 1)));
  std::nth_element(sample.begin(), sample.begin() + static_cast<std::ptrdiff_t>(index),
                   sample.end());
  return sample[index];
}

}  // namespace

void UserSums::Add(bool is_new, std::span<const double> values, double weight) {
  if (is_new) {
    sums.resize(sums.size() + metric_count);
    case_counts.push_back(0.0);
  }
  double* row = sums.data() + sums.size() - metric_count;
  for (size_t m = 0; m < metric_count; ++m) row[m] += weight * values[m];
  case_counts.back() += weight;
}

UserSums SumByUser(std::span<const Metric> metrics, std::span<const EvaluationCase> cases,
                   std::span<const TargetRank> ranks, std::span<const double> weights) {
  UserSums users;
  users.metric_count = metrics.size();
  const EvaluationCase* last = nullptr;
  std::vector<double> values(metrics.size());
  for (size_t i = 0; i < cases.size(); ++i) {
    const double weight = weights.empty() ? 1.0 : weights[i];
    // Users of whom no case counts get no row: drawing them would add nothing.
    if (weight == 0.0) continue;
    for (size_t m = 0; m < values.size(); ++m) values[m] = metrics[m].Compute(ranks[i].rank);
    users.Add(last == nullptr || cases[i].sequence != last->sequence, values, weight);
    last = &cases[i];
  }
  return users;
}

UserSums Subtract(const UserSums& a, const UserSums& b) {
  TSUGI_DCHECK(a.sums.size() == b.sums.size() && a.case_counts == b.case_counts);
  UserSums difference = a;
  for (size_t i = 0; i < difference.sums.size(); ++i) difference.sums[i] -= b.sums[i];
  return difference;
}

std::vector<double> MeansOf(const UserSums& users) {
  // Means over cases, not over users: a user with many cases counts for each of them, as in the
  // published protocols.
  std::vector<double> means(users.metric_count);
  double cases = 0.0;
  for (size_t u = 0; u < users.case_counts.size(); ++u) {
    cases += users.case_counts[u];
    for (size_t m = 0; m < means.size(); ++m) means[m] += users.sums[u * means.size() + m];
  }
  for (double& mean : means) mean /= cases > 0.0 ? cases : 1.0;
  return means;
}

std::vector<std::vector<double>> BootstrapMeans(const UserSums& users,
                                                const BootstrapOptions& options) {
  const size_t user_count = users.case_counts.size();
  const size_t metric_count = users.metric_count;
  // means[m] holds the mean of metric m in every resample. Users are drawn, not cases: the cases of
  // one user are not independent, and drawing them one by one would make intervals too narrow.
  std::vector<std::vector<double>> means(metric_count);
  if (user_count == 0) return means;
  std::vector<double> total(metric_count);
  for (uint32_t resample = 0; resample < options.resamples; ++resample) {
    // One stream per resample, so a resample does not depend on how many came before.
    Random random(options.seed, resample);
    std::fill(total.begin(), total.end(), 0.0);
    double cases = 0.0;
    for (size_t draw = 0; draw < user_count; ++draw) {
      const size_t user = random.NextBelow(user_count);
      const double* row = users.sums.data() + user * metric_count;
      for (size_t m = 0; m < metric_count; ++m) total[m] += row[m];
      // A resample has its own number of cases: the mean is a ratio of two random sums.
      cases += users.case_counts[user];
    }
    for (size_t m = 0; m < metric_count; ++m) means[m].push_back(total[m] / cases);
  }
  return means;
}

Interval MiddleInterval(std::vector<double> means) {
  if (means.empty()) return {};
  return {Quantile(means, 0.025), Quantile(means, 0.975)};
}

std::vector<Interval> BootstrapIntervals(const UserSums& users, const BootstrapOptions& options) {
  std::vector<Interval> intervals;
  for (auto& means : BootstrapMeans(users, options)) {
    intervals.push_back(MiddleInterval(std::move(means)));
  }
  return intervals;
}

}  // namespace tsugi
