#include "native/train/stages/semantic_ids/code_autoencoder.h"

#include <algorithm>
#include <numeric>

#include "core/base/random.h"
#include "native/train/epochs.h"
#include "native/train/model_tensors.h"
#include "native/train/modules/layers.h"

namespace tsugi::train {
namespace {

namespace F = torch::nn::functional;

constexpr int64_t kLatentWidth = 64;
constexpr int64_t kHiddenWidth = 256;
constexpr double kCommitment = 0.25;
constexpr double kInfoNceTemperature = 0.07;
// With few items, or codes that span few directions, the normal equations are singular; the ridge
// makes them solvable.
constexpr double kRidge = 1e-2;  // of the mean variance
constexpr int64_t kAutoencoderEpochs = 200, kBatchItems = 1024;
constexpr double kAutoencoderRate = 1e-3, kAutoencoderDecay = 1e-4;

class CodeAutoencoder : public torch::nn::Module {
 public:
  CodeAutoencoder(int64_t vector_width, int64_t text_width) {
    encoder_ = register_module(
        "encoder", torch::nn::Sequential(MakeLinear(vector_width, kHiddenWidth), torch::nn::ReLU(),
                                         MakeLinear(kHiddenWidth, kLatentWidth)));
    decoder_ = register_module(
        "decoder", torch::nn::Sequential(MakeLinear(kLatentWidth, kHiddenWidth), torch::nn::ReLU(),
                                         MakeLinear(kHiddenWidth, vector_width)));
    to_text_ = register_module("to_text", MakeLinear(kLatentWidth, text_width));
    codewords =
        register_parameter("codewords", torch::zeros({kCodeLevels, kLevelCodes, kLatentWidth}));
  }

  torch::Tensor Encode(const torch::Tensor& vectors) { return encoder_->forward(vectors); }
  torch::Tensor Decode(const torch::Tensor& latents) { return decoder_->forward(latents); }
  torch::Tensor ToText(const torch::Tensor& latents) { return to_text_->forward(latents); }

  /// Nearest codes [M, levels] of latents [M, 64].
  /// Greedy, level by level: argmin_c |r - c|^2 over the residual r that the levels before leave.
  /// |r|^2 is the same for all codes of a row, so |c|^2 - 2 <r, c> is compared instead. One product
  /// of [M, 64] x [64, 256] a level; the pairwise differences would be a tensor of [M, 256, 64].
  torch::Tensor Codes(const torch::Tensor& latents) const {
    torch::NoGradGuard no_grad;
    auto rest = latents.detach().clone();
    std::vector<torch::Tensor> codes;
    for (int64_t level = 0; level < kCodeLevels; ++level) {
      const auto book = codewords[level];
      const auto distance = book.square().sum(1).unsqueeze(0) - 2.0 * torch::mm(rest, book.t());
      codes.push_back(distance.argmin(1));
      rest = rest - book.index_select(0, codes.back());
    }
    return torch::stack(codes, 1);
  }

  torch::Tensor codewords;  ///< [levels, 256, 64]

 private:
  torch::nn::Sequential encoder_{nullptr}, decoder_{nullptr};
  torch::nn::Linear to_text_{nullptr};
};

/// A level has 256 codes, so a code fits a byte.
SemanticIds ToIds(const torch::Tensor& codes) {
  const auto held = codes.contiguous();
  SemanticIds ids(static_cast<size_t>(held.size(0)));
  const int64_t* from = held.data_ptr<int64_t>();
  for (SemanticId& id : ids) {
    for (uint8_t& code : id) code = static_cast<uint8_t>(*from++);
  }
  return ids;
}

/// Mean square distance of rows: however wide they are, it weighs as much beside the alignment.
torch::Tensor SquareDistance(const torch::Tensor& rows, const torch::Tensor& others) {
  return (rows - others).square().sum(1).mean();
}

class AutoencoderTrainer : public Learner {
 public:
  AutoencoderTrainer(const torch::Tensor& vectors, const torch::Tensor& texts, double align_weight,
                     uint64_t seed)
      : vectors_(vectors),
        texts_(texts),
        speaks_(texts.square().sum(1) > 0.5),
        align_weight_(align_weight),
        random_(seed),
        model_(vectors.size(1), texts.size(1)),
        optimiser_(model_.parameters(),
                   torch::optim::AdamWOptions(kAutoencoderRate).weight_decay(kAutoencoderDecay)) {
    // K-means of the latents of the untrained encoder. From random codewords most codes would be
    // nearest to no item, get no gradient and stay unused.
    torch::NoGradGuard no_grad;
    const auto latents = model_.Encode(vectors_);
    SemanticIds ids;
    const auto points = FloatsOf(latents);
    const ResidualCodebooks start =
        LearnResidualKMeans({points, static_cast<size_t>(kLatentWidth)}, seed, ids);
    model_.codewords.copy_(torch::tensor(start.codewords).view(model_.codewords.sizes()));
  }

