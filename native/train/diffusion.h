#ifndef TSUGI_NATIVE_TRAIN_DIFFUSION_H_
#define TSUGI_NATIVE_TRAIN_DIFFUSION_H_

#include <torch/torch.h>

#include <vector>

#include "core/base/random.h"
#include "native/train/item_loss.h"

namespace tsugi::train {

/// How a Gaussian diffusion of T steps loses its signal: x_t = sqrt(abar_t) x_0 + sqrt(1 - abar_t)
/// eps. Steps count from 0 to T - 1. Source: Ho et al. 2020 (the posterior, eq. 6 and 7).
class VarianceSchedule {
 public:
  /// alpha_bar: abar_t of every step t.
  explicit VarianceSchedule(std::vector<double> alpha_bar);
  /// Variance 1 - abar_t linear from `first` to `last`. Source: CNSDiff (arXiv 2508.07243), as
  /// released: T 20, 1e-5 to 2e-3.
  static VarianceSchedule LinearVariance(int64_t steps, double first, double last);

  int64_t steps() const { return static_cast<int64_t>(alpha_bar_.size()); }
  double alpha_bar(int64_t t) const { return alpha_bar_[static_cast<size_t>(t)]; }
  /// Signal over noise, abar_t / (1 - abar_t).
  double snr(int64_t t) const { return alpha_bar(t) / (1.0 - alpha_bar(t)); }
  /// snr(t - 1) - snr(t), what step t takes away; 1 at t = 0.
  double snr_loss(int64_t t) const { return t == 0 ? 1.0 : snr(t - 1) - snr(t); }
  /// Variance of x_{t-1} given x_t and x_0; 1 at t = 0, where it would be 0.
  double posterior_variance(int64_t t) const;
  /// Weights of x_0 and x_t in the mean of x_{t-1} given both; 1 and 0 at t = 0.
  double posterior_clean_weight(int64_t t) const;
  double posterior_noisy_weight(int64_t t) const;

  /// x_t of every row: clean and noise [M, D], t [M] i64.
  torch::Tensor AddNoise(const torch::Tensor& clean, const torch::Tensor& noise,
                         const torch::Tensor& t) const;
  /// [T] f32 of a per-step number, to be looked up by a tensor of steps.
  torch::Tensor Table(double (VarianceSchedule::*number)(int64_t) const) const;

 private:
  double beta(int64_t t) const;

  std::vector<double> alpha_bar_;
  torch::Tensor signal_, noise_;  // [T] sqrt(abar_t), sqrt(1 - abar_t)
};

/// [M, D] independent standard normal numbers. Repeats for the same state of `random`.
torch::Tensor DrawNormal(int64_t rows, int64_t width, Random& random);

/// [M] i64 steps, even in 0 .. `steps` - 1.
torch::Tensor DrawSteps(int64_t rows, int64_t steps, Random& random);

/// [steps, width] sines and cosines of each step, wave lengths from 2 pi to 10^4 2 pi in equal
/// ratios.
torch::Tensor StepWaves(int64_t steps, int64_t width);

/// f(x_t, t) -> x_0 of item vectors: the input is brought to length one, joined with a projection
/// of the step's waves, one hidden layer with tanh. 16.6 thousand parameters at D 64.
class VectorDenoiserImpl : public torch::nn::Module {
 public:
  VectorDenoiserImpl(int64_t width, int64_t steps);
  /// noisy [M, D], t [M] i64 -> [M, D].
  torch::Tensor forward(const torch::Tensor& noisy, const torch::Tensor& t);
  /// The same for one step of all rows, without gradient.
  torch::Tensor AtStep(const torch::Tensor& noisy, int64_t t);

 private:
  torch::Tensor Denoise(const torch::Tensor& noisy, const torch::Tensor& step_part);
  torch::Tensor StepPart();  // [T, D] what the hidden layer takes from each step

