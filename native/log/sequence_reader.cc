#include "native/log/sequence_reader.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <string>

#include "native/log/field_text.h"
#include "native/log/parse_time.h"
#include "native/log/text_source.h"

namespace tsugi {
namespace {

// The words of one line, as UTF-8. Words that need decoding live in a deque, whose elements do not
// move when it grows, so the views stay valid.
class Words {
 public:
  void Split(std::string_view line, ReadAudit& audit) {
    // The whole line is checked once; only words of a damaged line are looked at again.
    words_.clear();
    decoded_.clear();
    const bool is_utf8 = IsUtf8(line);
    size_t i = 0;
    while (i < line.size()) {
      const size_t end = std::min(line.find_first_of(" \t", i), line.size());
      if (end > i) {
        std::string_view word = line.substr(i, end - i);
        if (!is_utf8) word = audit.Utf8(word, decoded_.emplace_back());
        words_.push_back(word);
      }
      i = end + 1;
    }
  }
  std::span<const std::string_view> all() const { return words_; }

 private:
  std::vector<std::string_view> words_;
  std::deque<std::string> decoded_;
};

// A list or an object whose first word is quoted or nested; ids may begin with a bracket.
bool LooksLikeJson(std::string_view line) {
  line = TrimBlanks(line);
  if (line.size() < 3 || (line.front() != '[' && line.front() != '{')) return false;
  return line.back() == (line.front() == '[' ? ']' : '}') &&
         std::string_view("\"'[{").find(line[1]) != std::string_view::npos;
}

// Calls read(line) for every line that is not blank. `read` returns the reason if the line must be
// rejected, else "".
template <typename ReadLine>
Status ForEachLine(const std::filesystem::path& file, ReadAudit& audit, const ReadLine& read) {
  TSUGI_ASSIGN_OR_RETURN(TextSource source, TextSource::Open(file));
  std::string_view line;
  bool is_empty = true;
  for (;;) {
    TSUGI_ASSIGN_OR_RETURN(const bool has_line, source.NextLine(line));
    if (!has_line) break;
    if (TrimBlanks(line).empty()) continue;
    is_empty = false;
    audit.CountRow();
    const std::string_view problem =
        line.find('\0') == std::string_view::npos
            ? read(line)
            : "NUL bytes, as a file has that was not written to its end";
    if (!problem.empty()) audit.Reject(source.name(), source.line_number(), problem, line);
  }
  // An empty file is almost always a wrong path or a failed download, not an empty log.
  if (is_empty) {
    return InvalidArgument(source.name() + ": the file is empty (expected one record per line). " +
                           "Try: check the path");
  }
  return {};
}

}  // namespace

Status ReadSequences(const std::vector<std::filesystem::path>& files, ReadAudit& audit,
                     const SequenceSink& sink) {
  Words words;
  for (const std::filesystem::path& file : files) {
    TSUGI_RETURN_IF_ERROR(ForEachLine(file, audit, [&](std::string_view line) -> std::string_view {
      words.Split(line, audit);
      if (words.all().size() < 2) return "no item after the user";
      if (LooksLikeJson(line)) return "JSON, expected blanks between user and items";
      return sink(words.all().front(), words.all().subspan(1));
    }));
  }
  return {};
}

// Times may be in any unit that ParseTime knows, each word by itself.
Status ReadTimes(const std::filesystem::path& file, ReadAudit& audit, const TimesSink& sink) {
  Words words;
  std::vector<int64_t> times;
  return ForEachLine(file, audit, [&](std::string_view line) -> std::string_view {
    words.Split(line, audit);
    times.clear();
    for (const std::string_view word : words.all().subspan(1)) {
      const std::optional<int64_t> time = ParseTime(word);
      if (!time) return "not a time (expected unix seconds, milliseconds or a date)";
      times.push_back(*time);
    }
    return sink(words.all().front(), times);
  });
}

Status ReadSessions(const std::vector<std::filesystem::path>& files, ReadAudit& audit,
                    const SessionSink& sink) {
  Words words;
  for (const std::filesystem::path& file : files) {
    TSUGI_RETURN_IF_ERROR(ForEachLine(file, audit, [&](std::string_view line) -> std::string_view {
      if (LooksLikeJson(line)) return "JSON, expected blanks between items";
      words.Split(line, audit);
      sink(words.all());
      return {};
    }));
  }
  return {};
}

Status ReadTestCases(const std::filesystem::path& file, ReadAudit& audit,
                     const TestCaseSink& sink) {
  Words history, target;
  return ForEachLine(file, audit, [&](std::string_view line) -> std::string_view {
    // The first tab ends the history. Blanks separate items on both sides of it, so a second tab
    // would make a second word of the target.
    const size_t tab = line.find('\t');
    if (tab == std::string_view::npos) return "no tab between history and target";
    history.Split(line.substr(0, tab), audit);
    target.Split(line.substr(tab + 1), audit);
    if (history.all().empty()) return "no history";
    if (target.all().size() != 1) return "not exactly one target after the tab";
    sink(history.all(), target.all().front());
    return {};
  });
}

}  // namespace tsugi
