#include "native/dataset/word_vectors/word_codes.h"

#include <algorithm>
#include <cmath>

#include "core/base/random.h"
#include "native/quantize/kmeans.h"

namespace tsugi {
namespace {

constexpr size_t kNumbersOfACode = 5;
constexpr size_t kMostSampled = 16'384;  // rows; 64 for each codeword
constexpr size_t kKMeansSteps = 12;      // more change the error by less than a hundredth
constexpr size_t kPowerSteps = 30;
constexpr size_t kLeastWidthOfACommonDirection = 32;
constexpr uint64_t kSeed = 1;
constexpr size_t kSegments = 5, kBytesAroundASegment = 256;  // its end, name, shape, checksum

/// Every row, or of many every second, third, ... one: words stand in the order of their hashes, so
/// that is a random sample.
std::vector<size_t> SampleRows(size_t count) {
  std::vector<size_t> sample;
  for (size_t i = 0; i < count; i += 1 + (count - 1) / kMostSampled) sample.push_back(i);
  return sample;
}

double Dot(std::span<const float> row, std::span<const double> direction) {
  double sum = 0;
  for (size_t d = 0; d < row.size(); ++d) sum += row[d] * direction[d];
  return sum;
}

bool IsZero(std::span<const float> row) {
  return std::all_of(row.begin(), row.end(), [](float value) { return value == 0.0f; });
}

/// Makes the length 1; false for zeros.
template <typename Number>
bool MakeUnit(std::span<Number> vector) {
  double squares = 0;
  for (const Number value : vector) squares += static_cast<double>(value) * value;
  const double length = std::sqrt(squares);
  if (!(length > 0)) return false;
  for (Number& value : vector) value = static_cast<Number>(value / length);
  return true;
}

/// Rows that say something. They all lie in one array.
class KnownRows {
 public:
  KnownRows(std::span<float> rows, size_t width) : width_(width) {
    for (size_t begin = 0; begin < rows.size(); begin += width) {
      const auto row = rows.subspan(begin, width);
      if (!IsZero(row)) rows_.push_back(row);
    }
  }

  /// Divides all by one power of two, which changes no bit of a mantissa: the largest number is
  /// about 1 then, and no sum overflows.
  void Scale() {
    float largest = 0;
    for (const auto row : rows_) {
      for (const float value : row) largest = std::max(largest, std::fabs(value));
    }
    const int exponent = largest > 0 ? std::ilogb(largest) : 0;
    for (const auto row : rows_) {
      for (float& value : row) value = std::ldexp(value, -exponent);
    }
  }

  void TakeMeanAway() {
    std::vector<double> mean(width_);
    for (const auto row : rows_) {
      for (size_t d = 0; d < width_; ++d) mean[d] += row[d];
    }
    for (double& value : mean) value /= static_cast<double>(std::max<size_t>(1, rows_.size()));
    for (const auto row : rows_) {
      for (size_t d = 0; d < width_; ++d) row[d] = static_cast<float>(row[d] - mean[d]);
    }
  }

  /// Requires: the mean is 0.
  void TakeMainDirectionAway() {
    const std::vector<double> main = MainDirection();
    for (const auto row : rows_) {
      const double part = Dot(row, main);
      for (size_t d = 0; d < width_; ++d) row[d] = static_cast<float>(row[d] - part * main[d]);
    }
  }

  void MakeUnits() {
    for (const auto row : rows_) MakeUnit(row);
  }

 private:
  // The power iteration: v becomes sum_w <row_w, v> row_w, again and again.
  std::vector<double> MainDirection() const {
    Random random(kSeed);
    std::vector<double> direction(width_);
    for (double& value : direction) value = random.NextUniform() - 0.5;
    for (size_t step = 0; step < kPowerSteps; ++step) {
      std::vector<double> next(width_);
      for (const size_t i : SampleRows(rows_.size())) {
        const double part = Dot(rows_[i], direction);
        for (size_t d = 0; d < width_; ++d) next[d] += part * rows_[i][d];
      }
      if (!MakeUnit(std::span(next))) return next;
      direction = next;
    }
    return direction;
  }

  size_t width_;
  std::vector<std::span<float>> rows_;
};

/// The numbers of rows that one code stands for, [rows, s], followed by zeros beyond the width.
std::vector<float> PartOfRows(std::span<const float> rows, const WordVectorsSpec& sizes, size_t j,
                              std::span<const size_t> which) {
  const size_t s = sizes.codeword_width(), begin = std::min<size_t>(j * s, sizes.width);
  const size_t count = std::min<size_t>(s, sizes.width - begin);
  std::vector<float> part(which.size() * s);
  for (size_t i = 0; i < which.size(); ++i) {
    std::ranges::copy(rows.subspan(which[i] * sizes.width + begin, count), part.begin() + i * s);
  }
  return part;
}

}  // namespace

WordVectorsSpec WordCodeSizes(size_t count, size_t width) {
  const size_t codes = (width + kNumbersOfACode - 1) / kNumbersOfACode;
  return {.count = static_cast<uint32_t>(count),
          .width = static_cast<uint32_t>(width),
          .codes = static_cast<uint32_t>(std::min<size_t>(codes, kMostWordCodes))};
}

size_t WordPartBytes(const WordVectorsSpec& sizes) {
  const size_t codebooks =
      size_t{sizes.codes} * sizes.codewords() * sizes.codeword_width() * sizeof(float);
  const size_t hash_and_weight = sizeof(uint32_t) + 1;
  return sizes.count * (sizes.codes + hash_and_weight) + codebooks + sizes.width * sizeof(float) +
         kSegments * kBytesAroundASegment;
}

void TakeCommonAway(std::span<float> rows, size_t width) {
  KnownRows known(rows, width);
  known.Scale();
  known.TakeMeanAway();
  if (width >= kLeastWidthOfACommonDirection) {
    for (size_t i = 0; i < (width + 99) / 100; ++i) known.TakeMainDirectionAway();
  }
  known.MakeUnits();
}

WordCodes EncodeWords(std::span<const float> rows, const WordVectorsSpec& sizes) {
  const size_t n = sizes.count, m = sizes.codes, k = sizes.codewords();
  const size_t s = sizes.codeword_width();
  std::vector<size_t> all(n);
  for (size_t i = 0; i < n; ++i) all[i] = i;
  const std::vector<size_t> sample = SampleRows(n);
  WordCodes encoded{std::vector<uint8_t>(n * m), {}};
  encoded.codebooks.reserve(m * k * s);
  for (size_t j = 0; j < m; ++j) {
    const std::vector<float> part = PartOfRows(rows, sizes, j, all);
    const std::vector<float> centres =
        n == k ? part
               : FindCentres({PartOfRows(rows, sizes, j, sample), s}, k, kKMeansSteps, kSeed + j);
    for (size_t i = 0; i < n; ++i) {
      const size_t nearest = n == k ? i : NearestCentre(part.data() + i * s, {centres, s});
      encoded.codes[i * m + j] = static_cast<uint8_t>(nearest);
    }
    encoded.codebooks.insert(encoded.codebooks.end(), centres.begin(), centres.end());
  }
  return encoded;
}

}  // namespace tsugi
