#include "native/dataset/catalogue.h"

#include "native/log/parse_number.h"

namespace tsugi {

std::string PlainId(std::string_view id) {
  if (id.size() >= 2 && id.front() == '"' && id.back() == '"') id = id.substr(1, id.size() - 2);
  return std::string(WholeOfFloat(id).value_or(id));
}

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
