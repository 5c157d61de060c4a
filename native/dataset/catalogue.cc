#include "native/dataset/catalogue.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "native/log/field_text.h"

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

namespace {

// True for "0", "7", "120"; false for "", "007", "-1", "1.5" and 2^64.
bool IsPlainInteger(std::string_view id) {
  if (id.empty() || (id.size() > 1 && id[0] == '0') || id[0] < '0' || id[0] > '9') return false;
  uint64_t value;
  const char* last = id.data() + id.size();
  const auto [end, error] = std::from_chars(id.data(), last, value);
  return error == std::errc() && end == last;
}

}  // namespace

Vocabulary BuildVocabulary(const RawLog& log) {
  std::vector<bool> is_in_events(log.item_ids.size()), is_used(log.item_ids.size());
  for (const uint32_t item : log.items) is_in_events[item] = true;
  is_used = is_in_events;
  for (const uint32_t item : log.case_items) is_used[item] = true;

  // Items that the minimum count removed from all events get no index. Items of given test cases
  // do, even without an event: the catalogue must be able to return them.
  std::vector<uint32_t> order;
  bool is_numeric = true;
  Vocabulary vocabulary;
  for (uint32_t item = 0; item < log.item_ids.size(); ++item) {
    if (!is_used[item]) continue;
    order.push_back(item);
    is_numeric = is_numeric && IsPlainInteger(log.item_ids[item]);
    if (!is_in_events[item]) ++vocabulary.test_only_count;
  }
  // Of two integers without leading zeros the shorter is the smaller, so they need no parsing.
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    const std::string_view x = log.item_ids[a];
    const std::string_view y = log.item_ids[b];
    if (is_numeric && x.size() != y.size()) return x.size() < y.size();
    return x < y;
  });
  vocabulary.index_of_raw.assign(log.item_ids.size(), kNoItem);
  for (uint32_t index = 0; index < order.size(); ++index) {
    vocabulary.index_of_raw[order[index]] = index;
    vocabulary.item_ids.Append(log.item_ids[order[index]]);
  }
  return vocabulary;
}

}  // namespace tsugi
