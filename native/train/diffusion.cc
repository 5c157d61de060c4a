#include "native/train/diffusion.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "native/train/modules/layers.h"

namespace tsugi::train {
namespace {

// Keeps sqrt(1 - beta) above 0. Source: Nichol & Dhariwal 2021, section 3.2.
constexpr double kMaxBeta = 0.999;

constexpr double kInputDropout = 0.5;
constexpr double kMostHardness = 9.0;  // of Beta(a, b)

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

VectorDenoiserImpl::VectorDenoiserImpl(int64_t width, int64_t steps)
    : waves_(StepWaves(steps, width)),
      step_(register_module("step", torch::nn::Linear(width, width))),
      hidden_(register_module("hidden", torch::nn::Linear(2 * width, width))),
      out_(register_module("out", torch::nn::Linear(width, width))) {}

// The hidden layer reads [noisy, step]. W [noisy, step] + b = W_1 noisy + (W_2 step + b): the
// second part depends on the step alone, so it is computed once for the T steps instead of for M
// rows.
torch::Tensor VectorDenoiserImpl::StepPart() {
  const int64_t width = waves_.size(1);
  const auto from_step = hidden_->weight.slice(1, width);
  return torch::matmul(step_->forward(waves_), from_step.t()) + hidden_->bias;
}

torch::Tensor VectorDenoiserImpl::Denoise(const torch::Tensor& noisy,
                                          const torch::Tensor& step_part) {
  auto input = UnitRows(noisy);
  if (is_training()) input = torch::dropout(input, kInputDropout, true);
  const auto from_input = hidden_->weight.slice(1, 0, waves_.size(1));
  return out_->forward(torch::tanh(torch::matmul(input, from_input.t()) + step_part));
}

torch::Tensor VectorDenoiserImpl::forward(const torch::Tensor& noisy, const torch::Tensor& t) {
  return Denoise(noisy, StepPart().index_select(0, t));
}

torch::Tensor VectorDenoiserImpl::AtStep(const torch::Tensor& noisy, int64_t t) {
  torch::NoGradGuard no_grad;
  return Denoise(noisy, StepPart()[t].unsqueeze(0));
}

NegativeDiffusion::NegativeDiffusion(int64_t width, const NegativeDiffusionOptions& options)
    : options_(options),
      schedule_(VarianceSchedule::LinearVariance(options.steps, options.first_variance,
                                                 options.last_variance)),
      denoiser_(width, options.steps),
      optimiser_(denoiser_->parameters(), torch::optim::AdamOptions(options.learning_rate)),
      loss_weights_(schedule_.Table(&VarianceSchedule::snr_loss)),
      variances_(schedule_.Table(&VarianceSchedule::posterior_variance)) {
  denoiser_->eval();
}

torch::Tensor NegativeDiffusion::Loss(const torch::Tensor& clean, const torch::Tensor& noise,
                                      const torch::Tensor& t) {
  // The likelihood's bound weighs the squared error of step t by snr(t - 1) - snr(t), the signal
  // that the step loses. Source: Kingma et al. 2021, Variational Diffusion Models.
  const auto predicted = denoiser_->forward(schedule_.AddNoise(clean, noise, t), t);
  const auto error = (clean - predicted).square().mean(1);
  auto loss = (loss_weights_.index_select(0, t) * error).mean();
  if (options_.causal_weight == 0.0) return loss;
  // KL of two Gaussians of different variances, per dimension.
  const auto before = (t - 1).clamp_min(0);
  const auto earlier = schedule_.AddNoise(clean, noise, before);
  const auto variance = variances_.index_select(0, t).unsqueeze(1);
  const auto earlier_variance = variances_.index_select(0, before).unsqueeze(1);
  const auto divergence =
      0.5 * (earlier_variance.log() - variance.log() + variance / earlier_variance +
             (predicted - earlier).square() / earlier_variance - 1.0);
  return loss + options_.causal_weight * divergence.mean();
}

double NegativeDiffusion::Train(const torch::Tensor& clean, Random& random) {
  if (!options_.is_trained) return 0.0;
  const auto values = clean.detach();
  const auto noise = DrawNormal(values.size(0), values.size(1), random);
  const auto t = DrawSteps(values.size(0), schedule_.steps(), random);
  denoiser_->train();
  optimiser_.zero_grad();
  const auto loss = Loss(values, noise, t);
  loss.backward();
  optimiser_.step();
  denoiser_->eval();
  return (loss / values.square().mean()).item<double>();
}

// The posterior's mean at every step, without its noise: candidates already differ by the noise and
// the depth that their chains start from.
torch::Tensor NegativeDiffusion::Reverse(torch::Tensor noisy, int64_t from) {
  for (int64_t t = from; t >= 0; --t) {
    noisy = schedule_.posterior_clean_weight(t) * denoiser_->AtStep(noisy, t) +
            schedule_.posterior_noisy_weight(t) * noisy;
  }
  return noisy;
}

torch::Tensor NegativeDiffusion::Synthesize(const torch::Tensor& positives,
                                            const torch::Tensor& users, Random& random) {
  torch::NoGradGuard no_grad;
  std::vector<int64_t> starts;
  for (int64_t s = options_.first_start; s <= schedule_.steps(); s += options_.start_stride) {
    starts.push_back(s);
  }
  if (!options_.has_several_starts) starts = {starts[starts.size() / 2]};
  torch::Tensor hardest, best;
  for (const int64_t start : starts) {
    const auto t = torch::full({positives.size(0)}, start - 1, torch::kInt64);
    const auto noise = DrawNormal(positives.size(0), positives.size(1), random);
    const auto made = Reverse(schedule_.AddNoise(positives, noise, t), start - 1);
    const auto score = (made * users).sum(1, /*keepdim=*/true);
    if (!best.defined()) {
      hardest = made;
      best = score;
      continue;
    }
    hardest = torch::where(score > best, made, hardest);
    best = torch::maximum(score, best);
  }
  return hardest;
}

torch::Tensor DrawHardness(int64_t rows, int64_t epoch, int64_t epochs, Random& random) {
  const double share =
      epochs > 1 ? std::min(1.0, static_cast<double>(epoch) / static_cast<double>(epochs - 1))
                 : 1.0;
  const double a = 1.0 + (kMostHardness - 1.0) * share;
  const double b = kMostHardness - (kMostHardness - 1.0) * share;
  // Beta(a, b) as x / (x + y), x ~ Gamma(a), y ~ Gamma(b). The floor spares a division by 0.
  std::mt19937_64 engine(random.NextU64());
  std::gamma_distribution<double> first(a), second(b);
  auto hardness = torch::empty({rows});
  float* values = hardness.data_ptr<float>();
  for (int64_t i = 0; i < rows; ++i) {
    const double x = first(engine), y = second(engine);
    values[i] = static_cast<float>(x / std::max(x + y, 1e-30));
  }
  return hardness;
}

void SequenceNegatives::BeginStep(const torch::Tensor& target_rows, uint64_t seed, int64_t epoch,
                                  int64_t epochs) {
  seed_ = seed;
  epoch_ = epoch;
  epochs_ = epochs;
  Random random(seed_);
  diffusion_.Train(target_rows, random);
}

torch::Tensor SequenceNegatives::Make(const torch::Tensor& query, const torch::Tensor& item_rows,
                                      const torch::Tensor& targets) {
  torch::NoGradGuard no_grad;
  const int64_t count = targets.size(0);
  // A chunk's numbers follow from its targets, not from the thread that it runs on.
  uint64_t stream = static_cast<uint64_t>(count);
  for (int64_t i = 0; i < count; ++i) {
    stream = Random::Mix(stream + static_cast<uint64_t>(targets.data_ptr<int64_t>()[i]));
  }
  Random random(seed_, stream);
  const auto hard = diffusion_.Synthesize(item_rows.index_select(0, targets), query, random);
  const auto other = item_rows.index_select(0, DrawSteps(count, item_rows.size(0), random));
  const auto hardness = DrawHardness(count, epoch_, epochs_, random).unsqueeze(1);
  // Scores are cosines here, so item rows have length one. The made row must too: a longer one
  // would be hard by its length.
  return UnitRows(hardness * UnitRows(hard) + (1.0 - hardness) * other);
}

PositionLoss SequenceNegatives::Around(PositionLoss loss) {
  return [this, loss = std::move(loss)](const torch::Tensor& query, const torch::Tensor& item_rows,
                                        const torch::Tensor& targets) {
    // The loss is log Z - s_+, so log(Z + e^n) - s_+ = log(e^loss + e^(n - s_+)).
    const auto positive = (query * item_rows.index_select(0, targets)).sum(1);
    const auto made = (query * Make(query, item_rows, targets)).sum(1);
    return torch::logaddexp(loss(query, item_rows, targets), made - positive);
  };
}

}  // namespace tsugi::train
