#include "native/cli/item_names.h"

#include <charconv>
#include <optional>

#include "native/cli/command.h"

namespace tsugi {
namespace {

constexpr char kSeparators[] = " \t\r\n,";

std::optional<uint32_t> ParseIndex(std::string_view text, uint32_t item_count) {
  uint32_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole && index < item_count ? std::optional(index) : std::nullopt;
}

}  // namespace

ItemNames::ItemNames(const ModelView& model)
    : ids_(model.item_ids), titles_(model.item_titles), item_count_(model.spec.item_count) {
  index_.reserve(ids_.size());
  for (uint32_t i = 0; i < ids_.size(); ++i) index_.emplace(ids_[i], i);
}

Result<ParsedHistory> ItemNames::ParseHistory(std::string_view text) const {
  ParsedHistory history;
  size_t begin = text.find_first_not_of(kSeparators);
  while (begin != std::string_view::npos) {
    const size_t end = std::min(text.find_first_of(kSeparators, begin), text.size());
    const std::string_view id = text.substr(begin, end - begin);
    std::optional<uint32_t> item;
    if (index_.empty()) {
      item = ParseIndex(id, item_count_);
    } else if (const auto found = index_.find(id); found != index_.end()) {
      item = found->second;
    }
    if (item) {
      history.events.push_back({*item});
    } else {
      history.unknown.emplace_back(id);
    }
    begin = text.find_first_not_of(kSeparators, end);
  }
  if (history.events.empty() && history.unknown.empty()) {
    return InvalidArgument("--history: empty (expected item ids, oldest first). Try: --history \"" +
                           Id(0) + "\"");
  }
  if (history.events.empty()) {
    return NotFound("--history: " + DescribeUnknown(history.unknown) +
                    " not in the model (expected ids of the log it was trained on). " +
                    "Try: --history \"" + Nearest(history.unknown.front()) + "\"");
  }
  return history;
}

std::string ItemNames::Nearest(std::string_view id) const {
  if (index_.empty()) return std::to_string(item_count_ - 1);
  return NearestOf(id, ids_.size(), [this](size_t i) { return ids_[i]; });
}

std::string ItemNames::Id(uint32_t item_index) const {
  return index_.empty() ? std::to_string(item_index) : std::string(ids_[item_index]);
}

std::string_view ItemNames::Title(uint32_t item_index) const {
  return titles_.size() == 0 ? std::string_view() : titles_[item_index];
}

std::string DescribeUnknown(const std::vector<std::string>& unknown) {
  if (unknown.size() == 1) return "'" + unknown[0] + "' is";
  std::string list;
  for (size_t i = 0; i < unknown.size() && i < 3; ++i) {
    list += (i == 0 ? "'" : ", '") + unknown[i] + "'";
  }
  return std::to_string(unknown.size()) + " ids (" + list + (unknown.size() > 3 ? ", ..." : "") +
         ") are";
}

}  // namespace tsugi
