#include "native/cli/imagine/concept_json.h"

#include <cstdio>

#include "core/base/text.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

std::string Percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, " %.0f %%", 100.0 * share);
  return text;
}

}  // namespace

nlohmann::ordered_json ConceptJson(const ModelView& model, const ItemNames& names,
                                   const Concept& made) {
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

}  // namespace tsugi
