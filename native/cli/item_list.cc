#include "native/cli/item_list.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>

#include "core/base/text.h"
#include "native/cli/command.h"

namespace tsugi {
namespace {

std::optional<uint32_t> ParseIndex(std::string_view text, uint32_t item_count) {
  uint32_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole && index < item_count ? std::optional(index) : std::nullopt;
}

}  // namespace

// The keys borrow the text of the model, which must outlive this object.
ItemNames::ItemNames(const ModelView& model)
    : ids_(model.item_ids()), titles_(model.item_titles()), item_count_(model.spec.item_count) {
  index_.reserve(ids_.size());
  for (uint32_t i = 0; i < ids_.size(); ++i) index_.emplace(ids_[i], i);
}

std::optional<uint32_t> ItemNames::Find(std::string_view id) const {
  // A model without ids: items go by their index.
  if (index_.empty()) return ParseIndex(id, item_count_);
  const auto found = index_.find(id);
  return found == index_.end() ? std::nullopt : std::optional(found->second);
}

std::string ItemNames::Nearest(std::string_view id) const {
  if (index_.empty()) return std::to_string(item_count_ - 1);
  return std::string(NearestOf(id, ids_.size(), [this](size_t i) { return ids_[i]; }));
}

// The shortest title that holds the text: "Alien" and not its sequels. A linear search, because it
// runs once, after a mistake.
std::optional<uint32_t> ItemNames::FindTitle(std::string_view text) const {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  std::optional<uint32_t> best;
  for (uint32_t i = 0; i < titles_.size() && !text.empty(); ++i) {
    const std::string_view title = titles_[i];
    if (best && title.size() >= titles_[*best].size()) continue;
    const auto found = std::search(title.begin(), title.end(), text.begin(), text.end(), same);
    if (found != title.end()) best = i;
  }
  return best;
}

std::string ItemNames::Id(uint32_t item_index) const {
  return index_.empty() ? std::to_string(item_index) : std::string(ids_[item_index]);
}

std::string_view ItemNames::Title(uint32_t item_index) const {
  return titles_.size() == 0 ? std::string_view() : titles_[item_index];
}

// Three ids at most: a history in the ids of another log would fill the terminal.
std::string DescribeUnknown(const std::vector<std::string>& unknown) {
  if (unknown.size() == 1) return "'" + unknown[0] + "' is";
  std::string list;
  for (size_t i = 0; i < unknown.size() && i < 3; ++i) {
    list += (i == 0 ? "'" : ", '") + unknown[i] + "'";
  }
  return std::to_string(unknown.size()) + " ids (" + list + (unknown.size() > 3 ? ", ..." : "") +
         ") are";
}

using Json = nlohmann::ordered_json;

// Both outputs of a verb come from this JSON, so that they cannot differ.
Json ListJson(const ItemNames& names, const std::vector<ScoredItem>& list,
              const std::vector<ItemReason>& reasons) {
  Json json = Json::array();
  for (size_t i = 0; i < list.size(); ++i) {
    Json row = {{"item", names.Id(list[i].item_index)}, {"score", list[i].score}};
    if (const auto title = names.Title(list[i].item_index); !title.empty()) row["title"] = title;
    if (!reasons.empty() && reasons[i].event >= 0) {
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

Json ShelvesJson(const ItemNames& names, const StringTableView& attributes,
                 const std::vector<Shelf>& shelves) {
  // In the order of Shelf::Kind.
  static constexpr const char* kKinds[] = {"for you",   "popular", "more like",
                                           "attribute", "new",     "off the beaten track"};
  Json json = Json::array();
  for (const Shelf& shelf : shelves) {
    Json row = {{"kind", kKinds[static_cast<size_t>(shelf.kind)]}};
    if (shelf.kind == Shelf::Kind::kLike) {
      row["item"] = names.Id(shelf.subject);
      if (const auto title = names.Title(shelf.subject); !title.empty()) row["title"] = title;
    }
    if (shelf.kind == Shelf::Kind::kAttribute) row["attribute"] = attributes[shelf.subject];
    row["items"] = ListJson(names, shelf.items, {});
    json.push_back(std::move(row));
  }
  return json;
}

void PrintShelves(const Json& shelves) {
  for (const Json& row : shelves) {
    std::string heading = row["kind"].get<std::string>();
    if (row.contains("item")) heading += " " + row.value("title", row["item"].get<std::string>());
    if (row.contains("attribute")) heading = row["attribute"].get<std::string>();
    Print((&row == &shelves[0] ? "" : "\n") + heading + "\n");
    PrintList(row["items"]);
  }
}

// Ids are padded to the longest, so that titles begin in one column.
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
