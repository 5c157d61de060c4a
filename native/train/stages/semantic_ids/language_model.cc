#include "native/train/stages/semantic_ids/language_model.h"

#include <cmath>

#include "native/train/modules/layers.h"

namespace tsugi::train {
namespace {

// Bins that first-fit looks into: bounds the time per example; nearly full bins are left behind.
constexpr size_t kOpenBins = 64;

/// Tokens of one kind are neighbours in the vocabulary, so a kind is a range [FirstOf, FirstOf +
/// CountOf) and its softmax a slice of the table, without a copy or a mask.
TokenKind KindOf(uint32_t token) {
  if (token < kItemTokens) return static_cast<TokenKind>(token / kLevelCodes);
  return token == kYesToken || token == kNoToken ? kJudgementKind : kTextKind;
}

int64_t FirstOf(size_t kind) {
  if (kind < kCodeLevels) return static_cast<int64_t>(CodeToken(kind, 0));
  return kind == kJudgementKind ? kYesToken : kEndToken;
}

int64_t CountOf(size_t kind, int64_t piece_count) {
  if (kind < kCodeLevels) return kLevelCodes;
  return kind == kJudgementKind ? 2 : 1 + piece_count;
}

void AddTargets(const TokenExample& example, int64_t at, TokenBatch& batch) {
  // Row i - 1 predicts token i. The first code of an item also teaches the parallel head, which
  // predicts all four codes from that row; an item's four tokens are all there, so i + level is
  // inside.
  for (size_t i = 1; i < example.tokens.size(); ++i) {
    if (!example.is_target[i]) continue;
    const TokenKind kind = KindOf(example.tokens[i]);
    batch.targets[kind].places.push_back(at + static_cast<int64_t>(i) - 1);
    batch.targets[kind].tokens.push_back(int64_t{example.tokens[i]} - FirstOf(kind));
    if (kind != 0) continue;
    for (size_t level = 0; level < kCodeLevels; ++level) {
      batch.next_codes.push_back(int64_t{example.tokens[i + level]} - FirstOf(level));
    }
  }
}

}  // namespace

// Inputs and outputs share the table `tokens`, as in the engine. `parallel` has a table of its own:
// it predicts four codes from one row and can not use the same vectors for all of them.
LanguageModel::LanguageModel(const SemanticIdsSpec& spec, double input_dropout,
                             double hidden_dropout)
    : shape_(spec.encoder), input_dropout_(input_dropout) {
  const int64_t width = shape_.width, count = TokenCount(spec);
  tokens_ = register_parameter("tokens", torch::randn({count, width}));
  bias_ = register_parameter("bias", torch::zeros({count}));
  layers_ = BackboneLayers(shape_, shape_.layers, hidden_dropout, *this);
  norm_ = register_module("norm", MakeNorm(width));
  parallel_ = register_module("parallel", MakeLinear(width, kItemTokens));
  // Hidden vectors have a length of sqrt(D) at the start: logits of a token must not.
  torch::NoGradGuard no_grad;
  tokens_.mul_(1.0 / std::sqrt(static_cast<double>(width)));
}

torch::Tensor LanguageModel::Encode(const torch::Tensor& tokens, const torch::Tensor& segments,
                                    const DropoutRandom& random) {
  const AttentionPattern pattern = MakeAttentionPattern(segments, shape_.window);
  auto x = tokens_.index_select(0, tokens.view(-1))
               .view({tokens.size(0), tokens.size(1), tokens_.size(1)});
  x = layers_.Forward(Dropout(x, input_dropout_, random), pattern, random);
  return norm_(x).view({-1, tokens_.size(1)});
}

// A softmax over the tokens that can stand in a place and not over the vocabulary. The engine
// chooses among the same tokens, and no probability is spent on impossible ones.
torch::Tensor LanguageModel::Predict(const torch::Tensor& hidden, int64_t first,
                                     int64_t count) const {
  return torch::log_softmax(torch::addmm(bias_.slice(0, first, first + count), hidden,
                                         tokens_.slice(0, first, first + count).t()),
                            1);
}

torch::Tensor LanguageModel::PredictParallel(const torch::Tensor& hidden) {
  return torch::log_softmax(parallel_(hidden).view({-1, kCodeLevels, kLevelCodes}), 2);
}

size_t TokenBatch::target_count() const {
  size_t count = 0;
  for (const Targets& of_kind : targets) count += of_kind.places.size();
  return count;
}

// O(kOpenBins) an example. An example is never cut: its targets need all the tokens before them.
std::vector<std::vector<const TokenExample*>> PackExamples(
    const std::vector<TokenExample>& examples, size_t bin_length) {
  std::vector<std::vector<const TokenExample*>> bins;
  std::vector<size_t> room;
  for (const TokenExample& example : examples) {
    TSUGI_DCHECK(example.tokens.size() <= bin_length);
    size_t bin = bins.size() - std::min(bins.size(), kOpenBins);
    while (bin < bins.size() && room[bin] < example.tokens.size()) ++bin;
    if (bin == bins.size()) {
      bins.emplace_back();
      room.push_back(bin_length);
    }
    bins[bin].push_back(&example);
    room[bin] -= example.tokens.size();
  }
  return bins;
}

TokenBatch MakeTokenBatch(std::span<const std::vector<const TokenExample*>> bins,
                          size_t bin_length) {
  TokenBatch batch;
  std::vector<int64_t> tokens(bins.size() * bin_length);
  std::vector<int32_t> segments(tokens.size(), -1);
  for (size_t b = 0; b < bins.size(); ++b) {
    size_t at = b * bin_length;
    int32_t segment = 0;
    for (const TokenExample* example : bins[b]) {
      AddTargets(*example, static_cast<int64_t>(at), batch);
      for (const uint32_t token : example->tokens) {
        tokens[at] = token;
        segments[at++] = segment;
      }
      ++segment;
    }
  }
  const std::vector<int64_t> shape = {static_cast<int64_t>(bins.size()),
                                      static_cast<int64_t>(bin_length)};
  batch.tokens = torch::tensor(tokens).view(shape);
  batch.segments = torch::tensor(segments).view(shape);
  return batch;
}

torch::Tensor SumLosses(LanguageModel& network, const TokenBatch& batch, int64_t piece_count,
                        double parallel_weight, const DropoutRandom& random) {
  const auto hidden = network.Encode(batch.tokens, batch.segments, random);
  torch::Tensor sum, parallel;
  // A softmax per kind, over the tokens that can stand there, in one product for all rows of it.
  for (size_t kind = 0; kind < kTokenKinds; ++kind) {
    const auto& targets = batch.targets[kind];
    if (targets.places.empty()) continue;
    const auto rows = hidden.index_select(0, torch::tensor(targets.places));
    const auto loss =
        torch::nll_loss(network.Predict(rows, FirstOf(kind), CountOf(kind, piece_count)),
                        torch::tensor(targets.tokens), {}, at::Reduction::Sum);
    sum = sum.defined() ? sum + loss : loss;
    if (kind != 0) continue;
    const auto codes = torch::tensor(batch.next_codes).view({-1, kCodeLevels, 1});
    parallel = -network.PredictParallel(rows).gather(2, codes).sum();
  }
  return parallel.defined() ? sum + parallel_weight * parallel : sum;
}

}  // namespace tsugi::train
