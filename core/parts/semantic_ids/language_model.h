#ifndef TSUGI_CORE_PARTS_SEMANTIC_IDS_LANGUAGE_MODEL_H_
#define TSUGI_CORE_PARTS_SEMANTIC_IDS_LANGUAGE_MODEL_H_

#include <memory>
#include <span>
#include <vector>

#include "core/encoder/kv_state.h"
#include "core/encoder/sequence_encoder.h"
#include "core/kernels/linear.h"
#include "core/layers/workspace.h"
#include "core/model/model_view.h"
#include "core/parts/semantic_ids/language_vocabulary.h"

namespace tsugi {

/// A causal language model over one vocabulary of item codes, marks and sub-words
/// (core/parts/semantic_ids/language_vocabulary.h):
///
///   hidden  = Encoder(token rows)
///   logit_t = <hidden, row of t> + bias_t        among the tokens that fit the place
///
/// Source:  Semantic Convergence (arXiv 2412.13771, abstract) and LC-Rec (arXiv 2311.09049) for
///          items as tokens of a language model; codes predicted at once as in RPG (arXiv
///          2506.05781). Differs: a small model trained from scratch; the softmax is over the
///          tokens that fit the place (a level's codes, or words), so no probability is wasted.
/// Twin:    native/train/stages/semantic_ids/language_model.h. Threads: one at a time.
class LanguageModel {
 public:
  static constexpr size_t kMostBranches = 64;  ///< beams; the smallest window

  /// Packs the dense weights. Requires: view.spec.semantic_ids, view.Validate().ok().
  /// Errors: kOutOfMemory, kUnsupported.
  static Result<std::unique_ptr<LanguageModel>> Create(const ModelView& view);

  size_t width() const { return shape_.width; }  ///< D
  bool has_text() const { return text_count_ > 1; }
  size_t most_history() const { return most_history_; }  ///< LanguageHistory, items
  /// A state for Read.
  KvState CreateState() const { return KvState(shape_, shape_.layers); }

  /// Reads tokens after those of `state`, at most a window of them; hidden [D] after the last.
  /// Errors: kOutOfMemory; kInternal from the kernels. `state` has no new rows then.
  Status Read(std::span<const uint32_t> tokens, KvState& state, float* hidden);

  /// Reads one token each for several branches that share `state`. parents [rows] names the branch
  /// of the call before that each continues; empty in the first call. hidden() [rows, D].
  /// Requires: at most kMostBranches tokens and kCodeLevels - 1 calls in a row.
  /// Errors: as Read.
  Status ReadBranches(std::span<const uint32_t> tokens, std::span<const uint32_t> parents,
                      KvState& state);
  const float* hidden() const { return hidden_.data(); }

  /// Log-probabilities [rows, 256] of a level's codes, from hidden [rows, D]. As all predictions
  /// below they are valid until the next one. Errors: kInternal from the kernels.
  Result<std::span<const float>> PredictCodes(size_t level, size_t rows, const float* hidden);
  /// [1 + S] of the end of the text, then of every piece. Requires: the spec has pieces.
  Result<std::span<const float>> PredictText(const float* hidden);
  /// [levels, 256] of the next item: all levels from one hidden row, as if they were independent.
  Result<std::span<const float>> PredictParallel(const float* hidden);

 private:
  LanguageModel(const ModelView& view, SequenceEncoder encoder, Workspace workspace);
  Status AddHeads(const ModelView& view);
  void Embed(std::span<const uint32_t> tokens);
  /// Runs the layer on the rows and turns each `count` of its outputs into log-probabilities.
  Result<std::span<const float>> Predict(const Linear& layer, size_t rows, size_t outputs,
                                         size_t count, const float* hidden);

  EncoderShape shape_;
  size_t text_count_, most_history_;
  StoredRows tokens_;
  SequenceEncoder encoder_;
  Workspace workspace_;
  BranchState branches_;
  std::vector<Linear> levels_;
  Linear text_, parallel_;
  AlignedBuffer<float> hidden_, logits_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_SEMANTIC_IDS_LANGUAGE_MODEL_H_
