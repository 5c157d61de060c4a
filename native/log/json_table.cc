#include <cstring>
#include <unordered_map>
#include <utility>

#include "native/log/field_text.h"
#include "native/log/json_row.h"
#include "native/log/table_reader.h"
#include "native/log/text_source.h"

namespace tsugi {
namespace {

// Objects whose keys are data, such as one key for each user, would make millions of columns.
constexpr size_t kMaxColumns = 4096;

class JsonTable : public TableReader {
 public:
  JsonTable(TextSource source, ReadAudit& audit)
      : TableReader(source.name(), audit), source_(std::move(source)) {}

  // Keys may come late: an optional one can be missing in the first million objects. So all lines
  // are looked at before the first row is read.
  Status FindColumns(TextSource source) {
    std::string_view line;
    std::string decoded;
    size_t left_out = 0;
    for (;;) {
      TSUGI_ASSIGN_OR_RETURN(const bool has_line, source.NextLine(line));
      if (!has_line) break;
      const std::string_view text = IsUtf8(line) ? line : (decoded = Cp1252ToUtf8(line));
      if (!SplitJsonObject(text, members_)) continue;
      for (const JsonMember& member : members_) {
        if (column_of_.contains(std::string(member.key))) continue;
        if (columns_.size() == kMaxColumns) {
          ++left_out;
          continue;
        }
        std::string name;
        AppendJsonText("\"" + std::string(member.key) + "\"", name);
        column_of_.emplace(member.key, columns_.size());
        columns_.push_back(std::move(name));
      }
    }
    if (left_out > 0) {
      notes_.push_back("more than " + std::to_string(kMaxColumns) +
                       " different keys; the others are not read");
    }
    if (!columns_.empty()) return {};
    if (source.line_number() == 0) {
      return InvalidArgument(name() + ": the file is empty (expected one JSON object per line). " +
                             "Try: check the path");
    }
    return InvalidArgument(
        name() + ":1: no JSON object (expected one per line, like {\"user\": \"u1\", " +
        "\"item\": \"i7\"}). Try: write one object per line, or --sql \"SELECT " +
        "* FROM read_json('FILE')\"");
  }

  bool may_hold_lists(size_t) const override { return true; }
  bool is_json() const override { return true; }

 private:
  Status Start() override {
    is_kept_.assign(columns_.size(), false);
    for (const size_t column : kept_) is_kept_[column] = true;
    storage_.resize(columns_.size());
    fields_.resize(columns_.size());
    return {};
  }

  // Lines are split twice, here and in FindColumns: keeping all of them would need memory for the
  // log.
  Result<bool> ReadRow() override {
    std::string_view line;
    for (;;) {
      TSUGI_ASSIGN_OR_RETURN(const bool has_line, source_.NextLine(line));
      if (!has_line) return false;
      if (TrimBlanks(line).empty()) continue;
      audit_->CountRow();
      row_line_ = source_.line_number();
      row_text_ = audit_->Utf8(line, decoded_);
      if (line.find('\0') == std::string_view::npos && SplitJsonObject(row_text_, members_)) break;
      Reject("not a JSON object");
    }
    // An object lists only the keys that it has; the others must not keep the values of the row
    // before.
    for (const size_t column : kept_) fields_[column] = {};
    for (size_t i = 0; i < members_.size(); ++i) {
      const auto found = Find(i);
      if (found >= columns_.size() || !is_kept_[found]) continue;
      const std::string_view value = members_[i].value;
      storage_[found].clear();
      AppendJsonText(value, storage_[found]);
      fields_[found] = storage_[found];
    }
    return true;
  }

  // The column of member `i`. Most objects of a file list their keys in the same order, so the
  // column that this place had in the row before is tried first.
  size_t Find(size_t i) {
    const std::string_view key = members_[i].key;
    if (i < guesses_.size() && guesses_[i].first == key) return guesses_[i].second;
    const auto found = column_of_.find(std::string(key));
    const size_t column = found == column_of_.end() ? columns_.size() : found->second;
    if (i >= guesses_.size()) guesses_.resize(i + 1);
    guesses_[i] = {std::string(key), column};
    return column;
  }

  TextSource source_;
  std::unordered_map<std::string, size_t> column_of_;  // by the key as it is written
  std::vector<std::pair<std::string, size_t>> guesses_;
  std::vector<JsonMember> members_;
  std::vector<bool> is_kept_;
  std::vector<std::string> storage_;  // owns the fields
  std::string decoded_;               // owns a row that was not UTF-8
};

}  // namespace

// Opened twice, because the search for columns reads to the end. Pipes were copied to a file
// before.
Result<std::unique_ptr<TableReader>> OpenJsonTable(const std::filesystem::path& path,
                                                   ReadAudit& audit) {
  TSUGI_ASSIGN_OR_RETURN(TextSource source, TextSource::Open(path));
  auto table = std::make_unique<JsonTable>(std::move(source), audit);
  TSUGI_ASSIGN_OR_RETURN(TextSource again, TextSource::Open(path));
  TSUGI_RETURN_IF_ERROR(table->FindColumns(std::move(again)));
  return std::unique_ptr<TableReader>(std::move(table));
}

}  // namespace tsugi
