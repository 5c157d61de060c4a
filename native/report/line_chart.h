#ifndef TSUGI_NATIVE_REPORT_LINE_CHART_H_
#define TSUGI_NATIVE_REPORT_LINE_CHART_H_

#include <string>
#include <vector>

namespace tsugi {

/// A point of a series, with an optional interval.
struct ChartPoint {
  double x = 0.0;
  double y = 0.0;
  double low = 0.0;  ///< the interval [low, high] is drawn if low < high
  double high = 0.0;
};

/// Points of one colour.
struct ChartSeries {
  std::string name;
  std::vector<ChartPoint> points;  ///< in ascending order of x
  bool has_line = true;            ///< whether a line joins the points
  bool has_marks = true;           ///< whether each point is a dot
};

/// A label on the x axis.
struct ChartTick {
  double x = 0.0;
  std::string label;
};

/// A plot of y over x. For categories let x = 0, 1, 2, ... and give each a tick.
struct LineChart {
  std::string title;
  std::string x_label, y_label;
  std::vector<ChartTick> x_ticks;
  std::vector<ChartSeries> series;  ///< with at least one point altogether
};

/// Draws the chart as an SVG document of 720 x 400. The y axis spans the data and has round ticks.
/// Text is escaped. Points whose x or y is not finite are left out.
std::string LineChartSvg(const LineChart& chart);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_REPORT_LINE_CHART_H_
