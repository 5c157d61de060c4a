#ifndef TSUGI_CORE_PARTS_WORD_VECTORS_WORD_VECTORS_SPEC_H_
#define TSUGI_CORE_PARTS_WORD_VECTORS_WORD_VECTORS_SPEC_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/model/spec_visitor.h"

namespace tsugi {

/// Numbers that a word's vector may have, in a data set and in a model.
inline constexpr uint32_t kLeastWordWidth = 2, kMostWordWidth = 4096;
/// Words that a data set and a model may have vectors of.
inline constexpr uint32_t kMostWordRows = 1u << 20;

/// The part `word_vectors`: what words mean, as vectors that another model made of a language
/// (core/parts/word_vectors/word_vectors.h).
struct WordVectorsSpec {
  uint32_t count = 1;                ///< n, words
  uint32_t width = kLeastWordWidth;  ///< d, numbers of a word

  // What a part's spec offers: core/model/parts.h.
  static constexpr char kName[] = "word_vectors";
  static constexpr uint32_t kRequiredFeatures = 0;
  static constexpr bool kComesFirst = false;
  void VisitFields(SpecVisitor& visitor);
  static Status CheckSpec(const ModelSpec& model);
  static void AddTensors(const ModelSpec& model, TensorTableBuilder& table);
  static void AddStrings(const ModelSpec& model, std::vector<StringsEntry>& table);
  static Status CheckView(const ModelView& view);
  static void AddCapabilities(const ModelSpec& model, std::vector<std::string_view>& names);
  bool operator==(const WordVectorsSpec&) const = default;
};

inline constexpr char kWordRows[] = "word_vectors.rows";        ///< [n, d] of length 1
inline constexpr char kWordWeights[] = "word_vectors.weights";  ///< [n] how much a word says
inline constexpr char kWordMean[] = "word_vectors.mean";        ///< [d] of the catalogue's items
inline constexpr char kWordStrings[] = "word_vectors.words";    ///< [n] strictly ascending

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_WORD_VECTORS_WORD_VECTORS_SPEC_H_
