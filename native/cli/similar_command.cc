#include <memory>
#include <nlohmann/json.hpp>

#include "native/cli/commands.h"
#include "native/cli/history.h"
#include "native/cli/item_list.h"

namespace tsugi {
namespace {

struct Arguments {
  std::string model;
  std::vector<std::string> items;
  uint32_t k = 10;
  float popularity = 0;
  bool as_json = false;
};

Status Similar(const Arguments& arguments) {
  TSUGI_ASSIGN_OR_RETURN(const Visit visit, OpenVisit(arguments.model, nullptr));
  std::vector<uint32_t> items;
  for (const std::string& id : arguments.items) {
    const auto item = visit.names.Find(id);
    if (!item) {
      return NotFound("--item: " + DescribeUnknown({id}) + " not in the model. Try: --item " +
                      QuoteForShell(visit.names.Nearest(id)));
    }
    items.push_back(*item);
  }
  RecommendOptions options;
  options.k = arguments.k;
  options.popularity = arguments.popularity;
  std::vector<ScoredItem> list(std::min(options.k, visit.recommender->item_count()));
  TSUGI_ASSIGN_OR_RETURN(const size_t count, visit.recommender->SimilarInto(items, options, list));
  list.resize(count);
  const auto json = ListJson(visit.names, list, {});
  if (arguments.as_json) return PrintJson({{"similar", json}}), Status();
  return PrintList(json), Status();
}

}  // namespace

void AddSimilarCommand(CLI::App& app, CommandContext& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = AddVerb(app, context, "similar", "Shows the items that are most like an item",
                           "tsugi similar model.tsugi --item B00123",
                           [arguments] { return Similar(*arguments); });
  verb->add_option("MODEL", arguments->model, "model file")->required();
  verb->add_option("--item", arguments->items, "id of an item; given several times, like all")
      ->required();
  verb->add_option("-k", arguments->k, "length of the list")
      ->check(CLI::Range(1u, 1000000u))
      ->capture_default_str();
  verb->add_option("--popularity", arguments->popularity,
                   "from -1, towards the long tail, to 1, towards popular items")
      ->check(CLI::Range(-1.0, 1.0));
  verb->add_flag("--json", arguments->as_json, "print one JSON object");
}

}  // namespace tsugi
