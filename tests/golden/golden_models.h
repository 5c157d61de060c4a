#ifndef TSUGI_TESTS_GOLDEN_GOLDEN_MODELS_H_
#define TSUGI_TESTS_GOLDEN_GOLDEN_MODELS_H_

#include <filesystem>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "model_format/provenance.h"
#include "native/model/model_file.h"

namespace tsugi {

/// A tiny model whose every weight follows from its name: the same bytes on every machine.
struct GoldenModel {
  ModelData data;
  Provenance provenance;
};

/// Names of all golden models, e.g. "gated_i8"; the file is models/v1/<name>.tsugi.
std::vector<std::string_view> GoldenModelNames();

/// Makes the golden model of that name: N 5, D 4, H 2, F 8, T 6. `gated` has 2 layers, ids and
/// titles; `timed` is like it, reads times and has attributes; `intent` is like `timed` and has
/// every part of the intent encoder; `context` is like `timed` and reads actions and values;
/// `tower` is like `timed` and has the semantic tower; `semantic` is like `tower` and has semantic
/// ids and a language model; `imagine` is like `timed`, scores by cosine and imagines; `sasrec` has
/// 1 layer, cosine scoring and no strings. `_f32`, `_i8` and `_i4` say how weights are stored.
/// Errors: kNotFound for an unknown name.
Result<GoldenModel> MakeGoldenModel(std::string_view name);

/// Where the file of that name lies in the checkout.
std::filesystem::path GoldenModelPath(std::string_view name);

}  // namespace tsugi

#endif  // TSUGI_TESTS_GOLDEN_GOLDEN_MODELS_H_
