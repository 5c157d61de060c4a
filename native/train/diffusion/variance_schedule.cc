#include "native/train/diffusion/variance_schedule.h"

#include <algorithm>
#include <cmath>

namespace tsugi::train {
namespace {

// Keeps sqrt(1 - beta) above 0. Source: Nichol & Dhariwal 2021, section 3.2.
constexpr double kMaxBeta = 0.999;

}  // namespace

VarianceSchedule::VarianceSchedule(std::vector<double> alpha_bar)
    : alpha_bar_(std::move(alpha_bar)) {
  // In double precision first: 1 - abar of 1e-5 has only two or three digits in float.
  const auto kept = torch::tensor(alpha_bar_, torch::kFloat64);
  signal_ = kept.sqrt().to(torch::kFloat32);
  noise_ = (1.0 - kept).sqrt().to(torch::kFloat32);
}

VarianceSchedule VarianceSchedule::LinearVariance(int64_t steps, double first, double last) {
  std::vector<double> alpha_bar;
  for (int64_t t = 0; t < steps; ++t) {
    const double share = steps == 1 ? 0.0 : static_cast<double>(t) / (steps - 1.0);
    alpha_bar.push_back(1.0 - (first + (last - first) * share));
  }
  return VarianceSchedule(std::move(alpha_bar));
}

// beta_t = 1 - alpha_t, alpha_t = abar_t / abar_{t-1}. The posterior of x_{t-1} given x_t and x_0
// is Gaussian (Ho et al. 2020, eq. 6 and 7), with
//   variance  beta_t (1 - abar_{t-1}) / (1 - abar_t),
//   mean      sqrt(abar_{t-1}) beta_t / (1 - abar_t) x_0
//             + sqrt(alpha_t) (1 - abar_{t-1}) / (1 - abar_t) x_t.
double VarianceSchedule::beta(int64_t t) const {
  const double before = t == 0 ? 1.0 : alpha_bar(t - 1);
  return std::min(1.0 - alpha_bar(t) / before, kMaxBeta);
}

double VarianceSchedule::posterior_variance(int64_t t) const {
  return t == 0 ? 1.0 : beta(t) * (1.0 - alpha_bar(t - 1)) / (1.0 - alpha_bar(t));
}

double VarianceSchedule::posterior_clean_weight(int64_t t) const {
  return t == 0 ? 1.0 : beta(t) * std::sqrt(alpha_bar(t - 1)) / (1.0 - alpha_bar(t));
}

double VarianceSchedule::posterior_noisy_weight(int64_t t) const {
  return t == 0 ? 0.0 : (1.0 - alpha_bar(t - 1)) * std::sqrt(1.0 - beta(t)) / (1.0 - alpha_bar(t));
}

torch::Tensor VarianceSchedule::AddNoise(const torch::Tensor& clean, const torch::Tensor& noise,
                                         const torch::Tensor& t) const {
  return signal_.index_select(0, t).unsqueeze(1) * clean +
         noise_.index_select(0, t).unsqueeze(1) * noise;
}

torch::Tensor VarianceSchedule::Table(double (VarianceSchedule::*number)(int64_t) const) const {
  std::vector<double> values;
  for (int64_t t = 0; t < steps(); ++t) values.push_back((this->*number)(t));
  return torch::tensor(values, torch::kFloat64).to(torch::kFloat32);
}

torch::Tensor DrawNormal(int64_t rows, int64_t width, Random& random) {
  // A generator a call: LibTorch's global one is shared by all threads.
  auto generator = at::detail::createCPUGenerator(random.NextU64());
  return torch::empty({rows, width}).normal_(0.0, 1.0, generator);
}

torch::Tensor DrawSteps(int64_t rows, int64_t steps, Random& random) {
  auto generator = at::detail::createCPUGenerator(random.NextU64());
  return torch::empty({rows}, torch::kInt64).random_(0, steps, generator);
}

torch::Tensor StepWaves(int64_t steps, int64_t width) {
  const auto half = width / 2;
  const auto speed = torch::exp(torch::arange(half) * (-std::log(1e4) / static_cast<double>(half)));
  const auto angle = torch::arange(steps).unsqueeze(1) * speed.unsqueeze(0);
  return torch::cat({angle.sin(), angle.cos()}, 1);
}

}  // namespace tsugi::train
