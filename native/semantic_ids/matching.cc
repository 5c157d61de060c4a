#include "native/semantic_ids/matching.h"

#include <limits>

namespace tsugi {
namespace {

constexpr size_t kNone = static_cast<size_t>(-1);

// Adds the rows one by one. For each it finds the cheapest alternating path to a free column, which
// may move rows that already have a column. The potentials keep every reduced cost
// cost - row_potential - column_potential at 0 or above, so the search works like Dijkstra's.
class Matcher {
 public:
  Matcher(const std::vector<double>& costs, size_t rows, size_t columns)
      : costs_(costs),
        columns_(columns),
        row_potential_(rows),
        column_potential_(columns),
        row_of_(columns, kNone) {}

  void Join(size_t row) {
    // slack[c]: the smallest reduced cost of a path to column c. came_from[c]: the column before it
    // on that path, kNone for the start.
    std::vector<double> slack(columns_, std::numeric_limits<double>::infinity());
    std::vector<size_t> came_from(columns_, kNone);
    std::vector<bool> is_done(columns_);
    size_t at = kNone, current = row;
    for (;;) {
      const size_t next = Advance(current, at, slack, came_from, is_done);
      // Raising the potentials of the rows reached so far by the slack makes the edge to `next`
      // tight without making any edge negative.
      double step = slack[next];
      row_potential_[row] += step;
      for (size_t c = 0; c < columns_; ++c) {
        if (is_done[c]) {
          row_potential_[row_of_[c]] += step;
          column_potential_[c] -= step;
        } else {
          slack[c] -= step;
        }
      }
      is_done[next] = true;
      at = next;
      if (row_of_[next] == kNone) break;
      current = row_of_[next];
    }
    // Flip the path: each column on it takes the row of the column before.
    for (size_t column = at; column != kNone;) {
      const size_t before = came_from[column];
      row_of_[column] = before == kNone ? row : row_of_[before];
      column = before;
    }
  }

  std::vector<size_t> Columns() const {
    std::vector<size_t> columns(row_potential_.size());
    for (size_t c = 0; c < columns_; ++c) {
      if (row_of_[c] != kNone) columns[row_of_[c]] = c;
    }
    return columns;
  }

 private:
  // Relaxes the edges of row `current`, which was reached through column `at`, and returns the open
  // column with the smallest slack.
  size_t Advance(size_t current, size_t at, std::vector<double>& slack,
                 std::vector<size_t>& came_from, const std::vector<bool>& is_done) const {
    size_t best = kNone;
    for (size_t c = 0; c < columns_; ++c) {
      if (is_done[c]) continue;
      const double cost =
          costs_[current * columns_ + c] - row_potential_[current] - column_potential_[c];
      if (cost < slack[c]) {
        slack[c] = cost;
        came_from[c] = at;
      }
      if (best == kNone || slack[c] < slack[best]) best = c;
    }
    return best;
  }

  const std::vector<double>& costs_;
  size_t columns_;
  std::vector<double> row_potential_, column_potential_;
  std::vector<size_t> row_of_;  // of each column
};

}  // namespace

std::vector<size_t> MatchAtLeastCost(const std::vector<double>& costs, size_t rows,
                                     size_t columns) {
  Matcher matcher(costs, rows, columns);
  for (size_t row = 0; row < rows; ++row) matcher.Join(row);
  return matcher.Columns();
}

}  // namespace tsugi
