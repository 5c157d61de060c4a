#include "native/studies/staleness.h"

#include <gtest/gtest.h>

#include "tests/native/eval/small_model.h"
#include "tests/native/train/tiny_dataset.h"

namespace tsugi {
namespace {

constexpr int64_t kHour = 3600;

TEST(StaleHistory, EndsWithTheLastEventThatIsOldEnough) {
  const std::vector<int64_t> times = {10, 20, 30, 30, 40};
  EXPECT_EQ(StaleHistory(times, 4, 0), 4u);
  EXPECT_EQ(StaleHistory(times, 4, 10), 4u);  // exactly as old counts
  EXPECT_EQ(StaleHistory(times, 4, 11), 2u);
  EXPECT_EQ(StaleHistory(times, 4, 30), 1u);
  EXPECT_EQ(StaleHistory(times, 4, 31), 0u);
  EXPECT_EQ(StaleHistory(times, 3, 0), 3u);  // all before it, although one shares its time
  EXPECT_EQ(StaleHistory(times, 3, 1), 2u);
}

TEST(ParseDuration, ReadsTimesWithAUnit) {
  EXPECT_EQ(ParseDuration("90"), 90);
  EXPECT_EQ(ParseDuration("90s"), 90);
  EXPECT_EQ(ParseDuration("5m"), 300);
  EXPECT_EQ(ParseDuration("2d"), 2 * 86400);
  EXPECT_EQ(ParseDuration("1w"), 7 * 86400);
  for (const char* text : {"", "h", "-1", "1y", "1hh", "99999999999999"}) {
    EXPECT_FALSE(ParseDuration(text)) << text;
  }
}

TEST(NextSet, HoldsWhatIsTakenFromTheTargetsTimeOn) {
  const std::vector<int64_t> times = {10, 20, 30, 30, 40, 90};
  EXPECT_EQ(NextSet(times, 3, 1, 20), (std::vector<uint32_t>{2, 3, 4}));
  EXPECT_EQ(NextSet(times, 3, 3, 20), (std::vector<uint32_t>{3, 4}));  // 2 is in the history
  EXPECT_EQ(NextSet(times, 3, 1, 60), (std::vector<uint32_t>{2, 3, 4, 5}));
  EXPECT_EQ(NextSet(times, 3, 1, 0), (std::vector<uint32_t>{2, 3}));
}

/// Users with events at hours 0, 10 and 11; one whose events are all within an hour.
class StalenessTest : public testing::Test {
 protected:
  const TinyDataset log_{{"u a b c", "v b c d", "w c d a"},
                         {"u 3600 39600 43200", "v 3600 39600 43200", "w 3600 3660 3720"}};
  /// Items a, b, c, d are scored by 4, 3, 2, 1 after every history.
  const ModelData model_ = MakeConstantModel({4, 3, 2, 1}, log_.dataset().item_ids());
};

TEST_F(StalenessTest, LeavesOutOfTheListWhatItsOwnHistoryHolds) {
  const auto curve = MeasureStaleness(model_.View(), log_.dataset(), {.delays_s = {0, 2 * kHour}});
  ASSERT_TRUE(curve.ok()) << curve.status().message();
  EXPECT_EQ(curve->cases, 2u);  // w has no event two hours before its target
  EXPECT_EQ(curve->left_out_cases, 1u);
  // Fresh: u has seen a b and wants c, which is first; v has seen b c and wants d, second after a.
  EXPECT_NEAR(MeansOf(curve->points[0])[0], (1.0 + 0.5) / 2, 1e-12);
  // Two hours old: u has seen a and wants c, second after b; v has seen b, wants d: a c d.
  const double stale = (1.0 / 2 + 1.0 / 3) / 2;
  EXPECT_NEAR(MeansOf(curve->points[1])[0], stale, 1e-12);
  EXPECT_LE(BootstrapIntervals(curve->points[1], {})[0].low, stale);
  EXPECT_GE(BootstrapIntervals(curve->points[1], {})[0].high, stale);
}

TEST_F(StalenessTest, ADelayOfZeroIsTheUsualEvaluation) {
  const auto kept =
      MeasureStaleness(model_.View(), log_.dataset(), {.delays_s = {0}, .filter_seen = false});
  ASSERT_TRUE(kept.ok());
  EXPECT_EQ(kept->cases, 3u);
  const auto means = MeansOf(kept->points[0]);
  EXPECT_NEAR(means[0], (1.0 / 3 + 1.0 / 4 + 1.0) / 3, 1e-12);
  EXPECT_NEAR(means[1], means[0], 1e-12);  // sets of the target alone
}

TEST_F(StalenessTest, SaysWhatIsMissing) {
  const auto code = [&](std::vector<int64_t> delays) {
    return MeasureStaleness(model_.View(), log_.dataset(), {.delays_s = std::move(delays)})
        .status()
        .code();
  };
  EXPECT_EQ(code({}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({2, 1}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({-1}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({1000 * kHour}), StatusCode::kInvalidArgument);  // nobody's log is that long
}

}  // namespace
}  // namespace tsugi
