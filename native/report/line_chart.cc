#include "native/report/line_chart.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "native/report/text.h"

namespace tsugi {
namespace {

constexpr double kWidth = 720, kHeight = 400;
constexpr double kLeft = 70, kRight = 20, kTop = 56, kBottom = 60;
// Colours that colour-blind readers can tell apart (Okabe and Ito), on light and dark pages.
constexpr std::array<const char*, 6> kColours = {"#0072b2", "#d55e00", "#009e73",
                                                 "#cc79a7", "#e69f00", "#56b4e9"};

// One decimal is a tenth of a pixel, enough for any position.
std::string Number(double value, int digits = 1) { return FixedText(value, digits); }

// Titles and names come from users' data.
std::string Escape(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    escaped += c == '&'   ? "&amp;"
               : c == '<' ? "&lt;"
               : c == '>' ? "&gt;"
               : c == '"' ? "&quot;"
                          : std::string(1, c);
  }
  return escaped;
}

// Maps values to the page.
struct Axes {
  double x_low = 0, x_high = 1, y_low = 0, y_high = 1, y_step = 1;

  double PageX(double x) const {
    return kLeft + (x - x_low) / (x_high - x_low) * (kWidth - kLeft - kRight);
  }
  double PageY(double y) const {
    return kHeight - kBottom - (y - y_low) / (y_high - y_low) * (kHeight - kTop - kBottom);
  }
};

// The smallest step of the form 1, 2, 5 or 10 times a power of ten that is at least a fifth of
// `range`: about five intervals with readable numbers.
double RoundStep(double range) {
  const double rough = range / 5, power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (rough <= factor * power) return factor * power;
  }
  return 10 * power;
}

bool IsDrawn(const ChartPoint& p) { return std::isfinite(p.x) && std::isfinite(p.y); }

Axes FitAxes(const LineChart& chart) {
  double x_low = INFINITY, x_high = -INFINITY, y_low = INFINITY, y_high = -INFINITY;
  for (const ChartTick& tick : chart.x_ticks) {
    x_low = std::min(x_low, tick.x);
    x_high = std::max(x_high, tick.x);
  }
  for (const ChartSeries& series : chart.series) {
    for (const ChartPoint& p : series.points) {
      if (!IsDrawn(p)) continue;
      x_low = std::min(x_low, p.x);
      x_high = std::max(x_high, p.x);
      y_low = std::min({y_low, p.y, p.low < p.high ? p.low : p.y});
      y_high = std::max({y_high, p.y, p.low < p.high ? p.high : p.y});
    }
  }
  Axes axes;
  if (!(x_low <= x_high) || !(y_low <= y_high)) return axes;  // no finite point
  const double x_margin = x_low < x_high ? (x_high - x_low) * 0.04 : 1;
  axes.x_low = x_low - x_margin;
  axes.x_high = x_high + x_margin;
  // Equal values have no range of their own: the axis spans about their magnitude.
  const double y_range = y_low < y_high ? y_high - y_low : std::max(std::abs(y_high), 1e-3);
  axes.y_step = RoundStep(y_range);
  axes.y_low = std::floor(y_low / axes.y_step) * axes.y_step;
  axes.y_high = std::max(std::ceil(y_high / axes.y_step) * axes.y_step, axes.y_low + axes.y_step);
  return axes;
}

std::string Line(double x1, double y1, double x2, double y2, const std::string& style) {
  return "<line x1=\"" + Number(x1) + "\" y1=\"" + Number(y1) + "\" x2=\"" + Number(x2) +
         "\" y2=\"" + Number(y2) + "\" " + style + "/>\n";
}

std::string Text(double x, double y, const std::string& anchor, const std::string& text,
                 const std::string& extra = "") {
  return "<text x=\"" + Number(x) + "\" y=\"" + Number(y) + "\" text-anchor=\"" + anchor + "\" " +
         extra + ">" + Escape(text) + "</text>\n";
}

std::string DrawAxes(const LineChart& chart, const Axes& axes) {
  std::string svg;
  // As many decimals as the step needs: .05 needs two.
  const int digits = std::clamp(static_cast<int>(std::ceil(-std::log10(axes.y_step))), 0, 9);
  const auto count = static_cast<int>(std::lround((axes.y_high - axes.y_low) / axes.y_step));
  for (int i = 0; i <= count; ++i) {
    const double y = axes.y_low + i * axes.y_step;
    svg += Line(kLeft, axes.PageY(y), kWidth - kRight, axes.PageY(y),
                "stroke=\"#888\" stroke-opacity=\"0.35\"");
    svg += Text(kLeft - 8, axes.PageY(y) + 4, "end", Number(y, digits));
  }
  for (const ChartTick& tick : chart.x_ticks) {
    svg += Text(axes.PageX(tick.x), kHeight - kBottom + 20, "middle", tick.label);
  }
  svg += Text((kLeft + kWidth - kRight) / 2, kHeight - 14, "middle", chart.x_label);
  svg += Text(kLeft, 22, "start", chart.title, "font-weight=\"bold\"");
  return svg + Text(8, kTop - 12, "start", chart.y_label);
}

std::string DrawSeries(const ChartSeries& series, const Axes& axes, const std::string& colour) {
  // Marks and intervals are drawn over the line.
  std::string line, rest;
  for (const ChartPoint& p : series.points) {
    if (!IsDrawn(p)) continue;
    const double x = axes.PageX(p.x), y = axes.PageY(p.y);
    line += Number(x) + "," + Number(y) + " ";
    if (p.low < p.high) {
      rest += Line(x, axes.PageY(p.low), x, axes.PageY(p.high),
                   "stroke=\"" + colour + "\" stroke-opacity=\"0.6\"");
    }
    if (series.has_marks) {
      rest += "<circle cx=\"" + Number(x) + "\" cy=\"" + Number(y) + "\" r=\"3.5\" fill=\"" +
              colour + "\"/>\n";
    }
  }
  if (!series.has_line) return rest;
  return "<polyline fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"2\" points=\"" + line +
         "\"/>\n" + rest;
}

}  // namespace

std::string LineChartSvg(const LineChart& chart) {
  const Axes axes = FitAxes(chart);
  // A mid grey that can be read on white and on black.
  std::string svg =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 400\" "
      "style=\"font: 13px sans-serif\" fill=\"#777\">\n";
  svg += DrawAxes(chart, axes);
  // The first series is drawn last, on top. Names go from right to left, their widths estimated:
  // SVG text cannot be measured without a browser.
  double legend_x = kWidth - kRight;
  for (size_t i = chart.series.size(); i-- > 0;) {
    const std::string colour = kColours[i % kColours.size()];
    svg += DrawSeries(chart.series[i], axes, colour);
    svg += Text(legend_x, 22, "end", chart.series[i].name, "fill=\"" + colour + "\"");
    legend_x -= 16 + 7.5 * static_cast<double>(chart.series[i].name.size());
  }
  return svg + "</svg>\n";
}

}  // namespace tsugi
