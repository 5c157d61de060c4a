#include "native/studies/shift/graph_trainer.h"

#include <chrono>
#include <cmath>

#include "native/studies/shift/graph_ranking.h"
#include "native/studies/shift/light_gcn.h"
#include "native/studies/shift/list_metrics.h"
#include "native/train/modules/unit_rows.h"
#include "native/train/parallel.h"

namespace tsugi::train {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kViewNoise = 0.01;         // of the second view of a positive
constexpr int64_t kContrastColumns = 1024;  // negatives that a positive is held against
constexpr int64_t kAuditPairs = 8192;
enum : uint64_t { kOrderStream = 11, kStepStream = 12, kAuditStream = 13 };

double MeanOf(const UserSums& sums, size_t metric) {
  double total = 0.0;
  for (size_t u = 0; u < sums.case_counts.size(); ++u) {
    total += sums.sums[u * sums.metric_count + metric];
  }
  return total / std::max<double>(1.0, static_cast<double>(sums.case_counts.size()));
}

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

class GraphTrainer {
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

  Result<GraphResult> Run(const std::function<void(const GraphProgress&)>& on_progress,
                          const std::function<bool()>& should_stop) {
    const auto start = Clock::now();
    const auto elapsed = [start] {
      return std::chrono::duration<double>(Clock::now() - start).count();
    };
    torch::Tensor best;
    for (int64_t epoch = 0; epoch < config_.max_epochs; ++epoch) {
      if (epoch - result_.best_epoch >= config_.patience) break;
      if (should_stop && should_stop()) break;
      TSUGI_RETURN_IF_ERROR(RunEpoch(epoch));
      progress_.epoch = epoch + 1;
      progress_.valid = config_.choice == GraphConfig::Choice::kBalanced
                            ? BalancedRecall(Vectors(), data_, data_.valid)
                            : MeanOf(RankUsers(Vectors(), data_, data_.valid), kNdcgAt20);
      const bool takes_any = config_.choice == GraphConfig::Choice::kLast;
      if (!best.defined() || takes_any || progress_.valid > result_.best_valid) {
        result_.best_valid = progress_.valid;
        result_.best_epoch = epoch + 1;
        best = model_->vectors().detach().clone();
      }
      progress_.best = result_.best_valid;
      progress_.seconds = elapsed();
      if (on_progress) on_progress(progress_);
    }
    if (best.defined()) {
      torch::NoGradGuard no_grad;
      model_->vectors().copy_(best);
    }
    result_.last_diffusion_loss = progress_.diffusion_loss;
    const auto vectors = Vectors();
    result_.test = RankUsers(vectors, data_, data_.test);
    result_.shifted = RankUsers(vectors, data_, data_.shifted);
    result_.false_negative_share = AuditNegatives();
    result_.seconds = elapsed();
    return result_;
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

  Status RunEpoch(int64_t epoch) {
    Random order(seed_ + static_cast<uint64_t>(epoch), kOrderStream);
    Shuffle(pairs_, order);
    double loss = 0.0, diffusion_loss = 0.0, steps = 0.0;
    const auto size = static_cast<size_t>(config_.batch);
    for (size_t first = 0; first < pairs_.size(); first += size) {
      const GraphBatch batch = MakeBatch(first, std::min(size, pairs_.size() - first));
      Random random(seed_, (kStepStream << 32) + static_cast<uint64_t>(step_++));
      diffusion_loss += negatives_.Train(batch, random);
      const auto step_loss = Loss(batch, epoch, random);
      optimiser_.zero_grad();
      step_loss.backward();
      optimiser_.step();
      loss += step_loss.item<double>();
      steps += 1.0;
    }
    progress_.loss = loss / steps;
    progress_.diffusion_loss = diffusion_loss / steps;
    if (epoch == 0) result_.first_diffusion_loss = progress_.diffusion_loss;
    if (std::isfinite(progress_.loss) && std::isfinite(progress_.diffusion_loss)) return Status();
    return Internal("the loss became " + std::to_string(progress_.loss) + " (diffusion " +
                    std::to_string(progress_.diffusion_loss) + ") in epoch " +
                    std::to_string(epoch + 1) + ". Try: a lower --set learning_rate");
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
  int64_t step_ = 0;
  GraphProgress progress_;
  GraphResult result_;
};

}  // namespace

Result<GraphResult> TrainGraph(const ShiftData& data, const GraphConfig& config, uint64_t seed,
                               const std::function<void(const GraphProgress&)>& on_progress,
                               const std::function<bool()>& should_stop) {
  UseOneThreadPerOperation();
  torch::manual_seed(seed);
  return GraphTrainer(data, config, seed).Run(on_progress, should_stop);
}

}  // namespace tsugi::train
