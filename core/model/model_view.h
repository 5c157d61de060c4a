#ifndef TSUGI_CORE_MODEL_MODEL_VIEW_H_
#define TSUGI_CORE_MODEL_MODEL_VIEW_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/tensor_view.h"
#include "core/model/model_spec.h"
#include "core/model/tensor_table.h"

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

/// Owns strings in the layout of StringTableView.
class StringTable {
 public:
  StringTable() = default;
  explicit StringTable(const StringTableView& view)
      : offsets_(view.offsets.begin(), view.offsets.end()), text_(view.text) {}

  void Append(std::string_view text) {
    if (offsets_.empty()) offsets_.push_back(0);
    text_ += text;
    offsets_.push_back(text_.size());
  }
  /// Requires: not empty.
  void DropLast() {
    offsets_.pop_back();
    text_.resize(offsets_.back());
  }
  /// Valid until this table changes, moves or ends.
  StringTableView View() const { return {offsets_, text_}; }

 private:
  std::vector<uint64_t> offsets_;
  std::string text_;
};

/// A string table of a model, under a name of BuildStringsTable.
struct NamedStrings {
  std::string_view name;
  StringTableView strings;
};

/// A named kind of vector that another model made of an item, e.g. "image".
struct Modality {
  std::string_view name;
  uint32_t width;  ///< numbers in a vector
};

/// The narrow waist: a spec, named tensors and named strings. Training ends here, a model file is
/// its bytes, the engine starts from it. Borrows all memory, which must outlive the view.
///
/// A five-line model, without a file: fill `spec`, allocate every tensor of the tensor table in
/// AlignedBuffers, `tensors.emplace(entry.name, view)`.
struct ModelView {
  ModelSpec spec;
  std::map<std::string, TensorView, std::less<>> tensors;
  /// Those of BuildStringsTable(spec) that the model has.
  std::vector<NamedStrings> strings;
  /// Attributes of item i: item_attributes[item_attribute_offsets[i] .. item_attribute_offsets[i +
  /// 1]), strictly ascending indices into attribute_names(). Both are empty if that is.
  std::span<const uint32_t> item_attribute_offsets;  ///< [N + 1]
  std::span<const uint32_t> item_attributes;
  /// Tells models apart, for sessions that are saved: of the tensors' bytes and the item ids. 0 if
  /// nobody computed it.
  uint64_t fingerprint = 0;

  /// Returns the tensor, or an empty view if the model has none of that name.
  TensorView Find(std::string_view name) const {
    const auto it = tensors.find(name);
    return it == tensors.end() ? TensorView{} : it->second;
  }
  /// Returns the strings, or an empty view if the model has none of that name.
  StringTableView Strings(std::string_view name) const;
  /// Adds or replaces a string table, or removes it if `table` is empty. `name` is a literal of
  /// core/model/tensor_table.h or of a part.
  void SetStrings(std::string_view name, const StringTableView& table);

  /// [N] the caller's ids, by item_index; empty: decimal item_index.
  StringTableView item_ids() const { return Strings(kItemIdStrings); }
  /// [N] or empty.
  StringTableView item_titles() const { return Strings(kItemTitleStrings); }
  /// Whether items have words to search: those of the file, or those that may join.
  bool is_searchable() const {
    return item_titles().size() > 0 || attribute_names().size() > 0 || spec.item_tower;
  }
  /// [A] "field=value", e.g. "genres=Drama"; strictly ascending by field, then value, as bytes.
  StringTableView attribute_names() const { return Strings(kAttributeStrings); }
  /// [spec.action_count] what events can be, strictly ascending as bytes.
  StringTableView action_names() const { return Strings(kActionStrings); }
  /// M, the modalities of which an added item may bring vectors.
  size_t modality_count() const { return spec.item_tower ? spec.item_tower->modality_count() : 0; }
  /// Requires: m < modality_count(), Validate().ok().
  Modality modality(size_t m) const;

  /// Checks that the spec is valid; that every tensor of BuildTensorTable(spec) is present with its
  /// shape and dtype; that scales are finite and positive and every other f32 value is finite; that
  /// the string tables and attributes are as their tables and comments say; and what each part
  /// demands of its own.
  /// Errors: kCorruptModel with the tensor's name; kInvalidArgument of spec.Validate.
  Status Validate() const;
};

/// Ends the message about a file that can not have been written so.
inline constexpr char kDamagedFile[] = "; the file is damaged, export it again";

/// Rows of a quantizable matrix that are looked up one by one. Borrows the view's memory.
struct StoredRows {
  TensorView matrix;              ///< [rows, columns] f32 or i8
  std::span<const float> scales;  ///< [rows] for i8

  static StoredRows Of(const ModelView& view, const std::string& name) {
    StoredRows rows{view.Find(name), {}};
    if (rows.matrix.dtype == DType::kI8) {
      rows.scales = view.Find(name + kScalesSuffix).as<float>();
    }
    return rows;
  }

  /// sum [columns] += factor * row.
  void AddTo(size_t row, float factor, std::span<float> sum) const {
    if (matrix.dtype == DType::kI8) {
      const int8_t* from = matrix.as<int8_t>().data() + row * sum.size();
      factor *= scales[row];
      for (size_t d = 0; d < sum.size(); ++d) sum[d] += factor * static_cast<float>(from[d]);
    } else {
      const float* from = matrix.as<float>().data() + row * sum.size();
      for (size_t d = 0; d < sum.size(); ++d) sum[d] += factor * from[d];
    }
  }
};

}  // namespace tsugi

#endif  // TSUGI_CORE_MODEL_MODEL_VIEW_H_
