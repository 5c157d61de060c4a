#include <chrono>
#include <cstdio>
#include <utility>

#include "native/dataset/dataset_files.h"
#include "native/dataset/import_stats.h"

namespace tsugi {
namespace {

// 1234567 -> "1,234,567".
std::string Count(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string Fixed(double number, int decimals) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.*f", decimals, number);
  return text;
}

// A line of the summary: labels in a column of ten, so that the texts align.
std::string Line(const char* label, const std::string& text) {
  char start[32];
  std::snprintf(start, sizeof(start), "  %-10s ", label);
  return start + text + "\n";
}

// Targets that training never saw are counted apart: rows that were not trained hit by chance only.
std::string SplitText(const ImportStats& s) {
  std::string text = s.protocol + ": " + Count(s.test_cases) + " test cases, " +
                     Count(s.valid_cases) + " validation cases";
  if (s.cold_test_targets) {
    text += "; " + Count(s.cold_test_targets) + " test targets are not in the training data";
  }
  if (s.short_users) text += "; " + Count(s.short_users) + " users too short to evaluate";
  return text;
}

// "2023-11-14 22:13:20".
std::string DateText(int64_t time) {
  const auto seconds = std::chrono::sys_seconds(std::chrono::seconds(time));
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(seconds - day);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

// The columns as they were understood, so that a wrong guess is seen.
std::string ColumnsText(const ImportStats& s) {
  std::string text;
  for (const auto& [role, column] :
       {std::pair("user", &s.columns.user), std::pair("item", &s.columns.item),
        std::pair("time", &s.columns.time), std::pair("action", &s.columns.action),
        std::pair("value", &s.columns.value), std::pair("order", &s.columns.order)}) {
    if (!column->empty()) text += (text.empty() ? "" : ", ") + std::string(role) + " = " + *column;
  }
  return text;
}

// Where every row went.
std::string RowsText(const ImportStats& s) {
  const char* unit = s.format == "events" ? " rows" : " lines";
  std::string text = Count(s.rows_read) + unit + " read = " + Count(s.rows_rejected) +
                     " rejected + " + Count(s.rows_read - s.rows_rejected) + " with " +
                     Count(s.events_read) + " events = " + Count(s.log_events) + " imported + " +
                     Count(s.min_count_events) + " filtered + " + Count(s.merged_events) +
                     " merged";
  if (s.held_out_events) text += " + " + Count(s.held_out_events) + " held out";
  return text;
}

std::string OrderText(const ImportStats& s) {
  return "in " + Count(s.sorted_by_item) + " of " + Count(s.file_ordered) +
         " sequences without times the items ascend or descend by id: this is no order of events. "
         "Try: --time-column NAME, or --tie-order shuffled";
}

// The share of equal times tells whether `--tie-order` matters for this log.
std::string TimeText(const ImportStats& s) {
  if (s.first_time == 0) {
    const std::string hint = s.format == "events" ? " (--time-column names a column)" : "";
    if (s.tie_order == "shuffled" && !s.ties_unused) {
      return "unknown" + hint + "; each user's events are shuffled, seed " + std::to_string(s.seed);
    }
    return "unknown" + hint + "; the log is assumed to be in order, oldest first";
  }
  std::string text = DateText(s.first_time) + " to " + DateText(s.last_time) + " UTC; " +
                     Fixed(100 * s.equal_time_share, 1) +
                     " % of events share the time of the one before (tie order: " + s.tie_order;
  if (s.tie_order == "shuffled") text += ", seed " + std::to_string(s.seed);
  text += ")";
  if (s.users_without_times) text += "; " + Count(s.users_without_times) + " users without times";
  if (s.time_order_violations) {
    text += "; " + Count(s.time_order_violations) + " events are older than the one before";
  }
  return text;
}

// A join that reaches few items is the usual sign of the wrong id column, so it shows both sides'
// ids.
std::string MetadataText(const ImportStats& s) {
  std::string text = Count(s.metadata_items) + " of " + Count(s.items) + " items";
  if (!s.join_examples.empty()) text += ", WHICH IS FEW: " + s.join_examples;
  if (s.metadata_respelled) {
    text += "; " + Count(s.metadata_respelled) + " by another spelling of the id (1.0 for 1)";
  }
  if (s.empty_titles) text += "; " + Count(s.empty_titles) + " without a title";
  if (s.metadata_duplicates) {
    text += "; " + Count(s.metadata_duplicates) + " duplicate ids (the first row counts)";
  }
  if (s.metadata_unused) text += "; " + Count(s.metadata_unused) + " not in the log, ignored";
  return text;
}

// The same of vectors. A model file holds what training made of them and no vector.
std::string VectorsText(const ImportStats& s, const ItemVectorStats& kind) {
  std::string text = kind.name + ", " + Count(kind.width) + " numbers, of " + Count(kind.items) +
                     " of " + Count(s.items) + " items";
  if (!kind.join_examples.empty()) text += ", WHICH IS FEW: " + kind.join_examples;
  if (kind.respelled) {
    text += "; " + Count(kind.respelled) + " by another spelling of the id (1.0 for 1)";
  }
  if (kind.empty) text += "; " + Count(kind.empty) + " rows are empty or zeros";
  if (kind.duplicates) {
    text += "; " + Count(kind.duplicates) + " duplicate ids (the first row counts)";
  }
  if (kind.not_in_log) text += "; " + Count(kind.not_in_log) + " not in the log, ignored";
  return text;
}

// What a model file will hold of the items, and what it takes there. Fields that became no
// attributes are listed with the reason: a field that is missing as a filter in the page is hard to
// explain otherwise.
std::string ShipsLines(const ImportStats& s) {
  std::string kept, left_out;
  for (const AttributeField& field : s.attribute_fields) {
    if (field.left_out.empty()) {
      kept += ", " + field.name + " (" + Count(field.values) + " values, " + Count(field.bytes) +
              " bytes";
      if (!field.separator.empty()) kept += ", split at \"" + field.separator + "\"";
      kept += ")";
    } else {
      left_out += (left_out.empty() ? "" : ", ") + field.name + " (" + field.left_out + ")";
    }
  }
  const std::string title = s.title_field.empty()
                                ? "no titles (--title-column names the field)"
                                : s.title_field + " as title (" + Count(s.title_bytes) + " bytes)";
  std::string lines = Line("ships", "ids (" + Count(s.id_bytes) + " bytes), " + title + kept);
  if (!left_out.empty()) lines += Line("no filters", left_out);
  std::string personal;
  for (const LeftOutField& field : s.left_out_fields) {
    personal += (personal.empty() ? "" : "; ") + field.name + " (" + field.reason + ")";
  }
  if (!personal.empty()) {
    lines += Line("ships not", personal + ". --item-fields names those that do");
  }
  return lines;
}

// The share of the catalogue's words tells whether the file is of the right language.
std::string WordsText(const WordStats& s) {
  const double share = static_cast<double>(s.catalogue_in_file) / static_cast<double>(s.catalogue);
  std::string text =
      Count(s.kept) + " of " + Count(s.in_file) + " words of " + std::to_string(s.width) +
      " numbers kept, " + Count(s.catalogue_kept) + " of them of the items (" + Count(s.bytes) +
      " bytes of a model file); the file has " + Count(s.catalogue_in_file) + " of the items' " +
      Count(s.catalogue) + " words (" + Fixed(100 * share, 1) + " %)";
  if (!s.hint.empty()) text += "; " + s.hint;
  if (s.broken) text += "; " + Count(s.broken) + " that are not UTF-8 left out";
  return text;
}

// "3.2 GB".
std::string BytesText(uint64_t bytes) {
  if (bytes < 1'000'000) return Count(bytes) + " bytes";
  const double megabytes = static_cast<double>(bytes) / 1e6;
  return megabytes < 1000 ? Fixed(megabytes, 1) + " MB" : Fixed(megabytes / 1000, 2) + " GB";
}

std::string MemoryText(const ImportStats& s) {
  std::string text = BytesText(s.peak_memory) + " at most, of " + BytesText(s.memory_limit);
  if (s.peak_memory > s.memory_limit) {
    text += ": MORE, because the ids of users and items stay in memory";
  }
  return text + "; " + BytesText(s.spilled_bytes) + " of events on disk meanwhile";
}

// Everything that is in the log and not in the data set. Lines without anything to report are left
// out.
std::string LeftOutLines(const ImportStats& s, const std::string& out) {
  std::string lines;
  for (const std::string& note : s.notes) lines += Line("note", note);
  if (!s.busiest_user.empty()) {
    lines += Line("USER", "\"" + s.busiest_user + "\" has " + Fixed(100 * s.busiest_share, 1) +
                              " % of the events: is that one person?");
  }
  if (s.missing_users + s.missing_items) {
    lines += Line("ids", Count(s.missing_users) + " users and " + Count(s.missing_items) +
                             " items look like null (NULL, nan, NA ...); their rows are rejected");
  }
  if (s.list_rows) {
    lines += Line("lists", Count(s.list_rows) + " rows with a list of items became " +
                               Count(s.list_events) + " events");
  }
  if (s.min_count_events) {
    lines += Line("min count", "below " + std::to_string(s.min_count) +
                                   " events: " + Count(s.min_count_users) + " users, " +
                                   Count(s.min_count_items) + " items, " +
                                   Count(s.min_count_events) + " events left out");
  }
  if (s.held_out_items) {
    lines += Line("held out", Count(s.held_out_items) + " items that training never sees, " +
                                  Count(s.held_out_events) + " of their events left out");
  }
  if (s.merged_events) {
    lines += Line("merged", Count(s.merged_events) + " events merged into the one before");
  }
  if (s.latin1_fields) {
    lines += Line("encoding",
                  Count(s.latin1_fields) + " fields are not UTF-8, read as Windows-1252 (Latin-1)");
  }
  if (s.rejected_rows == 0) return lines;
  lines += Line("rejected", Count(s.rejected_rows) + " rows, see " + out + "/" + kRejectedFile);
  for (const ReadAudit::Reason& reason : s.rejected) {
    lines += Line("", Count(reason.count) + " x " + reason.reason + ", first at " + reason.example);
  }
  return lines;
}

}  // namespace

// Labels in capitals mark what makes most data sets useless if it is overlooked: an order that is
// none, one user who is many, metadata of other items. By chance few sequences of three or more
// items are sorted, so more than half of them is no chance.
std::string SummarizeImport(const ImportStats& s, const std::string& out) {
  const char* who = s.format == "sessions" ? " sessions" : " users";
  std::string text = "imported " + Count(s.log_events) + " events of " + Count(s.users) + who;
  text += ", " + Count(s.items) + " items\n";
  if (s.format == "events") text += Line("columns", ColumnsText(s));
  text += Line("rows", RowsText(s));
  text += Line("split", SplitText(s));
  text += Line("length", "median " + Count(static_cast<uint64_t>(s.lengths.median())) + ", mean " +
                             Fixed(s.lengths.mean, 2) + ", longest " +
                             Count(static_cast<uint64_t>(s.lengths.max())));
  text += Line("time", TimeText(s));
  if (2 * s.sorted_by_item > s.file_ordered) text += Line("ORDER", OrderText(s));
  if (s.ties_unused) {
    text += Line("ORDER", "--tie-order shuffled changed nothing: " +
                              std::string(s.format == "events"
                                              ? "no two events of a user have the same time"
                                              : "the lines are in order, and no times are equal"));
  }
  text += Line("repeats", Fixed(100 * s.repeat_share, 1) +
                              " % of validation targets are in their own history");
  if (s.has_metadata) text += Line("metadata", MetadataText(s)) + ShipsLines(s);
  for (const ItemVectorStats& kind : s.item_vectors) text += Line("vectors", VectorsText(s, kind));
  if (s.words.kept) text += Line("words", WordsText(s.words));
  text += LeftOutLines(s, out);
  if (s.memory_limit) text += Line("memory", MemoryText(s));
  text += Line("data set", out + " (hash " + s.hash + ", " + Fixed(s.seconds, 1) + " s)");
  return text;
}

}  // namespace tsugi
