#ifndef TSUGI_NATIVE_QUANTIZE_PRINCIPAL_AXES_H_
#define TSUGI_NATIVE_QUANTIZE_PRINCIPAL_AXES_H_

#include <cstddef>
#include <vector>

#include "native/quantize/kmeans.h"

namespace tsugi {

/// Principal axes of points: eigenvectors of their covariance.
struct PrincipalAxes {
  std::vector<double> variances;  ///< [D], descending
  std::vector<float> axes;        ///< [D, D], row i is the unit vector of variances[i]
};

/// Computes them by Jacobi rotations. Requires: at least one point, all finite.
PrincipalAxes FindPrincipalAxes(const PointsView& points);

/// A rotation [D, D] after which every run of `part_width` dimensions has about the same product of
/// variances, so that equally many bits serve each part equally well.
/// Source: eigenvalue allocation of parametric OPQ, Ge et al., PAMI 2014, section 3.2.2.
/// Requires: part_width divides D.
std::vector<float> BalancedRotation(const PrincipalAxes& axes, size_t part_width);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_QUANTIZE_PRINCIPAL_AXES_H_
