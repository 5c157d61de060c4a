#ifndef TSUGI_NATIVE_STUDIES_SCALING_FIT_H_
#define TSUGI_NATIVE_STUDIES_SCALING_FIT_H_

#include <span>

namespace tsugi {

/// P(N) = ceiling - (N / scale)^(-exponent).
/// Source: the offset scaling law of Netflix's generative recommender (arXiv 2605.23312).
struct OffsetPowerLaw {
  double ceiling = 0.0;   ///< P0, what the quality tends to
  double scale = 0.0;     ///< N0
  double exponent = 0.0;  ///< a > 0
  double rmse = 0.0;      ///< of the fit
  bool is_found = false;  ///< the best exponent is no end of the searched range, P0 is in [0, 1]
  double At(double size) const;
};

/// P(N) = intercept + slope * ln N.
struct LogLinearLaw {
  double intercept = 0.0, slope = 0.0, rmse = 0.0;
  double At(double size) const;
};

/// Least squares; for a given exponent the law is linear, so every exponent of a fine grid from
/// 0.02 to 4 is a start, and the best is refined. Where more size does not help the exponent and
/// the ceiling mean nothing, which a ceiling outside [0, 1] gives away.
/// Requires: sizes > 0, at least three of them different; as many values.
OffsetPowerLaw FitOffsetPowerLaw(std::span<const double> sizes, std::span<const double> values);

/// Least squares. Requires: sizes > 0, two of them different; as many values.
LogLinearLaw FitLogLinear(std::span<const double> sizes, std::span<const double> values);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_STUDIES_SCALING_FIT_H_
