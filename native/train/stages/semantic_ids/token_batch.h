#ifndef TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_TOKEN_BATCH_H_
#define TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_TOKEN_BATCH_H_

#include <torch/torch.h>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/parts/semantic_ids/language_vocabulary.h"
#include "native/train/stages/semantic_ids/language_examples.h"
#include "native/train/stages/semantic_ids/language_model.h"

namespace tsugi::train {

/// Which tokens compete for a place: a level's codes, yes and no, or the end and the sub-words.
enum TokenKind : size_t { kJudgementKind = kCodeLevels, kTextKind, kTokenKinds };

/// Bins of L tokens that hold whole examples back to back, and what is predicted in them.
struct TokenBatch {
  torch::Tensor tokens;    ///< [B, L] i64
  torch::Tensor segments;  ///< [B, L] i32, -1 = unused
  struct Targets {
    std::vector<int64_t> places;  ///< [M] rows of the flattened bins that predict
    std::vector<int64_t> tokens;  ///< [M] beside them, from the kind's first on
  };
  std::array<Targets, kTokenKinds> targets;
  std::vector<int64_t> next_codes;  ///< [4 M] all codes of the items that level 0 begins
  size_t target_count() const;
};

/// Packs examples of at most `bin_length` tokens first-fit, in their order.
std::vector<std::vector<const TokenExample*>> PackExamples(
    const std::vector<TokenExample>& examples, size_t bin_length);

TokenBatch MakeTokenBatch(std::span<const std::vector<const TokenExample*>> bins,
                          size_t bin_length);

/// Summed cross-entropies of a batch.
struct TokenLosses {
  std::array<torch::Tensor, kTokenKinds> by_kind;  ///< undefined where nothing was predicted
  torch::Tensor parallel;                          ///< of the codes predicted at once
  torch::Tensor Sum(double parallel_weight) const;
};
TokenLosses ComputeLosses(LanguageModel& network, const TokenBatch& batch, int64_t piece_count,
                          const DropoutRandom& random = {});

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_TOKEN_BATCH_H_
