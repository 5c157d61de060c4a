#ifndef TSUGI_NATIVE_TRAIN_ITEM_LOSS_H_
#define TSUGI_NATIVE_TRAIN_ITEM_LOSS_H_

#include <torch/torch.h>

#include <functional>

namespace tsugi::train {

// Losses of positions, [M] each: hidden [M, D] (already times the logit scale), item_rows [N, D],
// targets [M] i64.

/// Full cross-entropy: -s_+ + logsumexp over all items.
/// `smoothing` spreads that share of the target's mass over all items (0 = off).
torch::Tensor CrossEntropy(const torch::Tensor& hidden, const torch::Tensor& item_rows,
                           const torch::Tensor& targets, double smoothing = 0.0);

/// Negatives shared by all positions of a batch.
struct SharedNegatives {
  torch::Tensor items;  ///< [K] i64
  /// [K] log of how often each of these items is among the K, on average: log(K q) where they are
  /// drawn with replacement from q. Undefined = no correction.
  torch::Tensor log_expected;
};

/// Sampled softmax: -log( e^{s_+} / (e^{s_+} + sum_j e^{s_j'}) ).
///
/// With log_expected e_j the negatives are corrected, s_j' = s_j - e_j, so that e^{s_+} plus the
/// sum is an unbiased estimate of the partition function up to the positive's own share; without it
/// s_j' = s_j. Accidental hits (negative equal to the position's target) are masked. Source: Bengio
/// & Senecal 2008; uncorrected uniform form: eSASRec (arXiv 2508.06450).
torch::Tensor SampledSoftmax(const torch::Tensor& hidden, const torch::Tensor& item_rows,
                             const torch::Tensor& targets, const SharedNegatives& negatives);

/// gBCE: -( log sigma(s_+)^beta + sum_j log(1 - sigma(s_j)) ) / (K + 1), K shared
/// negatives, beta = alpha (t (1 - 1/alpha) + 1/alpha), alpha = K / (N - 1). Accidental hits are
/// masked. Source: gSASRec (arXiv 2308.07192), eq. 8. t = 0 is plain BCE.
torch::Tensor GeneralisedBce(const torch::Tensor& hidden, const torch::Tensor& item_rows,
                             const torch::Tensor& targets, const torch::Tensor& negative_items,
                             double calibration);

/// The beta of gBCE. Requires: 1 <= negatives < items.
double GbceBeta(int64_t negatives, int64_t items, double calibration);

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

/// Losses of some positions, a pure function: (query [m, W], item_rows [N, W], targets [m]) ->
/// [m].
using PositionLoss =
    std::function<torch::Tensor(const torch::Tensor&, const torch::Tensor&, const torch::Tensor&)>;

struct LossGradients {
  double loss = 0.0;        ///< plain sum over the positions
  torch::Tensor query;      ///< [M, W] d(scale * loss) / d(query)
  torch::Tensor item_rows;  ///< [N, W] d(scale * loss) / d(item_rows)
};

/// Sums weight * `loss` over all positions and differentiates scale * sum, `chunk` positions at a
/// time, so that no tensor of [positions, items] ever exists: each chunk's graph is differentiated
/// at once and freed. query [M, W] and item_rows [N, W] are taken as values; targets [M] i64, M >=
/// 1; weights [M], undefined = all 1.
LossGradients ComputeChunkedLoss(const torch::Tensor& query, const torch::Tensor& item_rows,
                                 const torch::Tensor& targets, int64_t chunk, double scale,
                                 const PositionLoss& loss, const torch::Tensor& weights = {});

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_ITEM_LOSS_H_
