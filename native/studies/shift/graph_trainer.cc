#include "native/studies/shift/graph_trainer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/kernels/top_k.h"
#include "native/eval/metrics.h"
#include "native/studies/shift/light_gcn.h"
#include "native/train/epochs.h"
#include "native/train/modules/layers.h"
#include "native/train/parallel.h"

namespace tsugi::train {
namespace {

constexpr int64_t kDraws = 100;  // before a user's own item is accepted: they own the catalogue

/// Pairs of a step and the vectors of the whole graph.
struct GraphBatch {
  torch::Tensor users, positives;     ///< [B] i64 user and item indices
  std::vector<torch::Tensor> layers;  ///< [U + N, D] each
  torch::Tensor mean;                 ///< [U + N, D]
};

struct DrawnNegatives {
  torch::Tensor vectors;  ///< [B, D]
  torch::Tensor items;    ///< [B] i64 the random item of each pair, whose vector is regularised
  torch::Tensor hard;     ///< [B, D] what was synthesised; undefined unless cnsdiff
};

/// One way to draw negatives for pairs of a training step.
class GraphNegatives {
 public:
  /// Requires: `train` lives as long; a known kind.
  GraphNegatives(const GraphNegativesConfig& config, const Interactions& train, int64_t item_count,
                 int64_t width)
      : config_(config), train_(train), item_count_(item_count) {
    if (config.kind == "cnsdiff") {
      diffusion_ = std::make_unique<NegativeDiffusion>(width, config.diffusion);
    }
  }

  /// cnsdiff: one step of the diffusion on these positives; returns its loss, else 0.
  double Train(const GraphBatch& batch, Random& random) {
    if (diffusion_ == nullptr) return 0.0;
    return diffusion_->Train(ItemRows(batch.mean, batch.positives), random);
  }

  /// `epoch` of `epochs` counts from 0.
  DrawnNegatives Draw(const GraphBatch& batch, int64_t epoch, int64_t epochs, Random& random) {
    DrawnNegatives drawn;
    if (config_.kind == "dns") {
      drawn.items = HardestItems(batch, random);
      drawn.vectors = ItemRows(batch.mean, drawn.items);
      return drawn;
    }
    drawn.items = RandomItems(batch.users, 1, random);
    if (config_.kind == "mixgcf") {
      drawn.vectors = MixedVectors(batch, random);
      return drawn;
    }
    drawn.vectors = ItemRows(batch.mean, drawn.items);
    if (diffusion_ == nullptr) return drawn;
    drawn.hard = diffusion_->Synthesize(ItemRows(batch.mean, batch.positives).detach(),
                                        batch.mean.index_select(0, batch.users).detach(), random);
    const int64_t rows = batch.users.size(0);
    // Without the curriculum (an ablation) the mean of Beta(a, b) over all epochs.
    const auto hardness = config_.has_curriculum
                              ? DrawHardness(rows, epoch, epochs, random).unsqueeze(1)
                              : torch::full({rows, 1}, 0.5);
    drawn.vectors = hardness * drawn.hard + (1.0 - hardness) * drawn.vectors;
    return drawn;
  }

 private:
  torch::Tensor ItemRows(const torch::Tensor& all, const torch::Tensor& items) const {
    return all.index_select(0, items + static_cast<int64_t>(train_.user_count()));
  }

  torch::Tensor RandomItems(const torch::Tensor& users, int64_t per_user, Random& random) const {
    auto items = torch::empty({users.size(0) * per_user}, torch::kInt64);
    int64_t* out = items.data_ptr<int64_t>();
    const int64_t* user = users.data_ptr<int64_t>();
    for (int64_t i = 0; i < items.size(0); ++i) {
      for (int64_t draw = 0; draw < kDraws; ++draw) {
        out[i] = static_cast<int64_t>(random.NextBelow(static_cast<uint64_t>(item_count_)));
        if (!train_.contains(static_cast<uint32_t>(user[i / per_user]),
                             static_cast<uint32_t>(out[i]))) {
          break;
        }
      }
    }
    return items;
  }

  /// Of several random items the one with the highest score. Source: Zhang et al. 2013 (DNS).
  torch::Tensor HardestItems(const GraphBatch& batch, Random& random) const {
    torch::NoGradGuard no_grad;
    const int64_t count = config_.candidates;
    const auto items = RandomItems(batch.users, count, random).view({-1, count});
    const auto rows = ItemRows(batch.mean, items.flatten()).view({-1, count, batch.mean.size(1)});
    const auto user = batch.mean.index_select(0, batch.users).unsqueeze(2);
    const auto best = torch::bmm(rows, user).squeeze(2).argmax(1, /*keepdim=*/true);
    return items.gather(1, best).squeeze(1);
  }

  /// On every layer the candidates are mixed with the positive, and the mixture with the highest
  /// score is taken; the layers' mean is the negative. Source: Huang et al. 2021 (MixGCF).
  torch::Tensor MixedVectors(const GraphBatch& batch, Random& random) const {
    const int64_t count = config_.candidates, width = batch.mean.size(1);
    const auto items = RandomItems(batch.users, count, random);
    // The user only chooses; the gradient goes through the candidates that were chosen.
    const auto user = batch.mean.index_select(0, batch.users).detach().unsqueeze(2);
    std::vector<torch::Tensor> chosen;
    for (const torch::Tensor& layer : batch.layers) {
      const auto rows = ItemRows(layer, items).view({-1, count, width});
      const auto positive = ItemRows(layer, batch.positives).unsqueeze(1);
      auto generator = at::detail::createCPUGenerator(random.NextU64());
      const auto share = torch::empty({rows.size(0), count, 1}).uniform_(0.0, 1.0, generator);
      const auto mixed = share * positive + (1.0 - share) * rows;
      const auto best = torch::bmm(mixed.detach(), user).argmax(1, /*keepdim=*/true);  // [B, 1, 1]
      chosen.push_back(mixed.gather(1, best.expand({-1, 1, width})).squeeze(1));
    }
    return torch::stack(chosen).mean(0);
  }

