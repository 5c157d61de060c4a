// tsugi_recommender_describe: a description of the model as JSON.
#include <cstring>

#include "core/base/text.h"
#include "core/model/parts.h"
#include "core/recommender.h"
#include "native/c_api/arguments.h"
#include "native/c_api/handles.h"
#include "native/c_api/json_writer.h"

namespace tsugi {
namespace {

// One function for every member of a kind: browsers download the calls.
void WriteText(const char* key, std::string_view value, JsonWriter& json) {
  json.Key(key);
  json.String(value);
}

void WriteNumber(const char* key, uint64_t value, JsonWriter& json) {
  json.Key(key);
  json.Number(value);
}

// Names for callers: what they can do with the model. They are stable, part names are not.
void WriteCapabilities(const ModelView& view, JsonWriter& json) {
  json.Key("capabilities");
  json.Open('[');
  for (const std::string_view name : Capabilities(view)) json.String(name);
  json.Close(']');
}

// In the order in which an added item brings their vectors.
void WriteModalities(const ModelView& view, JsonWriter& json) {
  json.Key("modalities");
  json.Open('[');
  for (size_t m = 0; m < view.modality_count(); ++m) {
    const Modality modality = view.modality(m);
    json.Open('{');
    WriteText("name", modality.name, json);
    WriteNumber("width", modality.width, json);
    json.Close('}');
  }
  json.Close(']');
}

// The provenance is text of an untrusted file. `config` and `metrics` look like JSON but are
// written as strings, so that damaged text cannot break the object around it.
void WriteProvenance(const Provenance& provenance, JsonWriter& json) {
  json.Key("provenance");
  json.Open('{');
  WriteText("tsugi_version", provenance.tsugi_version, json);
  WriteText("data_hash", provenance.data_hash, json);
  WriteText("config", provenance.config, json);
  WriteNumber("seed", provenance.seed, json);
  WriteText("metrics", provenance.metrics, json);
  json.Key("created_s");
  json.Number(provenance.created_s);
  json.Close('}');
}

std::string DescribeModel(const Model& model) {
  const ModelSpec& spec = model.view().spec;
  JsonWriter json;
  json.Open('{');
  WriteNumber("items", spec.item_count, json);
  WriteNumber("window", spec.encoder.window, json);
  WriteNumber("width", spec.encoder.width, json);
  WriteNumber("layers", spec.encoder.layers, json);
  WriteCapabilities(model.view(), json);
  WriteModalities(model.view(), json);
  WriteText("engine", EngineInfo(spec.weight_dtype), json);
  WriteNumber("format_version", model.format_version(), json);
  WriteNumber("model_bytes", model.file_bytes(), json);
  WriteProvenance(model.provenance(), json);
  json.Close('}');
  return json.text();
}

Status Describe(const tsugi_recommender* recommender, char* out, size_t capacity,
                size_t* size_bytes) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(recommender, "recommender"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(size_bytes, "size_bytes"));
  if (capacity > 0) TSUGI_RETURN_IF_ERROR(CheckPointer(out, "out"));
  const std::string text = DescribeModel(recommender->model);
  // Before the check: a caller whose buffer is too small learns the length from this.
  *size_bytes = text.size();
  if (text.size() > capacity) {
    return OutOfRange(Concat("out: room for ", capacity, " bytes, expected ", text.size()));
  }
  std::memcpy(out, text.data(), text.size());
  return Status();
}

}  // namespace
}  // namespace tsugi

int32_t tsugi_recommender_describe(const tsugi_recommender* recommender, char* out, size_t capacity,
                                   size_t* size_bytes) {
  return tsugi::Guard(recommender,
                      [&] { return tsugi::Describe(recommender, out, capacity, size_bytes); });
}

const char* tsugi_version(void) { return TSUGI_VERSION; }

// StatusName returns views of literals, so the text is zero-terminated.
const char* tsugi_status_name(int32_t status) {
  return tsugi::StatusName(static_cast<tsugi::StatusCode>(status)).data();
}
