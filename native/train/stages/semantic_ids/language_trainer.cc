#include "native/train/stages/semantic_ids/language_trainer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <mutex>
#include <numbers>
#include <numeric>

#include "native/eval/metrics.h"
#include "native/train/epochs.h"
#include "native/train/parallel.h"
#include "native/train/stages/semantic_ids/language_model.h"

namespace tsugi::train {
namespace {

constexpr double kAverageDecay = 0.998;
constexpr int64_t kLanguageWarmup = 200;  // steps, or a tenth of all if those are fewer
constexpr int64_t kUsualEpochs = 12, kMostEpochs = 150, kFewestSteps = 3000;
constexpr double kLowestRate = 0.05;  // of the learning rate, at the end of the cosine
constexpr double kLanguageDecay = 0.05, kLanguageClip = 1.0;
constexpr double kParallelWeight = 0.25;  // of the codes predicted at once beside those one by one
constexpr size_t kMostJudged = 4000;
constexpr uint64_t kJudgeStream = uint64_t{1} << 50;
constexpr uint64_t kMaskStreamOfWords = uint64_t{2} << 50;

/// Decay on matrices only: norms and biases set scales.
std::unique_ptr<torch::optim::AdamW> MakeLanguageOptimiser(const LanguageModel& network,
                                                           double learning_rate) {
  std::vector<torch::Tensor> matrices, vectors;
  for (const auto& named : network.named_parameters()) {
    (named.value().dim() >= 2 ? matrices : vectors).push_back(named.value());
  }
  return MakeAdamW(learning_rate,
                   {{std::move(matrices), kLanguageDecay}, {std::move(vectors), 0.0}});
}

class LanguageTrainer : public Learner {
 public:
  LanguageTrainer(std::shared_ptr<LanguageModel> network, const ModelSpec& spec,
                  const LanguageExamples& examples, const std::vector<EvaluationCase>& valid_cases,
                  const SemanticIdsConfig& keys, int64_t workers, uint64_t seed)
      : network_(std::move(network)),
        spec_(spec),
        examples_(examples),
        valid_cases_(valid_cases),
        keys_(keys),
        workers_(std::max<int64_t>(1, workers)),
        seed_(seed),
        optimiser_(MakeLanguageOptimiser(*network_, keys.learning_rate)),
        average_(network_->parameters(), kAverageDecay) {
    UseOneThreadPerOperation();
    Derive();
    for (const EvaluationCase& one : valid_cases) {
      valid_.push_back(examples.NextItem(one.sequence, one.position));
    }
  }

  /// The scores are measured once, with the best weights, which the loop leaves in the network.
  /// Those of an interrupted run are not: its weights are thrown away.
  Result<LanguageResult> Run(Observer& observer) {
    EpochState state;
    const EpochOptions options{"language model",
                               "a lower semantic_ids.learning_rate",
                               epochs_,
                               std::max<int64_t>(1, keys_.patience),
                               network_->parameters(),
                               &average_};
    TSUGI_ASSIGN_OR_RETURN(const bool is_finished, RunEpochs(*this, options, observer, state));
    LanguageResult result{network_, state.best_epoch, {}, !is_finished};
    if (!is_finished) return result;
    torch::NoGradGuard no_grad;
    result.scores.next_loss = -state.best;
    result.scores.judge_auc = JudgeAuc(false);
    result.scores.judge_hard_auc = JudgeAuc(true);
    ScoreTexts(result.scores);
    return result;
  }

  /// Examples of an epoch follow from its number and the seed. `bins_` points into `made_`, so the
  /// two are replaced together.
  int64_t BeginEpoch(const EpochState& state, EpochProgress&) override {
    made_ = examples_.Epoch(keys_, seed_, static_cast<uint64_t>(state.epoch));
    bins_ = PackExamples(made_, spec_.semantic_ids->encoder.window);
    per_batch_ = static_cast<size_t>(
        std::max<int64_t>(1, batch_tokens_ / spec_.semantic_ids->encoder.window));
    steps_ = static_cast<int64_t>((bins_.size() + per_batch_ - 1) / per_batch_);
    return steps_;
  }

