#ifndef TSUGI_NATIVE_MODEL_MODEL_FILE_H_
#define TSUGI_NATIVE_MODEL_MODEL_FILE_H_

#include <filesystem>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "model_format/int4_rows.h"
#include "model_format/provenance.h"
#include "model_format/reader.h"

namespace tsugi {

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
