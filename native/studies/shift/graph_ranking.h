#ifndef TSUGI_NATIVE_STUDIES_SHIFT_GRAPH_RANKING_H_
#define TSUGI_NATIVE_STUDIES_SHIFT_GRAPH_RANKING_H_

#include <torch/torch.h>

#include "native/eval/bootstrap.h"
#include "native/studies/shift/interactions.h"

namespace tsugi::train {

/// Ranks the whole catalogue, less their training items, for every user with targets in `part`.
/// vectors [U + N, D], values. Returns kListMetrics a user.
UserSums RankUsers(const torch::Tensor& vectors, const ShiftData& data, const Interactions& part);

/// Recall@20 of the part as if every item were as likely a target: a target counts one over its
/// training pairs. Estimates the recall under a popularity shift without shifted data.
double BalancedRecall(const torch::Tensor& vectors, const ShiftData& data,
                      const Interactions& part);

/// [M] i64: the item with the highest cosine to each row of `vectors` [M, D] among those that
/// users[m] has not in training. item_vectors [N, D].
torch::Tensor NearestItems(const torch::Tensor& vectors, const torch::Tensor& users,
                           const torch::Tensor& item_vectors, const Interactions& train);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_STUDIES_SHIFT_GRAPH_RANKING_H_
