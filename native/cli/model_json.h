#ifndef TSUGI_NATIVE_CLI_MODEL_JSON_H_
#define TSUGI_NATIVE_CLI_MODEL_JSON_H_

#include <nlohmann/json.hpp>
#include <string>

#include "model_format/reader.h"

namespace tsugi {

/// What `inspect` shows of a model file: sizes, parts, attributes per field, tensors, provenance.
nlohmann::ordered_json ModelJson(const std::string& file, const Model& model, bool all_strings);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_MODEL_JSON_H_
