// What `recommend` shows of the intents of a session.
#include <algorithm>
#include <cstdio>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/session.h"
#include "native/cli/commands.h"

namespace tsugi {

using Json = nlohmann::ordered_json;

Json IntentJson(const ModelView& model, const Session& session) {
  const IntentReadout readout = session.intent();
  Json intent = Json::object(), weights = Json::object();
  // Labels are "family=label", families one after another in the order of their weights, so the
  // first label of a family finds the family's weight.
  for (size_t label = 0; label < readout.probabilities.size(); ++label) {
    const FieldValue name = FieldValue::Of(model.Strings(kIntentLabelStrings)[label]);
    const std::string family(name.field);
    if (!intent.contains(family)) weights[family] = readout.weights[weights.size()];
    intent[family].push_back(
        {{"label", std::string(name.value)}, {"probability", readout.probabilities[label]}});
  }
  for (auto& labels : intent) {
    std::stable_sort(labels.begin(), labels.end(), [](const Json& a, const Json& b) {
      return a["probability"].get<float>() > b["probability"].get<float>();
    });
  }
  if (!weights.empty()) intent["weights"] = std::move(weights);
  return intent;
}

Json FamilyJson(const Json& intent, const ItemReason& reason) {
  const auto family = std::next(intent.items().begin(), reason.family);
  return {{"family", family.key()},
          {"label", family.value()[0]["label"]},
          {"effect", reason.family_effect}};
}

std::string IntentText(const Json& intent) {
  std::string text;
  char part[64];
  for (const auto& [family, labels] : intent.items()) {
    if (family == "weights") continue;
    std::snprintf(part, sizeof part, " (weight %.2f): ", intent["weights"][family].get<double>());
    text += family + part;
    for (size_t i = 0; i < std::min<size_t>(3, labels.size()); ++i) {
      std::snprintf(part, sizeof part, " %.2f", labels[i]["probability"].get<double>());
      text += (i == 0 ? "" : ", ") + labels[i]["label"].get<std::string>() + part;
    }
    text += "\n";
  }
  return text;
}

}  // namespace tsugi
