#ifndef TSUGI_CORE_EXPLAIN_EVENT_EFFECTS_H_
#define TSUGI_CORE_EXPLAIN_EVENT_EFFECTS_H_

#include <optional>
#include <span>
#include <vector>

#include "core/encoder/kv_state.h"
#include "core/encoder/sequence_encoder.h"
#include "core/items/item_table.h"
#include "core/kernels/linear.h"
#include "core/kernels/rowwise.h"
#include "core/model/model_view.h"

namespace tsugi {

/// Measures how much each event in the window speaks for an item, by the paths from the event to
/// the last row's score that pass no non-linear step except the final norm, held fixed.
///
///   effect_j = p . sum_l sigmoid(g_l) * W_l (a_lj v_lj)
///              + p . (token - token before), for the last event: the row would start from there
///
/// a_lj, v_lj: the last row's attention to event j and the values of that event in layer l. W_l,
/// g_l: the output projection and gate of the layer. p: the item's vector carried back through the
/// item projection, if there is one, by its slopes at the row, and through the final norm with its
/// statistics held fixed, so that an effect is in units of the score. Paths through feed-forward
/// layers are left out.
/// Source:  direct logit attribution (Elhage et al. 2021, "A Mathematical Framework for Transformer
///          Circuits"); ours: gates, and all layers of a recommender's last row.
/// Faithfulness is measured against leaving events out: tests/core/explain/session_explain_test.cc
/// and bench/quality/explanations.mjs.
/// Cost: L (D^2 + T D) per item. Threads: one at a time.
class EventEffects {
 public:
  /// Requires: view.Validate().ok(). Borrows the view's memory.
  explicit EventEffects(const ModelView& view, const AddedItems* added = nullptr);

  /// Where the item encoder must write the trace of the row that ReadRow reads.
  RowTrace trace() { return {token_.data(), queries_.data(), gates_.data()}; }
  /// Reads the traced row, which is the last of `state`. last_x [D]: the input of the final norm.
  /// before: the token [D] of the event before, or empty, which counts as zeros. Returns the number
  /// of events in the window.
  size_t ReadRow(KvState& state, const float* last_x, std::span<const float> before = {});
  /// Writes the effect of each event in the window, oldest first. Requires: ReadRow, and that
  /// `state` has not changed since.
  void OfItem(uint32_t item_index, std::span<float> effects);

 private:
  struct Layer {
    LinearWeights output;
    std::span<const float> relative_bias;  ///< [H, T] by distance
    const float* values = nullptr;         ///< of the window's first event, rows 2 D apart
  };
  void ReadAttention(size_t layer, KvState& state);
  /// direction_ [D] = the item's vector as seen from the final norm's output.
  void PullItem(uint32_t item_index);
  /// pulled_ [D] = W^T (direction_ gated by the layer).
  void PullBack(size_t layer);

  ModelSpec spec_;
  ItemTable items_;
  NormWeights norm_;
  std::optional<LinearWeights> projection_;  ///< from the hidden vector to the query
  std::vector<Layer> layers_;
  std::vector<float> token_, queries_, gates_;   ///< [D], [L, D], [L, D]
  std::vector<float> attention_;                 ///< [L, H, T]
  std::vector<float> slopes_;                    ///< [D] of the projection's activation
  std::vector<float> row_, direction_, pulled_;  ///< [W], [D], [D] scratch
  size_t window_ = 0;                            ///< events that the row sees
  float scale_ = 0;                              ///< of a score by the final norm and length
};

}  // namespace tsugi

#endif  // TSUGI_CORE_EXPLAIN_EVENT_EFFECTS_H_
