#include <algorithm>
#include <cmath>
#include <cstdio>

#include "native/report/text.h"
#include "native/studies/scaling_fit.h"
#include "native/studies/training_rows.h"

namespace tsugi {
namespace {

constexpr size_t kFewestWidths = 4;  // the power law has three parameters

/// Fits MRR over the backbone's parameters by both laws and draws them.
/// Both laws are fitted to the same points and stand next to each other: the log-linear one has no
/// ceiling, so the two errors say whether these sizes show one.
StudyConclusion ConcludeScaling(const std::vector<StudyRow>& rows) {
  LineChart chart{.title = "Quality over the backbone's size",
                  .x_label = "parameters of the backbone",
                  .y_label = "MRR",
                  .x_ticks = {},
                  .series = {{.name = "trained", .points = {}, .has_line = false},
                             {.name = "offset power law", .points = {}, .has_marks = false},
                             {.name = "log-linear", .points = {}, .has_marks = false}}};
  std::vector<double> sizes, values;
  for (const StudyRow& row : rows) {
    const StudyRow::Value *mrr = row.Find("all/mrr"), *size = row.Find("backbone_parameters");
    if (mrr == nullptr || size == nullptr) return {"\nno law: a row has no MRR\n", {}, {}};
    sizes.push_back(size->mean);
    values.push_back(mrr->mean);
    const Interval interval = MiddleInterval(mrr->draws);
    const double x = std::log10(sizes.back());
    chart.x_ticks.push_back({x, FixedText(sizes.back() / 1e3, 0) + " k"});
    chart.series[0].points.push_back({x, mrr->mean, interval.low, interval.high});
  }
  if (rows.size() < kFewestWidths) return {"\nno law: fewer than four widths\n", {}, {}};
  const OffsetPowerLaw power = FitOffsetPowerLaw(sizes, values);
  const LogLinearLaw linear = FitLogLinear(sizes, values);
  std::vector<std::vector<std::string>> lines = {{"width", "power law", "log-linear"}};
  for (size_t r = 0; r < rows.size(); ++r) {
    lines.push_back(
        {rows[r].name, FixedText(power.At(sizes[r]), 4), FixedText(linear.At(sizes[r]), 4)});
  }
  const auto [low, high] = std::minmax_element(sizes.begin(), sizes.end());
  constexpr int kSteps = 40;
  // Even steps in log size, as the axis has them, and only between the smallest and the largest
  // width: outside nothing was measured.
  for (int i = 0; i <= kSteps; ++i) {
    const double size = *low * std::pow(*high / *low, static_cast<double>(i) / kSteps);
    chart.series[1].points.push_back({std::log10(size), power.At(size)});
    chart.series[2].points.push_back({std::log10(size), linear.At(size)});
  }
  char laws[256];
  std::snprintf(laws, sizeof laws,
                "P(N) = %.4f - (N / %.3g)^-%.3f, RMSE %.5f%s\nlog-linear: RMSE %.5f\n",
                power.ceiling, power.scale, power.exponent, power.rmse,
                power.is_found ? "" : "; these sizes show no such law", linear.rmse);
  return {"\n" + AlignText(lines) + laws,
          {{"offset_power_law/ceiling", power.ceiling},
           {"offset_power_law/scale", power.scale},
           {"offset_power_law/exponent", power.exponent},
           {"offset_power_law/is_found", power.is_found ? 1.0 : 0.0},
           {"offset_power_law/rmse", power.rmse},
           {"log_linear/intercept", linear.intercept},
           {"log_linear/slope", linear.slope},
           {"log_linear/rmse", linear.rmse}},
          std::move(chart)};
}

/// Backbones of the widths that --rows names, everything else alike: the projection keeps item rows
/// and decoding the same.
Result<std::vector<TrainingRow>> WidthRows(const StudyRequest& request, const train::TrainConfig&,
                                           const Dataset&) {
  std::vector<int> widths;
  for (const std::string& row : request.rows) {
    widths.push_back(std::atoi(row.c_str()));
    if (std::to_string(widths.back()) == row && widths.back() > 0) continue;
    return InvalidArgument("--rows " + row + ": expected widths, e.g. 16,32,64,128");
  }
  if (request.rows.empty()) widths = {16, 32, 64, 128};
  std::sort(widths.begin(), widths.end());
  widths.erase(std::unique(widths.begin(), widths.end()), widths.end());
  if (widths.size() < kFewestWidths) {
    return InvalidArgument("--rows: " + std::to_string(widths.size()) +
                           " widths, expected at least 4. Try: --rows 16,32,64,128");
  }
  std::vector<TrainingRow> rows;
  // The narrowest width, because a projection can not be wider than its encoder.
  const std::string projection = "projection_width=" + std::to_string(widths.front());
  for (const int width : widths) {
    const std::string name = std::to_string(width);
    rows.push_back({name, "", {"width=" + name, projection}, {}, "width-" + name});
  }
  return rows;
}

}  // namespace

Study ScalingStudy() {
  Study study = TrainingStudy("scaling", "backbones of several widths and the laws through them",
                              {}, WidthRows);
  study.layout.columns = {{"mrr", "all/mrr"}, {"backbone", "backbone_parameters"}};
  study.layout.conclude = ConcludeScaling;
  return study;
}

}  // namespace tsugi
