#ifndef TSUGI_CORE_MODEL_MODEL_VIEW_H_
#define TSUGI_CORE_MODEL_MODEL_VIEW_H_

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "core/base/tensor_view.h"
#include "core/model/model_spec.h"

namespace tsugi {

/// Strings stored back to back: string i is text[offsets[i] .. offsets[i + 1]). UTF-8.
/// Borrows both arrays; `offsets` has size() + 1 ascending entries and the last is text.size().
struct StringTableView {
  std::span<const uint64_t> offsets;
  std::string_view text;

  size_t size() const { return offsets.empty() ? 0 : offsets.size() - 1; }
  std::string_view operator[](size_t i) const {
    return text.substr(offsets[i], offsets[i + 1] - offsets[i]);
  }
};

/// The narrow waist: a spec and named tensors. Training ends here, a model file is its bytes, the
/// engine starts from it. Borrows all memory, which must outlive the view.
///
/// A five-line model, without a file: fill `spec`, allocate every tensor of the tensor table in
/// AlignedBuffers, `tensors.emplace(entry.name, view)`.
struct ModelView {
  ModelSpec spec;
  std::map<std::string, TensorView, std::less<>> tensors;
  StringTableView item_ids;     ///< [N] the caller's ids, by item_index; empty: decimal item_index
  StringTableView item_titles;  ///< [N] or empty
  /// [A] "field=value", e.g. "genres=Drama"; strictly ascending by field, then value, as bytes. May
  /// be empty, and the next two then are too.
  StringTableView attribute_names;
  /// Attributes of item i: item_attributes[item_attribute_offsets[i] .. item_attribute_offsets[i +
  /// 1]), strictly ascending indices into attribute_names.
  std::span<const uint32_t> item_attribute_offsets;  ///< [N + 1]
  std::span<const uint32_t> item_attributes;
  /// [P] "family=label", e.g. "action=discover", family by family in the order of
  /// spec.intent_labels. Empty exactly if the model predicts no intents.
  StringTableView intent_labels;
  /// [spec.action_count] what events can be, strictly ascending as bytes.
  StringTableView action_names;
  /// [spec.imagine_words] of titles that a concept is given; the first is "", the end of a title.
  StringTableView title_words;
  /// [spec.language_pieces] sub-words, strictly ascending as bytes; a space at the start of one
  /// stands for the start of a word.
  StringTableView pieces;
  /// Tells models apart, for sessions that are saved: of the tensors' bytes and the item ids. 0 if
  /// nobody computed it.
  uint64_t fingerprint = 0;

  /// Returns the tensor, or an empty view if the model has none of that name.
  TensorView Find(std::string_view name) const {
    const auto it = tensors.find(name);
    return it == tensors.end() ? TensorView{} : it->second;
  }

  /// Checks that the spec is valid and that every tensor of BuildTensorTable(spec) is present with
  /// its shape and dtype, that scales are finite and positive and every other f32 value is finite,
  /// that string tables have N entries in order, and that attributes and intent labels are as
  /// described above.
  /// Errors: kCorruptModel with the tensor's name.
  Status Validate() const;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_MODEL_MODEL_VIEW_H_
