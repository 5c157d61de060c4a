#include "native/studies/study_report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "native/report/text.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;
using Value = StudyRow::Value;

/// The item of `list` with this name, added if there is none.
/// A list and not a map: rows and values keep the order of the file. The lists are short, so the
/// search by hand costs nothing.
template <typename Item>
Item& FindOrAdd(std::vector<Item>& list, const std::string& name) {
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&name](const Item& item) { return item.name == name; });
  if (found != list.end()) return *found;
  list.emplace_back().name = name;
  return list.back();
}

/// "section/line/column" in parts; two or one if there are no more.
/// Splits at the first and the last slash: the line in the middle may hold slashes itself.
std::vector<std::string> PathOf(const std::string& name) {
  const size_t first = name.find('/'), last = name.rfind('/');
  if (first == std::string::npos) return {name};
  if (first == last) return {name.substr(0, first), name.substr(first + 1)};
  return {name.substr(0, first), name.substr(first + 1, last - first - 1), name.substr(last + 1)};
}

/// Adds a seed to the sums that `row` holds until they are divided by the number of seeds.
void AddSeed(const StudyResult& result, StudyRow& row) {
  row.about = result.about;
  row.seeds.push_back(result.seed);
  for (const StudyValue& value : result.values) {
    Value& sum = FindOrAdd(row.values, value.name);
    sum.mean += value.mean;
    if (sum.seed_means.empty()) sum.draws.resize(value.draws.size());
    // One seed without draws, or with fewer, leaves the mean of the others without an interval: a
    // wrong interval would be worse than none.
    if (sum.draws.size() != value.draws.size()) sum.draws.clear();
    for (size_t i = 0; i < sum.draws.size(); ++i) sum.draws[i] += value.draws[i];
    sum.seed_means.push_back(value.mean);
  }
}

/// What both have and that differs by users.
/// Subtracts draw by draw: draw i of both rows is the same resample of users. What users have in
/// common then cancels, and the interval of the difference is much narrower than the two intervals
/// suggest. Values without draws have no such pairing and are left out.
StudyRow Difference(const StudyRow& a, const StudyRow& b, std::string_view about) {
  StudyRow difference{a.name + " - " + b.name, std::string(about), true};
  for (const Value& value : a.values) {
    const Value* base = b.Find(value.name);
    if (base == nullptr || value.draws.empty() || base->draws.size() != value.draws.size()) {
      continue;
    }
    Value& gain = difference.values.emplace_back(value);
    gain.base = base->mean;
    gain.mean -= base->mean;
    for (size_t i = 0; i < gain.draws.size(); ++i) gain.draws[i] -= base->draws[i];
  }
  return difference;
}

/// Says a relative gain only next to a difference, and not where it starts from 0.
std::string CellText(const StudyRow& row, const Value& value, int digits) {
  char text[48];
  if (value.draws.empty()) {  // a count, a share, a p-value
    const bool is_tiny = value.mean != 0.0 && std::abs(value.mean) < 0.5 * std::pow(10.0, -digits);
    const bool is_whole = std::abs(value.mean) >= 2.0 && value.mean == std::floor(value.mean);
    std::snprintf(text, sizeof text, "%.1e", value.mean);
    return is_tiny ? text : FixedText(value.mean, is_whole ? 0 : digits);
  }
  const Interval interval = MiddleInterval(value.draws);
  const std::string cell = FixedText(value.mean, digits) + " (" + FixedText(interval.low, digits) +
                           " to " + FixedText(interval.high, digits) + ")";
  if (!row.is_difference) return cell;
  std::snprintf(text, sizeof text, ", %+.1f %%", 100.0 * value.mean / value.base);
  return (value.mean < 0.0 ? "" : "+") + cell + (value.base == 0.0 ? "" : text);
}

std::string MainTable(const StudyLayout& layout, const std::vector<StudyRow>& rows) {
  std::vector<std::vector<std::string>> lines = {{layout.title, "seeds"}};
  for (const StudyRow& row : rows) {
    lines.push_back({row.about.empty() ? row.name : row.name + "  " + row.about,
                     row.is_difference ? "" : std::to_string(row.seeds.size())});
  }
  for (const StudyColumn& column : layout.columns) {
    const bool is_there = std::any_of(rows.begin(), rows.end(), [&column](const StudyRow& row) {
      return row.Find(column.value) != nullptr;
    });
    if (!is_there) continue;
    lines[0].push_back(column.title);
    for (size_t r = 0; r < rows.size(); ++r) {
      const Value* value = rows[r].Find(column.value);
      lines[r + 1].push_back(value ? CellText(rows[r], *value, layout.digits) : "");
    }
  }
  return AlignText(lines);
}

/// Every section of a row: a line of it is its name and pairs of a column's name and value.
std::string SectionTables(const StudyRow& row, int digits) {
  std::string text, section;
  std::vector<std::vector<std::string>> lines;
  const auto flush = [&] {
    if (!lines.empty()) text += "\n" + row.name + ": " + section + "\n" + AlignText(lines);
    lines.clear();
  };
  for (const Value& value : row.values) {
    const auto path = PathOf(value.name);
    if (path.size() < 3) continue;
    if (path[0] != section) flush();
    section = path[0];
    if (lines.empty() || lines.back()[0] != path[1]) lines.push_back({path[1]});
    lines.back().insert(lines.back().end(), {path[2], CellText(row, value, digits)});
  }
  flush();
  return text;
}

