#ifndef TSUGI_CORE_PARTS_SEMANTIC_IDS_SEMANTIC_IDS_SPEC_H_
#define TSUGI_CORE_PARTS_SEMANTIC_IDS_SEMANTIC_IDS_SPEC_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/numbers.h"
#include "core/base/status.h"
#include "core/model/encoder_shape.h"
#include "core/model/spec_visitor.h"

namespace tsugi {

/// How generated items are mixed into the list of the item table (GeneratedShare, below).
struct FusionRule {
  float share = 0.0f;      ///< of the generated items, at most; 0 to 1
  float slope = 0.0f;      ///< how fast the share falls with the item table's confidence
  float threshold = 0.0f;  ///< the confidence at which half of the share is left
  bool operator==(const FusionRule&) const = default;
};

/// The part `semantic_ids`: every item is four codes, and a language model reads and writes codes
/// and sub-words (core/parts/semantic_ids/language_model.h).
struct SemanticIdsSpec {
  /// The language model. Its window is in tokens, at least 64; its blocks are kSasRec.
  EncoderShape encoder = {.window = 64, .block = BlockKind::kSasRec};
  uint32_t pieces = 0;  ///< S, sub-words of the catalogue's texts; 0: it reads items only
  FusionRule fusion = {};

  // What a part's spec offers: core/model/parts.h.
  static constexpr char kName[] = "semantic_ids";
  static constexpr uint32_t kRequiredFeatures = 0;
  static constexpr bool kComesFirst = false;
  void VisitFields(SpecVisitor& visitor);
  static Status CheckSpec(const ModelSpec& model);
  static void AddTensors(const ModelSpec& model, TensorTableBuilder& table);
  static void AddStrings(const ModelSpec& model, std::vector<StringsEntry>& table);
  static Status CheckView(const ModelView& view);
  static void AddCapabilities(const ModelSpec& model, std::vector<std::string_view>& names);
  bool operator==(const SemanticIdsSpec&) const = default;
};

inline constexpr char kLanguage[] = "semantic_ids.";              ///< the language model
inline constexpr char kLanguageTokens[] = "semantic_ids.tokens";  ///< [tokens, D'], in and out
inline constexpr char kLanguageBias[] = "semantic_ids.bias";      ///< [tokens] of the logits
/// [levels * 256, W] codewords; those of an item's codes add up to about its row.
inline constexpr char kCodewordTable[] = "semantic_ids.codewords";
inline constexpr char kItemTrie[] = "semantic_ids.trie";  ///< [N, 8] u8 (item_trie.h)
/// [S] sub-words, strictly ascending; a space at the start of one begins a word.
inline constexpr char kPieceStrings[] = "semantic_ids.pieces";

/// Mixes the probabilities of the item table with those of the generated items. The more confident
/// the item table is, the less weight the generated items have:
///
///   p(i) = (1 - a) p_table(i) + a p_generated(i)
///   a    = share * sigmoid(slope * (threshold - confidence)),  confidence = max_i p_table(i)
///
/// Slope 0 makes a constant. The three numbers are chosen on validation data
/// (native/eval/fusion_choice.h) and stored in the model file.
/// Source:  adaptive mixing of memorising and generalising models (MemGen). Differs: `share` bounds
///          the weight; more confidence gives the table more weight, a sign the source leaves open.
inline double GeneratedShare(const FusionRule& rule, double confidence) {
  if (rule.slope == 0.0f) return rule.share;
  return rule.share / (1.0 + PortableExp(rule.slope * (confidence - rule.threshold)));
}

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_SEMANTIC_IDS_SEMANTIC_IDS_SPEC_H_
