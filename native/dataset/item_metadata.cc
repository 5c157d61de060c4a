#include "native/dataset/item_metadata.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "native/dataset/catalogue.h"
#include "native/dataset/item_fields.h"

namespace tsugi {
namespace {

// A row without the values that no reader of JSON takes, such as NaN or half of a character.
std::string ValidJson(const std::string& row) {
  if (nlohmann::json::accept(row)) return row;
  std::vector<JsonMember> members;
  if (!SplitJsonObject(row, members)) return row;
  std::string json = "{";
  for (const JsonMember& member : members) {
    if (!nlohmann::json::accept(member.value)) continue;
    if (json.size() > 1) json += ',';
    json += '"' + std::string(member.key) + "\":" + std::string(member.value);
  }
  return json + "}";
}

// The log's columns as far as their names mean something in the metadata. Without a heading they
// are numbers, and column 3 of one file is not column 3 of another.
EventColumns ColumnsInCommon(const ImportOptions& options, const EventColumns& columns) {
  std::error_code error;
  const bool is_log_itself =
      std::any_of(options.events.begin(), options.events.end(), [&](const std::string& file) {
        return std::filesystem::equivalent(file, *options.items, error);
      });
  return options.event_reader.table.has_header || is_log_itself ? columns : EventColumns();
}

// The fields that mostly hold users who had the row's item. By name nobody can tell that `buyer` or
// `who` is the log's user column; a catalogue of another field meets an item's users by accident
// only. Looks at a thousand items.
std::vector<std::string> FindUserFields(const DatasetArrays& arrays,
                                        const std::vector<std::string>& rows) {
  std::vector<uint32_t> with_row;
  for (uint32_t item = 0; item < rows.size(); ++item) {
    if (!rows[item].empty()) with_row.push_back(item);
  }
  const size_t step = with_row.size() / 1000 + 1;
  std::unordered_map<uint32_t, std::unordered_set<size_t>> users_of;
  for (size_t i = 0; i < with_row.size(); i += step) users_of[with_row[i]];
  std::vector<bool> is_looked_at(rows.size());
  for (const auto& [item, users] : users_of) is_looked_at[item] = true;
  for (size_t s = 0; s < arrays.user_hashes.size(); ++s) {
    for (const uint32_t item : arrays.sequence_items(s)) {
      if (is_looked_at[item]) users_of[item].insert(arrays.user_hashes[s]);
    }
  }
  struct Count {
    size_t known = 0, users = 0;
  };
  std::map<std::string, Count> counts;
  std::vector<JsonMember> members;
  for (const auto& [item, users] : users_of) {
    if (!SplitJsonObject(rows[item], members)) continue;
    for (const JsonMember& member : members) {
      std::string name, value;
      AppendJsonText("\"" + std::string(member.key) + "\"", name);
      AppendJsonText(member.value, value);
      if (value.empty()) continue;
      ++counts[name].known;
      counts[name].users += users.contains(std::hash<std::string>()(PlainId(value)));
    }
  }
  std::vector<std::string> fields;
  for (const auto& [name, count] : counts) {
    if (2 * count.users > count.known) fields.push_back(name);
  }
  return fields;
}

// Joins the rows of the metadata with the catalogue. Titles and rows are kept by item_index: string
// tables grow in order only, and metadata comes in any order.
class MetadataJoin {
 public:
  explicit MetadataJoin(const StringTableView& ids)
      : ids_(ids),
        catalogue_(ids),
        is_known_(ids.size()),
        is_exact_(ids.size()),
        titles_(ids.size()),
        rows_(ids.size()) {}

  void Start(std::unique_ptr<ItemFields> fields) { fields_ = std::move(fields); }

