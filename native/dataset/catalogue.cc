#include "native/dataset/catalogue.h"

namespace tsugi {
namespace {

// The spelling that ids of two files have in common. Only for ids that are not found as they are
// written.
std::string PlainId(std::string_view id) {
  if (id.size() >= 2 && id.front() == '"' && id.back() == '"') id = id.substr(1, id.size() - 2);
  const size_t point = id.find('.');
  const bool is_whole = point != std::string_view::npos && point > 0 && point + 1 < id.size() &&
                        id.find_first_not_of("0123456789") == point &&
                        id.find_first_not_of('0', point + 1) == std::string_view::npos;
  return std::string(is_whole ? id.substr(0, point) : id);
}

}  // namespace

Catalogue::Catalogue(const StringTableView& ids) {
  for (size_t i = 0; i < ids.size(); ++i) index_of_id_.emplace(ids[i], i);
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto [found, is_new] = index_of_plain_.emplace(PlainId(ids[i]), i);
    if (!is_new) found->second = kNone;
  }
}

Catalogue::Place Catalogue::Find(std::string_view id) const {
  const auto found = index_of_id_.find(id);
  if (found != index_of_id_.end()) return {found->second, true};
  const auto plain = index_of_plain_.find(PlainId(id));
  return {plain == index_of_plain_.end() ? kNone : plain->second, false};
}

std::string JoinExamples(const StringTableView& ids, const std::vector<std::string>& unused) {
  std::string log, items;
  for (size_t i = 0; i < ids.size() && i < 3; ++i) log += (i ? ", " : "") + std::string(ids[i]);
  for (size_t i = 0; i < unused.size(); ++i) items += (i ? ", " : "") + unused[i];
  return "the log has " + log + "; the items have " + items;
}

}  // namespace tsugi
