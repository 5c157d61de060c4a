#include "native/train/stages/imagine/concept_prior.h"

#include <algorithm>
#include <cmath>

#include "core/kernels/rowwise.h"
#include "core/model/tensor_table.h"
#include "core/parts/imagine/noise_schedule.h"
#include "native/train/diffusion.h"
#include "native/train/epochs.h"
#include "native/train/model_tensors.h"
#include "native/train/modules/layers.h"

namespace tsugi::train {
namespace {

namespace F = torch::nn::functional;

constexpr double kRatingStddev = 0.02;
// The row of the rating table after dislike (0) and like (1).
constexpr int64_t kNoRating = 2;
constexpr int64_t kNearest = 8;
constexpr int64_t kPriorRows = 1024;
constexpr int64_t kMostChecked = 8192;  // validation examples

torch::Tensor Norm(const torch::Tensor& x) {
  return F::layer_norm(x, F::LayerNormFuncOptions({x.size(1)}).eps(kNormEpsilon));
}

VarianceSchedule PriorSchedule() {
  std::vector<double> alpha_bar;
  for (uint32_t t = 0; t < kNoiseSteps; ++t) alpha_bar.push_back(AlphaBar(t));
  return VarianceSchedule(std::move(alpha_bar));
}

/// [N, kNearest] i64: the items with the highest cosine to each, itself not among them.
/// Exact, O(N^2 V), by blocks of rows, so that the scores [kPriorRows, N] fit in memory and not [N,
/// N]. The nearest row of an item is itself, hence the first one is dropped. Rows of zeros, of
/// items without a vector, come last.
torch::Tensor NearestRows(const torch::Tensor& rows) {
  torch::NoGradGuard no_grad;
  const int64_t count = std::min<int64_t>(kNearest + 1, rows.size(0));
  const auto is_missing = rows.square().sum(1) == 0.0;
  std::vector<torch::Tensor> nearest;
  for (int64_t first = 0; first < rows.size(0); first += kPriorRows) {
    const auto block = rows.slice(0, first, std::min(first + kPriorRows, rows.size(0)));
    const auto cosines = torch::matmul(block, rows.t()).masked_fill_(is_missing, -2.0);
    const auto found = std::get<1>(cosines.topk(count, 1));
    nearest.push_back(found.slice(1, count > 1 ? 1 : 0));
  }
  return torch::cat(nearest);
}

}  // namespace

ConceptDenoiserImpl::ConceptDenoiserImpl(const ModelSpec& spec, int64_t user_count)
    : waves_(StepWaves(kNoiseSteps, kConditionWidth)) {
  const int64_t h = spec.imagine->width, e = kConditionWidth, w = spec.row_width();
  const int64_t v = ImagineSpec::ConceptWidth(spec);
  time_ = register_module("time", MakeLinear(e, e));
  session_ = register_module("session", MakeLinear(w, e));
  input_ = register_module("input", MakeLinear(v, h));
  // Zeros at the start: every block passes its input on, whatever it is told.
  modulation_ = register_module("modulation", MakeLinear(e, 2 * h, 0.0));
  output_ = register_module("output", MakeLinear(h, v, 0.0));
  no_session_ = register_parameter("no_session", torch::zeros({e}));
  rating_ = register_parameter("rating", torch::randn({3, e}) * kRatingStddev);
  if (user_count > 0) {
    users_ = register_parameter("users", UnitRows(torch::randn({user_count, w})));
  }
  auto layers = register_module("layers", torch::nn::ModuleList());
  for (uint32_t i = 0; i < spec.imagine->blocks; ++i) {
    torch::nn::ModuleDict layer;
    layers->push_back(layer);
    Block block{MakeLinear(e, 3 * h, 0.0), MakeLinear(h, 2 * h), MakeLinear(h, h)};
    layer->update({{"modulation", block.modulation.ptr()},
                   {"up", block.up.ptr()},
                   {"down", block.down.ptr()}});
    blocks_.push_back(block);
  }
}

// Blocks with adaptive norm: the condition (step, session, rating) scales and shifts the normed
// input and scales the part that the block adds. All modulations start at zero, so an untrained
// block adds nothing. The last layer starts at zero too: an untrained prior predicts rows of zeros,
// a loss of 1.
torch::Tensor ConceptDenoiserImpl::forward(const torch::Tensor& noisy, const torch::Tensor& t,
                                           const torch::Tensor& sessions,
                                           const torch::Tensor& is_known,
                                           const torch::Tensor& ratings) {
  const auto who = torch::where(is_known.unsqueeze(1), session_->forward(sessions), no_session_);
  const auto condition = torch::silu(time_->forward(waves_.index_select(0, t)) + who +
                                     rating_.index_select(0, ratings));
  auto hidden = input_->forward(noisy);
  for (Block& block : blocks_) {
    const auto parts = block.modulation->forward(condition).chunk(3, 1);
    const auto normed = Norm(hidden) * (1.0 + parts[0]) + parts[1];
    const auto up = block.up->forward(normed).chunk(2, 1);
    hidden = hidden + parts[2] * block.down->forward(torch::silu(up[0]) * up[1]);
  }
  const auto parts = modulation_->forward(condition).chunk(2, 1);
  return output_->forward(Norm(hidden) * (1.0 + parts[0]) + parts[1]);
}

namespace {

/// Examples as tensors; a batch of them with noise.
class NoisyExamples {
 public:
  /// mix: as PriorConfig; nearest [N, kNearest] i64 of each item.
  NoisyExamples(const RatingExamples& examples, const torch::Tensor& rows,
                const torch::Tensor& nearest, double mix)
      : rows_(rows), nearest_(nearest), mix_(mix) {
    const auto count = static_cast<int64_t>(examples.size());
    sessions_ = torch::tensor(examples.queries).view({count, static_cast<int64_t>(examples.width)});
    items_ = torch::tensor(std::vector<int64_t>(examples.items.begin(), examples.items.end()));
    users_ = torch::tensor(std::vector<int64_t>(examples.users.begin(), examples.users.end()));
    likes_ = torch::tensor(std::vector<int64_t>(examples.is_like.begin(), examples.is_like.end()));
  }

