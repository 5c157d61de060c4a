#ifndef TSUGI_CORE_MODEL_TENSOR_TABLE_H_
#define TSUGI_CORE_MODEL_TENSOR_TABLE_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/tensor_view.h"
#include "core/model/model_spec.h"

namespace tsugi {

/// One row of the tensor table: a tensor's name, its shape and how it is stored.
struct TensorEntry {
  std::string name;  ///< also the LibTorch parameter name, e.g. "encoder.layers.0.qkv.weight"
  Shape shape;
  /// True for matrices that follow spec.weight_dtype. Stored as kI8, a tensor `X` is accompanied by
  /// `X.scales` [rows] f32 (one per row), which is a row of the table too.
  bool is_quantizable = false;
  DType dtype = DType::kF32;  ///< as stored under the spec given to BuildTensorTable
};

/// Collects rows of the tensor table.
class TensorTableBuilder {
 public:
  explicit TensorTableBuilder(DType weight_dtype) : weight_dtype_(weight_dtype) {}

  void Vector(const std::string& name, uint64_t size);
  /// A quantizable matrix, with its scales if it is stored as i8.
  void Matrix(const std::string& name, uint64_t rows, uint64_t columns);
  void FloatMatrix(const std::string& name, uint64_t rows, uint64_t columns);
  void Bytes(const std::string& name, uint64_t rows, uint64_t columns);
  /// A vector of u32, stored as i32.
  void Numbers(const std::string& name, uint64_t size);
  /// `name`.weight [outputs, inputs] and `name`.bias [outputs].
  void Linear(const std::string& name, uint64_t outputs, uint64_t inputs);
  /// `name`.weight and `name`.bias [width].
  void Norm(const std::string& name, uint64_t width);
  /// The layers of an encoder and its final norm, all named `prefix`...
  void Encoder(const EncoderShape& shape, const std::string& prefix);
  std::vector<TensorEntry> Take() { return std::move(entries_); }

 private:
  void Layer(const EncoderShape& shape, const std::string& prefix);

  DType weight_dtype_;
  std::vector<TensorEntry> entries_;
};

/// THE list of a model's tensors for `spec`, in file order. Reader, writer, exporter and trainer
/// iterate it; no other place spells a tensor's name and shape.
///
/// Requires: spec.Validate().ok().
std::vector<TensorEntry> BuildTensorTable(const ModelSpec& spec);

/// One row of the table of strings: which string tables a model has.
struct StringsEntry {
  std::string_view name;  ///< a literal, e.g. "item_ids"
  uint64_t count;         ///< strings in the table, if it is there; kAnyCount: as many as it has
  bool is_required;       ///< the model is damaged without it
  bool is_ascending;      ///< strictly, as bytes, and none is empty
};
inline constexpr uint64_t kAnyCount = ~uint64_t{0};

/// THE list of a model's string tables for `spec`, in file order. Titles come last: the first list
/// can appear before they have arrived.
std::vector<StringsEntry> BuildStringsTable(const ModelSpec& spec);

inline constexpr char kItemIdStrings[] = "item_ids";            ///< [N] the caller's ids
inline constexpr char kItemTitleStrings[] = "item_titles";      ///< [N]
inline constexpr char kAttributeStrings[] = "attribute_names";  ///< [A] "field=value"
inline constexpr char kActionStrings[] = "action_names";        ///< [spec.action_count]

inline constexpr char kItemEncoder[] = "encoder.";
/// Name prefix of layer i of an encoder: "encoder.layers.<i>.".
std::string LayerPrefix(uint32_t layer, const std::string& encoder = kItemEncoder);

inline constexpr char kItemSide[] = "items.";
inline constexpr char kItemTable[] = "items.table";     ///< [N, W]
inline constexpr char kTimeGap[] = "encoder.time_gap";  ///< [buckets, D], if the model reads times
inline constexpr char kActions[] = "encoder.actions";   ///< [1 + actions, D], row 0: unknown
inline constexpr char kValues[] = "encoder.values";     ///< [buckets, D], row 0: unknown
inline constexpr char kValueEdges[] = "encoder.value_edges";  ///< [buckets - 2] between the others
inline constexpr char kScalesSuffix[] = ".scales";

}  // namespace tsugi

#endif  // TSUGI_CORE_MODEL_TENSOR_TABLE_H_
