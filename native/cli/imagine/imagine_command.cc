#include <memory>

#include "core/base/text.h"
#include "core/parts/imagine/concept.h"
#include "native/cli/commands.h"
#include "native/cli/history.h"
#include "native/report/text.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string model;
  TypedHistory history;
  std::string rating = "like";
  std::vector<std::string> avoid;
  ImagineOptions options;
  bool as_json = false;
};

/// Indices of the attributes named, "genres=Horror".
Result<std::vector<uint32_t>> FindAttributes(const ModelView& model,
                                             const std::vector<std::string>& names) {
  const StringTableView known = model.attribute_names();
  std::vector<uint32_t> indices;
  for (const std::string& name : names) {
    uint32_t index = 0;
    while (index < known.size() && known[index] != name) ++index;
    indices.push_back(index);
    if (index < known.size()) continue;
    return InvalidArgument(
        "--avoid " + name + ": the model has no such attribute. Try: field=value" +
        " as in `tsugi inspect`, e.g. " + (index > 0 ? std::string(known[0]) : "genres=Drama"));
  }
  return indices;
}

std::string Percent(double share) { return " " + FixedText(100.0 * share, 0) + " %"; }

/// A concept with names: {"title", "attributes": [{"field", "value", "probability"}, ...],
/// "nearest": [{"item", "title", "cosine"}, ...], "novelty"}.
Json ConceptJson(const ModelView& model, const ItemNames& names, const Concept& made) {
  Json json = {{"title", made.title}, {"attributes", Json::array()}, {"nearest", Json::array()}};
  for (const ConceptAttribute& attribute : made.attributes) {
    const auto [field, value] = FieldValue::Of(model.attribute_names()[attribute.index]);
    json["attributes"].push_back(
        {{"field", field}, {"value", value}, {"probability", attribute.probability}});
  }
  for (const NearItem& near : made.nearest) {
    json["nearest"].push_back({{"item", names.Id(near.item_index)},
                               {"title", names.Title(near.item_index)},
                               {"cosine", near.cosine}});
  }
  json["novelty"] = made.Novelty();
  return json;
}

/// The same as lines for people.
std::string ConceptText(size_t number, const Json& made) {
  std::string text =
      std::to_string(number) + "  " + made["title"].get<std::string>() + "  (invented)\n   ";
  for (const Json& one : made["attributes"]) {
    text += "  " + one["field"].get<std::string>() + "=" + one["value"].get<std::string>() +
            Percent(one["probability"].get<double>());
  }
  text += "\n     near to";
  for (const Json& near : made["nearest"]) {
    const auto title = near["title"].get<std::string>();
    text += (&near == &made["nearest"][0] ? " " : ", ") +
            (title.empty() ? near["item"].get<std::string>() : title) +
            Percent(near["cosine"].get<double>());
  }
  return text + "\n";
}

Status Imagine(Arguments& arguments) {
  const TypedHistory* typed = arguments.history.items.empty() ? nullptr : &arguments.history;
  TSUGI_ASSIGN_OR_RETURN(const Visit visit, OpenVisit(arguments.model, typed));
  const auto& [model, names, recommender, session, unknown] = visit;
  TSUGI_ASSIGN_OR_RETURN(const auto avoid, FindAttributes(model.view(), arguments.avoid));
  ImagineOptions& options = arguments.options;
  options.avoid = avoid;
  options.sample.rating = arguments.rating == "like"      ? Rating::kLike
                          : arguments.rating == "dislike" ? Rating::kDislike
                                                          : Rating::kNone;
  TSUGI_ASSIGN_OR_RETURN(const auto concepts, session->Imagine(options));
  Json rows = Json::array();
  for (const Concept& made : concepts) rows.push_back(ConceptJson(model.view(), names, made));
  if (arguments.as_json) return PrintJson({{"concepts", rows}}), Status();
  for (size_t i = 0; i < rows.size(); ++i) Print(ConceptText(i + 1, rows[i]));
  if (rows.empty()) Print("nothing: every concept drawn carries an attribute to avoid\n");
  return Status();
}

}  // namespace

void AddImagineCommand(CLI::App& app, CommandContext& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = AddVerb(app, context, "imagine", "Imagines items that the catalogue lacks",
                           "tsugi imagine model.tsugi --history \"B00123 B00456\" -n 4",
                           [arguments] { return Imagine(*arguments); });
  auto& [model, history, rating, avoid, options, as_json] = *arguments;
  verb->add_option("MODEL", model, "model file")->required();
  AddHistoryOptions(*verb, *verb, "; none: for nobody in particular", history);
  verb->add_option("--rating", rating, "how the visitor would rate them")
      ->check(CLI::IsMember({"like", "dislike", "none"}))
      ->capture_default_str();
  verb->add_option("-n", options.n, "concepts")->capture_default_str();
  verb->add_option("--steps", options.sample.steps, "of denoising")->capture_default_str();
  verb->add_option("--guidance", options.sample.guidance, "0: unasked, 1: as learnt, more: further")
      ->capture_default_str();
  verb->add_option("--avoid", avoid, "attribute that none may carry, e.g. genres=Horror");
  verb->add_option("--seed", options.sample.seed, "the same seed imagines the same")
      ->capture_default_str();
  verb->add_flag("--json", as_json, "print one JSON object");
}

}  // namespace tsugi
