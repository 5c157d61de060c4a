#ifndef TSUGI_CORE_EXPLAIN_QUERY_LENGTH_H_
#define TSUGI_CORE_EXPLAIN_QUERY_LENGTH_H_

#include <optional>
#include <span>

#include "core/kernels/linear.h"

namespace tsugi {

/// The Euclidean length, at least 1e-12, of the query that a hidden vector [D] becomes through the
/// output layer of an item projection, or without one is. slopes [D] receives the derivative of
/// its activation at each number, 1 without a projection.
double QueryLength(const std::optional<LinearWeights>& projection, std::span<const float> hidden,
                   std::span<float> slopes);

}  // namespace tsugi

#endif  // TSUGI_CORE_EXPLAIN_QUERY_LENGTH_H_
