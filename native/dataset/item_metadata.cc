#include "native/dataset/item_metadata.h"

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tsugi {

Status AddItemMetadata(const ImportOptions& options, ReadAudit& audit, DatasetArrays& arrays,
                       ImportStats& stats) {
  // Titles and rows are collected by item_index and appended at the end, since string tables grow
  // in order only and the metadata comes in any order.
  const StringTableView ids = arrays.item_ids.View();
  std::unordered_map<std::string_view, size_t> index_of_id;
  for (size_t i = 0; i < ids.size(); ++i) index_of_id.emplace(ids[i], i);

  std::vector<bool> is_known(ids.size());
  std::unordered_set<std::string> unused;
  std::vector<std::string> titles(ids.size()), rows(ids.size());
  const auto add_row = [&](const MetadataRow& row) {
    const auto found = index_of_id.find(row.id);
    // Rows of other items are counted once per id, too, so that the summary can tell a metadata
    // file of another catalogue from one with duplicates.
    const bool is_new =
        found == index_of_id.end() ? unused.emplace(row.id).second : !is_known[found->second];
    if (!is_new) {
      ++stats.metadata_duplicates;
    } else if (found != index_of_id.end()) {
      is_known[found->second] = true;
      titles[found->second] = row.title;
      rows[found->second] = row.json;
      ++stats.metadata_items;
    }
  };
  MetadataReaderOptions reader_options = options.metadata_reader;
  reader_options.log_item_column = stats.item_column;
  TSUGI_RETURN_IF_ERROR(ReadItemMetadata(*options.items, reader_options, audit, add_row));

  stats.has_metadata = true;
  stats.metadata_unused = unused.size();
  for (size_t i = 0; i < ids.size(); ++i) {
    if (titles[i].empty()) ++stats.empty_titles;
    arrays.item_titles.Append(titles[i]);
    arrays.item_metadata.Append(rows[i]);
  }
  stats.attribute_fields = BuildItemAttributes(arrays.item_metadata.View()).fields;
  return {};
}

}  // namespace tsugi
