#include "native/studies/shift/graph_trainer.h"

#include <cmath>

#include "native/studies/shift/graph_ranking.h"
#include "native/studies/shift/light_gcn.h"
#include "native/studies/shift/list_metrics.h"
#include "native/train/epochs.h"
#include "native/train/modules/layers.h"
#include "native/train/parallel.h"

namespace tsugi::train {
namespace {

constexpr double kViewNoise = 0.01;         // of the second view of a positive
constexpr int64_t kContrastColumns = 1024;  // negatives that a positive is held against
constexpr int64_t kAuditPairs = 8192;
enum : uint64_t { kOrderStream = 11, kStepStream = 12, kAuditStream = 13 };

/// A positive stays near itself and away from the negatives of the batch.
torch::Tensor ContrastiveLoss(const torch::Tensor& positives, const torch::Tensor& negatives,
                              double temperature, Random& random) {
  const auto view =
      positives + kViewNoise * DrawNormal(positives.size(0), positives.size(1), random);
  const auto near = torch::cosine_similarity(positives, view, 1) / temperature;
  const auto far =
      torch::matmul(UnitRows(positives), UnitRows(negatives.slice(0, 0, kContrastColumns)).t());
  return (torch::logsumexp(far / temperature, 1) - near).mean();
}

class GraphTrainer : public Learner {
 public:
  GraphTrainer(const ShiftData& data, const GraphConfig& config, uint64_t seed)
      : data_(data),
        config_(config),
        seed_(seed),
        pairs_(data.train.pairs()),
        model_(data.train, static_cast<int64_t>(data.item_count), config.width, config.layers),
        negatives_(config.negatives, data.train, static_cast<int64_t>(data.item_count),
                   config.width),
        optimiser_(model_->parameters(), torch::optim::AdamOptions(config.learning_rate)) {}

  Result<GraphResult> Run(Observer& observer) {
    const bool takes_last = config_.choice == GraphConfig::Choice::kLast;
    EpochOptions options{"graph model", "a lower --set learning_rate", config_.max_epochs};
    if (!takes_last) {
      options.patience = config_.patience;
      options.keep_best = {model_->vectors()};
    }
    EpochState state;
    TSUGI_ASSIGN_OR_RETURN(const bool is_finished, RunEpochs(*this, options, observer, state));
    result_.was_interrupted = !is_finished;
    result_.best_epoch = takes_last ? state.epoch : state.best_epoch;
    result_.best_valid = takes_last ? last_valid_ : std::max(0.0, state.best);
    const auto vectors = Vectors();
    result_.test = RankUsers(vectors, data_, data_.test);
    result_.shifted = RankUsers(vectors, data_, data_.shifted);
    result_.false_negative_share = AuditNegatives();
    result_.seconds = state.seconds;
    return result_;
  }

  int64_t BeginEpoch(const EpochState& state, EpochProgress&) override {
    Random order(seed_ + static_cast<uint64_t>(state.epoch), kOrderStream);
    Shuffle(pairs_, order);
    diffusion_loss_ = 0.0;
    const auto size = static_cast<size_t>(config_.batch);
    return static_cast<int64_t>((pairs_.size() + size - 1) / size);
  }

  StepLoss Step(const EpochState& state) override {
    const auto size = static_cast<size_t>(config_.batch);
    const size_t first = static_cast<size_t>(state.epoch_step) * size;
    const GraphBatch batch = MakeBatch(first, std::min(size, pairs_.size() - first));
    Random random(seed_, (kStepStream << 32) + static_cast<uint64_t>(state.step));
    const double diffusion_loss = negatives_.Train(batch, random);
    diffusion_loss_ += diffusion_loss;
    const double loss = Descend(optimiser_, Loss(batch, state.epoch, random));
    return {std::isfinite(diffusion_loss) ? loss : diffusion_loss};
  }

  std::optional<double> Check(EpochProgress& progress) override {
    result_.last_diffusion_loss = diffusion_loss_ / static_cast<double>(progress.steps);
    if (progress.epoch == 1) result_.first_diffusion_loss = result_.last_diffusion_loss;
    const bool is_balanced = config_.choice == GraphConfig::Choice::kBalanced;
    last_valid_ = is_balanced ? BalancedRecall(Vectors(), data_, data_.valid)
                              : MeansOf(RankUsers(Vectors(), data_, data_.valid))[kNdcgAt20];
    progress.valid = {{is_balanced ? "balanced recall@20" : "ndcg@20", last_valid_},
                      {"diffusion loss", result_.last_diffusion_loss}};
    return last_valid_;
  }

