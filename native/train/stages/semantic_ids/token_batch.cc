#include "native/train/stages/semantic_ids/token_batch.h"

namespace tsugi::train {
namespace {

// Bins that first-fit looks into: bounds the time per example; nearly full bins are left behind.
constexpr size_t kOpenBins = 64;

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

size_t TokenBatch::target_count() const {
  size_t count = 0;
  for (const Targets& of_kind : targets) count += of_kind.places.size();
  return count;
}

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

torch::Tensor TokenLosses::Sum(double parallel_weight) const {
  torch::Tensor sum;
  for (const torch::Tensor& loss : by_kind) {
    if (loss.defined()) sum = sum.defined() ? sum + loss : loss;
  }
  return parallel.defined() ? sum + parallel_weight * parallel : sum;
}

TokenLosses ComputeLosses(LanguageModel& network, const TokenBatch& batch, int64_t piece_count,
                          const DropoutRandom& random) {
  const auto hidden = network.Encode(batch.tokens, batch.segments, random);
  TokenLosses losses;
  // A softmax per kind, over the tokens that can stand there, in one product for all rows of it.
  for (size_t kind = 0; kind < kTokenKinds; ++kind) {
    const auto& targets = batch.targets[kind];
    if (targets.places.empty()) continue;
    const auto rows = hidden.index_select(0, torch::tensor(targets.places));
    losses.by_kind[kind] =
        torch::nll_loss(network.Predict(rows, FirstOf(kind), CountOf(kind, piece_count)),
                        torch::tensor(targets.tokens), {}, at::Reduction::Sum);
    if (kind != 0) continue;
    const auto codes = torch::tensor(batch.next_codes).view({-1, kCodeLevels, 1});
    losses.parallel = -network.PredictParallel(rows).gather(2, codes).sum();
  }
  return losses;
}

}  // namespace tsugi::train