/// A path becomes nested objects, so that a reader can walk a section without splitting names.
void Put(const std::string& name, Json value, Json& json) {
  Json* place = &json;
  for (const std::string& part : PathOf(name)) place = &(*place)[part];
  *place = std::move(value);
}

Json RowJson(const StudyRow& row) {
  Json json = {{"name", row.name}, {"about", row.about}};
  if (!row.is_difference) json["seeds"] = row.seeds;
  for (const Value& value : row.values) {
    Json one = {{row.is_difference ? "difference" : "mean", value.mean}};
    const Interval interval = MiddleInterval(value.draws);
    if (!value.draws.empty()) one["ci95"] = {interval.low, interval.high};
    if (!row.is_difference) one["seeds"] = value.seed_means;
    Put(value.name, std::move(one), json);
  }
  return json;
}

/// Rows or lines have no position of their own. They stand at 0, 1, 2 in the order in which they
/// are met, with their names as ticks; lines of several rows with one name share a tick.
LineChart ChartOf(const StudyLayout& layout, const std::vector<StudyRow>& rows) {
  LineChart chart;
  const std::string& plot = layout.plot.empty() ? layout.columns.at(0).value : layout.plot;
  chart.title = layout.title;
  chart.y_label = plot;
  std::vector<std::string> ticks;
  for (const StudyRow& row : rows) {
    for (const Value& value : row.values) {
      const auto path = PathOf(value.name);
      const bool is_of_row = value.name == plot, is_of_line = path.size() == 3 && path[2] == plot;
      if (row.is_difference || (!is_of_row && !is_of_line)) continue;
      const std::string& tick = is_of_row ? row.name : path[1];
      const auto found = std::find(ticks.begin(), ticks.end(), tick);
      const auto x = static_cast<double>(found - ticks.begin());
      if (found == ticks.end()) {
        ticks.push_back(tick);
        chart.x_ticks.push_back({x, tick});
      }
      if (is_of_line) chart.x_label = path[0];
      ChartSeries& series = FindOrAdd(chart.series, is_of_row ? "rows" : row.name);
      series.has_line = is_of_line;
      const Interval interval = MiddleInterval(value.draws);
      series.points.push_back({x, value.mean, interval.low, interval.high});
    }
  }
  return chart;
}

}  // namespace

const StudyRow::Value* StudyRow::Find(std::string_view value) const {
  const auto found = std::find_if(values.begin(), values.end(),
                                  [&](const Value& one) { return one.name == value; });
  return found == values.end() ? nullptr : &*found;
}

// The mean over seeds is taken for every draw too: users are drawn once for all seeds of a row, so
// the interval is that of the mean over seeds and says nothing of the spread between seeds. That is
// in seed_means. Differences come after all rows, whatever the order of the pairs.
std::vector<StudyRow> SummariseRows(const std::vector<StudyResult>& results,
                                    const std::vector<StudyPair>& pairs) {
  std::vector<StudyRow> rows, differences;
  for (const StudyResult& result : results) AddSeed(result, FindOrAdd(rows, result.row));
  for (StudyRow& row : rows) {
    for (Value& value : row.values) {
      const auto count = static_cast<double>(value.seed_means.size());
      value.mean /= count;
      for (double& draw : value.draws) draw /= count;
    }
  }
  const auto is_side = [&](std::string_view side, const StudyRow& row) {
    if (side == kFirstRow) return &row == &rows.front();
    if (side != kEachOtherRow) return row.name == side;
    return std::none_of(pairs.begin(), pairs.end(), [&row](const StudyPair& pair) {
      return pair.row == row.name || pair.base == row.name;
    });
  };
  for (const StudyPair& pair : pairs) {
    for (const StudyRow& row : rows) {
      for (const StudyRow& base : rows) {
        if (&row == &base || !is_side(pair.row, row) || !is_side(pair.base, base)) continue;
        const StudyRow& other = pair.row == kEachOtherRow ? row : base;
        differences.push_back(Difference(row, base, pair.about.empty() ? other.about : pair.about));
      }
    }
  }
  rows.insert(rows.end(), differences.begin(), differences.end());
  return rows;
}

// Names come from files and may hold broken UTF-8. `replace` keeps the report valid JSON.
StudyReport MakeStudyReport(std::string_view study, const StudyLayout& layout,
                            const std::vector<StudyResult>& results) {
  const std::vector<StudyRow> rows = SummariseRows(results, layout.pairs);
  const StudyConclusion conclusion = layout.conclude ? layout.conclude(rows) : StudyConclusion();
  Json json = {{"study", study},
               {"data", results.front().data_hash},
               {"rows", Json::array()},
               {"pairs", Json::array()}};
  for (const StudyRow& row : rows) {
    json[row.is_difference ? "pairs" : "rows"].push_back(RowJson(row));
  }
  for (const StudyValue& value : conclusion.values) Put(value.name, value.mean, json);
  std::string table = MainTable(layout, rows);
  for (const StudyRow& row : rows) table += SectionTables(row, layout.digits);
  return {table + conclusion.text, json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n",
          LineChartSvg(conclusion.chart ? *conclusion.chart : ChartOf(layout, rows))};
}

}  // namespace tsugi