 private:
  torch::Tensor Vectors() const {
    torch::NoGradGuard no_grad;
    return LightGcnImpl::Mean(model_->Layers());
  }

  GraphBatch MakeBatch(size_t first, size_t count) const {
    GraphBatch batch;
    batch.users = torch::empty({static_cast<int64_t>(count)}, torch::kInt64);
    batch.positives = torch::empty_like(batch.users);
    for (size_t i = 0; i < count; ++i) {
      batch.users.data_ptr<int64_t>()[i] = pairs_[first + i].first;
      batch.positives.data_ptr<int64_t>()[i] = pairs_[first + i].second;
    }
    batch.layers = model_->Layers();
    batch.mean = LightGcnImpl::Mean(batch.layers);
    return batch;
  }

  torch::Tensor Loss(const GraphBatch& batch, int64_t epoch, Random& random) {
    const DrawnNegatives drawn = negatives_.Draw(batch, epoch, config_.max_epochs, random);
    const auto item_nodes = batch.positives + model_->user_count();
    const auto users = batch.mean.index_select(0, batch.users);
    const auto positives = batch.mean.index_select(0, item_nodes);
    const auto margin = (users * (positives - drawn.vectors)).sum(1);
    const auto parameters = model_->vectors().index_select(
        0, torch::cat({batch.users, item_nodes, drawn.items + model_->user_count()}));
    auto loss = torch::nn::functional::softplus(-margin).mean() +
                0.5 * config_.l2 * parameters.square().sum() / batch.users.size(0);
    const bool contrasts = drawn.hard.defined() || config_.contrasts_random;
    if (contrasts && config_.contrastive_weight > 0.0) {
      const auto columns = drawn.hard.defined()
                               ? torch::stack({drawn.hard, drawn.vectors}, 1).flatten(0, 1)
                               : drawn.vectors;
      loss = loss + config_.contrastive_weight *
                        ContrastiveLoss(positives, columns, config_.contrast_temperature, random);
    }
    return loss;
  }

  double AuditNegatives() {
    Random random(seed_, kAuditStream);
    Shuffle(pairs_, random);
    torch::NoGradGuard no_grad;
    const GraphBatch batch = MakeBatch(0, std::min<size_t>(kAuditPairs, pairs_.size()));
    const DrawnNegatives drawn =
        negatives_.Draw(batch, result_.best_epoch - 1, config_.max_epochs, random);
    const auto items = batch.mean.slice(0, model_->user_count());
    const auto nearest = NearestItems(drawn.vectors, batch.users, items, data_.train);
    double held_out = 0.0;
    for (int64_t i = 0; i < nearest.size(0); ++i) {
      const auto user = static_cast<uint32_t>(batch.users.data_ptr<int64_t>()[i]);
      const auto item = static_cast<uint32_t>(nearest.data_ptr<int64_t>()[i]);
      const bool is_taken = data_.valid.contains(user, item) || data_.test.contains(user, item) ||
                            data_.shifted.contains(user, item);
      held_out += is_taken ? 1.0 : 0.0;
    }
    return held_out / static_cast<double>(nearest.size(0));
  }

  const ShiftData& data_;
  const GraphConfig& config_;
  uint64_t seed_;
  std::vector<Interaction> pairs_;  // training, in the order of the epoch
  LightGcn model_;
  GraphNegatives negatives_;
  torch::optim::Adam optimiser_;
  double diffusion_loss_ = 0.0;  // summed over the epoch
  double last_valid_ = 0.0;
  GraphResult result_;
};

}  // namespace

Result<GraphResult> TrainGraph(const ShiftData& data, const GraphConfig& config, uint64_t seed,
                               Observer& observer) {
  UseOneThreadPerOperation();
  torch::manual_seed(seed);
  return GraphTrainer(data, config, seed).Run(observer);
}

}  // namespace tsugi::train
