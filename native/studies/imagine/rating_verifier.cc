#include "native/studies/imagine/rating_verifier.h"

#include <algorithm>

#include "core/base/random.h"
#include "native/eval/metrics.h"
#include "native/train/epochs.h"
#include "native/train/model_tensors.h"

namespace tsugi::train {
namespace {

constexpr int64_t kVectorWidth = 320, kHidden = 64, kNarrow = 32;
constexpr int64_t kRatingBatch = 256;
constexpr int64_t kMostRatingEpochs = 60, kRatingPatience = 4;
constexpr double kVerifierRate = 5e-4, kVerifierDecay = 1e-4, kVerifierDropout = 0.3;
constexpr size_t kResamples = 1000;

struct Ratings {
  torch::Tensor users, items, likes;
  explicit Ratings(const RatingExamples& examples)
      : users(torch::tensor(std::vector<int64_t>(examples.users.begin(), examples.users.end()))),
        items(torch::tensor(std::vector<int64_t>(examples.items.begin(), examples.items.end()))),
        likes(torch::tensor(std::vector<float>(examples.is_like.begin(), examples.is_like.end()))) {
  }
};

/// Without dropout: eval() holds until the next epoch turns training on again.
std::vector<float> ScoresOf(RatingVerifier& verifier, const torch::Tensor& rows,
                            const Ratings& ratings) {
  torch::NoGradGuard no_grad;
  verifier->eval();
  return FloatsOf(verifier->forward(ratings.users, rows.index_select(0, ratings.items)));
}

/// The area under the curve of one class alone is .5 by definition and would be believed.
Status CheckPart(const char* name, const RatingExamples& part) {
  const auto likes = std::count(part.is_like.begin(), part.is_like.end(), 1);
  if (likes > 0 && static_cast<size_t>(likes) < part.size()) return Status();
  return InvalidArgument(std::string("the ") + name +
                         " ratings hold no like or no dislike, so nothing can be verified. Try: "
                         "--set imagine.like_value=... at training, or a longer log");
}

}  // namespace

RatingVerifierImpl::RatingVerifierImpl(int64_t users, int64_t width)
    : user_(register_module("user", torch::nn::Embedding(users, kVectorWidth))),
      row_(register_module("row", torch::nn::Linear(width, kVectorWidth))),
      first_(register_module("first", torch::nn::Linear(3 * kVectorWidth, kHidden))),
      second_(register_module("second", torch::nn::Linear(kHidden, kNarrow))),
      out_(register_module("out", torch::nn::Linear(kNarrow, 1))) {
  torch::NoGradGuard no_grad;
  user_->weight.normal_(0.0, 0.05);
}

torch::Tensor RatingVerifierImpl::forward(const torch::Tensor& users, const torch::Tensor& rows) {
  const auto user = user_->forward(users), row = row_->forward(rows);
  // The product gives the first layer the terms of an inner product, which it could not form from
  // the two vectors side by side.
  auto x = torch::cat({user, row, user * row}, 1);
  x = torch::dropout(torch::relu(first_->forward(x)), kVerifierDropout, is_training());
  return out_->forward(torch::relu(second_->forward(x))).squeeze(1);
}

namespace {

class VerifierTrainer : public Learner {
 public:
  VerifierTrainer(const torch::Tensor& rows, int64_t users, const RatingExamples& train,
                  const RatingExamples& valid)
      : rows_(rows),
        training_(train),
        validation_(valid),
        is_like_(valid.is_like),
        verifier_(users, rows.size(1)),
        optimiser_(verifier_->parameters(),
                   torch::optim::AdamWOptions(kVerifierRate).weight_decay(kVerifierDecay)) {}

  /// Silent: it is a tool of the study, and its epochs are not progress that a user waits for.
  Result<RatingVerifier> Run() {
    Observer silent;
    EpochState state;
    const EpochOptions options{"rating verifier", "another --seed", kMostRatingEpochs,
                               kRatingPatience, verifier_->parameters()};
    TSUGI_RETURN_IF_ERROR(RunEpochs(*this, options, silent, state).status());
    return verifier_;
  }

  int64_t BeginEpoch(const EpochState&, EpochProgress&) override {
    verifier_->train();
    order_ = torch::randperm(training_.users.size(0), torch::kInt64);
    return (order_.size(0) + kRatingBatch - 1) / kRatingBatch;
  }

  StepLoss Step(const EpochState& state) override {
    const int64_t first = state.epoch_step * kRatingBatch;
    const auto chosen = order_.slice(0, first, std::min(first + kRatingBatch, order_.size(0)));
    const auto rows = rows_.index_select(0, training_.items.index_select(0, chosen));
    return {
        Descend(optimiser_, torch::nn::functional::binary_cross_entropy_with_logits(
                                verifier_->forward(training_.users.index_select(0, chosen), rows),
                                training_.likes.index_select(0, chosen)))};
  }

  /// Chosen by the number that the study reports, on other ratings.
  std::optional<double> Check(EpochProgress&) override {
    return AreaUnderCurve(ScoresOf(verifier_, rows_, validation_), is_like_);
  }

 private:
  const torch::Tensor& rows_;
  const Ratings training_, validation_;
  const std::vector<uint8_t>& is_like_;
  RatingVerifier verifier_;
  torch::optim::AdamW optimiser_;
  torch::Tensor order_;  // of the epoch
};

}  // namespace

// The interval is a percentile bootstrap over ratings. Users are not drawn anew, so it holds for
// these users and says nothing of others.
Result<VerifierResult> TrainVerifier(const torch::Tensor& rows, int64_t users,
                                     const RatingExamples& train, const RatingExamples& valid,
                                     const RatingExamples& test, uint64_t seed) {
  TSUGI_RETURN_IF_ERROR(CheckPart("training", train));
  TSUGI_RETURN_IF_ERROR(CheckPart("validation", valid));
  TSUGI_RETURN_IF_ERROR(CheckPart("test", test));
  torch::manual_seed(seed);
  VerifierResult result;
  TSUGI_ASSIGN_OR_RETURN(result.verifier, VerifierTrainer(rows, users, train, valid).Run());
  const std::vector<float> scores = ScoresOf(result.verifier, rows, Ratings(test));
  result.held_out_auc = AreaUnderCurve(scores, test.is_like);
  std::vector<double> resampled;
  for (size_t r = 0; r < kResamples; ++r) {
    // A stream for each resample, so a change of kResamples keeps the resamples there were.
    Random random(seed, r + 1);
    std::vector<float> drawn_scores;
    std::vector<uint8_t> drawn_likes;
    for (size_t i = 0; i < scores.size(); ++i) {
      const size_t at = random.NextBelow(scores.size());
      drawn_scores.push_back(scores[at]);
      drawn_likes.push_back(test.is_like[at]);
    }
    resampled.push_back(AreaUnderCurve(drawn_scores, drawn_likes));
  }
  std::sort(resampled.begin(), resampled.end());
  result.auc_low = resampled[kResamples * 25 / 1000];
  result.auc_high = resampled[kResamples * 975 / 1000];
  return result;
}

}  // namespace tsugi::train
