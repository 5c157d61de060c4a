// tsugi_session_imagine. Concepts hold lists of different lengths and strings, so they cross the
// ABI as JSON: a dozen out-pointers per call would be harder to use than one text to parse.
#include <algorithm>

#include "core/base/text.h"
#include "core/parts/imagine/concept.h"
#include "native/c_api/arguments.h"
#include "native/c_api/handles.h"
#include "native/c_api/json_writer.h"
#include "native/c_api/parts.h"

namespace tsugi {
namespace {

// Writes the last member of an object and closes it.
void WriteShare(const char* key, float value, JsonWriter& json) {
  json.Key(key);
  json.Fixed(value);
  json.Close('}');
}

// Writes one concept. Attribute names of a model are "field=value"; callers get them apart, because
// values may contain '=' and fields may not.
void WriteConcept(const tsugi_recommender& recommender, const Concept& made, JsonWriter& json) {
  const ModelView& view = recommender.model.view();
  json.Open('{');
  json.Key("title");
  json.String(made.title);
  json.Key("attributes");
  json.Open('[');
  for (const ConceptAttribute& one : made.attributes) {
    const auto [field, value] = FieldValue::Of(view.attribute_names()[one.index]);
    json.Open('{');
    json.Key("field");
    json.String(field);
    json.Key("value");
    json.String(value);
    WriteShare("probability", one.probability, json);
  }
  json.Close(']');
  json.Key("nearest");
  json.Open('[');
  for (const NearItem& near : made.nearest) {
    json.Open('{');
    json.Key("item");
    json.String(recommender.engine->ItemId(near.item_index));
    WriteShare("cosine", near.cosine, json);
  }
  json.Close(']');
  WriteShare("novelty", made.Novelty(), json);
}

Result<ImagineOptions> ToOptions(const tsugi_imagine_options* caller) {
  TSUGI_ASSIGN_OR_RETURN(const tsugi_imagine_options options, Complete(caller, kImagineDefaults));
  if (options.rating < TSUGI_DISLIKE || options.rating > TSUGI_NO_RATING) {
    return InvalidArgument(
        Concat("options.rating: ", options.rating,
               ", expected TSUGI_DISLIKE (0), TSUGI_LIKE (1) or TSUGI_NO_RATING (2)"));
  }
  TSUGI_RETURN_IF_ERROR(CheckArray("options.avoid", options.avoid, options.avoid_count));
  // The engine checks the ranges of the others. A negative number becomes a large unsigned one,
  // which is above every limit.
  ImagineOptions out;
  out.n = static_cast<uint32_t>(options.n);
  out.sample = {.rating = static_cast<Rating>(options.rating),
                .steps = static_cast<uint32_t>(options.steps),
                .guidance = options.guidance,
                .seed = options.seed};
  out.nearest = static_cast<uint32_t>(std::clamp(options.nearest, 0, 1000));
  out.avoid = AsIndices(options.avoid, options.avoid_count);
  return out;
}

Status Imagine(tsugi_session* handle, const tsugi_imagine_options* caller, const char** text,
               size_t* size_bytes) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(handle, "session"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(text, "text"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(size_bytes, "size_bytes"));
  TSUGI_ASSIGN_OR_RETURN(const ImagineOptions options, ToOptions(caller));
  TSUGI_ASSIGN_OR_RETURN(const std::vector<Concept> concepts, handle->session->Imagine(options));
  JsonWriter json;
  json.Open('{');
  json.Key("concepts");
  json.Open('[');
  for (const Concept& made : concepts) WriteConcept(*handle->recommender, made, json);
  json.Close(']');
  json.Close('}');
  // Kept in the session until the next call, so that the caller has nothing to free.
  handle->text = json.text();
  *text = handle->text.data();
  *size_bytes = handle->text.size();
  return Status();
}

}  // namespace
}  // namespace tsugi

int32_t tsugi_session_imagine(tsugi_session* session, const tsugi_imagine_options* options,
                              const char** text, size_t* size_bytes) {
  return tsugi::Guard(session, [&] { return tsugi::Imagine(session, options, text, size_bytes); });
}
