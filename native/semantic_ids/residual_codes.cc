#include "native/semantic_ids/residual_codes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace tsugi {
namespace {

constexpr size_t kIterations = 20;  // iterations of k-means
constexpr double kSinkhornEps = 0.003;
constexpr int kSinkhornRounds = 50;
constexpr size_t kLast = kCodeLevels - 1;
// How much less than the nearest code the code that Sinkhorn chose costs, relative. It decides when
// nothing else does; a large discount would override the distances of the other items of a group.
constexpr double kChosen = 1e-3;

double SquaredDistance(const float* a, const float* b, size_t width) {
  double sum = 0.0;
  for (size_t d = 0; d < width; ++d) {
    const double difference = static_cast<double>(a[d]) - b[d];
    sum += difference * difference;
  }
  return sum;
}

// Returns the squared distances [N, 256] of the residuals to the codewords of the last level.
std::vector<double> LastDistances(const std::vector<float>& residuals,
                                  const ResidualCodebooks& codebooks) {
  const size_t count = residuals.size() / codebooks.width;
  std::vector<double> distances(count * kLevelCodes);
  for (size_t i = 0; i < count; ++i) {
    for (size_t code = 0; code < kLevelCodes; ++code) {
      distances[i * kLevelCodes + code] = SquaredDistance(
          residuals.data() + i * codebooks.width, codebooks.codeword(kLast, code), codebooks.width);
    }
  }
  return distances;
}

// Returns for each item the code with the largest share of it in the balanced assignment.
// Sinkhorn-Knopp: rows of exp(-distance / eps) are scaled to sum to 1, columns to N / 256, in turn.
std::vector<uint8_t> BalancedChoice(const std::vector<double>& distances) {
  const size_t count = distances.size() / kLevelCodes;
  const auto [low, high] = std::minmax_element(distances.begin(), distances.end());
  // Distances are scaled to [-1, 1] first, so that eps means the same for every data set. The
  // exponents then reach 333 in magnitude, which a double can hold.
  const double middle = (*low + *high) / 2, amplitude = std::max(*high - middle, 1e-12);
  std::vector<double> shares(distances.size());
  for (size_t i = 0; i < shares.size(); ++i) {
    shares[i] = std::exp(-(distances[i] - middle) / amplitude / kSinkhornEps);
  }
  std::vector<double> of_code(kLevelCodes);
  for (int round = 0; round < kSinkhornRounds; ++round) {
    for (size_t i = 0; i < count; ++i) {
      double* row = shares.data() + i * kLevelCodes;
      const double sum = std::accumulate(row, row + kLevelCodes, 0.0);
      for (size_t c = 0; c < kLevelCodes; ++c) row[c] /= std::max(sum, 1e-300);
    }
    std::fill(of_code.begin(), of_code.end(), 0.0);
    for (size_t i = 0; i < shares.size(); ++i) of_code[i % kLevelCodes] += shares[i];
    const double wanted = static_cast<double>(count) / kLevelCodes;
    for (size_t i = 0; i < shares.size(); ++i) {
      shares[i] *= wanted / std::max(of_code[i % kLevelCodes], 1e-300);
    }
  }
  std::vector<uint8_t> choice(count);
  for (size_t i = 0; i < count; ++i) {
    const double* row = shares.data() + i * kLevelCodes;
    choice[i] = static_cast<uint8_t>(std::max_element(row, row + kLevelCodes) - row);
  }
  return choice;
}

using Groups = std::map<std::array<uint8_t, kLast>, std::vector<size_t>>;

Groups GroupByPrefix(const SemanticIds& ids) {
  Groups groups;
  for (size_t i = 0; i < ids.size(); ++i) groups[{ids[i][0], ids[i][1], ids[i][2]}].push_back(i);
  return groups;
}

// Moves items beyond the 256th of a prefix to the nearest third code with room: the last level has
// only 256 codes to tell the items of a prefix apart. The items nearest to their codeword stay.
void SpillLargeGroups(const PointsView& points, const ResidualCodebooks& codebooks,
                      SemanticIds& ids) {
  Groups groups = GroupByPrefix(ids);
  std::map<std::array<uint8_t, kLast>, size_t> sizes;
  for (const auto& [prefix, items] : groups) sizes[prefix] = items.size();
  const std::vector<float> residuals = ResidualsBefore(points, codebooks, ids, kLast - 1);
  for (auto& [prefix, items] : groups) {
    if (items.size() <= kLevelCodes) continue;
    const auto distance = [&](size_t item, size_t code) {
      return SquaredDistance(residuals.data() + item * points.width,
                             codebooks.codeword(kLast - 1, code), points.width);
    };
    std::stable_sort(items.begin(), items.end(), [&](size_t a, size_t b) {
      return distance(a, prefix[kLast - 1]) < distance(b, prefix[kLast - 1]);
    });
    for (size_t at = kLevelCodes; at < items.size(); ++at) {
      std::vector<size_t> order(kLevelCodes);
      std::iota(order.begin(), order.end(), size_t{0});
      std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
        return distance(items[at], a) < distance(items[at], b);
      });
      for (const size_t code : order) {
        auto other = prefix;
        other[kLast - 1] = static_cast<uint8_t>(code);
        // Items of the full prefix itself land here, too: its size is above the limit.
        if (sizes[other] >= kLevelCodes) continue;
        ++sizes[other];
        --sizes[prefix];
        ids[items[at]][kLast - 1] = static_cast<uint8_t>(code);
        break;
      }
    }
  }
}

