#ifndef TSUGI_CORE_PARTS_IMAGINE_CONCEPT_WRITER_H_
#define TSUGI_CORE_PARTS_IMAGINE_CONCEPT_WRITER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/aligned_buffer.h"
#include "core/kernels/linear.h"
#include "core/model/model_view.h"
#include "core/model/stored_rows.h"

namespace tsugi {

struct ConceptAttribute {
  uint32_t index;     ///< into ModelView::attribute_names
  float probability;  ///< that an item of this row carries it
};

/// Puts a row of the item table into words: the frozen concept decoder, trained on the catalogue
/// alone.
///
///   attributes: sigmoid(A row + b)
///   title:      next word ~ softmax(O (P row + order_1 * o(last) + order_2 * o(last but one)) + b)
///
/// o(w) is row w of O; products with `order` go number by number; an empty title starts behind two
/// ends. Source: the log-bilinear language model (Mnih & Hinton 2007), with the row as context.
/// Threads: one at a time.
class ConceptWriter {
 public:
  /// Requires: view.spec.imagine_width > 0, view.Validate().ok(). Borrows the view's memory.
  /// Errors: kOutOfMemory, kUnsupported.
  static Result<ConceptWriter> Create(const ModelView& view);

  /// Of row [W] (kReadPadding readable bytes behind it): the attributes that are more likely than
  /// not, and each field's likeliest; most likely first. Errors: kInternal from the kernels.
  Status Attributes(const float* row, std::vector<ConceptAttribute>& attributes);

  /// A title of two to six words, none twice, drawn with `seed` from the likelier ones; rare words
  /// are preferred, since a title of "The" and "of" says nothing. Empty if the model has no words.
  /// Errors: as Attributes.
  Result<std::string> Title(const float* row, uint64_t seed);

 private:
  ConceptWriter(const ModelView& view, LinearInput operand);
  /// logits_ [words] of the word behind the last two of `words`.
  Status ScoreWords(std::span<const uint32_t> words);
  uint32_t DrawWord(std::span<const uint32_t> words, double uniform);

  StringTableView names_, words_;
  size_t row_width_;
  LinearInput operand_;
  std::optional<Linear> attributes_, title_, scorer_;
  StoredRows word_rows_;                      ///< O
  std::span<const float> order_, word_bias_;  ///< [2, kTitleWidth], [words]
  AlignedBuffer<float> of_row_, context_, logits_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_IMAGINE_CONCEPT_WRITER_H_