  /// There is no check, so no epoch counts as better than another: all run, and the last weights
  /// are taken.
  Result<AutoencoderResult> Run(Observer& observer) {
    ShortEpochs brief(observer);
    EpochState state;
    const EpochOptions options{
        "item tokenizer", "kmeans (--set semantic_ids.codes=kmeans, or tokenize --method kmeans)",
        kAutoencoderEpochs};
    TSUGI_ASSIGN_OR_RETURN(const bool is_finished, RunEpochs(*this, options, brief, state));
    torch::NoGradGuard no_grad;
    AutoencoderResult result;
    result.revived = revived_;
    result.was_interrupted = !is_finished;
    result.latents = model_.Encode(vectors_);
    const auto codes = model_.Codes(result.latents);
    result.ids = ToIds(codes);
    result.codebooks = {static_cast<size_t>(kLatentWidth), FloatsOf(model_.codewords)};
    const auto error = (model_.Decode(Quantised(codes)) - vectors_).square().mean();
    const auto variance = (vectors_ - vectors_.mean(0)).square().mean();
    result.reconstruction = 1.0 - error.item<double>() / variance.item<double>();
    return result;
  }

  /// Revives before the counts are cleared: they say what the last epoch used. Not before the first
  /// epoch, where every codeword is a centre of k-means.
  int64_t BeginEpoch(const EpochState& state, EpochProgress&) override {
    if (state.epoch > 0) revived_ += Revive();
    const int64_t count = vectors_.size(0);
    order_.resize(static_cast<size_t>(count));
    std::iota(order_.begin(), order_.end(), int64_t{0});
    Shuffle(order_, random_);
    used_ = torch::zeros({kCodeLevels, kLevelCodes});
    return (count + kBatchItems - 1) / kBatchItems;
  }

  /// The codebook loss |c - sg(r)|^2 moves codewords to residuals, the commitment loss |r -
  /// sg(c)|^2 moves latents to codewords (sg: no gradient). `rest` subtracts values, so a level
  /// does not move the codewords of the levels before it.
  StepLoss Step(const EpochState& state) override {
    const int64_t first = state.epoch_step * kBatchItems;
    const auto chosen =
        torch::tensor(order_).slice(0, first, std::min(vectors_.size(0), first + kBatchItems));
    const auto vectors = vectors_.index_select(0, chosen);
    const auto latents = model_.Encode(vectors);
    const auto codes = model_.Codes(latents);
    auto rest = latents, loss = torch::zeros({});
    for (int64_t level = 0; level < kCodeLevels; ++level) {
      const auto words = model_.codewords[level].index_select(0, codes.select(1, level));
      loss = loss + SquareDistance(words, rest.detach()) +
             kCommitment * SquareDistance(rest, words.detach());
      rest = rest - words.detach();
      used_[level].index_add_(0, codes.select(1, level), torch::ones({codes.size(0)}));
    }
    const auto quantised = Quantised(codes);
    // The decoder reads the codewords, and its gradient goes to the latents as if they were these:
    // the choice of the nearest codeword has no gradient. Codewords learn by the codebook loss
    // alone.
    const auto through = latents + (quantised - latents).detach();  // straight through
    loss = loss + SquareDistance(model_.Decode(through), vectors);
    if (align_weight_ > 0.0) {
      // The same value, but here the gradient reaches codewords and latents: the codewords
      // themselves are to stand where the language's space has the words.
      loss = loss + align_weight_ * Align(quantised + latents - latents.detach(), chosen);
    }
    return {Descend(optimiser_, loss, model_.parameters())};
  }

 private:
  torch::Tensor Quantised(const torch::Tensor& codes) const {
    auto sum = torch::zeros({codes.size(0), kLatentWidth});
    for (int64_t level = 0; level < kCodeLevels; ++level) {
      sum = sum + model_.codewords[level].index_select(0, codes.select(1, level));
    }
    return sum;
  }

  /// Symmetric InfoNCE over the items of the batch that have a text. An item without one has a row
  /// of zeros, to which every direction is equally near, and a single item has no negative.
  torch::Tensor Align(const torch::Tensor& quantised, const torch::Tensor& chosen) {
    const auto places = speaks_.index_select(0, chosen).nonzero().squeeze(1);
    if (places.size(0) < 2) return torch::zeros({});
    const auto guess = UnitRows(model_.ToText(quantised.index_select(0, places)));
    const auto texts = texts_.index_select(0, chosen.index_select(0, places));
    const auto logits = torch::mm(guess, texts.t()) / kInfoNceTemperature;
    const auto own = torch::arange(places.size(0), torch::kInt64);
    return 0.5 * (F::cross_entropy(logits, own) + F::cross_entropy(logits.t(), own));
  }

