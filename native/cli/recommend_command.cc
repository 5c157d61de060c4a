#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "native/cli/commands.h"
#include "native/cli/intent_json.h"
#include "native/cli/item_names.h"
#include "native/export/model_file.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string model;
  std::string history;
  uint32_t k = 10;
  bool explain = false;
  bool as_json = false;
};

/// The list with the caller's ids: [{"item", "title", "score", "why"}, ...]; why only with reasons.
Json ListJson(const ItemNames& names, const std::vector<Recommendation>& list,
              const std::vector<ItemReason>& reasons, const Json& intent) {
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
      if (!intent.empty()) row["why"]["intent"] = FamilyJson(intent, reason);
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
      if (why.contains("intent")) line += ", " + why["intent"]["label"].get<std::string>();
      line += ")";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    Print(line + "\n");
  }
}

Status Recommend(const Arguments& arguments) {
  TSUGI_ASSIGN_OR_RETURN(const Model model, LoadModelFile(arguments.model));
  const ItemNames names(model.view());
  TSUGI_ASSIGN_OR_RETURN(const ParsedHistory history, names.ParseHistory(arguments.history));
  if (!history.unknown.empty()) {
    PrintWarning(DescribeUnknown(history.unknown) + " not in the model and left out; nearest to '" +
                 history.unknown.front() + "' is '" + names.Nearest(history.unknown.front()) + "'");
  }
  TSUGI_ASSIGN_OR_RETURN(const auto recommender, Recommender::Create(model.view()));
  TSUGI_ASSIGN_OR_RETURN(const auto session, recommender->CreateSession());
  TSUGI_RETURN_IF_ERROR(session->Assign(history.events));
  RecommendOptions options;
  options.k = arguments.k;
  TSUGI_ASSIGN_OR_RETURN(const auto list, session->Recommend(options));
  Json intent = Json::object();
  if (recommender->spec().has_intents()) intent = IntentJson(model.view(), session->intent());
  std::vector<ItemReason> reasons(arguments.explain ? list.size() : 0);
  if (arguments.explain) {
    std::vector<uint32_t> items;
    for (const Recommendation& one : list) items.push_back(one.item_index);
    TSUGI_RETURN_IF_ERROR(session->Explain(items, reasons));
  }
  const Json rows = ListJson(names, list, reasons, intent);
  if (!arguments.as_json) {
    PrintList(rows);
    if (!intent.empty()) Print("\n" + IntentText(intent));
    return Status();
  }
  Json json = {{"unknown", history.unknown}, {"recommendations", rows}};
  if (!intent.empty()) json["intent"] = std::move(intent);
  Print(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  return Status();
}

}  // namespace

void AddRecommendCommand(CLI::App& app, CommandContext& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = AddVerb(app, context, "recommend", "Shows what comes next after a history",
                           "tsugi recommend model.tsugi --history \"B00123 B00456\" -k 10",
                           [arguments] { return Recommend(*arguments); });
  verb->add_option("MODEL", arguments->model, "model file")->required();
  verb->add_option("--history", arguments->history, "item ids, oldest first: \"ID ID ...\"")
      ->required();
  verb->add_option("-k", arguments->k, "length of the list")
      ->check(CLI::Range(1u, 1000000u))
      ->capture_default_str();
  verb->add_flag("--explain", arguments->explain, "name the event that speaks most for each item");
  verb->add_flag("--json", arguments->as_json, "print one JSON object");
}

}  // namespace tsugi