  torch::Tensor waves_;  // [T, D]
  torch::nn::Linear step_{nullptr}, hidden_{nullptr}, out_{nullptr};
};
TORCH_MODULE(VectorDenoiser);

struct NegativeDiffusionOptions {
  int64_t steps = 20;
  double first_variance = 1e-5;
  double last_variance = 2e-3;
  int64_t first_start = 10;  ///< of the candidates: a chain starts from steps 10, 14, 18
  int64_t start_stride = 4;
  bool has_several_starts = true;  ///< else from the middle one alone
  bool is_trained = true;          ///< else the denoiser stays as drawn (an ablation)
  double causal_weight = 0.1;      ///< 0 = no causal term
  double learning_rate = 1e-3;
};

/// Negatives that are nobody's item: a diffusion over item vectors is trained, then a positive is
/// noised a little and denoised again, from several depths; the candidate that the user likes best
/// is the hard one. Source: CNSDiff (arXiv 2508.07243) and its released code.
///
/// Where we differ from that code: the denoiser is trained (there, its optimiser never steps), with
/// an optimiser of its own and on the values of the vectors; its dropout is off while negatives are
/// made; a chain starts at the step it was noised to.
class NegativeDiffusion {
 public:
  NegativeDiffusion(int64_t width, const NegativeDiffusionOptions& options);

  /// One optimiser step on `clean` [M, D], taken as values. Returns the loss over
  /// the mean square of a number, since vectors grow while a model learns. Draws from `random`.
  double Train(const torch::Tensor& clean, Random& random);

  /// Per row of `positives` [M, D], values: the hard negative [M, D] by the scores of `users`
  /// [M, D]. No gradient. Draws from `random`. Several threads may call it at once.
  torch::Tensor Synthesize(const torch::Tensor& positives, const torch::Tensor& users,
                           Random& random);

  /// snr-weighted mean square error of predicted x_0, plus the causal term: the divergence between
  /// the Gaussians around f(x_t, t) and around x_{t-1}, made with the same noise.
  torch::Tensor Loss(const torch::Tensor& clean, const torch::Tensor& noise,
                     const torch::Tensor& t);

  VectorDenoiser denoiser() const { return denoiser_; }

 private:
  torch::Tensor Reverse(torch::Tensor noisy, int64_t from);

  NegativeDiffusionOptions options_;
  VarianceSchedule schedule_;
  VectorDenoiser denoiser_;
  torch::optim::Adam optimiser_;
  torch::Tensor loss_weights_, variances_;  // [T]
};

/// How hard the negatives of an epoch are: r of the hard one and 1 - r of a random one, r drawn
/// from Beta(a, b), a from 1 to 9 and b from 9 to 1 over `epochs`. Returns [M]. `epoch` counts from
/// 0.
torch::Tensor DrawHardness(int64_t rows, int64_t epoch, int64_t epochs, Random& random);

/// CNSDiff's negatives as a plug-in of the sequential model: every position's partition function
/// gets one more item, made from its target by a diffusion over item rows and mixed with a random
/// row, harder over the epochs. The user is the position's query.
/// Source: CNSDiff (arXiv 2508.07243), whose user vector this replaces.
class SequenceNegatives {
 public:
  explicit SequenceNegatives(int64_t width) : diffusion_(width, {}) {}

  /// One step of the diffusion on the rows [M, W] of a batch's targets, values; sets what the
  /// negatives of the step follow from. `epoch` of `epochs` counts from 0.
  void BeginStep(const torch::Tensor& target_rows, uint64_t seed, int64_t epoch, int64_t epochs);

  /// `loss`, a softmax over items, with the made negative in its partition. Borrows this. Several
  /// threads may call the result at once between two steps.
  PositionLoss Around(PositionLoss loss);

 private:
  /// [m, W] of length one, values.
  torch::Tensor Make(const torch::Tensor& query, const torch::Tensor& item_rows,
                     const torch::Tensor& targets);

  NegativeDiffusion diffusion_;
  uint64_t seed_ = 0;
  int64_t epoch_ = 0, epochs_ = 1;
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_DIFFUSION_H_
