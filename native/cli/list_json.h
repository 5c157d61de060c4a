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
                                const std::vector<ItemReason>& reasons,
                                const nlohmann::ordered_json& intent);

/// Prints it, a line per item.
void PrintList(const nlohmann::ordered_json& list);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_LIST_JSON_H_
