#ifndef TSUGI_NATIVE_TRAIN_DIFFUSION_VARIANCE_SCHEDULE_H_
#define TSUGI_NATIVE_TRAIN_DIFFUSION_VARIANCE_SCHEDULE_H_

#include <torch/torch.h>

#include <vector>

#include "core/base/random.h"

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

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_DIFFUSION_VARIANCE_SCHEDULE_H_
