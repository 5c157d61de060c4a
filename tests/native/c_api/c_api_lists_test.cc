// Lists, likeness, shelves and events through the C ABI, and codes for every hostile argument.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "tests/native/c_api/golden_handle.h"

namespace tsugi {
namespace {

TEST(CApiLists, RecommendRefusesNullPointers) {
  const GoldenHandle model;
  int32_t items[10], count = 0;
  float scores[10];
  EXPECT_EQ(tsugi_session_recommend(nullptr, nullptr, items, scores, &count),
            TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_session_recommend(model.session, nullptr, nullptr, scores, &count),
            TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_session_recommend(model.session, nullptr, items, nullptr, &count),
            TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_session_recommend(model.session, nullptr, items, scores, nullptr),
            TSUGI_INVALID_ARGUMENT);
}

TEST(CApiLists, EventsAreThoseThatWerePushed) {
  const GoldenHandle model("context_i8");
  const int32_t items[] = {3, 1, 4}, actions[] = {1, TSUGI_ACTION_DISLIKE, 0};
  const double times[] = {100, 0, 200};
  const float values[] = {2.5f, std::nanf(""), std::nanf("")};
  ASSERT_EQ(tsugi_session_push(model.session, items, times, actions, values, 3, nullptr), TSUGI_OK);
  int32_t all = 0;
  ASSERT_EQ(tsugi_session_events(model.session, nullptr, nullptr, nullptr, nullptr, 0, &all),
            TSUGI_OK);
  ASSERT_EQ(all, 3);
  int32_t read_items[2] = {}, read_actions[2] = {};
  double read_times[2] = {};
  float read_values[2] = {};
  ASSERT_EQ(tsugi_session_events(model.session, read_items, read_times, read_actions, read_values,
                                 2, nullptr),
            TSUGI_OK);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(read_items[i], items[i + 1]);
    EXPECT_EQ(read_times[i], times[i + 1]);
    EXPECT_EQ(read_actions[i], actions[i + 1]);
    EXPECT_TRUE(std::isnan(read_values[i]));
  }
  float all_values[3] = {};
  ASSERT_EQ(tsugi_session_events(model.session, nullptr, nullptr, nullptr, all_values, 3, nullptr),
            TSUGI_OK);
  EXPECT_EQ(all_values[0], 2.5f);
  EXPECT_EQ(tsugi_session_events(model.session, read_items, nullptr, nullptr, nullptr, 4, &all),
            TSUGI_OUT_OF_RANGE);
  EXPECT_EQ(tsugi_session_events(model.session, read_items, nullptr, nullptr, nullptr, -1, &all),
            TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_session_events(nullptr, read_items, nullptr, nullptr, nullptr, 1, &all),
            TSUGI_INVALID_ARGUMENT);
}

TEST(CApiLists, SimilarItemsAreRankedByCosine) {
  const GoldenHandle model;
  const int32_t items[] = {2, 4}, bad[] = {5};
  int32_t found[5], count = -1;
  float cosines[5];
  const auto similar = [&](const int32_t* to, int32_t to_count) {
    return tsugi_recommender_similar(model.recommender, to, to_count, nullptr, found, cosines,
                                     &count);
  };
  ASSERT_EQ(similar(items, 2), TSUGI_OK);
  ASSERT_EQ(count, 3);
  for (int32_t i = 0; i < count; ++i) {
    EXPECT_TRUE(found[i] != 2 && found[i] != 4);
    EXPECT_LE(std::fabs(cosines[i]), 1.001f);
    EXPECT_LE(cosines[i], cosines[std::max(i - 1, 0)]);
  }
  EXPECT_EQ(similar(bad, 1), TSUGI_OUT_OF_RANGE);
  EXPECT_EQ(similar(items, 0), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(similar(items, -1), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(similar(nullptr, 1), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_recommender_similar(nullptr, items, 1, nullptr, found, cosines, &count),
            TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(
      tsugi_recommender_similar(model.recommender, items, 1, nullptr, nullptr, cosines, &count),
      TSUGI_INVALID_ARGUMENT);
}

TEST(CApiLists, ShelvesHoldNoItemTwice) {
  const GoldenHandle model("counted_i8");
  const int32_t item = 1;
  ASSERT_EQ(Push(model.session, &item, 1), TSUGI_OK);
  tsugi_shelf shelves[6];
  int32_t items[6], count = -1;
  float scores[6];
  ASSERT_EQ(tsugi_session_shelves(model.session, 6, 1, nullptr, shelves, items, scores, &count),
            TSUGI_OK);
  ASSERT_GE(count, 2);
  EXPECT_EQ(shelves[0].kind, TSUGI_SHELF_FOR_YOU);
  EXPECT_EQ(shelves[0].subject, -1);
  EXPECT_EQ(shelves[1].kind, TSUGI_SHELF_LIKE);
  EXPECT_EQ(shelves[1].subject, 1);
  std::set<int32_t> all;
  int32_t at = 0;
  for (int32_t row = 0; row < count; ++row) {
    for (int32_t i = 0; i < shelves[row].item_count; ++i) all.insert(items[at++]);
  }
  EXPECT_EQ(all.size(), static_cast<size_t>(at));
  for (const auto& [rows, per_row] : {std::pair(0, 1), {1, 0}, {-1, 1}, {1, INT32_MAX}}) {
    EXPECT_EQ(tsugi_session_shelves(model.session, rows, per_row, nullptr, shelves, items, scores,
                                    &count),
              TSUGI_INVALID_ARGUMENT);
  }
  EXPECT_EQ(tsugi_session_shelves(nullptr, 1, 1, nullptr, shelves, items, scores, &count),
            TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_session_shelves(model.session, 1, 1, nullptr, nullptr, items, scores, &count),
            TSUGI_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace tsugi
