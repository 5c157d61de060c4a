#ifndef TSUGI_CORE_MODEL_TENSOR_TABLE_H_
#define TSUGI_CORE_MODEL_TENSOR_TABLE_H_

#include <string>
#include <vector>

#include "core/base/tensor_view.h"
#include "core/model/model_spec.h"

namespace tsugi {

/// One row of the table: what a tensor of the model is called, its shape and how it is stored.
struct TensorEntry {
  std::string name;  ///< also the LibTorch parameter name, e.g. "encoder.layers.0.qkv.weight"
  Shape shape;
  /// True for matrices that follow spec.weight_dtype. Stored as kI8, a tensor `X` is accompanied by
  /// `X.scales` [rows] f32 (one per row), which is a row of the table too.
  bool is_quantizable = false;
  DType dtype = DType::kF32;  ///< as stored under the spec given to BuildTensorTable
};

/// THE list of a model's tensors for `spec`, in file order. Reader, writer, exporter and trainer
/// iterate it; no other place spells a tensor's name and shape.
///
/// Requires: spec.Validate().ok().
std::vector<TensorEntry> BuildTensorTable(const ModelSpec& spec);

inline constexpr char kItemEncoder[] = "encoder.";
inline constexpr char kIntentEncoder[] = "intent.";
inline constexpr char kShortTermEncoder[] = "short_term.";

/// Name prefix of layer i of an encoder: "encoder.layers.<i>.".
std::string LayerPrefix(uint32_t layer, const std::string& encoder = kItemEncoder);

inline constexpr char kImagine[] = "imagine.";   ///< the diffusion prior
inline constexpr char kConcept[] = "concept.";   ///< what describes its rows
inline constexpr uint32_t kConditionWidth = 64;  ///< E, what a prior's blocks are told
inline constexpr uint32_t kTitleWidth = 64;      ///< of the words of titles
inline constexpr uint32_t kTitleContext = 2;     ///< words that the next one follows from

inline constexpr char kLanguage[] = "language.";              ///< the language model
inline constexpr char kLanguageTokens[] = "language.tokens";  ///< [tokens, D'], in and out
inline constexpr char kLanguageBias[] = "language.bias";      ///< [tokens] of the logits
inline constexpr char kCodewordTable[] =
    "language.codewords";                             ///< [levels * 256, W], item rows' parts
inline constexpr char kItemTrie[] = "language.trie";  ///< [N, 8] u8, core/parts/semantic_ids/item_trie.h

inline constexpr char kItemSide[] = "items.";
inline constexpr char kItemTable[] = "items.table";         ///< [N, W]
inline constexpr char kTowerFeatures[] = "tower.features";  ///< [V, W], of the semantic tower
inline constexpr char kTowerWeights[] = "tower.weights";    ///< [V] 0 = training never saw it
inline constexpr char kTowerUnknown[] = "tower.unknown";    ///< [W] in the place of an item's own
inline constexpr char kTimeGap[] = "encoder.time_gap";  ///< [buckets, D], if the model reads times
inline constexpr char kActions[] = "encoder.actions";   ///< [1 + actions, D], row 0: unknown
inline constexpr char kValues[] = "encoder.values";     ///< [buckets, D], row 0: unknown
inline constexpr char kValueEdges[] = "encoder.value_edges";  ///< [buckets - 2] between the others
inline constexpr char kItemCodes[] = "items.codes";           ///< [ceil(N / 64) * 2, 16 m] u8
inline constexpr char kItemCodebooks[] = "items.codebooks";   ///< [W, 16 m], column 16 j + codeword
inline constexpr char kScalesSuffix[] = ".scales";

}  // namespace tsugi

#endif  // TSUGI_CORE_MODEL_TENSOR_TABLE_H_
