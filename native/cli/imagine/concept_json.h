#ifndef TSUGI_NATIVE_CLI_IMAGINE_CONCEPT_JSON_H_
#define TSUGI_NATIVE_CLI_IMAGINE_CONCEPT_JSON_H_

#include <nlohmann/json.hpp>
#include <string>

#include "core/parts/imagine/concept.h"
#include "native/cli/item_names.h"

namespace tsugi {

/// A concept with names: {"title", "attributes": [{"field", "value", "probability"}, ...],
/// "nearest": [{"item", "title", "cosine"}, ...], "novelty"}.
nlohmann::ordered_json ConceptJson(const ModelView& model, const ItemNames& names,
                                   const Concept& made);

/// The same as lines for people.
std::string ConceptText(size_t number, const nlohmann::ordered_json& made);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_IMAGINE_CONCEPT_JSON_H_
