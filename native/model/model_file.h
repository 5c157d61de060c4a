#ifndef TSUGI_NATIVE_MODEL_MODEL_FILE_H_
#define TSUGI_NATIVE_MODEL_MODEL_FILE_H_

#include <cstdint>
#include <filesystem>
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
#include "model_format/provenance.h"
#include "model_format/reader.h"

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

  /// Copies tensors and names of another model. Errors: those of Create.
  static Result<ModelData> Copy(const ModelView& view);

  /// Takes the tensors of another spec. Those that both specs have in the same shape keep their
  /// memory and values, the others are zero. Names stay. Errors: those of Create; nothing has
  /// changed then.
  Status ChangeSpec(const ModelSpec& new_spec);

  /// Copies every string table of `view` that `spec` has too, and its items' attributes.
  void CopyNames(const ModelView& view);

  /// Borrows this object's memory.
  ModelView View() const;
  Int4Tensors Int4View() const;

  /// Returns the values of an f32 tensor for writing; empty if there is none of that name and
  /// dtype.
  std::span<float> floats(std::string_view name);
};

/// Saves a model by WriteWholeFile, which compares the file with `view` before it replaces `path`.
/// `int4` as in WriteModel. Errors: those of both.
Status SaveModel(const std::filesystem::path& path, const ModelView& view,
                 const Provenance& provenance, const Int4Tensors& int4 = {});

/// Loads a model file into memory. A training run's `weights.tsugi` is one, with f32 weights.
///
/// Errors: kNotFound if there is no such file; kInvalidArgument if it can not be read (a folder, no
///         permission); what ReadModel returns. Messages start with the path.
Result<Model> LoadModelFile(const std::filesystem::path& path, const ReadLimits& limits = {});

}  // namespace tsugi

#endif  // TSUGI_NATIVE_MODEL_MODEL_FILE_H_
