#ifndef TSUGI_NATIVE_MODEL_MODEL_DATA_H_
#define TSUGI_NATIVE_MODEL_MODEL_DATA_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/aligned_buffer.h"
#include "core/base/status.h"
#include "core/model/model_spec.h"
#include "core/model/model_view.h"
#include "model_format/int4_rows.h"

namespace tsugi {

/// Owns one tensor's memory. Movable.
struct OwnedTensor {
  DType dtype = DType::kF32;
  Shape shape;
  AlignedBuffer<uint8_t> bytes;

  TensorView View() const { return {dtype, shape, bytes.data()}; }
  /// Requires: T is the C++ type of `dtype`.
  template <typename T>
  std::span<T> as() {
    TSUGI_DCHECK(sizeof(T) == DTypeBytes(dtype));
    return {reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
};

/// A ModelView that owns its memory: what training fills, quantisation returns and SaveModel
/// writes. Movable; a view taken before a move must be taken again.
struct ModelData {
  ModelSpec spec;
  std::map<std::string, OwnedTensor, std::less<>> tensors;
  /// 4-bit rows of tensors that a file stores so; `tensors` has what they expand to.
  std::map<std::string, std::vector<uint8_t>, std::less<>> int4;
  /// By the names of BuildStringsTable(spec), e.g. strings[kItemIdStrings].Append("B00123").
  std::map<std::string_view, StringTable> strings;
  std::vector<uint32_t> item_attribute_offsets;  ///< [N + 1] or empty, as in ModelView
  std::vector<uint32_t> item_attributes;

  /// Allocates every tensor of BuildTensorTable(spec), zeroed (scales too: fill them before use).
  /// Errors: kInvalidArgument (spec.Validate), kOutOfMemory.
  static Result<ModelData> Create(const ModelSpec& spec);

  /// Copies every string table of `view` that `spec` has too, and its items' attributes.
  void CopyNames(const ModelView& view);

  /// Borrows this object's memory.
  ModelView View() const;
  Int4Tensors Int4View() const;

  /// Returns the values of an f32 tensor for writing; empty if there is none of that name and
  /// dtype.
  std::span<float> floats(std::string_view name);
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_MODEL_MODEL_DATA_H_