  GraphNegativesConfig config_;
  const Interactions& train_;
  int64_t item_count_;
  std::unique_ptr<NegativeDiffusion> diffusion_;
};

constexpr int64_t kBlock = 512;  // users at a time: bounds the scores in memory
constexpr float kNever = -std::numeric_limits<float>::infinity();

/// Leaves a user's training items out of row `row` of scores.
void LeaveOut(std::span<const uint32_t> items, torch::Tensor& scores, int64_t row) {
  float* values = scores.data_ptr<float>() + row * scores.size(1);
  for (const uint32_t item : items) values[item] = kNever;
}

/// Calls `take` with every user who has targets in `part` and the first items of the ranking of the
/// whole catalogue, less the training items. Equal scores are ordered by ascending item, as in
/// ComputeRank; a NaN score is in no list.
template <typename Take>
void ForEachList(const torch::Tensor& vectors, const ShiftData& data, const Interactions& part,
                 const Take& take) {
  torch::NoGradGuard no_grad;
  std::vector<int64_t> users;
  for (size_t u = 0; u < data.user_count; ++u) {
    if (!part.of(u).empty()) users.push_back(static_cast<int64_t>(u));
  }
  const auto items = vectors.slice(0, static_cast<int64_t>(data.user_count));
  const int64_t depth = std::min<int64_t>(kListCuts[1], items.size(0));
  std::vector<uint32_t> list;
  for (size_t first = 0; first < users.size(); first += kBlock) {
    const auto count = std::min<int64_t>(kBlock, static_cast<int64_t>(users.size() - first));
    const auto block = torch::from_blob(users.data() + first, {count}, torch::kInt64);
    auto scores = torch::matmul(vectors.index_select(0, block), items.t());
    for (int64_t row = 0; row < count; ++row) {
      LeaveOut(data.train.of(static_cast<size_t>(users[first + row])), scores, row);
    }
    for (int64_t row = 0; row < count; ++row) {
      const float* values = scores.data_ptr<float>() + row * scores.size(1);
      std::vector<ScoredItem> best(static_cast<size_t>(depth));
      TopK top(best);
      for (uint32_t item = 0; item < scores.size(1); ++item) {
        if (values[item] > kNever) top.Push({item, values[item]});
      }
      best.resize(top.Finish());
      list.clear();
      for (const ScoredItem& one : best) list.push_back(one.item_index);
      take(static_cast<size_t>(users[first + row]), list);
    }
  }
}

/// Ranks the whole catalogue, less their training items, for every user with targets in `part`.
/// vectors [U + N, D], values. Returns kListMetrics a user.
UserSums RankUsers(const torch::Tensor& vectors, const ShiftData& data, const Interactions& part) {
  UserSums sums;
  sums.metric_count = kListMetrics;
  ForEachList(vectors, data, part, [&](size_t user, const std::vector<uint32_t>& list) {
    double metrics[kListMetrics];
    ComputeListMetrics(list, part.of(user), metrics);
    sums.Add(true, metrics);
  });
  return sums;
}

/// Recall@20 of the part as if every item were as likely a target: a target counts one over its
/// training pairs. Estimates the recall under a popularity shift without shifted data.
double BalancedRecall(const torch::Tensor& vectors, const ShiftData& data,
                      const Interactions& part) {
  const std::vector<uint32_t> counts = data.ItemCounts();
  const auto weight = [&counts](uint32_t item) { return 1.0 / std::max(1u, counts[item]); };
  double hits = 0.0, all = 0.0;
  ForEachList(vectors, data, part, [&](size_t user, const std::vector<uint32_t>& list) {
    for (const uint32_t target : part.of(user)) {
      all += weight(target);
      if (std::find(list.begin(), list.end(), target) != list.end()) hits += weight(target);
    }
  });
  return all > 0.0 ? hits / all : 0.0;
}

/// [M] i64: the item with the highest cosine to each row of `vectors` [M, D] among those that
/// users[m] has not in training. item_vectors [N, D].
torch::Tensor NearestItems(const torch::Tensor& vectors, const torch::Tensor& users,
                           const torch::Tensor& item_vectors, const Interactions& train) {
  torch::NoGradGuard no_grad;
  const auto unit = UnitRows(item_vectors);
  std::vector<torch::Tensor> nearest;
  for (int64_t first = 0; first < users.size(0); first += kBlock) {
    const int64_t end = std::min(first + kBlock, users.size(0));
    auto scores = torch::matmul(vectors.slice(0, first, end), unit.t());
    for (int64_t row = 0; row < end - first; ++row) {
      LeaveOut(train.of(static_cast<size_t>(users.data_ptr<int64_t>()[first + row])), scores, row);
    }
    nearest.push_back(scores.argmax(1));
  }
  return torch::cat(nearest);
}

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
    // The loop stops at a loss that is not finite, whichever of the two it is.
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

  /// BPR: -log sigma(x) is softplus(-x), which does not overflow for a large margin. The penalty is
  /// on the parameters of the batch, not on the vectors that the graph makes of them.
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

  /// A stream of its own: the audit must not change what a training step draws.
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
