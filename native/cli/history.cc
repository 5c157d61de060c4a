#include "native/cli/history.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "native/log/field_text.h"
#include "native/log/parse_time.h"

namespace tsugi {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kUnknown = "-";

/// The parts of `text` between any of `separators` that are not empty, without blanks around them.
std::vector<std::string_view> Split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find_first_of(separators, begin), text.size());
    std::string_view part = text.substr(begin, end - begin);
    part.remove_prefix(std::min(part.find_first_not_of(kBlanks), part.size()));
    part.remove_suffix(part.size() - (part.find_last_not_of(kBlanks) + 1));
    if (!part.empty()) parts.push_back(part);
    begin = end + 1;
  }
  return parts;
}

/// The strings of a JSON array, numbers as written and null as unknown; nothing if `text` is none.
std::optional<std::vector<std::string>> ReadJsonArray(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_array()) return std::nullopt;
  std::vector<std::string> entries;
  for (const auto& value : json) {
    if (value.is_string()) {
      entries.push_back(value.get<std::string>());
    } else if (value.is_number() || value.is_null()) {
      entries.push_back(value.is_null() ? std::string(kUnknown) : value.dump());
    } else {
      return std::nullopt;
    }
  }
  return entries;
}

/// The entries of a list as typed. A text that is an entry as a whole is that one entry, so an id
/// that holds commas or brackets can be given alone; a JSON array takes several of them.
std::vector<std::string> ReadEntries(std::string_view text,
                                     const std::function<bool(std::string_view)>& is_entry) {
  if (is_entry(text)) return {std::string(text)};
  if (auto entries = ReadJsonArray(text)) return *std::move(entries);
  std::vector<std::string> entries;
  for (const std::string_view part : Split(text, ",")) {
    if (is_entry(part)) {
      entries.emplace_back(part);
      continue;
    }
    for (const std::string_view word : Split(part, kBlanks)) entries.emplace_back(word);
  }
  return entries;
}

/// `--history` with one id, quoted so that a shell passes it on and ReadEntries takes it whole.
std::string HistoryOf(const std::string& id) {
  const bool has_control =
      std::any_of(id.begin(), id.end(), [](unsigned char byte) { return byte < ' '; });
  const std::string text = has_control ? nlohmann::json::array({id}).dump() : id;
  if (text.find_first_of("\"$`\\!") == text.npos) return "--history \"" + text + "\"";
  return "--history " + QuoteForShell(text);
}

/// Reads one list beside the items. parse: nothing if an entry is none; expected: what it is not.
template <typename Value>
Result<std::vector<Value>> ParseList(
    const char* flag, const std::string& text, size_t items, Value unknown,
    const std::string& expected,
    const std::function<std::optional<Value>(std::string_view)>& parse) {
  if (text.empty()) return std::vector<Value>(items, unknown);
  std::vector<Value> values;
  for (const std::string& entry :
       ReadEntries(text, [&](std::string_view part) { return parse(part).has_value(); })) {
    const std::optional<Value> value = entry == kUnknown ? unknown : parse(entry);
    if (!value) return InvalidArgument(std::string(flag) + " " + entry + ": not " + expected);
    values.push_back(*value);
  }
  if (values.size() == items) return values;
  return InvalidArgument(std::string(flag) + ": " + std::to_string(values.size()) + " for " +
                         std::to_string(items) + " items of --history. Try: - where it is unknown");
}

/// 0 is the unknown action, so numbers start at 1.
std::optional<uint32_t> FindAction(const ModelView& model, std::string_view name) {
  for (uint32_t i = 0; i < model.action_names().size(); ++i) {
    if (model.action_names()[i] == name) return i + 1;
  }
  return std::nullopt;
}

std::string DescribeActions(const ModelView& model) {
  std::string text = "an action of the model (expected one of ";
  for (uint32_t i = 0; i < model.action_names().size() && i < 8; ++i) {
    text += (i == 0 ? "'" : ", '") + std::string(model.action_names()[i]) + "'";
  }
  return text + (model.action_names().size() > 8 ? ", ...)" : ")");
}

/// Leaves out what the model was not trained to read, and says so. The model would ignore it
/// without a word, and the user would take the list for one that follows it.
TypedHistory DropUnread(TypedHistory typed, const ModelSpec& spec) {
  if (!typed.actions.empty() && spec.action_count == 0) {
    PrintWarning("--actions: left out, the model was not trained on any (train --set actions=on)");
    typed.actions.clear();
  }
  if (!typed.values.empty() && spec.value_buckets == 0) {
    PrintWarning("--values: left out, the model was not trained on any (train --set values=on)");
    typed.values.clear();
  }
  return typed;
}

