#include "native/cli/staleness_report.h"

#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "native/cli/command.h"
#include "native/cli/progress.h"
#include "native/report/text_file.h"
#include "native/model/model_file.h"
#include "native/report/line_chart.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

Status ParseDelays(StalenessRequest& request) {
  std::vector<int64_t> delays;
  for (const std::string& text : request.delays) {
    const auto delay = ParseDuration(text);
    if (!delay) {
      return InvalidArgument("--delays " + text + ": expected times such as 0,1h,1d,2d,7d");
    }
    delays.push_back(*delay);
  }
  request.options.delays_s = std::move(delays);
  const auto window = ParseDuration(request.set_window);
  if (!window) {
    return InvalidArgument("--set-window " + request.set_window + ": expected a time such as 1d");
  }
  request.options.set_window_s = *window;
  return Status();
}

/// The name of a curve: the run's directory, or the file.
std::string CurveName(const std::filesystem::path& model) {
  return model.filename() == train::kWeightsFile ? model.parent_path().filename().string()
                                                 : model.stem().string();
}

Json CurveJson(const StalenessCurve& curve, const StalenessCurve& first,
               const StalenessRequest& request) {
  Json json = {{"name", curve.name},
               {"cases", curve.cases},
               {"left_out_cases", curve.left_out_cases},
               {"filter_seen", curve.filter_seen},
               {"points", Json::array()}};
  for (size_t i = 0; i < curve.points.size(); ++i) {
    const StalenessPoint& p = curve.points[i];
    json["points"].push_back({{"delay", request.delays[i]},
                              {"delay_s", p.delay_s},
                              {"mrr", p.mrr},
                              {"mrr_ci95", {p.mrr_ci95.low, p.mrr_ci95.high}},
                              {"set_mrr", p.set_mrr},
                              {"set_mrr_ci95", {p.set_mrr_ci95.low, p.set_mrr_ci95.high}}});
    if (&curve == &first) continue;
    const StalenessGain gain = CompareStaleness(p, first.points[i], request.options.bootstrap);
    json["points"].back()["gain"] = {
        {"mrr", gain.mrr},
        {"mrr_ci95", {gain.mrr_ci95.low, gain.mrr_ci95.high}},
        {"set_mrr", gain.set_mrr},
        {"set_mrr_ci95", {gain.set_mrr_ci95.low, gain.set_mrr_ci95.high}}};
  }
  return json;
}

/// "+12.3 % (0.0011 to 0.0034)" more than the base.
std::string GainText(double gain, const Interval& ci95, double base) {
  char text[96];
  std::snprintf(text, sizeof text, "%+.1f %% (%.4f to %.4f)", 100.0 * gain / std::max(base, 1e-9),
                ci95.low, ci95.high);
  return text;
}

std::string GainsTable(const StalenessCurve& curve, const StalenessCurve& first,
                       const StalenessRequest& request) {
  std::string text = "  against " + first.name + ", difference over users:\n";
  for (size_t i = 0; i < curve.points.size(); ++i) {
    const StalenessPoint& base = first.points[i];
    const StalenessGain gain = CompareStaleness(curve.points[i], base, request.options.bootstrap);
    char line[256];
    std::snprintf(line, sizeof line, "  %-6s mrr %s   set mrr %s\n", request.delays[i].c_str(),
                  GainText(gain.mrr, gain.mrr_ci95, base.mrr).c_str(),
                  GainText(gain.set_mrr, gain.set_mrr_ci95, base.set_mrr).c_str());
    text += line;
  }
  return text;
}

std::string CurvesTable(const std::vector<StalenessCurve>& curves,
                        const StalenessRequest& request) {
  std::string text;
  char line[160];
  for (const StalenessCurve& curve : curves) {
    std::snprintf(line, sizeof line, "%s: %zu cases with a history at every delay, %zu left out\n",
                  curve.name.c_str(), curve.cases, curve.left_out_cases);
    text +=
        line + std::string("  delay     mrr (95 % from, to)          set mrr (95 % from, to)\n");
    for (size_t i = 0; i < curve.points.size(); ++i) {
      const StalenessPoint& p = curve.points[i];
      std::snprintf(line, sizeof line, "  %-6s %.4f (%.4f, %.4f)   %.4f (%.4f, %.4f)\n",
                    request.delays[i].c_str(), p.mrr, p.mrr_ci95.low, p.mrr_ci95.high, p.set_mrr,
                    p.set_mrr_ci95.low, p.set_mrr_ci95.high);
      text += line;
    }
    if (&curve != &curves.front()) text += GainsTable(curve, curves.front(), request);
  }
  return text;
}

