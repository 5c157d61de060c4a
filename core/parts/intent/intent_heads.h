#ifndef TSUGI_CORE_PARTS_INTENT_INTENT_HEADS_H_
#define TSUGI_CORE_PARTS_INTENT_INTENT_HEADS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/aligned_buffer.h"
#include "core/kernels/linear.h"
#include "core/model/model_view.h"

namespace tsugi {

/// What the intent encoder keeps of the rows that it ran last: P labels in M families.
struct IntentRows {
  /// Allocates for T rows. Errors: kOutOfMemory.
  static Result<IntentRows> Create(const ModelSpec& model);

  AlignedBuffer<float> features;       ///< [T, D] the tokens, F
  AlignedBuffer<float> short_term;     ///< [T, D] S
  AlignedBuffer<float> encoded;        ///< [T, D] E, from which intents are predicted
  AlignedBuffer<float> mix;            ///< [T, D] Z
  AlignedBuffer<float> probabilities;  ///< [T, P]
  AlignedBuffer<float> weights;        ///< [T, M]
  AlignedBuffer<float> projected;      ///< [M, D]
};

/// Predicts a distribution over the labels of every intent family, and mixes the predictions into
/// one vector Z, the intent mix. For each row:
///   p_i     = softmax(heads_i(E))                         labels of family i
///   V_i     = sum_l p_i[l] projection_l + projection_bias_i
///   alpha   = softmax over i of (attention . V_i)         weights of the families
///   Z       = sum_i alpha_i V_i
///
/// Source:  IntentRec (arXiv 2408.05353), equation 2.
/// Differs: the attention has no bias; the softmax would cancel it.
/// Twin:    IntentEncoder in native/train/intent/intent_encoder.h.
class IntentHeads {
 public:
  /// Packs the heads and borrows the view's other tensors.
  /// Requires: view.Validate().ok(), view.spec.intent.
  /// Errors: kOutOfMemory, kUnsupported.
  static Result<IntentHeads> Create(const ModelView& view);

  /// Reads intent.encoded [rows, D]. Writes intent.probabilities [rows, P],
  /// weights [rows, M] and mix [rows, D]. Overwrites workspace.input.
  /// Errors: kInternal from the kernels.
  Status Run(size_t rows, IntentRows& intent, LinearInput& input) const;

  /// Computes the mix of row 0 again without the term of `family`. The other families keep their
  /// weights, so the weights no longer sum to 1. Requires: the last Run had one row, and nothing
  /// has changed the projected rows and the weights in `intent` since.
  void MixWithout(size_t family, IntentRows& intent) const;

 private:
  IntentHeads() = default;
  /// Computes Z and the weights of one row from its probabilities.
  void Mix(const float* probabilities, float* projected, float* weights, float* mix) const;

  Linear heads_;
  std::vector<uint32_t> label_counts_;      ///< of the M families
  size_t family_count_ = 0;                 ///< M
  size_t label_count_ = 0;                  ///< P
  size_t width_ = 0;                        ///< D
  std::span<const float> projection_;       ///< [P, D]
  std::span<const float> projection_bias_;  ///< [M, D]
  std::span<const float> attention_;        ///< [D]
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_INTENT_INTENT_HEADS_H_
