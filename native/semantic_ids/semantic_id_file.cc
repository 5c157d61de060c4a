#include "native/semantic_ids/semantic_id_file.h"

#include <charconv>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

#include "native/files/whole_file.h"

namespace tsugi {
namespace {

constexpr char kHeader[] = "item\tu\tv\tx\ty";

std::string ItemName(const StringTableView& item_ids, size_t item) {
  return item_ids.size() > 0 ? std::string(item_ids[item]) : std::to_string(item);
}

// Parses an item and its codes. Returns nothing if the line has not five columns of the right kind.
// Splits from the end, because an item id may contain tabs.
std::optional<std::pair<std::string, SemanticId>> ParseLine(const std::string& line) {
  size_t end = line.size();
  SemanticId id;
  for (size_t level = kCodeLevels; level-- > 0;) {
    const size_t tab = end == 0 ? std::string::npos : line.rfind('\t', end - 1);
    if (tab == std::string::npos) return std::nullopt;
    const char* last = line.data() + end;
    const auto [stop, error] = std::from_chars(line.data() + tab + 1, last, id[level]);
    if (error != std::errc() || stop != last) return std::nullopt;
    end = tab;
  }
  return std::pair(line.substr(0, end), id);
}

}  // namespace

Status WriteSemanticIds(const std::filesystem::path& path, const StringTableView& item_ids,
                        const SemanticIds& ids) {
  // Text, because other tools should read it: one line per item, codes as decimal numbers.
  std::ostringstream file;
  file << kHeader << '\n';
  for (size_t i = 0; i < ids.size(); ++i) {
    file << ItemName(item_ids, i);
    for (const uint8_t code : ids[i]) file << '\t' << int{code};
    file << '\n';
  }
  const std::string text = std::move(file).str();
  return WriteWholeFile(path, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

Result<SemanticIds> ReadSemanticIds(const std::filesystem::path& path,
                                    const StringTableView& item_ids, size_t item_count) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  if (!file || !std::getline(file, line)) {
    return NotFound(path.string() + ": no semantic ids here. Try: tsugi tokenize --out FILE");
  }
  std::map<std::string, size_t> items;
  for (size_t i = 0; i < item_count; ++i) items.emplace(ItemName(item_ids, i), i);
  // Items are erased as their lines are read: what remains at the end has no line.
  std::map<SemanticId, std::string> owners;
  SemanticIds ids(item_count);
  for (size_t number = 2; std::getline(file, line); ++number) {
    const auto fail = [&](const std::string& what) {
      return InvalidArgument(path.string() + ":" + std::to_string(number) + ": " + what);
    };
    const auto parsed = ParseLine(line);
    if (!parsed) return fail("expected an item and four codes of 0 to 255, separated by tabs");
    const auto item = items.find(parsed->first);
    if (item == items.end()) {
      return fail("item '" + parsed->first.substr(0, 100) +
                  "' is not in the catalogue or has an earlier line");
    }
    // Two items with one id could not be told apart when the id is generated.
    const auto [owner, is_new] = owners.emplace(parsed->second, parsed->first);
    if (!is_new) return fail("the codes of item '" + owner->second.substr(0, 100) + "' again");
    ids[item->second] = parsed->second;
    items.erase(item);
  }
  if (items.empty()) return ids;
  return InvalidArgument(path.string() + ": no line for item '" +
                         items.begin()->first.substr(0, 100) + "' and " +
                         std::to_string(items.size() - 1) +
                         " more. Try: tsugi tokenize with the data set of this catalogue");
}

}  // namespace tsugi
