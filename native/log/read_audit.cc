#include "native/log/read_audit.h"

#include <algorithm>

#include "native/log/field_text.h"

namespace tsugi {
namespace {

constexpr size_t kMaxTextBytes = 240;
constexpr size_t kMaxExampleBytes = 80;

// Escapes what would break a line of a TSV file. A rejected row is shown so that the user
// recognises it; it need not be restored.
std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    switch (c) {
      case '\t':
        line += "\\t";
        break;
      case '\n':
        line += "\\n";
        break;
      case '\r':
        line += "\\r";
        break;
      default:
        line += c;
    }
  }
  return line;
}

}  // namespace

ReadAudit::ReadAudit(Spill* spill) : rejected_tsv_(spill) {
  rejected_tsv_.append(std::string_view("file\tline\treason\ttext\n"));
}

void ReadAudit::Reject(std::string_view file, uint64_t line, std::string_view reason,
                       std::string_view text) {
  // A damaged file may hold a "row" of megabytes: convert only as much of it as can be kept.
  const std::string_view head = text.substr(0, 4 * kMaxTextBytes);
  const std::string utf8 = IsUtf8(text) ? std::string(ClipUtf8(text, kMaxTextBytes))
                                        : std::string(ClipUtf8(Cp1252ToUtf8(head), kMaxTextBytes));
  const std::string row_text = OneLine(utf8);
  const std::string place = std::string(file) + ":" + std::to_string(line);
  // A linear search: there are a dozen reasons at most.
  auto found = std::find_if(reasons_.begin(), reasons_.end(),
                            [&](const Reason& known) { return known.reason == reason; });
  if (found == reasons_.end()) {
    reasons_.push_back(
        {std::string(reason), 0, place + ": " + std::string(ClipUtf8(row_text, kMaxExampleBytes))});
    found = reasons_.end() - 1;
  }
  ++found->count;
  ++rejected_count_;
  rejected_tsv_.append(OneLine(file) + "\t" + std::to_string(line) + "\t" + std::string(reason) +
                       "\t" + row_text + "\n");
}

std::string_view ReadAudit::Utf8(std::string_view field, std::string& storage) {
  if (IsUtf8(field)) return field;
  ++latin1_field_count_;
  storage = Cp1252ToUtf8(field);
  return storage;
}

}  // namespace tsugi
