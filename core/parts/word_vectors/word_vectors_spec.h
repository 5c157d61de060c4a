#ifndef TSUGI_CORE_PARTS_WORD_VECTORS_WORD_VECTORS_SPEC_H_
#define TSUGI_CORE_PARTS_WORD_VECTORS_WORD_VECTORS_SPEC_H_

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/base/status.h"
#include "core/model/spec_visitor.h"

namespace tsugi {

/// Numbers that a word's vector may have, in a data set and in a model.
inline constexpr uint32_t kLeastWordWidth = 2, kMostWordWidth = 4096;
/// Words that a data set and a model may have vectors of.
inline constexpr uint32_t kMostWordRows = 1u << 20;
/// Codes that a word may have.
inline constexpr uint32_t kMostWordCodes = 32;

/// The part `word_vectors`: what words mean, as vectors that another model made of a language
/// (core/parts/word_vectors/word_vectors.h).
struct WordVectorsSpec {
  uint32_t count = 1;                ///< n, words
  uint32_t width = kLeastWordWidth;  ///< d, numbers of a word
  uint32_t codes = 1;                ///< m, codes of a word
  float weight_step = 1.0f;          ///< the weight of a word is this times its byte

  uint32_t codewords() const { return std::min(count, 256u); }             ///< k, of each code
  uint32_t codeword_width() const { return (width + codes - 1) / codes; }  ///< s

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

inline constexpr char kWordHashes[] = "word_vectors.hashes";  ///< [n] u32, strictly ascending
inline constexpr char kWordCodes[] = "word_vectors.codes";    ///< [n, m] u8, below k
/// [m k, s] f32: codeword c of code j is row j k + c.
inline constexpr char kWordCodebooks[] = "word_vectors.codebooks";
inline constexpr char kWordWeights[] = "word_vectors.weights";  ///< [n, 1] u8 in weight_steps
inline constexpr char kWordMean[] = "word_vectors.mean";        ///< [d] of the catalogue's items

/// What a file knows a word by. `word` is in lower case. Files depend on it. Two of 36,000 words
/// have one hash in about one file of seven; a word that is in no file has that of one by chance in
/// 1 of 120,000 times.
inline uint32_t HashWord(std::string_view word) {
  return static_cast<uint32_t>(Random::Mix(FnvHash(word)));
}

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_WORD_VECTORS_WORD_VECTORS_SPEC_H_
