#ifndef TSUGI_NATIVE_TRAIN_LOSSES_SET_LOSS_H_
#define TSUGI_NATIVE_TRAIN_LOSSES_SET_LOSS_H_

#include <torch/torch.h>

#include "native/train/losses/item_loss.h"

namespace tsugi::train {

// Losses of a set of targets for each position: one pass over the scores, whatever the size of the
// set. targets [M, S] i64, -1 = unused place, the others of a row different; result [M, S], what
// each target costs before its weight, 0 at unused places. Source: arXiv 2605.23312, eq. of the
// multi-token objective, L = -sum_i w_i log p(y_i | x).

/// -s_i + logsumexp over all items. hidden [M, D] (already times the logit scale), item_rows
/// [N, D]. `smoothing` as CrossEntropy.
torch::Tensor SetCrossEntropy(const torch::Tensor& hidden, const torch::Tensor& item_rows,
                              const torch::Tensor& targets, double smoothing = 0.0);

/// As SetCrossEntropy with the partition estimated: all of the position's targets once, plus the
/// shared negatives that are none of them, corrected as in SampledSoftmax.
torch::Tensor SetSampledSoftmax(const torch::Tensor& hidden, const torch::Tensor& item_rows,
                                const torch::Tensor& targets, const SharedNegatives& negatives);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_LOSSES_SET_LOSS_H_
