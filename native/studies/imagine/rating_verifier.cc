#include "native/studies/imagine/rating_verifier.h"

#include <algorithm>
#include <numeric>

#include "core/base/random.h"

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

std::vector<float> ScoresOf(RatingVerifier& verifier, const torch::Tensor& rows,
                            const Ratings& ratings) {
  torch::NoGradGuard no_grad;
  verifier->eval();
  const auto scores = verifier->forward(ratings.users, rows.index_select(0, ratings.items));
  const float* values = scores.data_ptr<float>();
  return {values, values + scores.size(0)};
}

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
  auto x = torch::cat({user, row, user * row}, 1);
  x = torch::dropout(torch::relu(first_->forward(x)), kVerifierDropout, is_training());
  return out_->forward(torch::relu(second_->forward(x))).squeeze(1);
}

double AreaUnderCurve(const std::vector<float>& scores, const std::vector<uint8_t>& is_like) {
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] < scores[b]; });
  double dislikes = 0.0, right = 0.0, likes = 0.0;
  for (size_t i = 0; i < order.size();) {
    double tied_likes = 0.0, tied_dislikes = 0.0;
    const float score = scores[order[i]];
    for (; i < order.size() && scores[order[i]] == score; ++i) {
      (is_like[order[i]] != 0 ? tied_likes : tied_dislikes) += 1.0;
    }
    right += tied_likes * (dislikes + 0.5 * tied_dislikes);
    likes += tied_likes;
    dislikes += tied_dislikes;
  }
  return likes > 0.0 && dislikes > 0.0 ? right / (likes * dislikes) : 0.5;
}

Result<VerifierResult> TrainVerifier(const torch::Tensor& rows, int64_t users,
                                     const RatingExamples& train, const RatingExamples& valid,
                                     const RatingExamples& test, uint64_t seed) {
  TSUGI_RETURN_IF_ERROR(CheckPart("training", train));
  TSUGI_RETURN_IF_ERROR(CheckPart("validation", valid));
  TSUGI_RETURN_IF_ERROR(CheckPart("test", test));
  torch::manual_seed(seed);
  VerifierResult result;
  result.verifier = RatingVerifier(users, rows.size(1));
  torch::optim::AdamW optimiser(
      result.verifier->parameters(),
      torch::optim::AdamWOptions(kVerifierRate).weight_decay(kVerifierDecay));
  const Ratings training(train), validation(valid), testing(test);
  double best = 0.0;
  std::vector<torch::Tensor> kept;
  for (int64_t epoch = 0, unimproved = 0; epoch < kMostRatingEpochs && unimproved < kRatingPatience;
       ++epoch) {
    result.verifier->train();
    const auto order = torch::randperm(training.users.size(0), torch::kInt64);
    for (int64_t at = 0; at < order.size(0); at += kRatingBatch) {
      const auto chosen = order.slice(0, at, std::min(at + kRatingBatch, order.size(0)));
      optimiser.zero_grad();
      torch::nn::functional::binary_cross_entropy_with_logits(
          result.verifier->forward(training.users.index_select(0, chosen),
                                   rows.index_select(0, training.items.index_select(0, chosen))),
          training.likes.index_select(0, chosen))
          .backward();
      optimiser.step();
    }
    const double auc = AreaUnderCurve(ScoresOf(result.verifier, rows, validation), valid.is_like);
    ++unimproved;
    if (auc <= best) continue;
    best = auc;
    unimproved = 0;
    kept.clear();
    for (const auto& parameter : result.verifier->parameters()) {
      kept.push_back(parameter.detach().clone());
    }
  }
  torch::NoGradGuard no_grad;
  for (size_t i = 0; i < kept.size(); ++i) result.verifier->parameters()[i].copy_(kept[i]);
  const std::vector<float> scores = ScoresOf(result.verifier, rows, testing);
  result.held_out_auc = AreaUnderCurve(scores, test.is_like);
  std::vector<double> resampled;
  for (size_t r = 0; r < kResamples; ++r) {
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
