// Added items through tsugi.h: for everybody, and of one session.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/native/c_api/golden_handle.h"

namespace tsugi {
namespace {

int32_t AddItem(tsugi_recommender* recommender, const std::string& id, const std::string& title,
                const std::string& attributes, int32_t* item = nullptr) {
  return tsugi_recommender_add_item(recommender, id.data(), id.size(), title.data(), title.size(),
                                    attributes.data(), attributes.size(), nullptr, 0, item);
}

/// Adds an item that says nothing of itself but vectors.
int32_t AddVectors(tsugi_recommender* recommender, const std::string& id,
                   const std::vector<float>& vectors, int32_t* item = nullptr) {
  return tsugi_recommender_add_item(recommender, id.data(), id.size(), nullptr, 0, nullptr, 0,
                                    vectors.data(), vectors.size(), item);
}

std::string Described(const tsugi_recommender* recommender, int32_t item) {
  const char* text = nullptr;
  size_t bytes = 0;
  EXPECT_EQ(tsugi_recommender_item(recommender, item, &text, &bytes), TSUGI_OK);
  return std::string(text, bytes);
}

std::vector<int32_t> EveryItem(tsugi_session* session) {
  std::vector<int32_t> items(10);
  std::vector<float> scores(10);
  int32_t count = 0;
  tsugi_recommend_options options;
  tsugi_options_init(TSUGI_RECOMMEND, &options);
  options.seen = TSUGI_SEEN_KEEP;
  EXPECT_EQ(tsugi_session_recommend(session, &options, items.data(), scores.data(), &count),
            TSUGI_OK);
  items.resize(static_cast<size_t>(count));
  std::sort(items.begin(), items.end());
  return items;
}

TEST(CApiItems, AreRankedNamedAndRemoved) {
  const GoldenHandle model("tower_i8");
  int32_t item = -1, count = 0;
  ASSERT_EQ(AddItem(model.recommender, "new", "Night train", "genres=Crime\nyear=2003", &item),
            TSUGI_OK)
      << tsugi_last_error();
  EXPECT_EQ(item, 5);
  EXPECT_EQ(AddVectors(model.recommender, "bare", {}), TSUGI_OK);
  EXPECT_EQ(Described(model.recommender, 5),
            R"({"id":"new","title":"Night train",)"
            R"("attributes":{"genres":["Crime"],"year":["2003"]}})");
  EXPECT_EQ(Described(model.recommender, 6), R"({"id":"bare","title":"","attributes":{}})");
  ASSERT_EQ(tsugi_recommender_item_count(model.recommender, &count), TSUGI_OK);
  EXPECT_EQ(count, 7);
  int32_t found = -1;
  EXPECT_EQ(tsugi_recommender_find_item(model.recommender, "new", 3, &found), TSUGI_OK);
  EXPECT_EQ(found, 5);
  ASSERT_EQ(Push(model.session, &item, 1), TSUGI_OK);
  EXPECT_EQ(EveryItem(model.session).size(), 7u);
  ASSERT_EQ(tsugi_recommender_remove_item(model.recommender, item), TSUGI_OK);
  EXPECT_EQ(EveryItem(model.session), (std::vector<int32_t>{0, 1, 2, 3, 4, 6}));
  EXPECT_EQ(tsugi_recommender_find_item(model.recommender, "new", 3, &found), TSUGI_NOT_FOUND);
  EXPECT_EQ(tsugi_recommender_remove_item(model.recommender, item), TSUGI_OUT_OF_RANGE);
  EXPECT_EQ(tsugi_recommender_remove_item(model.recommender, -1), TSUGI_OUT_OF_RANGE);
}

TEST(CApiItems, OfASessionAreItsOwn) {
  const GoldenHandle model("tower_i8");
  tsugi_session* other = nullptr;
  ASSERT_EQ(tsugi_session_create(model.recommender, &other), TSUGI_OK);
  int32_t item = -1, found = -1;
  ASSERT_EQ(
      tsugi_session_add_item(model.session, "mine", 4, "Private", 7, nullptr, 0, nullptr, 0, &item),
      TSUGI_OK);
  EXPECT_EQ(tsugi_session_find_item(model.session, "mine", 4, &found), TSUGI_OK);
  EXPECT_EQ(found, item);
  EXPECT_EQ(tsugi_session_find_item(other, "mine", 4, &found), TSUGI_NOT_FOUND);
  EXPECT_EQ(tsugi_recommender_find_item(model.recommender, "mine", 4, &found), TSUGI_NOT_FOUND);
  EXPECT_EQ(EveryItem(model.session).back(), item);
  EXPECT_EQ(EveryItem(other).size(), 5u);
  const int32_t known_first[] = {0, item};
  int32_t events = -1;
  EXPECT_EQ(Push(other, known_first, 2), TSUGI_OUT_OF_RANGE);
  EXPECT_EQ(tsugi_session_rollback(other, 0, &events), TSUGI_OK);
  EXPECT_EQ(events, 0) << "all or nothing";
  ASSERT_EQ(tsugi_session_remove_item(model.session, item), TSUGI_OK);
  EXPECT_EQ(tsugi_session_find_item(model.session, "mine", 4, &found), TSUGI_NOT_FOUND);
  tsugi_session_destroy(other);
}

TEST(CApiItems, ErrorsSayWhatIsWrong) {
  const GoldenHandle model("tower_i8"), plain;
  EXPECT_EQ(AddItem(model.recommender, "B00-1", "", ""), TSUGI_INVALID_ARGUMENT);
  ExpectLastErrorHas("item 'B00-1': already in the catalogue");
  EXPECT_EQ(AddItem(model.recommender, "new", "", "crime"), TSUGI_INVALID_ARGUMENT);
  ExpectLastErrorHas("attribute 'crime': expected field=value");
  EXPECT_EQ(AddItem(model.recommender, "", "", ""), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_recommender_add_item(model.recommender, nullptr, 3, nullptr, 0, nullptr, 0,
                                       nullptr, 0, nullptr),
            TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(AddItem(nullptr, "new", "", ""), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(AddItem(plain.recommender, "new", "", ""), TSUGI_UNSUPPORTED);
  ExpectLastErrorHas("no item tower");
  int32_t count = 0;
  ASSERT_EQ(tsugi_recommender_item_count(model.recommender, &count), TSUGI_OK);
  EXPECT_EQ(count, 5);
  const char* text = nullptr;
  size_t bytes = 0;
  for (const int32_t item : {-1, 5, INT32_MAX}) {
    EXPECT_EQ(tsugi_recommender_item(model.recommender, item, &text, &bytes), TSUGI_OUT_OF_RANGE)
        << item;
  }
  EXPECT_EQ(tsugi_recommender_item(nullptr, 0, &text, &bytes), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_recommender_item(model.recommender, 0, nullptr, &bytes), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_recommender_item(model.recommender, 0, &text, nullptr), TSUGI_INVALID_ARGUMENT);
}

TEST(CApiItems, AreDescribedByField) {
  const GoldenHandle model("tower_i8"), bare("sasrec_i8");
  ASSERT_EQ(AddItem(model.recommender, "a\"b", "", "year=1\ngenres=Crime\n=odd\nyear=2"),
            TSUGI_INVALID_ARGUMENT);
  ASSERT_EQ(AddItem(model.recommender, "a\"b", "", "year=1\ngenres=Crime\nyear=2"), TSUGI_OK);
  EXPECT_EQ(Described(model.recommender, 5),
            R"({"id":"a\"b","title":"","attributes":{"genres":["Crime"],"year":["1","2"]}})");
  EXPECT_EQ(Described(bare.recommender, 3), R"({"id":"3","attributes":{}})");
}

TEST(CApiItems, BringVectorsOfTheModalitiesInTheirOrder) {
  const GoldenHandle model("vectors_i8");  // image 3, text 2
  int32_t item = -1, own = -1;
  ASSERT_EQ(AddVectors(model.recommender, "both", {1, 0, 2, 1, -1}, &item), TSUGI_OK)
      << tsugi_last_error();
  ASSERT_EQ(AddVectors(model.recommender, "longer", {10, 0, 20, 0.5f, -0.5f}), TSUGI_OK);
  ASSERT_EQ(AddVectors(model.recommender, "one", {1, 0, 2, NAN, 0}), TSUGI_OK);
  ASSERT_EQ(AddVectors(model.recommender, "none", {}), TSUGI_OK);
  const float vectors[] = {1, 0, 2, 1, -1};
  ASSERT_EQ(
      tsugi_session_add_item(model.session, "mine", 4, nullptr, 0, nullptr, 0, vectors, 5, &own),
      TSUGI_OK);
  ASSERT_EQ(Push(model.session, &item, 1), TSUGI_OK);
  std::vector<int32_t> items(10);
  std::vector<float> scores(10);
  int32_t count = 0;
  tsugi_recommend_options options;
  tsugi_options_init(TSUGI_RECOMMEND, &options);
  options.seen = TSUGI_SEEN_KEEP;
  ASSERT_EQ(tsugi_session_recommend(model.session, &options, items.data(), scores.data(), &count),
            TSUGI_OK);
  ASSERT_EQ(count, 10);
  const auto score = [&](int32_t sought) {
    return scores[static_cast<size_t>(std::find(items.begin(), items.end(), sought) -
                                      items.begin())];
  };
  EXPECT_EQ(score(item), score(item + 1)) << "the length of a vector does not count";
  EXPECT_EQ(score(item), score(own));
  EXPECT_NE(score(item), score(item + 2));
  EXPECT_NE(score(item), score(item + 3));
  EXPECT_NE(score(item + 2), score(item + 3));
}

TEST(CApiItems, WrongVectorsAreErrorsThatNameTheModalities) {
  const GoldenHandle model("vectors_i8"), words("tower_i8"), plain;
  EXPECT_EQ(AddVectors(model.recommender, "new", {1, 2, 3}), TSUGI_INVALID_ARGUMENT);
  ExpectLastErrorHas(
      "vectors: 3 numbers, expected 5 for the modalities of the model: image 3, text 2");
  EXPECT_EQ(AddVectors(model.recommender, "new", {1, 2, 3, 4, NAN}), TSUGI_INVALID_ARGUMENT);
  ExpectLastErrorHas("vectors: 5 numbers, not all finite");
  EXPECT_EQ(AddVectors(words.recommender, "new", {1}), TSUGI_INVALID_ARGUMENT);
  ExpectLastErrorHas("vectors: 1 numbers, expected 0");
  EXPECT_EQ(AddVectors(plain.recommender, "new", {1}), TSUGI_UNSUPPORTED);
  EXPECT_EQ(tsugi_recommender_add_item(model.recommender, "new", 3, nullptr, 0, nullptr, 0, nullptr,
                                       5, nullptr),
            TSUGI_INVALID_ARGUMENT);
  ExpectLastErrorHas("vectors: NULL");
  int32_t count = 0;
  ASSERT_EQ(tsugi_recommender_item_count(model.recommender, &count), TSUGI_OK);
  EXPECT_EQ(count, 5);
}

TEST(CApiItems, APushRefusesValuesThatASavedSessionMayNotHold) {
  const GoldenHandle model("tower_i8");
  const int32_t item = 1;
  for (const float value : {INFINITY, -INFINITY, -0.5f}) {
    EXPECT_EQ(tsugi_session_push(model.session, &item, nullptr, nullptr, &value, 1, nullptr),
              TSUGI_INVALID_ARGUMENT);
    ExpectLastErrorHas("values[0]");
  }
}

}  // namespace
}  // namespace tsugi
