#include "native/cli/list_json.h"

#include <algorithm>
#include <cstdio>

#include "native/cli/command.h"

namespace tsugi {

using Json = nlohmann::ordered_json;

// Both outputs of a verb come from this JSON, so that they cannot differ.
Json ListJson(const ItemNames& names, const std::vector<ScoredItem>& list,
              const std::vector<ItemReason>& reasons) {
  Json json = Json::array();
  for (size_t i = 0; i < list.size(); ++i) {
    Json row = {{"item", names.Id(list[i].item_index)}, {"score", list[i].score}};
    if (const auto title = names.Title(list[i].item_index); !title.empty()) row["title"] = title;
    if (!reasons.empty()) {
      const ItemReason& reason = reasons[i];
      row["why"] = {{"item", names.Id(reason.event_item)},
                    {"event", reason.event},
                    {"share", reason.event_share}};
      if (const auto title = names.Title(reason.event_item); !title.empty()) {
        row["why"]["title"] = title;
      }
    }
    json.push_back(std::move(row));
  }
  return json;
}

void PrintList(const Json& list) {
  size_t width = 4;
  for (const Json& row : list) {
    width = std::max(width, row["item"].get_ref<const std::string&>().size());
  }
  for (size_t i = 0; i < list.size(); ++i) {
    const Json& row = list[i];
    char start[64];
    std::snprintf(start, sizeof start, "%3zu  %8.3f  ", i + 1, row["score"].get<double>());
    std::string id = row["item"].get<std::string>();
    id.resize(width, ' ');
    std::string line = start + id + "  " + row.value("title", "");
    if (row.contains("why")) {
      const Json& why = row["why"];
      line += "  (because of " + why.value("title", why["item"].get<std::string>());
      for (const Json& of_part : why) {
        if (of_part.is_object()) line += ", " + of_part["label"].get<std::string>();
      }
      line += ")";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    Print(line + "\n");
  }
}

}  // namespace tsugi
