#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/recommender.h"
#include "model_format/reader.h"
#include "native/cli/commands.h"
#include "native/cli/item_list.h"
#include "native/semantic_ids/semantic_ids.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostNeighbours = 10;

// O(N log N) for one item: the verb runs once, and an index would have to be kept.
Json NeighboursJson(const Recommender& recommender, const ItemNames& names, uint32_t item,
                    const SemanticId& codes) {
  std::vector<std::pair<size_t, uint32_t>> alike;  // levels shared, item
  for (uint32_t other = 0; other < recommender.item_count(); ++other) {
    const auto id = recommender.ItemCodes(other);
    if (other != item && id.ok()) alike.emplace_back(SharedLevels(codes, *id), other);
  }
  // Stable: items that share as many levels keep the catalogue's order in every run.
  std::stable_sort(alike.begin(), alike.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  Json json = Json::array();
  for (const auto& [shared, other] : alike) {
    if (shared == 0 || json.size() == kMostNeighbours) break;
    json.push_back({{"item", names.Id(other)},
                    {"title", names.Title(other)},
                    {"codes", *recommender.ItemCodes(other)},
                    {"shared", shared}});
  }
  return json;
}

std::string CodesText(const Json& codes) {
  std::string text;
  for (const Json& code : codes) text += (text.empty() ? "" : " ") + code.dump();
  return text;
}

}  // namespace

Status InspectItem(const Model& model, const std::string& id, bool as_json) {
  const ItemNames names(model.view());
  TSUGI_ASSIGN_OR_RETURN(const auto recommender, Recommender::Create(model.view()));
  TSUGI_ASSIGN_OR_RETURN(const auto item, recommender->FindItem(id));
  if (!item) {
    return NotFound("--item: '" + id + "' is not in the model; nearest is '" + names.Nearest(id) +
                    "'");
  }
  TSUGI_ASSIGN_OR_RETURN(const SemanticId codes, recommender->ItemCodes(*item));
  Json json = {{"item", id}, {"title", names.Title(*item)}, {"codes", codes}};
  if (model.view().spec.semantic_ids->pieces > 0) {
    TSUGI_ASSIGN_OR_RETURN(json["description"], recommender->DescribeItem(*item));
  }
  json["neighbours"] = NeighboursJson(*recommender, names, *item, codes);
  if (as_json) return PrintJson(json), Status();
  Print(id + "  " + json.value("title", "") + "\ncodes        " + CodesText(json["codes"]) +
        "\ndescription  " + json.value("description", "") + "\nneighbours\n");
  for (const Json& other : json["neighbours"]) {
    Print("  " + CodesText(other["codes"]) + "  " + other["item"].get<std::string>() + "  " +
          other.value("title", "") + "\n");
  }
  return Status();
}

}  // namespace tsugi
