#include <memory>
#include <nlohmann/json.hpp>

#include "native/cli/commands.h"
#include "native/cli/history.h"
#include "native/cli/item_list.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string model;
  TypedHistory history;
  uint32_t k = 10;
  std::string query;
  std::string ranking;
  float popularity = 0;
  uint32_t shelves = 0;  ///< rows; 0: a list
  bool explain = false;
  bool as_json = false;
};

/// As asked for; words without a ranking ask for the ranking by words.
RecommendOptions::Ranking RankingOf(const Arguments& arguments) {
  using Ranking = RecommendOptions::Ranking;
  if (arguments.ranking == "parallel") return Ranking::kParallel;
  if (arguments.ranking == "generated") return Ranking::kGenerated;
  if (arguments.ranking == "fused") return Ranking::kFused;
  const bool is_by_words =
      arguments.ranking == "words" || (arguments.ranking.empty() && !arguments.query.empty());
  return is_by_words ? Ranking::kWords : Ranking::kTable;
}

/// Words alone need no history, but with neither of them OpenVisit has to say that one is missing.
/// Parts add their details through kSessionDetails, so this verb knows none of them.
Status Recommend(const Arguments& arguments) {
  const bool has_history = !arguments.history.items.empty() || arguments.query.empty();
  TSUGI_ASSIGN_OR_RETURN(const Visit visit,
                         OpenVisit(arguments.model, has_history ? &arguments.history : nullptr));
  const auto& [model, names, recommender, session, unknown] = visit;
  RecommendOptions options;
  options.k = arguments.k;
  options.query = arguments.query;
  options.ranking = RankingOf(arguments);
  options.popularity = arguments.popularity;
  if (arguments.shelves > 0) {
    TSUGI_ASSIGN_OR_RETURN(const auto shelves,
                           session->Shelves({arguments.shelves, arguments.k}, options));
    const Json rows = ShelvesJson(names, model.view().attribute_names(), shelves);
    if (arguments.as_json) return PrintJson({{"unknown", unknown}, {"shelves", rows}}), Status();
    return PrintShelves(rows), Status();
  }
  TSUGI_ASSIGN_OR_RETURN(const auto list, session->Recommend(options));
  if (list.empty()) {
    PrintWarning(arguments.query.empty()
                     ? "no item is left to recommend; the history holds them all"
                     : "no item fits \"" + arguments.query +
                           "\"; try words of a title or the value of an attribute");
  }
  // Only if asked for: an explanation encodes the history once for each event.
  std::vector<ItemReason> reasons(arguments.explain ? list.size() : 0);
  if (arguments.explain) {
    std::vector<uint32_t> items;
    for (const ScoredItem& one : list) items.push_back(one.item_index);
    TSUGI_RETURN_IF_ERROR(session->Explain(items, reasons, Session::Effects::kLeavingOut));
  }
  Json json = {{"unknown", unknown}, {"recommendations", ListJson(names, list, reasons)}};
  std::string below;
  for (const SessionDetails& part : kSessionDetails) {
    const Json details = part.make(model.view(), *session);
    if (details.empty()) continue;
    for (size_t i = 0; i < reasons.size(); ++i) {
      json["recommendations"][i]["why"][part.name] = part.explain(details, reasons[i]);
    }
    below += "\n" + part.format(details);
    json[part.name] = details;
  }
  if (arguments.as_json) {
    PrintJson(json);
  } else {
    PrintList(json["recommendations"]);
    Print(below);
  }
  return Status();
}

}  // namespace

void AddRecommendCommand(CLI::App& app, CommandContext& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = AddVerb(app, context, "recommend", "Shows what comes next after a history",
                           "tsugi recommend model.tsugi --history \"B00123 B00456\" -k 10",
                           [arguments] { return Recommend(*arguments); });
  verb->add_option("MODEL", arguments->model, "model file")->required();
  CLI::Option_group* given = verb->add_option_group("given", "What to go by; one or both");
  AddHistoryOptions(*given, *verb, "", arguments->history);
  given->add_option("--query", arguments->query, "words that the items should fit");
  given->require_option(1, 2);
  verb->add_option("--ranking", arguments->ranking,
                   "table (default), generated, parallel, fused or words (with --query)")
      ->check(CLI::IsMember({"table", "generated", "parallel", "fused", "words"}));
  verb->add_option("-k", arguments->k, "length of the list")
      ->check(CLI::Range(1u, 1000000u))
      ->capture_default_str();
  verb->add_option("--popularity", arguments->popularity,
                   "from -1, towards the long tail, to 1, towards popular items")
      ->check(CLI::Range(-1.0, 1.0));
  verb->add_option("--shelves", arguments->shelves,
                   "make so many rows of a page instead, each of at most -k items")
      ->check(CLI::Range(1u, ShelfOptions::kMostRows));
  verb->add_flag("--explain", arguments->explain,
                 "name the event without which each item would fall most");
  verb->add_flag("--json", arguments->as_json, "print one JSON object");
}

}  // namespace tsugi
