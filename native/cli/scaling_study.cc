#include "native/cli/scaling_study.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "native/cli/command.h"
#include "native/report/text_file.h"
#include "native/eval/scaling_fit.h"
#include "native/report/line_chart.h"
#include "native/report/text_table.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

/// One backbone.
struct SizePoint {
  uint32_t width;
  double parameters, mrr;
  Interval mrr_ci95;
  std::vector<double> seed_mrrs;
};

/// "1.2 M", "34 k".
std::string SizeText(double count) {
  return count >= 1e6 ? FixedText(count / 1e6, 1) + " M" : FixedText(count / 1e3, 0) + " k";
}

std::string Chart(const std::vector<SizePoint>& points, const OffsetPowerLaw& power,
                  const LogLinearLaw& linear) {
  LineChart chart{.title = "Quality over the backbone's size",
                  .x_label = "parameters of the backbone",
                  .y_label = "MRR",
                  .x_ticks = {},
                  .series = {{.name = "trained", .points = {}, .has_line = false},
                             {.name = "offset power law", .points = {}, .has_marks = false},
                             {.name = "log-linear", .points = {}, .has_marks = false}}};
  for (const SizePoint& point : points) {
    const double x = std::log10(point.parameters);
    chart.x_ticks.push_back({x, SizeText(point.parameters)});
    chart.series[0].points.push_back({x, point.mrr, point.mrr_ci95.low, point.mrr_ci95.high});
  }
  constexpr int kSteps = 40;
  const double first = std::log10(points.front().parameters);
  const double last = std::log10(points.back().parameters);
  for (int i = 0; i <= kSteps; ++i) {
    const double x = first + (last - first) * i / kSteps;
    chart.series[1].points.push_back({x, power.At(std::pow(10.0, x))});
    chart.series[2].points.push_back({x, linear.At(std::pow(10.0, x))});
  }
  return LineChartSvg(chart);
}

Json StudyJson(const std::vector<SizePoint>& points, const OffsetPowerLaw& power,
               const LogLinearLaw& linear, const StudyRequest& request) {
  Json json = {{"split", "test"},
               {"weights", "int8"},
               {"seeds", request.seeds},
               {"metric", "mrr"},
               {"sizes", Json::array()},
               {"offset_power_law",
                {{"ceiling", power.ceiling},
                 {"scale", power.scale},
                 {"exponent", power.exponent},
                 {"is_found", power.is_found},
                 {"rmse", power.rmse}}},
               {"log_linear",
                {{"intercept", linear.intercept}, {"slope", linear.slope}, {"rmse", linear.rmse}}}};
  for (const SizePoint& point : points) {
    json["sizes"].push_back({{"width", point.width},
                             {"backbone_parameters", point.parameters},
                             {"mrr", point.mrr},
                             {"ci95", {point.mrr_ci95.low, point.mrr_ci95.high}},
                             {"seeds", point.seed_mrrs}});
  }
  return json;
}

std::string StudyTable(const std::vector<SizePoint>& points, const OffsetPowerLaw& power,
                       const LogLinearLaw& linear) {
  std::vector<std::vector<std::string>> rows(
      1, {"width", "backbone", "mrr", "95 %", "power law", "log-linear"});
  for (const SizePoint& point : points) {
    rows.push_back(
        {std::to_string(point.width), SizeText(point.parameters), FixedText(point.mrr, 4),
         FixedText(point.mrr_ci95.low, 4) + " to " + FixedText(point.mrr_ci95.high, 4),
         FixedText(power.At(point.parameters), 4), FixedText(linear.At(point.parameters), 4)});
  }
  char laws[256];
  std::snprintf(laws, sizeof laws,
                "\nP(N) = %.4f - (N / %.3g)^-%.3f, RMSE %.5f%s\nlog-linear: RMSE %.5f\n",
                power.ceiling, power.scale, power.exponent, power.rmse,
                power.is_found ? "" : "; these sizes show no such law", linear.rmse);
  return AlignText(rows) + laws;
}

}  // namespace

Status RunScalingStudy(std::vector<uint32_t> widths, const Dataset& dataset,
                       const StudyRequest& request) {
  std::sort(widths.begin(), widths.end());
  widths.erase(std::unique(widths.begin(), widths.end()), widths.end());
  if (widths.size() < 4) {
    return InvalidArgument("--scaling: " + std::to_string(widths.size()) +
                           " widths, expected at least 4. Try: --scaling 16,32,64,128");
  }
  const StudyRunner runner(dataset, request);
  const auto& metrics = runner.metrics();
  const auto mrr =
      static_cast<size_t>(std::find_if(metrics.begin(), metrics.end(),
                                       [](const Metric& m) { return m.name == "mrr"; }) -
                          metrics.begin());
  std::vector<SizePoint> points;
  std::vector<double> sizes, values;
  for (const uint32_t width : widths) {
    const AblationRow row{
        "width-" + std::to_string(width),
        "",
        {"width=" + std::to_string(width), "projection_width=" + std::to_string(widths.front())}};
    TSUGI_ASSIGN_OR_RETURN(const RowResult result, runner.Run(row));
    SizePoint point{width,
                    static_cast<double>(result.backbone_parameters),
                    MeansOf(result.of(CaseGroup::kAll))[mrr],
                    BootstrapIntervals(result.of(CaseGroup::kAll), {})[mrr],
                    {}};
    for (const auto& seed : result.seed_means[0]) point.seed_mrrs.push_back(seed[mrr]);
    sizes.push_back(point.parameters);
    values.push_back(point.mrr);
    points.push_back(std::move(point));
  }
  const OffsetPowerLaw power = FitOffsetPowerLaw(sizes, values);
  const LogLinearLaw linear = FitLogLinear(sizes, values);
  const Json json = StudyJson(points, power, linear, request);
  TSUGI_RETURN_IF_ERROR(WriteText(request.out / "scaling.json", json.dump(2) + "\n"));
  TSUGI_RETURN_IF_ERROR(WriteText(request.out / "scaling.svg", Chart(points, power, linear)));
  Print(StudyTable(points, power, linear));
  return Status();
}

}  // namespace tsugi