  int64_t size() const { return items_.size(0); }

  /// Mean square error of a number, over the examples `chosen` [M] i64.
  torch::Tensor Loss(ConceptDenoiser& prior, const torch::Tensor& chosen, double null_share,
                     Random& random) const {
    const int64_t count = chosen.size(0);
    const auto clean = CleanRows(items_.index_select(0, chosen), random);
    const auto t = DrawSteps(count, kNoiseSteps, random);
    const auto noise = DrawNormal(count, clean.size(1), random);
    const auto noisy = schedule_.AddNoise(clean, noise, t);
    auto generator = at::detail::createCPUGenerator(random.NextU64());
    // Session and rating are hidden together, which trains the unconditional prediction that
    // guidance at sampling starts from.
    const auto is_known = torch::rand({count}, generator) >= null_share;
    const auto ratings = torch::where(is_known, likes_.index_select(0, chosen),
                                      torch::full({count}, kNoRating, torch::kInt64));
    const auto sessions = prior->users().defined()
                              ? prior->users().index_select(0, users_.index_select(0, chosen))
                              : sessions_.index_select(0, chosen);
    const auto predicted = prior->forward(noisy, t, sessions, is_known, ratings);
    return (predicted - clean).square().mean();
  }

 private:
  /// Rows of items, mixed, times sqrt(V).
  /// The factor gives the numbers of a row a mean square of 1, that of the noise: the schedule of
  /// noise assumes it.
  torch::Tensor CleanRows(const torch::Tensor& items, Random& random) const {
    auto rows = rows_.index_select(0, items);
    if (mix_ > 0.0) {
      auto generator = at::detail::createCPUGenerator(random.NextU64());
      const auto share = torch::rand({items.size(0), 1}, generator) * mix_;
      const auto place =
          torch::empty({items.size(0), 1}, torch::kInt64).random_(0, nearest_.size(1), generator);
      const auto other = nearest_.index_select(0, items).gather(1, place).squeeze(1);
      rows = UnitRows((1.0 - share) * rows + share * rows_.index_select(0, other));
    }
    return rows * std::sqrt(static_cast<double>(rows.size(1)));
  }

  torch::Tensor rows_, nearest_;
  double mix_;
  torch::Tensor sessions_, items_, users_, likes_;
  const VarianceSchedule schedule_ = PriorSchedule();
};

/// One run of TrainPrior.
class PriorTrainer : public Learner {
 public:
  PriorTrainer(const ModelSpec& spec, const NoisyExamples& train, const NoisyExamples& valid,
               const PriorConfig& config, uint64_t seed)
      : train_(train),
        valid_(valid),
        config_(config),
        seed_(seed),
        prior_(spec, config.user_count),
        average_(prior_->parameters(), config.ema_decay),
        optimiser_(
            prior_->parameters(),
            torch::optim::AdamWOptions(config.learning_rate).weight_decay(config.weight_decay)) {}

