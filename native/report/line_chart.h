#ifndef TSUGI_NATIVE_REPORT_LINE_CHART_H_
#define TSUGI_NATIVE_REPORT_LINE_CHART_H_

#include <string>
#include <vector>

namespace tsugi {

struct ChartPoint {
  double x = 0.0;
  double y = 0.0;
  double low = 0.0;  ///< an interval around y is drawn if low < high
  double high = 0.0;
};

struct ChartSeries {
  std::string name;
  std::vector<ChartPoint> points;  ///< ascending x
  bool has_line = true;            ///< joined by a line
  bool has_marks = true;           ///< a dot at each point
};

struct ChartTick {
  double x = 0.0;
  std::string label;
};

/// A plot of y over x. Categories are x = 0, 1, 2, ... with a tick each.
struct LineChart {
  std::string title;
  std::string x_label, y_label;
  std::vector<ChartTick> x_ticks;
  std::vector<ChartSeries> series;  ///< at least one point in all
};

/// The chart as one SVG document, 720 x 400; the y axis spans the data, with round ticks. Text is
/// escaped. A point whose x or y is not finite is left out.
std::string LineChartSvg(const LineChart& chart);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_REPORT_LINE_CHART_H_
