#ifndef TSUGI_NATIVE_CLI_INTENT_JSON_H_
#define TSUGI_NATIVE_CLI_INTENT_JSON_H_

#include <nlohmann/json.hpp>
#include <string>

#include "core/session.h"

namespace tsugi {

/// A readout with names: {"action": [{"label", "probability"}, ...], ..., "weights": {"action":
/// w}}; the likeliest label first. Empty for an empty readout.
nlohmann::ordered_json IntentJson(const ModelView& model, const IntentReadout& readout);

/// The family that a reason names, with its likeliest label: {"family", "label", "effect"}.
/// Requires: `intent` is of a model with intents and not empty.
nlohmann::ordered_json FamilyJson(const nlohmann::ordered_json& intent, const ItemReason& reason);

/// The same as lines for people: each family's weight and its three likeliest labels.
std::string IntentText(const nlohmann::ordered_json& intent);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_INTENT_JSON_H_