  Result<PriorResult> Run(Observer& observer) {
    const int64_t checks = (config_.steps + config_.check_every - 1) / config_.check_every;
    const EpochOptions options{
        "prior",  "a lower imagine.learning_rate", checks, config_.patience, prior_->parameters(),
        &average_};
    EpochState state{.best = -ValidLoss()};  // of a prior that has learnt nothing yet
    TSUGI_ASSIGN_OR_RETURN(const bool is_finished, RunEpochs(*this, options, observer, state));
    return PriorResult{prior_, -state.best,
                       std::min(config_.steps, state.best_epoch * config_.check_every),
                       !is_finished};
  }

  int64_t BeginEpoch(const EpochState& state, EpochProgress&) override {
    return std::min(config_.check_every, config_.steps - state.epoch * config_.check_every);
  }

  StepLoss Step(const EpochState& state) override {
    // Stream 0 belongs to validation.
    Random random(seed_, static_cast<uint64_t>(state.step) + 1);
    auto generator = at::detail::createCPUGenerator(random.NextU64());
    const auto chosen =
        torch::empty({config_.batch}, torch::kInt64).random_(0, train_.size(), generator);
    // A cosine down to a tenth, over the longest run.
    const double share = static_cast<double>(state.step) / static_cast<double>(config_.steps);
    SetLearningRate(optimiser_, config_.learning_rate * (0.55 + 0.45 * std::cos(M_PI * share)));
    return {Descend(optimiser_, train_.Loss(prior_, chosen, config_.null_share, random),
                    prior_->parameters())};
  }

  std::optional<double> Check(EpochProgress& progress) override {
    const double loss = ValidLoss();
    progress.valid = {{"loss", loss}};
    return -loss;
  }

 private:
  /// On validation examples, with the same noise every time, so that checks can be compared.
  double ValidLoss() {
    torch::NoGradGuard no_grad;
    Random random(seed_, 0);
    const auto chosen = torch::arange(std::min(valid_.size(), kMostChecked));
    return valid_.Loss(prior_, chosen, 0.0, random).item<double>();
  }

  const NoisyExamples& train_;
  const NoisyExamples& valid_;
  const PriorConfig& config_;
  uint64_t seed_;
  ConceptDenoiser prior_;
  WeightAverage average_;
  torch::optim::AdamW optimiser_;
};

}  // namespace

torch::Tensor ReadConceptRows(const ModelView& model) {
  return ReadRows(model, model.spec.imagine->space > 0 ? kConceptSpace : kItemTable);
}

void DropItemsWithoutRow(const torch::Tensor& rows, RatingExamples& examples) {
  const torch::Tensor is_given = rows.square().sum(1) > 0.0;
  const bool* const given = is_given.data_ptr<bool>();
  size_t kept = 0;
  for (size_t m = 0; m < examples.size(); ++m) {
    if (!given[examples.items[m]]) continue;
    std::copy_n(examples.queries.begin() + static_cast<std::ptrdiff_t>(m * examples.width),
                examples.width,
                examples.queries.begin() + static_cast<std::ptrdiff_t>(kept * examples.width));
    examples.items[kept] = examples.items[m];
    examples.is_like[kept] = examples.is_like[m];
    examples.users[kept] = examples.users[m];
    ++kept;
  }
  examples.queries.resize(kept * examples.width);
  examples.items.resize(kept);
  examples.is_like.resize(kept);
  examples.users.resize(kept);
}

Result<PriorResult> TrainPrior(const ModelSpec& spec, const torch::Tensor& rows,
                               const RatingExamples& train, const RatingExamples& valid,
                               const PriorConfig& config, uint64_t seed, Observer& observer) {
  if (train.size() == 0 || valid.size() == 0) {
    return InvalidArgument(
        "no rating to learn from: every sequence is too short. Try: a longer log, or a lower "
        "--min-count at import");
  }
  torch::manual_seed(seed);
  const torch::Tensor nearest = NearestRows(rows);
  const NoisyExamples training(train, rows, nearest, config.mix);
  const NoisyExamples validation(valid, rows, nearest, config.mix);
  return PriorTrainer(spec, training, validation, config, seed).Run(observer);
}

}  // namespace tsugi::train