  /// Linear warm-up times a cosine from 1 down to kLowestRate over all epochs. The cosine follows
  /// the epochs and not the steps, since epochs differ a little in their number of steps.
  StepLoss Step(const EpochState& state) override {
    const double warm =
        std::min(1.0, static_cast<double>(state.step + 1) / static_cast<double>(warmup_));
    const double fraction =
        (static_cast<double>(state.epoch) + static_cast<double>(state.epoch_step) / steps_) /
        static_cast<double>(epochs_);
    const double cosine = 0.5 * (1.0 + std::cos(std::numbers::pi * std::min(1.0, fraction)));
    SetLearningRate(*optimiser_,
                    keys_.learning_rate * warm * (kLowestRate + (1.0 - kLowestRate) * cosine));
    const size_t first = static_cast<size_t>(state.epoch_step) * per_batch_;
    const StepLoss loss = SetGradients(
        std::span(bins_).subspan(first, std::min(per_batch_, bins_.size() - first)), state.step);
    torch::nn::utils::clip_grad_norm_(network_->parameters(), kLanguageClip);
    optimiser_->step();
    return loss;
  }

  /// Chooses epochs by the loss of the next item, the task that lists are generated by. The other
  /// tasks support it and are scored at the end alone.
  std::optional<double> Check(EpochProgress& progress) override {
    const double nats = ItemLoss(valid_);
    progress.valid = {{"nats an item", nats}};
    return -nats;
  }

 private:
  /// Derives batches and epochs from the size of an epoch.
  /// An epoch of a small catalogue has few tokens. A 64th of it a batch keeps the number of steps
  /// up, and the number of epochs rises until there are about kFewestSteps in all.
  void Derive() {
    int64_t tokens = 0;
    for (const TokenExample& example : examples_.Epoch(keys_, seed_, 0)) {
      tokens += static_cast<int64_t>(example.tokens.size());
    }
    batch_tokens_ = std::clamp<int64_t>(tokens / 64, 512, 4096);
    const int64_t steps = std::max<int64_t>(1, tokens / batch_tokens_);
    epochs_ = keys_.epochs > 0 ? keys_.epochs
                               : std::clamp(kFewestSteps / steps, kUsualEpochs, kMostEpochs);
    warmup_ = std::min(kLanguageWarmup, epochs_ * steps / 10 + 1);
  }

  using Bins = std::span<const std::vector<const TokenExample*>>;

  /// Sets every parameter's gradient to that of the mean loss a token of these bins, which are
  /// divided among the workers. Their shares are summed in order, so that a run repeats to the bit.
  StepLoss SetGradients(Bins bins, int64_t step) {
    const auto workers =
        static_cast<size_t>(std::min<int64_t>(workers_, static_cast<int64_t>(bins.size())));
    std::vector<double> losses(workers), counts(workers);
    std::vector<std::vector<torch::Tensor>> shares(workers);
    const auto parameters = network_->parameters();
    RunWorkers(static_cast<int64_t>(workers), [&](int64_t worker) {
      const size_t first = bins.size() * static_cast<size_t>(worker) / workers;
      const size_t end = bins.size() * static_cast<size_t>(worker + 1) / workers;
      const TokenBatch batch = MakeTokenBatch(bins.subspan(first, end - first), bin_length());
      const uint64_t mask = Random(seed_, kMaskStreamOfWords + static_cast<uint64_t>(step))
                                .At(static_cast<uint64_t>(worker) + 1);
      const auto loss = SumLosses(*network_, batch, spec_.semantic_ids->pieces, kParallelWeight,
                                  MakeDropoutRandom(mask));
      losses[worker] = loss.item<double>();
      counts[worker] = static_cast<double>(batch.target_count());
      shares[worker] = torch::autograd::grad({loss}, parameters, {}, false, false, true);
    });
    const double count = std::accumulate(counts.begin(), counts.end(), 0.0);
    const std::vector<torch::Tensor> sums = SumShares(shares);
    for (size_t i = 0; i < parameters.size(); ++i) {
      if (sums[i].defined()) sums[i].div_(count);
      parameters[i].mutable_grad() = sums[i];
    }
    return {std::accumulate(losses.begin(), losses.end(), 0.0), count};
  }