  void Add(const MetadataRow& row, ImportStats& stats) {
    const auto [i, is_exact] = catalogue_.Find(row.id);
    if (i == Catalogue::kNone) {
      // Rows of other items are counted once per id, so that the summary can tell a file of another
      // catalogue from one with duplicates.
      if (!unused_.emplace(row.id).second) ++stats.metadata_duplicates;
      if (unused_examples_.size() < 3) unused_examples_.emplace_back(row.id);
      return;
    }
    if (is_known_[i] && (is_exact_[i] || !is_exact)) {
      ++stats.metadata_duplicates;
      titles_differ_ = titles_differ_ || titles_[i] != row.title;
      fields_->AddAnother(rows_[i], row.json);
      return;
    }
    stats.metadata_items += !is_known_[i];
    is_known_[i] = true;
    is_exact_[i] = is_exact;
    titles_[i] = row.title;
    rows_[i] = row.json;
    fields_->AddFirst(row.json);
  }

  // Fills the tables with what may ship. `is_title_named`: by the user.
  void Finish(bool is_title_named, DatasetArrays& arrays, ImportStats& stats) {
    for (const std::string& name : FindUserFields(arrays, rows_)) {
      if (name != stats.id_field) fields_->AddUserField(name);
    }
    arrays.user_hashes = {};
    // A guessed title that one item has in several forms, in a log, may be a person's name or the
    // headline of a review.
    const bool has_title = is_title_named || !fields_->is_log() ||
                           (fields_->Ships(stats.title_field) && !titles_differ_);
    if (!has_title) stats.title_field.clear();
    for (size_t i = 0; i < ids_.size(); ++i) {
      if (!has_title) titles_[i].clear();
      if (titles_[i].empty()) ++stats.empty_titles;
      if (is_known_[i] && !is_exact_[i]) ++stats.metadata_respelled;
      arrays.item_titles.Append(titles_[i]);
      arrays.item_metadata.Append(fields_->Shipping(ValidJson(rows_[i])));
    }
    stats.metadata_unused = unused_.size();
    stats.left_out_fields = fields_->LeftOut();
    if (10 * stats.metadata_items < ids_.size()) {
      stats.join_examples = JoinExamples(ids_, unused_examples_);
    }
  }

 private:
  const StringTableView ids_;
  const Catalogue catalogue_;
  std::unique_ptr<ItemFields> fields_;
  std::vector<bool> is_known_, is_exact_;
  std::vector<std::string> titles_, rows_;
  std::unordered_set<std::string> unused_;
  std::vector<std::string> unused_examples_;
  bool titles_differ_ = false;
};

}  // namespace

Status AddItemMetadata(const ImportOptions& options, ReadAudit& audit, DatasetArrays& arrays,
                       ImportStats& stats) {
  MetadataJoin join(arrays.item_ids.View());
  const std::string file = options.items->string();
  MetadataReaderOptions reader_options = options.metadata_reader;
  reader_options.log_item_column = stats.columns.item;
  const uint64_t rows_before = audit.row_count(), rejected_before = audit.rejected_count();
  const auto start = [&](const MetadataColumns& columns) {
    auto fields = std::make_unique<ItemFields>(ColumnsInCommon(options, stats.columns), columns.all,
                                               options.item_fields, options.without_fields);
    fields->SetTitle(columns.title, !options.metadata_reader.title_column.empty());
    Status status = fields->Check(file);
    join.Start(std::move(fields));
    return status;
  };
  TSUGI_ASSIGN_OR_RETURN(const MetadataColumns columns,
                         ReadItemMetadata(*options.items, reader_options, audit, start,
                                          [&](const MetadataRow& row) { join.Add(row, stats); }));
  for (const std::string& note : columns.notes) stats.notes.push_back(file + ": " + note);
  stats.has_metadata = true;
  stats.id_field = columns.id;
  stats.title_field = columns.title;
  stats.metadata_rows = audit.row_count() - rows_before;
  stats.metadata_rejected = audit.rejected_count() - rejected_before;
  join.Finish(!options.metadata_reader.title_column.empty(), arrays, stats);
  stats.attribute_fields = BuildItemAttributes(arrays.item_metadata.View()).fields;
  if (stats.metadata_items > 0) return {};
  return InvalidArgument(
      file + ": no row is about an item of the log (" + stats.join_examples +
      "). Try: --item-id-column NAME, or check that both files use the same ids");
}

}  // namespace tsugi
