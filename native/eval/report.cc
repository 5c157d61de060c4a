#include "native/eval/report.h"

#include <nlohmann/json.hpp>

#include "native/report/text.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

// Metric names are the keys, so a reader of the JSON needs no second list to interpret the numbers.
Json MeansJson(const Report& report, const ReportRow& row) {
  Json json = Json::object();
  for (size_t m = 0; m < report.metrics.size(); ++m) json[report.metrics[m].name] = row.means[m];
  return json;
}

Json IntervalsJson(const Report& report, const ReportRow& row) {
  Json json = Json::object();
  for (size_t m = 0; m < row.intervals.size(); ++m) {
    json[report.metrics[m].name] = {row.intervals[m].low, row.intervals[m].high};
  }
  return json;
}

Json GroupJson(const Report& report, const ReportRow& row, size_t cases) {
  return {
      {"cases", cases}, {"metrics", MeansJson(report, row)}, {"ci95", IntervalsJson(report, row)}};
}

// The literature on session data states its two metrics in percent, with two decimals.
bool IsPercent(const Metric& metric) {
  return metric.kind == Metric::Kind::kPercentHit || metric.kind == Metric::Kind::kPercentMrr;
}

std::string Number(const Metric& metric, double value) {
  return FixedText(value, IsPercent(metric) ? 2 : 4);
}

std::vector<std::string> TableRow(const Report& report, const ReportRow& row) {
  std::vector<std::string> cells{row.name};
  for (size_t m = 0; m < report.metrics.size(); ++m) {
    cells.push_back(Number(report.metrics[m], row.means[m]));
  }
  return cells;
}

}  // namespace

// An ordered object: fields keep this order, so two reports can be compared line by line. Parts
// that a model does not have are absent and not null.
std::string FormatReportJson(const Report& report) {
  Json json;
  json["protocol"] = report.protocol;
  json["split"] = report.split;
  json["users"] = report.users;
  json["cases"] = report.cases;
  json["catalogue"] = report.catalogue;
  json["engine"] = report.engine;
  json["model_bytes"] = report.model_bytes;
  json["filter_seen"] = report.filter_seen;
  json["tie_order"] = report.tie_order;
  json["data_hash"] = report.data_hash;
  json["metrics"] = MeansJson(report, report.model);
  // Repeated at the top level, where readers of session results expect them.
  for (size_t m = 0; m < report.metrics.size(); ++m) {
    if (IsPercent(report.metrics[m])) json[report.metrics[m].name] = report.model.means[m];
  }
  json["ci95"] = IntervalsJson(report, report.model);
  json["ties"] = report.model.ties;
  if (report.cold_cases > 0) {
    json["cold"] = GroupJson(report, report.cold, report.cold_cases);
    json["warm"] = GroupJson(report, report.warm, report.cases - report.cold_cases);
  }
  if (!report.baselines.empty()) {
    json["baselines"] = Json::object();
    for (const ReportRow& row : report.baselines) {
      json["baselines"][row.name] = MeansJson(report, row);
    }
  }
  for (const PartReport& part : report.parts) {
    if (!part.json.empty()) json[part.name] = Json::parse(part.json);
  }
  json["seconds"] = report.seconds;
  return json.dump(2);
}

// The first line names everything without which the numbers can not be compared with others:
// protocol, split, cases, catalogue and whether seen items were filtered.
std::string FormatReportTable(const Report& report) {
  std::string text = report.protocol + ", " + report.split +
                     " split: " + std::to_string(report.cases) + " cases of " +
                     std::to_string(report.users) + " users, full ranking of " +
                     std::to_string(report.catalogue) + " items, seen items " +
                     (report.filter_seen ? "filtered" : "kept") +
                     (report.tie_order.empty() ? "" : ", tie order " + report.tie_order) + "\n" +
                     report.engine + ", " + std::to_string(report.model_bytes) + " bytes\n\n";
  std::vector<std::vector<std::string>> rows(1, {""});
  for (const Metric& metric : report.metrics) rows[0].push_back(metric.name);
  for (const ReportRow& row : report.baselines) rows.push_back(TableRow(report, row));
  // The model comes last and its interval right below it, so that the two are read together.
  rows.push_back(TableRow(report, report.model));
  // Two rows instead of "from-to" in each cell: the columns stay as narrow as the numbers.
  for (const bool low : {true, false}) {
    std::vector<std::string> cells{low ? "  95 % from" : "  95 % to"};
    for (size_t m = 0; m < report.model.intervals.size(); ++m) {
      const Interval& interval = report.model.intervals[m];
      cells.push_back(Number(report.metrics[m], low ? interval.low : interval.high));
    }
    rows.push_back(std::move(cells));
  }
  if (report.cold_cases > 0) {
    rows.push_back(TableRow(report, report.warm));
    rows.push_back(TableRow(report, report.cold));
  }
  text += AlignText(rows);
  for (const PartReport& part : report.parts) text += "\n" + part.text;
  text += "\n" + std::to_string(report.model.ties) +
          " cases with equal scores near the top, ordered by item index; " +
          std::to_string(report.seconds).substr(0, std::to_string(report.seconds).find('.') + 2) +
          " s\n";
  return text;
}

}  // namespace tsugi
