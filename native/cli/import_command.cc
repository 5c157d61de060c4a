#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "native/cli/commands.h"
#include "native/dataset/import.h"
#include "native/log/parse_time.h"

namespace tsugi {
namespace {

/// The flags as given; strings become names, paths and times in ToOptions.
struct ImportFlags {
  ImportOptions options;
  std::string format, tie_order = "raw";
  std::vector<std::string> events;
  std::string items, times, test_cases, out, split_time, events_delimiter, items_delimiter;
  uint32_t min_count = 0;  // 0: not given
  bool has_no_header = false, has_no_items_header = false, is_json = false;
};

void AddFiles(CLI::App& verb, ImportFlags& flags) {
  verb.add_option("--format", flags.format,
                  "events: a row each; sequences: \"user item ...\"; sessions: \"item item ...\"")
      ->required()
      ->check(CLI::IsMember({"events", "sequences", "sessions"}));
  verb.add_option("--events", flags.events, "the log: CSV, TSV, JSONL or lines; .gz too")
      ->required();
  verb.add_option("--out", flags.out, "directory of the data set")->required();
  verb.add_option("--items", flags.items, "item metadata: JSONL, CSV or TSV");
  verb.add_option("--times", flags.times, "with sequences: \"user time time ...\", 0 = unknown");
  verb.add_option("--test-cases", flags.test_cases, "with sessions: \"item item ...<TAB>target\"");
}

void AddColumns(CLI::App& verb, ImportFlags& flags) {
  EventReaderOptions& reader = flags.options.event_reader;
  verb.add_option("--user-column", reader.user_column, "default: user, user_id, userId, ...");
  verb.add_option("--item-column", reader.item_column, "default: item, item_id, movieId, ...");
  verb.add_option("--time-column", reader.time_column, "default: time, timestamp, date, ...");
  verb.add_option("--action-column", reader.action_column, "what the user did; read when named");
  verb.add_option("--value-column", reader.value_column,
                  "a number, e.g. a rating; read when named");
  verb.add_option("--item-id-column", flags.options.metadata_reader.id_column,
                  "of --items; default: id, or the log's item column");
  verb.add_option("--title-column", flags.options.metadata_reader.title_column,
                  "of --items; default: title, name");
  verb.add_option("--delimiter", flags.events_delimiter, "of --events; default: found out");
  verb.add_option("--items-delimiter", flags.items_delimiter, "of --items; default: found out");
  verb.add_flag("--no-header", flags.has_no_header,
                "--events has no header: columns are 1, 2, ...");
  verb.add_flag("--no-items-header", flags.has_no_items_header,
                "--items has no header: columns are 1, 2, ...");
}

void AddRules(CLI::App& verb, ImportFlags& flags) {
  verb.add_option("--min-count", flags.min_count,
                  "leave out users and items with fewer events; default 5 for events, else 1")
      ->check(CLI::PositiveNumber);
  verb.add_option("--tie-order", flags.tie_order, "events of a user with equal time")
      ->check(CLI::IsMember({"raw", "shuffled"}));
  verb.add_option("--seed", flags.options.seed,
                  "of --tie-order shuffled and --hold-out-items; default 1");
  verb.add_option("--split-time", flags.split_time,
                  "test on events from then on: unix seconds or a date; default: leave-one-out");
  verb.add_option("--hold-out-items", flags.options.hold_out_items,
                  "share of items that training never sees, to test cold items; drawn by --seed");
  verb.add_flag("--merge-repeats", flags.options.merge_repeats,
                "adjacent events of a user on one item become one, values added up");
  verb.add_flag("--json", flags.is_json, "print the measured numbers as JSON");
}

std::string Unescape(const std::string& delimiter) { return delimiter == "\\t" ? "\t" : delimiter; }

Result<ImportOptions> ToOptions(const ImportFlags& flags) {
  ImportOptions options = flags.options;
  options.events.assign(flags.events.begin(), flags.events.end());
  if (flags.format == "sequences") options.format = LogFormat::kSequences;
  if (flags.format == "sessions") options.format = LogFormat::kSessions;
  if (flags.tie_order == "shuffled") options.tie_order = TieOrder::kShuffled;
  options.out = flags.out;
  if (!flags.items.empty()) options.items = flags.items;
  if (!flags.times.empty()) options.times = flags.times;
  if (!flags.test_cases.empty()) options.test_cases = flags.test_cases;
  if (flags.min_count > 0) options.min_count = flags.min_count;
  options.event_reader.table = {Unescape(flags.events_delimiter), !flags.has_no_header};
  options.metadata_reader.table = {Unescape(flags.items_delimiter), !flags.has_no_items_header};
  if (!flags.split_time.empty()) {
    options.split_time = ParseTime(flags.split_time);
    if (!options.split_time) {
      return InvalidArgument("--split-time " + flags.split_time +
                             ": not a time (expected unix seconds or 2024-01-31)");
    }
  }
  return options;
}

Status RunImport(const ImportFlags& flags) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file size limit is then an error of write, as a full disk is
  TSUGI_ASSIGN_OR_RETURN(const ImportOptions options, ToOptions(flags));
  TSUGI_ASSIGN_OR_RETURN(const ImportStats stats, ImportLog(options));
  Print(flags.is_json ? StatsToJson(stats, /*with_seconds=*/true)
                      : SummarizeImport(stats, flags.out));
  return {};
}

}  // namespace

void AddImportCommand(CLI::App& app, CommandContext& context) {
  auto flags = std::make_shared<ImportFlags>();
  CLI::App* verb = AddVerb(app, context, "import", "Reads a log and writes a data set",
                           "tsugi import --format events --events log.csv --out data",
                           [flags] { return RunImport(*flags); });
  AddFiles(*verb, *flags);
  AddColumns(*verb, *flags);
  AddRules(*verb, *flags);
}

}  // namespace tsugi
