#ifndef TSUGI_NATIVE_CLI_LIST_JSON_H_
#define TSUGI_NATIVE_CLI_LIST_JSON_H_

#include <nlohmann/json.hpp>
#include <vector>

#include "core/recommender.h"
#include "core/session.h"
#include "native/cli/item_names.h"

namespace tsugi {

/// The list with the caller's ids: [{"item", "title", "score", "why"}, ...]; why only with reasons.
nlohmann::ordered_json ListJson(const ItemNames& names, const std::vector<ScoredItem>& list,
                                const std::vector<ItemReason>& reasons);

/// Prints it, a line per item. Of an object in "why", which a part added, the "label" is shown.
void PrintList(const nlohmann::ordered_json& list);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_LIST_JSON_H_
