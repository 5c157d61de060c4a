#ifndef TSUGI_NATIVE_QUANTIZE_PRINCIPAL_AXES_H_
#define TSUGI_NATIVE_QUANTIZE_PRINCIPAL_AXES_H_

#include <cstddef>
#include <vector>

#include "native/quantize/kmeans.h"

namespace tsugi {

/// The principal axes of points: the eigenvectors of their covariance.
struct PrincipalAxes {
  std::vector<double> variances;  ///< [D], descending
  std::vector<float> axes;        ///< [D, D], row i is the unit vector of variances[i]
};

/// Computes the principal axes. Requires: at least one point, all finite.
/// Source: the cyclic Jacobi method (Golub and Van Loan, section 8.5).
PrincipalAxes FindPrincipalAxes(const PointsView& points);

/// Returns a rotation [D, D] after which every group of `part_width` consecutive dimensions has
/// about the same product of variances, so that codes with the same number of bits serve all groups
/// equally well.
/// Source: eigenvalue allocation of parametric OPQ, Ge et al., PAMI 2014, section 3.2.2.
/// Requires: part_width divides D.
std::vector<float> BalancedRotation(const PrincipalAxes& axes, size_t part_width);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_QUANTIZE_PRINCIPAL_AXES_H_