/// Warns of ids that the model does not have.
void WarnOfUnknown(const std::vector<std::string>& unknown, const ItemNames& names) {
  if (unknown.empty()) return;
  // A history is typed in ids, but people remember titles.
  if (const auto item = names.FindTitle(unknown.front())) {
    PrintWarning(DescribeUnknown(unknown) + " not in the model and left out; '" + names.Id(*item) +
                 "' is the id of '" + std::string(names.Title(*item)) + "'");
    return;
  }
  PrintWarning(DescribeUnknown(unknown) + " not in the model and left out; nearest to '" +
               unknown.front() + "' is '" + names.Nearest(unknown.front()) + "'");
}

/// A typed history as far as the model understands it.
struct ParsedHistory {
  std::vector<Event> events;         ///< of the known ids, in the given order
  std::vector<std::string> unknown;  ///< ids that the model does not have
};

Status NoneKnown(const std::vector<std::string>& unknown, const ItemNames& names) {
  return NotFound("--history: " + DescribeUnknown(unknown) +
                  " not in the model (expected ids of the log it was trained on). " +
                  "Try: " + HistoryOf(names.Nearest(unknown.front())));
}

/// An id that the model lacks is left out, with its time and action: a history may be newer than
/// the model. A history of which nothing is left is an error.
Result<ParsedHistory> ParseHistory(const TypedHistory& typed, const ModelView& model,
                                   const ItemNames& names) {
  const auto ids =
      ReadEntries(typed.items, [&](std::string_view id) { return names.Find(id).has_value(); });
  if (ids.empty()) {
    return InvalidArgument("--history: empty (expected item ids, oldest first). Try: " +
                           HistoryOf(names.Id(0)));
  }
  TSUGI_ASSIGN_OR_RETURN(
      const auto times,
      ParseList<int64_t>("--times", typed.times, ids.size(), 0,
                         "a time (expected unix seconds or 2024-01-31)", ParseTime));
  const auto find_action = [&](std::string_view name) { return FindAction(model, name); };
  TSUGI_ASSIGN_OR_RETURN(const auto actions,
                         ParseList<uint32_t>("--actions", typed.actions, ids.size(), 0,
                                             DescribeActions(model), find_action));
  TSUGI_ASSIGN_OR_RETURN(
      const auto values,
      ParseList<double>("--values", typed.values, ids.size(),
                        std::numeric_limits<double>::quiet_NaN(), "a number", ParseNumber));
  ParsedHistory history;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (const auto item = names.Find(ids[i])) {
      history.events.push_back({*item, times[i], actions[i], static_cast<float>(values[i])});
    } else {
      history.unknown.push_back(ids[i]);
    }
  }
  if (history.events.empty()) return NoneKnown(history.unknown, names);
  const auto disliked =
      ReadEntries(typed.dislikes, [&](std::string_view id) { return names.Find(id).has_value(); });
  for (const std::string& id : disliked) {
    if (const auto item = names.Find(id)) {
      history.events.push_back({.item_index = *item, .is_dislike = true});
    } else {
      history.unknown.push_back(id);
    }
  }
  return history;
}

}  // namespace

void AddHistoryOptions(CLI::App& group, CLI::App& verb, const std::string& note,
                       TypedHistory& history) {
  CLI::Option* const items =
      group.add_option("--history", history.items,
                       "item ids, oldest first: \"ID ID\", or \"ID, ID\" if ids have blanks, or "
                       "'[\"ID\", \"ID\"]' if they have commas" +
                           note);
  verb.add_option("--times", history.times, "of --history: unix seconds or dates, - = unknown")
      ->needs(items);
  verb.add_option("--actions", history.actions, "of --history: what was done, - = unknown")
      ->needs(items);
  verb.add_option("--values", history.values,
                  "of --history: seconds, ratings or what the log measures, - = unknown")
      ->needs(items);
  verb.add_option("--dislikes", history.dislikes,
                  "ids of items that are not for this visitor; items like them fall in the list")
      ->needs(items);
}

Result<Visit> OpenVisit(const std::string& model_path, const TypedHistory* typed) {
  TSUGI_ASSIGN_OR_RETURN(Model model, LoadModelFile(model_path));
  ItemNames names(model.view());
  ParsedHistory history;
  if (typed != nullptr) {
    const TypedHistory read = DropUnread(*typed, model.view().spec);
    TSUGI_ASSIGN_OR_RETURN(history, ParseHistory(read, model.view(), names));
    WarnOfUnknown(history.unknown, names);
  }
  TSUGI_ASSIGN_OR_RETURN(auto recommender, Recommender::Create(model.view()));
  TSUGI_ASSIGN_OR_RETURN(auto session, recommender->CreateSession());
  TSUGI_RETURN_IF_ERROR(session->Assign(history.events));
  return Visit{std::move(model), std::move(names), std::move(recommender), std::move(session),
               std::move(history.unknown)};
}

}  // namespace tsugi