std::string CurvesSvg(const std::vector<StalenessCurve>& curves, const StalenessRequest& request) {
  LineChart chart;
  chart.title = "MRR after a serving delay";
  chart.x_label = "age of the list when it is looked at";
  chart.y_label = "MRR of the target";
  for (size_t i = 0; i < request.delays.size(); ++i) {
    chart.x_ticks.push_back({static_cast<double>(i), request.delays[i]});
  }
  for (const StalenessCurve& curve : curves) {
    ChartSeries& series = chart.series.emplace_back();
    series.name = curve.name;
    for (size_t i = 0; i < curve.points.size(); ++i) {
      const StalenessPoint& p = curve.points[i];
      series.points.push_back({static_cast<double>(i), p.mrr, p.mrr_ci95.low, p.mrr_ci95.high});
    }
  }
  return LineChartSvg(chart);
}

}  // namespace

std::optional<int64_t> ParseDuration(std::string_view text) {
  int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
  constexpr int64_t kMost = int64_t{1} << 40;  // no overflow below
  if (error != std::errc() || count < 0 || count > kMost || unit.size() > 1) return std::nullopt;
  if (unit.empty() || unit == "s") return count;
  if (unit == "m") return count * 60;
  if (unit == "h") return count * 3600;
  if (unit == "d") return count * 86400;
  return unit == "w" ? std::optional(count * 7 * 86400) : std::nullopt;
}

void AddStalenessOptions(CLI::App& verb, StalenessRequest& request) {
  CLI::Option* delays =
      verb.add_option("--delays", request.delays,
                      "MRR of lists that were made so long ago instead, e.g. 0,1h,1d,2d,7d")
          ->delimiter(',');
  verb.add_option("--beside", request.beside, "other run or model, a curve each; repeatable")
      ->needs(delays);
  verb.add_option("--set-window", request.set_window,
                  "items taken so long after the target was due belong to the set")
      ->needs(delays)
      ->capture_default_str();
  verb.add_option("--svg", request.svg, "plot of the curves to write")->needs(delays);
}

Status EvaluateStaleness(const EvaluationRequest& evaluation, StalenessRequest& request) {
  TSUGI_RETURN_IF_ERROR(ParseDelays(request));
  request.options.split = evaluation.split;
  request.options.filter_seen = evaluation.filter_seen;
  TSUGI_ASSIGN_OR_RETURN(const Dataset dataset, Dataset::Open(evaluation.data));
  std::vector<StalenessCurve> curves;
  std::vector<std::filesystem::path> models = {evaluation.model};
  for (const std::string& other : request.beside) models.push_back(FindModel(other));
  for (const auto& path : models) {
    TSUGI_ASSIGN_OR_RETURN(const Model model, LoadModelFile(path));
    Progress progress("staleness of " + CurveName(path), "cases");
    request.options.run.progress = [&progress](size_t done, size_t total) {
      progress.Update(done, total);
    };
    TSUGI_ASSIGN_OR_RETURN(StalenessCurve curve,
                           MeasureStaleness(model.view(), dataset, request.options));
    curve.name = CurveName(path);
    curves.push_back(std::move(curve));
  }
  if (!request.svg.empty()) {
    TSUGI_RETURN_IF_ERROR(WriteText(request.svg, CurvesSvg(curves, request)));
  }
  if (!evaluation.as_json) {
    Print(CurvesTable(curves, request));
    return Status();
  }
  Json json = {{"split", request.options.split == Split::kTest ? "test" : "valid"},
               {"set_window_s", request.options.set_window_s},
               {"curves", Json::array()}};
  for (const StalenessCurve& curve : curves)
    json["curves"].push_back(CurveJson(curve, curves.front(), request));
  Print(json.dump(2) + "\n");
  return Status();
}

}  // namespace tsugi
