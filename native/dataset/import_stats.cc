#include "native/dataset/import_stats.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "native/dataset/dataset_files.h"

namespace tsugi {
namespace {

// Measures gaps between the known times of adjacent events. A large share of equal times warns that
// the tie order decides which event is the test case.
void MeasureTimes(const DatasetArrays& arrays, ImportStats& stats) {
  SpillVector<int64_t> gaps(arrays.times.spill());
  gaps.reserve(arrays.times.size());
  uint64_t equal_count = 0;
  if (arrays.times.empty()) return;
  for (size_t s = 0; s < stats.users; ++s) {
    for (uint64_t e = arrays.offsets[s]; e < arrays.offsets[s + 1]; ++e) {
      const int64_t time = arrays.times[e];
      if (time == 0) continue;
      stats.first_time = stats.first_time == 0 ? time : std::min(stats.first_time, time);
      stats.last_time = stats.last_time == 0 ? time : std::max(stats.last_time, time);
      // A gap needs two known times of one sequence.
      if (e == arrays.offsets[s] || arrays.times[e - 1] == 0) continue;
      const int64_t gap = time - arrays.times[e - 1];
      if (gap < 0) ++stats.time_order_violations;
      if (gap == 0) ++equal_count;
      gaps.push_back(gap);
    }
  }
  stats.gap_count = gaps.size();
  if (!gaps.empty()) {
    stats.equal_time_share = static_cast<double>(equal_count) / static_cast<double>(gaps.size());
  }
  stats.gaps_s = Distribute(gaps);
}

// The share of cases whose target occurs in their history.
double RepeatShare(const DatasetArrays& arrays, const std::vector<EvaluationCase>& cases) {
  uint64_t repeat_count = 0;
  for (const auto [sequence, position] : cases) {
    const auto items = arrays.sequence_items(sequence);
    const auto history = items.first(position);
    repeat_count += std::find(history.begin(), history.end(), items[position]) != history.end();
  }
  return cases.empty() ? 0 : static_cast<double>(repeat_count) / static_cast<double>(cases.size());
}

// The number of test targets that no training event contains: a ranking by behaviour alone cannot
// find them, so they bound its recall.
uint64_t CountColdTargets(const DatasetArrays& arrays, size_t item_count) {
  std::vector<bool> is_trained(item_count);
  for (size_t s = 0; s < arrays.sequence_count(); ++s) {
    for (const uint32_t item : arrays.sequence_items(s).first(arrays.train_end[s])) {
      is_trained[item] = true;
    }
  }
  const auto item_at = [&](EvaluationCase c) {
    return arrays.sequence_items(c.sequence)[c.position];
  };
  return static_cast<uint64_t>(
      std::count_if(arrays.test_cases.begin(), arrays.test_cases.end(),
                    [&](EvaluationCase c) { return !is_trained[item_at(c)]; }));
}

}  // namespace

Distribution Distribute(std::span<int64_t> values) {
  Distribution result;
  if (values.empty()) return result;
  // The levels rise, so each quantile is looked for behind the one before: a sorted list would cost
  // several times as much.
  auto begin = values.begin();
  for (size_t i = 0; i < Distribution::kLevels.size(); ++i) {
    const double at = Distribution::kLevels[i] * static_cast<double>(values.size() - 1);
    const auto place = values.begin() + static_cast<ptrdiff_t>(at);
    std::nth_element(begin, place, values.end());
    result.quantiles[i] = *place;
    begin = place;
  }
  // Whole numbers add up to the same sum in any order as long as a double holds it.
  result.mean =
      std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  return result;
}

void MeasureArrays(const DatasetArrays& arrays, ImportStats& stats) {
  stats.sequences = arrays.sequence_count();
  stats.test_sequences = stats.sequences - stats.users;
  stats.events = arrays.items.size();
  stats.log_events = arrays.offsets[stats.users];
  stats.items = arrays.item_ids.View().size();
  stats.id_bytes = arrays.item_ids.View().text.size();
  stats.title_bytes = arrays.item_titles.View().text.size();
  stats.actions = arrays.action_names.View().size();
  stats.valid_cases = arrays.valid_cases.size();
  stats.test_cases = arrays.test_cases.size();
  stats.train_events =
      std::accumulate(arrays.train_end.begin(), arrays.train_end.end(), uint64_t{0});
  stats.cold_test_targets = CountColdTargets(arrays, stats.items);
  // On validation cases: this share sets a default of training and evaluation, which must not look
  // at the test split.
  stats.repeat_share = RepeatShare(arrays, arrays.valid_cases);
  stats.density = static_cast<double>(stats.log_events) /
                  (static_cast<double>(stats.users) * static_cast<double>(stats.items));
  std::vector<int64_t> lengths(stats.users);
  for (size_t s = 0; s < stats.users; ++s) lengths[s] = static_cast<int64_t>(arrays.length(s));
  stats.lengths = Distribute(lengths);
  MeasureTimes(arrays, stats);
}

namespace {

using Json = nlohmann::ordered_json;

// The names of Distribution::kLevels, in their order.
Json ToJson(const Distribution& distribution) {
  static constexpr const char* kNames[] = {"min", "q25", "median", "q75",
                                           "q90", "q95", "q99",    "max"};
  Json json;
  for (size_t i = 0; i < distribution.quantiles.size(); ++i) {
    json[kNames[i]] = distribution.quantiles[i];
  }
  json["mean"] = distribution.mean;
  return json;
}

// Only events files have named columns; the other formats are positional.
Json SourceJson(const ImportStats& s) {
  Json json = {{"files", s.source_files}};
  if (s.format == "events") {
    json["columns"] = {{"user", s.columns.user},   {"item", s.columns.item},
                       {"time", s.columns.time},   {"action", s.columns.action},
                       {"value", s.columns.value}, {"order", s.columns.order}};
  }
  if (!s.notes.empty()) json["notes"] = s.notes;
  return json;
}

// Where every row of the log went. "events" is what the rows that were not rejected hold, and the
// four after it add up to that.
Json RowsJson(const ImportStats& s) {
  return {{"read", s.rows_read},
          {"rejected", s.rows_rejected},
          {"with_lists", s.list_rows},
          {"events_of_lists", s.list_events},
          {"events", s.events_read},
          {"imported", s.log_events},
          {"filtered", s.min_count_events},
          {"merged", s.merged_events},
          {"held_out", s.held_out_events},
          {"users_like_null", s.missing_users},
          {"items_like_null", s.missing_items}};
}

Json RejectedJson(const ImportStats& s) {
  Json reasons = Json::array();
  for (const ReadAudit::Reason& reason : s.rejected) {
    reasons.push_back(
        {{"reason", reason.reason}, {"rows", reason.count}, {"example", reason.example}});
  }
  return {{"rows", s.rejected_rows}, {"reasons", reasons}, {"latin1_fields", s.latin1_fields}};
}

Json AttributesJson(const ImportStats& s) {
  Json fields = Json::array();
  for (const AttributeField& field : s.attribute_fields) {
    Json row = {{"field", field.name}, {"items", field.items}, {"bytes", field.bytes}};
    if (!field.separator.empty()) row["split_at"] = field.separator;
    if (field.left_out.empty()) {
      row["values"] = field.values;
    } else {
      row["left_out"] = field.left_out;
    }
    fields.push_back(std::move(row));
  }
  return fields;
}

// What did not join is counted from both sides: items without metadata, and rows without an item.
Json MetadataJson(const ImportStats& s) {
  Json json = {{"items", s.metadata_items},       {"items_without", s.items - s.metadata_items},
               {"empty_titles", s.empty_titles},  {"duplicates", s.metadata_duplicates},
               {"not_in_log", s.metadata_unused}, {"rows", s.metadata_rows},
               {"rejected", s.metadata_rejected}, {"found_by_other_spelling", s.metadata_respelled},
               {"id_field", s.id_field},          {"title_field", s.title_field},
               {"attributes", AttributesJson(s)}};
  for (const LeftOutField& field : s.left_out_fields) {
    json["fields_left_out"].push_back({{"field", field.name}, {"reason", field.reason}});
  }
  return json;
}

Json ItemVectorsJson(const ImportStats& s) {
  Json kinds = Json::array();
  for (const ItemVectorStats& kind : s.item_vectors) {
    kinds.push_back({{"name", kind.name},
                     {"width", kind.width},
                     {"items", kind.items},
                     {"items_without", s.items - kind.items},
                     {"rows", kind.rows},
                     {"rejected", kind.rejected},
                     {"not_in_log", kind.not_in_log},
                     {"duplicates", kind.duplicates},
                     {"empty", kind.empty},
                     {"found_by_other_spelling", kind.respelled}});
  }
  return kinds;
}

Json WordsJson(const WordStats& s) {
  return {{"form", s.form},
          {"kept", s.kept},
          {"width", s.width},
          {"codes", s.codes},
          {"bytes", s.bytes},
          {"catalogue", s.catalogue},
          {"catalogue_in_file", s.catalogue_in_file},
          {"catalogue_kept", s.catalogue_kept},
          {"in_file", s.in_file},
          {"not_utf8", s.broken}};
}

Json MemoryJson(const ImportStats& s) {
  return {{"limit", s.memory_limit}, {"peak", s.peak_memory}, {"spilled", s.spilled_bytes}};
}

Json CountsJson(const ImportStats& s) {
  return {{"format_version", kDatasetFormatVersion},
          {"format", s.format},
          {"protocol", s.protocol},
          {"hash", s.hash},
          {"users", s.users},
          {"items", s.items},
          {"log_events", s.log_events},
          {"sequences", s.sequences},
          {"test_sequences", s.test_sequences},
          {"events", s.events},
          {"actions", s.actions},
          {"train_events", s.train_events},
          {"valid_cases", s.valid_cases},
          {"test_cases", s.test_cases},
          {"tie_order", s.tie_order},
          {"seed", s.seed},
          {"min_count", s.min_count},
          {"repeat_share", s.repeat_share},
          {"cold_test_targets", s.cold_test_targets},
          {"test_only_items", s.test_only_items},
          {"density", s.density},
          {"length", ToJson(s.lengths)}};
}

}  // namespace

// The keys are read by Dataset::Open, by the tools and by tests: rename none. Sections that do not
// apply to an import are left out rather than filled with zeros.
std::string StatsToJson(const ImportStats& s, bool with_run) {
  Json json = CountsJson(s);
  if (s.protocol == "time") {
    json["split_time"] = s.split_time;
    json["validation_time"] = s.validation_time;
  }
  json["time"] = {{"first", s.first_time},
                  {"last", s.last_time},
                  {"known_gaps", s.gap_count},
                  {"equal_share", s.equal_time_share},
                  {"order_violations", s.time_order_violations},
                  {"users_without_times", s.users_without_times},
                  {"gap_s", ToJson(s.gaps_s)}};
  json["rows"] = RowsJson(s);
  json["order"] = {{"by_file_alone", s.file_ordered}, {"sorted_by_item", s.sorted_by_item}};
  if (!s.busiest_user.empty()) json["busiest_user_share"] = s.busiest_share;
  json["ships"] = {{"id_bytes", s.id_bytes}, {"title_bytes", s.title_bytes}};
  json["skipped"] = {{"min_count_users", s.min_count_users},
                     {"min_count_items", s.min_count_items},
                     {"min_count_events", s.min_count_events},
                     {"users_shorter_than_3", s.short_users}};
  if (s.held_out_items > 0) {
    json["held_out"] = {{"items", s.held_out_items}, {"events", s.held_out_events}};
  }
  if (s.merged_events > 0) json["merged_events"] = s.merged_events;
  if (s.has_metadata) {
    json["metadata"] = MetadataJson(s);
  }
  if (!s.item_vectors.empty()) json["item_vectors"] = ItemVectorsJson(s);
  if (s.words.kept > 0) json["words"] = WordsJson(s.words);
  json["rejected"] = RejectedJson(s);
  json["source"] = SourceJson(s);
  if (with_run) {
    json["seconds"] = s.seconds;
    json["memory"] = MemoryJson(s);
  }
  // File names may be any bytes: damaged UTF-8 is replaced, where `dump` would throw.
  std::string text = json.dump(2, ' ', false, Json::error_handler_t::replace);
  if (with_run) return text + "\n";
  text.replace(text.size() - 2, 2, ",\n");  // the end of the object goes behind the hash
  return text + StatsEnd(text);
}

}  // namespace tsugi