  /// Moves codewords that the last epoch did not use to where a random item's residual is; how
  /// many.
  size_t Revive() {
    torch::NoGradGuard no_grad;
    size_t revived = 0;
    const auto latents = model_.Encode(vectors_);
    const auto codes = model_.Codes(latents);
    // `codes` were chosen before anything moves, so `rest` is the residual that each item brings to
    // a level. A codeword that is put on such a residual is the nearest one of at least that item.
    auto rest = latents;
    for (int64_t level = 0; level < kCodeLevels; ++level) {
      const auto dead = (used_[level] < 0.5).nonzero().squeeze(1);
      for (int64_t i = 0; i < dead.size(0); ++i) {
        const auto item =
            static_cast<int64_t>(random_.NextBelow(static_cast<uint64_t>(vectors_.size(0))));
        model_.codewords[level][dead[i].item<int64_t>()].copy_(rest[item]);
        ++revived;
      }
      rest = rest - model_.codewords[level].index_select(0, codes.select(1, level));
    }
    return revived;
  }

  torch::Tensor vectors_, texts_, speaks_;
  const double align_weight_;
  Random random_;
  CodeAutoencoder model_;
  torch::optim::AdamW optimiser_;
  std::vector<int64_t> order_;  // of the epoch's items
  torch::Tensor used_;          // [levels, 256] how often the epoch used each code
  size_t revived_ = 0;
};

}  // namespace

Result<AutoencoderResult> TrainAutoencoder(const torch::Tensor& vectors, const torch::Tensor& texts,
                                           double align_weight, uint64_t seed, Observer& observer) {
  torch::manual_seed(seed);
  return AutoencoderTrainer(vectors, texts, align_weight, seed).Run(observer);
}

// Least squares in closed form: (A^T A + ridge I) map = A^T texts, A [known, width + 1] with a
// column of ones for the bias. A linear map shows whether the words can be read off the codes; a
// deeper one could learn them by heart.
TextRetrieval MeasureTextRetrieval(const SemanticIds& ids, const ResidualCodebooks& codebooks,
                                   const torch::Tensor& texts, uint64_t seed) {
  torch::NoGradGuard no_grad;
  const auto width = static_cast<int64_t>(codebooks.width);
  auto sums = torch::zeros({static_cast<int64_t>(ids.size()), width});
  for (size_t i = 0; i < ids.size(); ++i) {
    float* sum = sums.data_ptr<float>() + static_cast<int64_t>(i) * width;
    for (size_t level = 0; level < kCodeLevels; ++level) {
      const float* codeword = codebooks.codeword(level, ids[i][level]);
      for (int64_t d = 0; d < width; ++d) sum[d] += codeword[d];
    }
  }
  std::vector<int64_t> speaking;
  for (int64_t i = 0; i < texts.size(0); ++i) {
    // Rows have length 1 or 0, so any threshold in between tells them apart.
    if (texts[i].square().sum().item<double>() > 0.5) speaking.push_back(i);
  }
  Random random(seed);
  Shuffle(speaking, random);
  const auto held = static_cast<int64_t>(speaking.size() / 5);
  TextRetrieval retrieval{static_cast<size_t>(held)};
  if (held < 2) return retrieval;
  const auto order = torch::tensor(speaking);
  const auto x = torch::cat({sums, torch::ones({sums.size(0), 1})}, 1);
  const auto asked = order.slice(0, 0, held), known = order.slice(0, held);
  const auto a = x.index_select(0, known);
  const auto gram = torch::mm(a.t(), a);
  // Relative to the mean of the diagonal: the result does not depend on the scale of the codewords.
  const double ridge = kRidge * gram.diag().mean().item<double>();
  const auto map = torch::linalg_solve(gram + ridge * torch::eye(width + 1),
                                       torch::mm(a.t(), texts.index_select(0, known)));
  const auto guess = torch::mm(x.index_select(0, asked), map);
  const auto wanted = texts.index_select(0, asked);
  const auto scores = torch::mm(UnitRows(guess), wanted.t());
  const auto own = scores.diag().unsqueeze(1);
  // Rank minus one. An equal score is not ahead, so ties count in favour.
  const auto before = scores.gt(own).sum(1);
  retrieval.recall_at_1 = before.lt(1).to(torch::kFloat64).mean().item<double>();
  retrieval.recall_at_10 = before.lt(10).to(torch::kFloat64).mean().item<double>();
  return retrieval;
}

}  // namespace tsugi::train