  /// Runs `read(batch, hidden)` over the examples, batch by batch, on this thread or the workers'.
  /// `read` is called from several threads at once, with the number of its worker. The guard
  /// against gradients holds for the thread that makes it, so each worker makes its own.
  template <typename Read>
  void ForEachBatch(const std::vector<TokenExample>& examples, const Read& read) {
    const auto bins = PackExamples(examples, bin_length());
    const size_t per_batch = 32, batches = (bins.size() + per_batch - 1) / per_batch;
    const auto workers = static_cast<size_t>(workers_);
    RunWorkers(static_cast<int64_t>(workers), [&](int64_t worker) {
      torch::NoGradGuard no_grad;
      for (size_t b = static_cast<size_t>(worker); b < batches; b += workers) {
        const size_t first = b * per_batch;
        read(
            static_cast<size_t>(worker),
            MakeTokenBatch(std::span(bins).subspan(first, std::min(per_batch, bins.size() - first)),
                           bin_length()));
      }
    });
  }

  /// Nats an item of examples whose targets are one item each.
  double ItemLoss(const std::vector<TokenExample>& examples) {
    // A place for each worker: no lock, and the same sum in every run with as many workers.
    std::vector<double> sums(static_cast<size_t>(workers_));
    ForEachBatch(examples, [&](size_t worker, const TokenBatch& batch) {
      sums[worker] +=
          SumLosses(*network_, batch, spec_.semantic_ids->pieces, 0.0).template item<double>();
    });
    double sum = 0.0;
    for (const double part : sums) sum += part;
    return sum / static_cast<double>(std::max<size_t>(1, examples.size()));
  }

  /// The pairs follow from the ids, the seed and the kind, never from the weights. A case for which
  /// no negative was found is left out.
  double JudgeAuc(bool is_hard) {
    Random random(seed_, kJudgeStream + is_hard);
    std::vector<TokenExample> right, wrong;
    for (const EvaluationCase& one : valid_cases_) {
      if (right.size() == kMostJudged) break;
      const uint32_t target =
          examples_.sources().dataset.sequence_items(one.sequence)[one.position];
      const uint32_t other = examples_.DrawNegative(one.sequence, one.position, is_hard, random);
      if (other == target) continue;
      right.push_back(examples_.JudgeNext(one.sequence, one.position, target));
      wrong.push_back(examples_.JudgeNext(one.sequence, one.position, other));
      wrong.back().tokens.back() = kYesToken;
    }
    // One pair a case: candidates of other histories are not comparable.
    const auto of_right = YesLogp(right), of_wrong = YesLogp(wrong);
    double sum = 0.0;
    for (size_t i = 0; i < of_right.size(); ++i) {
      sum += AreaUnderCurve(std::array{of_right[i], of_wrong[i]}, std::array<uint8_t, 2>{1, 0});
    }
    return of_right.empty() ? 0.5 : sum / static_cast<double>(of_right.size());
  }

  /// log P(yes), in the order of the examples.
  /// One example a bin, because bins filled first-fit would change the order, and callers pair the
  /// results of two calls by their place.
  std::vector<float> YesLogp(const std::vector<TokenExample>& examples) {
    torch::NoGradGuard no_grad;
    std::vector<float> yes_logp;
    for (size_t first = 0; first < examples.size(); first += 64) {
      std::vector<std::vector<const TokenExample*>> bins;
      for (size_t i = first; i < std::min(examples.size(), first + 64); ++i) {
        bins.push_back({&examples[i]});
      }
      const TokenBatch batch = MakeTokenBatch(bins, bin_length());
      const auto hidden = network_->Encode(batch.tokens, batch.segments);
      const auto rows = hidden.index_select(0, torch::tensor(batch.targets[kJudgementKind].places));
      const auto yes = network_->Predict(rows, kYesToken, 2).select(1, 0).contiguous();
      yes_logp.insert(yes_logp.end(), yes.data_ptr<float>(), yes.data_ptr<float>() + yes.size(0));
    }
    return yes_logp;
  }

