#include <memory>
#include <nlohmann/json.hpp>

#include "native/cli/commands.h"
#include "native/cli/history.h"
#include "native/cli/imagine/concept_json.h"

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
  std::vector<uint32_t> indices;
  for (const std::string& name : names) {
    uint32_t index = 0;
    while (index < model.attribute_names().size() && model.attribute_names()[index] != name)
      ++index;
    if (index == model.attribute_names().size()) {
      return InvalidArgument(
          "--avoid " + name +
          ": the model has no such attribute. Try: "
          "field=value as in `tsugi inspect`, e.g. " +
          (index > 0 ? std::string(model.attribute_names()[0]) : "genres=Drama"));
    }
    indices.push_back(index);
  }
  return indices;
}

Status Imagine(Arguments& arguments) {
  const bool has_history = !arguments.history.items.empty();
  TSUGI_ASSIGN_OR_RETURN(const Visit visit,
                         OpenVisit(arguments.model, has_history ? &arguments.history : nullptr));
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
  if (arguments.as_json) {
    Print(Json{{"concepts", rows}}.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
    return Status();
  }
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
