#include <algorithm>
#include <nlohmann/json.hpp>

#include "native/log/table_reader.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

// Returns null for anything but an object. `ordered_json` keeps the keys in the file's order, which
// becomes the order of the columns.
Json ParseObject(std::string_view line) {
  Json object = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  return object.is_object() ? object : Json();
}

}  // namespace

bool ReadJsonFields(std::string_view line, const std::vector<std::string>& columns,
                    std::vector<std::string>& values) {
  const Json object = ParseObject(line);
  if (object.is_null()) return false;
  // The strings are reused from row to row, so most rows allocate nothing here.
  values.resize(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    values[i].clear();
    const auto value = object.find(columns[i]);
    if (value == object.end() || value->is_null()) continue;
    values[i] = value->is_string() ? value->get<std::string>() : value->dump();
  }
  return true;
}

void AddJsonKeys(std::string_view line, std::vector<std::string>& columns) {
  const Json object = ParseObject(line);
  if (object.is_null()) return;
  for (const auto& entry : object.items()) {
    if (std::find(columns.begin(), columns.end(), entry.key()) == columns.end()) {
      columns.push_back(entry.key());
    }
  }
}

}  // namespace tsugi