  /// The next piece of held-out titles, by the model and by the most frequent follower.
  /// The frequent follower is a bigram model of the titles that training reads. A model that has
  /// only learnt which pieces follow each other can hardly beat it; one that reads the codes can.
  void ScoreTexts(LanguageScores& scores) {
    const LanguageSources& sources = examples_.sources();
    std::map<uint32_t, std::map<uint32_t, size_t>> followers;
    std::vector<TokenExample> held_out;
    for (uint32_t item = 0; item < sources.ids.size(); ++item) {
      if (sources.texts.titles[item].empty()) continue;
      TokenExample example = examples_.TextOfItem(item);
      if (sources.is_text_held_out[item]) {
        held_out.push_back(std::move(example));
        continue;
      }
      for (size_t i = 1; i < example.tokens.size(); ++i) {
        if (example.is_target[i]) ++followers[example.tokens[i - 1]][example.tokens[i]];
      }
    }
    double right = 0.0, common = 0.0, count = 0.0;
    ForEachBatch(held_out, [&](size_t, const TokenBatch& batch) {
      const auto& targets = batch.targets[kTextKind];
      const auto hidden = network_->Encode(batch.tokens, batch.segments);
      const auto rows = hidden.index_select(0, torch::tensor(targets.places));
      const auto guess =
          network_->Predict(rows, kEndToken, 1 + spec_.semantic_ids->pieces).argmax(1);
      const auto hits = guess.eq(torch::tensor(targets.tokens)).sum().template item<double>();
      // Sums of whole numbers are exact in a double, so their order does not matter.
      const std::lock_guard lock(mutex_);
      right += hits;
      count += static_cast<double>(targets.places.size());
    });
    for (const TokenExample& example : held_out) {
      for (size_t i = 1; i < example.tokens.size(); ++i) {
        if (!example.is_target[i]) continue;
        const auto& after = followers[example.tokens[i - 1]];
        const auto best = std::max_element(after.begin(), after.end(),
                                           [](auto& a, auto& b) { return a.second < b.second; });
        common += best != after.end() && best->first == example.tokens[i];
      }
    }
    if (count == 0.0) return;
    scores.text_accuracy = right / count;
    scores.text_common = common / count;
  }

  size_t bin_length() const { return spec_.semantic_ids->encoder.window; }

  std::shared_ptr<LanguageModel> network_;
  const ModelSpec& spec_;
  const LanguageExamples& examples_;
  const std::vector<EvaluationCase>& valid_cases_;
  const SemanticIdsConfig& keys_;
  const int64_t workers_;
  uint64_t seed_;
  int64_t epochs_ = 0, batch_tokens_ = 0, warmup_ = 1;
  std::unique_ptr<torch::optim::AdamW> optimiser_;
  WeightAverage average_;
  std::vector<TokenExample> valid_;
  std::mutex mutex_;
  std::vector<TokenExample> made_;                      // of the epoch
  std::vector<std::vector<const TokenExample*>> bins_;  // of them
  size_t per_batch_ = 1;                                // bins a step
  int64_t steps_ = 1;                                   // of the epoch
};

}  // namespace

Result<LanguageResult> TrainLanguage(std::shared_ptr<LanguageModel> network, const ModelSpec& spec,
                                     const LanguageExamples& examples,
                                     const std::vector<EvaluationCase>& valid_cases,
                                     const SemanticIdsConfig& keys, int64_t workers, uint64_t seed,
                                     Observer& observer) {
  return LanguageTrainer(std::move(network), spec, examples, valid_cases, keys, workers, seed)
      .Run(observer);
}

}  // namespace tsugi::train
