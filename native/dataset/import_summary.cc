#include <cstdio>

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

std::string SplitText(const ImportStats& s) {
  std::string text = s.protocol + ": " + Count(s.test_cases) + " test cases, " +
                     Count(s.valid_cases) + " validation cases";
  if (s.cold_test_targets) {
    text += "; " + Count(s.cold_test_targets) + " test targets are not in the training data";
  }
  if (s.short_users) text += "; " + Count(s.short_users) + " users too short to evaluate";
  return text;
}

// The share of equal times tells whether `--tie-order` matters for this log.
std::string TimeText(const ImportStats& s) {
  if (s.first_time == 0) {
    const std::string hint = s.format == "events" ? " (--time-column names a column)" : "";
    return "unknown" + hint + "; the log is assumed to be in order, oldest first";
  }
  std::string text = Fixed(100 * s.equal_time_share, 1) +
                     " % of events share the time of the one before (tie order: " + s.tie_order;
  if (s.tie_order == "shuffled") text += ", seed " + std::to_string(s.seed);
  text += ")";
  if (s.users_without_times) text += "; " + Count(s.users_without_times) + " users without times";
  if (s.time_order_violations) {
    text += "; " + Count(s.time_order_violations) + " events are older than the one before";
  }
  return text;
}

std::string MetadataText(const ImportStats& s) {
  std::string text = Count(s.metadata_items) + " of " + Count(s.items) + " items";
  if (s.empty_titles) text += "; " + Count(s.empty_titles) + " without a title";
  if (s.metadata_duplicates) {
    text += "; " + Count(s.metadata_duplicates) + " duplicate ids (the first row counts)";
  }
  if (s.metadata_unused) text += "; " + Count(s.metadata_unused) + " not in the log, ignored";
  return text;
}

// Fields that became no attributes are listed with the reason: a field that is missing as a filter
// in the page is hard to explain otherwise.
std::string AttributesText(const ImportStats& s) {
  std::string kept, left_out;
  for (const AttributeField& field : s.attribute_fields) {
    if (field.left_out.empty()) {
      kept += (kept.empty() ? "" : ", ") + field.name + " (" + Count(field.values) + " values)";
    } else {
      left_out += (left_out.empty() ? "" : ", ") + field.name + " (" + field.left_out + ")";
    }
  }
  if (kept.empty()) kept = "none";
  return left_out.empty() ? kept : kept + "; left out: " + left_out;
}

// Everything that is in the log and not in the data set. Lines without anything to report are left
// out.
std::string LeftOutLines(const ImportStats& s, const std::string& out) {
  std::string lines;
  if (s.min_count_events) {
    lines += Line("min count", "below " + std::to_string(s.min_count) + " events: " +
                                   Count(s.min_count_users) + " users, " +
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
    lines += Line("encoding", Count(s.latin1_fields) + " fields are not UTF-8, read as Latin-1");
  }
  if (s.rejected_rows == 0) return lines;
  lines += Line("rejected", Count(s.rejected_rows) + " rows, see " + out + "/" + kRejectedFile);
  for (const ReadAudit::Reason& reason : s.rejected) {
    lines += Line("", Count(reason.count) + " x " + reason.reason + ", first at " + reason.example);
  }
  return lines;
}

}  // namespace

std::string SummarizeImport(const ImportStats& s, const std::string& out) {
  const char* who = s.format == "sessions" ? " sessions" : " users";
  std::string text = "imported " + Count(s.log_events) + " events of " + Count(s.users) + who;
  text += ", " + Count(s.items) + " items\n";
  text += Line("split", SplitText(s));
  text += Line("length", "median " + Count(static_cast<uint64_t>(s.lengths.median())) + ", mean " +
                             Fixed(s.lengths.mean, 2) + ", longest " +
                             Count(static_cast<uint64_t>(s.lengths.max())));
  text += Line("time", TimeText(s));
  text += Line("repeats", Fixed(100 * s.repeat_share, 1) +
                              " % of validation targets are in their own history");
  if (s.has_metadata) text += Line("metadata", MetadataText(s));
  if (!s.attribute_fields.empty()) text += Line("attributes", AttributesText(s));
  text += LeftOutLines(s, out);
  text += Line("data set", out + " (hash " + s.hash + ", " + Fixed(s.seconds, 1) + " s)");
  return text;
}

}  // namespace tsugi
