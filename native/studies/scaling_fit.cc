#include "native/studies/scaling_fit.h"

#include <cmath>
#include <limits>
#include <vector>

namespace tsugi {
namespace {

constexpr double kLowest = 0.02, kHighest = 4.0;  // exponents that are searched

struct Line {
  double intercept, slope;
};

/// Least squares of values over x.
Line FitLine(std::span<const double> x, std::span<const double> values) {
  double mean_x = 0, mean_y = 0, xx = 0, xy = 0;
  const auto count = static_cast<double>(x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    mean_x += x[i] / count;
    mean_y += values[i] / count;
  }
  for (size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    xy += (x[i] - mean_x) * (values[i] - mean_y);
  }
  const double slope = xx > 0.0 ? xy / xx : 0.0;
  return {mean_y - slope * mean_x, slope};
}

template <typename Law>
double Rmse(const Law& law, std::span<const double> sizes, std::span<const double> values) {
  double squares = 0;
  for (size_t i = 0; i < sizes.size(); ++i) squares += std::pow(law.At(sizes[i]) - values[i], 2.0);
  return std::sqrt(squares / static_cast<double>(sizes.size()));
}

/// The best law with this exponent: with a fixed, P(N) is linear in N^(-a), so least squares
/// give the other two parameters exactly. Sizes are multiples of their geometric mean: N^(-a)
/// itself could be tiny and the slope huge.
OffsetPowerLaw FitWithExponent(double exponent, std::span<const double> sizes,
                               std::span<const double> values) {
  double middle = 0;
  for (const double size : sizes) middle += std::log(size) / static_cast<double>(sizes.size());
  std::vector<double> x;
  for (const double size : sizes) x.push_back(std::exp(-exponent * (std::log(size) - middle)));
  const Line line = FitLine(x, values);
  // A falling quality has no such law; the flat one is the nearest.
  const double drop = std::max(-line.slope, 1e-12);
  OffsetPowerLaw law{line.intercept, std::exp(middle + std::log(drop) / exponent), exponent, 0.0,
                     false};
  law.rmse = Rmse(law, sizes, values);
  return law;
}

}  // namespace

double OffsetPowerLaw::At(double size) const {
  return ceiling - std::exp(-exponent * (std::log(size) - std::log(scale)));
}

double LogLinearLaw::At(double size) const { return intercept + slope * std::log(size); }

OffsetPowerLaw FitOffsetPowerLaw(std::span<const double> sizes, std::span<const double> values) {
  // One dimension is left to search: a geometric grid finds the valley, ever smaller steps from its
  // best point the bottom.
  constexpr double kStep = 1.02;
  OffsetPowerLaw best;
  best.rmse = std::numeric_limits<double>::infinity();
  for (double exponent = kLowest; exponent <= kHighest; exponent *= kStep) {
    const OffsetPowerLaw law = FitWithExponent(exponent, sizes, values);
    if (law.rmse < best.rmse) best = law;
  }
  for (double step = kStep; step > 1.00001; step = std::sqrt(step)) {
    for (const double exponent : {best.exponent * step, best.exponent / step}) {
      const OffsetPowerLaw law = FitWithExponent(exponent, sizes, values);
      if (law.rmse < best.rmse) best = law;
    }
  }
  // At the edge of the grid the data do not determine the exponent.
  const bool is_inside = best.exponent > kLowest * kStep && best.exponent < kHighest / kStep;
  best.is_found = is_inside && best.ceiling >= 0.0 && best.ceiling <= 1.0;
  return best;
}

LogLinearLaw FitLogLinear(std::span<const double> sizes, std::span<const double> values) {
  std::vector<double> x;
  for (const double size : sizes) x.push_back(std::log(size));
  const Line line = FitLine(x, values);
  LogLinearLaw law{line.intercept, line.slope, 0.0};
  law.rmse = Rmse(law, sizes, values);
  return law;
}

}  // namespace tsugi