size_t CountShared(const SemanticIds& ids) {
  std::map<SemanticId, size_t> counts;
  for (const SemanticId& id : ids) ++counts[id];
  size_t shared = 0;
  for (const SemanticId& id : ids) shared += counts[id] > 1;
  return shared;
}

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

ResidualCodebooks LearnResidualKMeans(const PointsView& points, uint64_t seed, SemanticIds& ids) {
  // Greedy, level by level: each level codes what the ones before have left, so the first codes are
  // coarse, the last ones fine, and similar items share a prefix.
  ResidualCodebooks codebooks{points.width, std::vector<float>(kItemTokens * points.width)};
  ids.assign(points.count(), SemanticId{});
  std::vector<float> rest(points.values.begin(), points.values.end());
  for (size_t level = 0; level < kCodeLevels; ++level) {
    const PointsView left{rest, points.width};
    const std::vector<float> centres = FindCentres(left, kLevelCodes, kIterations, seed + level);
    std::copy(centres.begin(), centres.end(), codebooks.codeword(level, 0));
    for (size_t i = 0; i < points.count(); ++i) {
      const size_t code = NearestCentre(left.point(i), codebooks.level(level));
      ids[i][level] = static_cast<uint8_t>(code);
      const float* codeword = codebooks.codeword(level, code);
      for (size_t d = 0; d < points.width; ++d) rest[i * points.width + d] -= codeword[d];
    }
  }
  return codebooks;
}

std::vector<float> ResidualsBefore(const PointsView& points, const ResidualCodebooks& codebooks,
                                   const SemanticIds& ids, size_t level) {
  std::vector<float> rest(points.values.begin(), points.values.end());
  for (size_t i = 0; i < points.count(); ++i) {
    for (size_t l = 0; l < level; ++l) {
      const float* codeword = codebooks.codeword(l, ids[i][l]);
      for (size_t d = 0; d < points.width; ++d) rest[i * points.width + d] -= codeword[d];
    }
  }
  return rest;
}

size_t MakeUnique(const PointsView& points, const ResidualCodebooks& codebooks, SemanticIds& ids) {
  const size_t shared = CountShared(ids);
  SpillLargeGroups(points, codebooks, ids);
  const std::vector<float> residuals = ResidualsBefore(points, codebooks, ids, kLast);
  std::vector<double> distances = LastDistances(residuals, codebooks);
  const std::vector<uint8_t> chosen = BalancedChoice(distances);
  // Ids can only collide within a prefix, so each group is matched by itself: a few items each
  // instead of one matching of the whole catalogue.
  for (const auto& [prefix, items] : GroupByPrefix(ids)) {
    std::vector<double> costs;
    for (const size_t item : items) {
      double* row = distances.data() + item * kLevelCodes;
      row[chosen[item]] = *std::min_element(row, row + kLevelCodes) * (1.0 - kChosen);
      costs.insert(costs.end(), row, row + kLevelCodes);
    }
    const std::vector<size_t> codes = MatchAtLeastCost(costs, items.size(), kLevelCodes);
    for (size_t i = 0; i < items.size(); ++i) {
      ids[items[i]][kLast] = static_cast<uint8_t>(codes[i]);
    }
  }
  return shared;
}

ResidualCodebooks MeanCodewords(const PointsView& points, const SemanticIds& ids) {
  ResidualCodebooks means{points.width, std::vector<float>(kItemTokens * points.width)};
  // With the codes fixed, the mean of the residuals is the codeword with the smallest squared
  // error.
  std::vector<float> rest(points.values.begin(), points.values.end());
  for (size_t level = 0; level < kCodeLevels; ++level) {
    std::vector<size_t> counts(kLevelCodes);
    for (size_t i = 0; i < points.count(); ++i) {
      ++counts[ids[i][level]];
      float* mean = means.codeword(level, ids[i][level]);
      for (size_t d = 0; d < points.width; ++d) mean[d] += rest[i * points.width + d];
    }
    for (size_t code = 0; code < kLevelCodes; ++code) {
      float* mean = means.codeword(level, code);
      for (size_t d = 0; d < points.width; ++d) {
        mean[d] /= static_cast<float>(std::max<size_t>(counts[code], 1));
      }
    }
    for (size_t i = 0; i < points.count(); ++i) {
      const float* mean = means.codeword(level, ids[i][level]);
      for (size_t d = 0; d < points.width; ++d) rest[i * points.width + d] -= mean[d];
    }
  }
  return means;
}

std::vector<size_t> MatchAtLeastCost(const std::vector<double>& costs, size_t rows,
                                     size_t columns) {
  Matcher matcher(costs, rows, columns);
  for (size_t row = 0; row < rows; ++row) matcher.Join(row);
  return matcher.Columns();
}

}  // namespace tsugi
