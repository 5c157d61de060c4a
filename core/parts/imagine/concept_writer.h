#ifndef TSUGI_CORE_PARTS_IMAGINE_CONCEPT_WRITER_H_
#define TSUGI_CORE_PARTS_IMAGINE_CONCEPT_WRITER_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/aligned_buffer.h"
#include "core/kernels/linear.h"
#include "core/model/model_view.h"

namespace tsugi {

/// An attribute of a concept.
struct ConceptAttribute {
  uint32_t index;     ///< index into ModelView::attribute_names
  float probability;  ///< probability that an item with this vector carries the attribute
};

/// Describes a concept, a vector of an item that may not exist, in words. Its weights were trained
/// on the vectors, attributes and titles of the catalogue alone, never on behaviour.
///
///   attributes: sigmoid(A row + b)
///   title:      next word ~ softmax(O (P row + order_1 * o(last) + order_2 * o(last but one)) + b)
///
/// o(w) is row w of O, and products with order_i are elementwise. Before its first word a title
/// counts as preceded by two end words.
/// Source:  the log-bilinear language model (Mnih & Hinton 2007), with the row as context.
/// Threads: one at a time.
class ConceptWriter {
 public:
  /// Packs the dense weights and borrows the view's other memory.
  /// Requires: the model imagines, view.Validate().ok(). Errors: kOutOfMemory, kUnsupported.
  static Result<ConceptWriter> Create(const ModelView& view);

  /// Writes the attributes of row [V]: all with a probability above 1/2 and the most likely one of
  /// each field; most likely first. Requires: kReadPadding readable bytes after the row.
  /// Errors: kInternal from the kernels.
  Status Attributes(const float* row, std::vector<ConceptAttribute>& attributes);

  /// Returns a title of two to six different words (fewer only if the model has hardly any), drawn
  /// with `seed` from the most likely ones. Rare words are preferred: a title of "The" and "of"
  /// would tell nothing. Empty if the model writes no titles. Errors: as Attributes.
  Result<std::string> Title(const float* row, uint64_t seed);

 private:
  ConceptWriter(const ModelView& view, LinearInput operand);
  /// Writes logits_ [words] of the word that follows `words`, of which it reads the last two.
  Status ScoreWords(std::span<const uint32_t> words);
  uint32_t DrawWord(std::span<const uint32_t> words, double uniform);

  StringTableView names_, words_;
  size_t width_;  ///< V
  LinearInput operand_;
  bool has_attributes_ = false, has_title_ = false;
  Linear attributes_, title_, scorer_;
  StoredRows word_rows_;                      ///< O
  std::span<const float> order_, word_bias_;  ///< [2, kTitleWidth], [words]
  AlignedBuffer<float> of_row_, context_, logits_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_IMAGINE_CONCEPT_WRITER_H_
