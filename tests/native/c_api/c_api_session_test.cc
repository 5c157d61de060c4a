// Sessions through the C ABI: the same lists as the engine, and codes for every hostile argument.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "native/model/model_file.h"
#include "tests/golden/golden_models.h"
#include "tests/native/c_api/golden_handle.h"

namespace tsugi {
namespace {

struct List {
  int32_t code = -1;
  std::vector<int32_t> items;
  std::vector<float> scores;
};

List Recommend(tsugi_session* session, const tsugi_recommend_options* options, size_t room = 5) {
  List list{-1, std::vector<int32_t>(room, -7), std::vector<float>(room, -7.0f)};
  int32_t count = -7;
  list.code =
      tsugi_session_recommend(session, options, list.items.data(), list.scores.data(), &count);
  if (list.code != TSUGI_OK) {
    EXPECT_EQ(count, -7);
    EXPECT_EQ(list.items, std::vector<int32_t>(room, -7));
    count = 0;
  }
  list.items.resize(count);
  list.scores.resize(count);
  return list;
}

int32_t SeenOf(const std::string& name) {
  if (name == "keep") return TSUGI_SEEN_KEEP;
  return name == "filter" ? TSUGI_SEEN_FILTER : TSUGI_SEEN_MODEL_DEFAULT;
}

int32_t RankingOf(const std::string& name) {
  if (name == "generated") return TSUGI_RANK_GENERATED;
  if (name == "parallel") return TSUGI_RANK_PARALLEL;
  if (name == "words") return TSUGI_RANK_WORDS;
  return name == "fused" ? TSUGI_RANK_FUSED : TSUGI_RANK_ITEM_TABLE;
}

int32_t AddItem(tsugi_session* session, const GoldenItem& item) {
  std::string lines;
  for (const std::string& attribute : item.attributes) lines += attribute + "\n";
  return tsugi_session_add_item(session, item.id.data(), item.id.size(), item.title.data(),
                                item.title.size(), lines.data(), lines.size(), item.vectors.data(),
                                item.vectors.size(), nullptr);
}

void ExpectGoldenAnswer(const GoldenHandle& model, const GoldenCase& golden, bool all_at_once) {
  SCOPED_TRACE(golden.name);
  tsugi_session* session = nullptr;
  ASSERT_EQ(tsugi_session_create(model.recommender, &session), TSUGI_OK);
  if (golden.added) {
    ASSERT_EQ(AddItem(session, *golden.added), TSUGI_OK);
  }
  const std::vector<int32_t> history(golden.history.begin(), golden.history.end());
  const std::vector<int32_t> exclude(golden.exclude.begin(), golden.exclude.end());
  const size_t step = all_at_once ? std::max<size_t>(history.size(), 1) : 1;
  for (size_t i = 0; i < history.size(); i += step) {
    int32_t held = 0;
    ASSERT_EQ(Push(session, &history[i], static_cast<int32_t>(step), &held), TSUGI_OK);
    EXPECT_EQ(held, static_cast<int32_t>(i + step));
  }
  for (const uint32_t disliked : golden.dislikes) {
    const auto item = static_cast<int32_t>(disliked);
    const int32_t action = TSUGI_ACTION_DISLIKE;
    ASSERT_EQ(tsugi_session_push(session, &item, nullptr, &action, nullptr, 1, nullptr), TSUGI_OK);
  }
  tsugi_recommend_options options = DefaultOptions();
  options.popularity = golden.popularity;
  options.k = static_cast<int32_t>(golden.k);
  options.seen = SeenOf(golden.seen);
  options.exclude = exclude.data();
  options.exclude_count = static_cast<int32_t>(exclude.size());
  options.ranking = RankingOf(golden.ranking);
  options.query = golden.query.data();
  options.query_bytes = static_cast<int32_t>(golden.query.size());
  const List list = Recommend(session, &options, 6);
  ASSERT_EQ(list.code, TSUGI_OK) << tsugi_last_error();
  EXPECT_EQ(list.items, std::vector<int32_t>(golden.items.begin(), golden.items.end()));
  for (size_t i = 0; i < list.scores.size(); ++i) {
    EXPECT_NEAR(list.scores[i], golden.scores[i], golden.tolerance);
  }
  tsugi_session_destroy(session);
}

TEST(CApiSession, GivesTheGoldenLists) {
  for (const std::string_view name : GoldenModelNames()) {
    const ModelCases file = LoadGoldenCases(name);
    const GoldenHandle model{std::string(name)};
    for (const GoldenCase& golden : file.cases) {
      ExpectGoldenAnswer(model, golden, false);
      ExpectGoldenAnswer(model, golden, true);
    }
  }
}

TEST(CApiSession, ReadsActionsAndValuesWhereTheModelDoes) {
  const int32_t items[] = {2, 0}, actions[] = {0, 2}, unknown[] = {0, 9};
  const float values[] = {NAN, 30.0f};
  const auto scores = [&](const char* name, const int32_t* acts, const float* vals) {
    const GoldenHandle model(name);
    EXPECT_EQ(tsugi_session_push(model.session, items, nullptr, acts, vals, 2, nullptr), TSUGI_OK);
    return Recommend(model.session, nullptr).scores;
  };
  const auto base = scores("context_i8", nullptr, nullptr);
  EXPECT_NE(scores("context_i8", actions, nullptr), base);
  EXPECT_NE(scores("context_i8", nullptr, values), base);
  EXPECT_EQ(scores("context_i8", unknown, nullptr), base) << "the model has two actions";
  EXPECT_EQ(scores("timed_i8", actions, values), scores("timed_i8", nullptr, nullptr));
  const GoldenHandle model("context_i8");
  const int32_t wrong[] = {1, -1};
  EXPECT_EQ(tsugi_session_push(model.session, items, nullptr, wrong, nullptr, 2, nullptr),
            TSUGI_INVALID_ARGUMENT);
  EXPECT_NE(std::string(tsugi_last_error()).find("actions[1]: -1"), std::string::npos);
  const uint64_t* offsets = nullptr;
  const char* text = nullptr;
  int32_t count = 0;
  ASSERT_EQ(
      tsugi_recommender_strings(model.recommender, TSUGI_ACTION_NAMES, &offsets, &text, &count),
      TSUGI_OK);
  ASSERT_EQ(count, 2);
  EXPECT_EQ(std::string(text, offsets[2]), "buyview");
}

TEST(CApiSession, IntentIsOfTheLabelsThatTheModelNames) {
  const GoldenHandle model("intent_i8");
  const uint64_t* offsets = nullptr;
  const char* text = nullptr;
  int32_t labels = 0;
  ASSERT_EQ(
      tsugi_recommender_strings(model.recommender, TSUGI_INTENT_LABELS, &offsets, &text, &labels),
      TSUGI_OK);
  ASSERT_EQ(labels, 5);
  EXPECT_EQ(std::string(text, offsets[1]), "action=continue");
  const float *probabilities = nullptr, *weights = nullptr;
  int32_t label_count = -1, family_count = -1;
  const auto read = [&] {
    return tsugi_session_intent(model.session, &probabilities, &label_count, &weights,
                                &family_count);
  };
  ASSERT_EQ(read(), TSUGI_OK);
  EXPECT_EQ(label_count, 0) << "an empty session";
  EXPECT_EQ(probabilities, nullptr);
  const int32_t item = 2;
  ASSERT_EQ(Push(model.session, &item, 1), TSUGI_OK);
  ASSERT_EQ(read(), TSUGI_OK);
  ASSERT_EQ(label_count, 5);
  ASSERT_EQ(family_count, 2);
  EXPECT_NEAR(probabilities[0] + probabilities[1] + probabilities[2], 1.0f, 1e-5f);
  EXPECT_NEAR(probabilities[3] + probabilities[4], 1.0f, 1e-5f);
  EXPECT_NEAR(weights[0] + weights[1], 1.0f, 1e-5f);
}

TEST(CApiSession, IntentIsUnsupportedByAModelWithoutThePart) {
  const GoldenHandle model("gated_i8");
  const float *probabilities = nullptr, *weights = nullptr;
  int32_t labels = 7, families = 7;
  EXPECT_EQ(tsugi_session_intent(model.session, &probabilities, &labels, &weights, &families),
            TSUGI_UNSUPPORTED);
  ExpectLastErrorHas("--preset intent");
  EXPECT_EQ(labels, 7);
  EXPECT_EQ(tsugi_session_intent(model.session, nullptr, &labels, &weights, &families),
            TSUGI_INVALID_ARGUMENT);
}

TEST(CApiSession, ExplainsItemsByAnEventAndAFamilyOfIntents) {
  for (const bool has_intents : {true, false}) {
    const GoldenHandle model(has_intents ? "intent_i8" : "gated_i8");
    const int32_t events[] = {2, 1}, items[] = {0, 4};
    tsugi_reason reasons[2] = {};
    ASSERT_EQ(tsugi_session_explain(model.session, items, 2, 0, reasons), TSUGI_OK);
    EXPECT_EQ(reasons[1].event, -1) << "the session is empty";
    EXPECT_EQ(reasons[1].family, -1);
    ASSERT_EQ(Push(model.session, events, 2), TSUGI_OK);
    ASSERT_EQ(tsugi_session_explain(model.session, items, 2, 0, reasons), TSUGI_OK);
    for (const tsugi_reason& reason : reasons) {
      ASSERT_TRUE(reason.event == 0 || reason.event == 1);
      EXPECT_EQ(reason.event_item, events[reason.event]);
      EXPECT_TRUE(reason.event_share >= 0.0f && reason.event_share <= 1.0f);
      EXPECT_EQ(reason.family >= 0, has_intents);
    }
    tsugi_reason exact[2] = {};
    ASSERT_EQ(tsugi_session_explain(model.session, items, 2, 1, exact), TSUGI_OK);
    for (const tsugi_reason& reason : exact) EXPECT_EQ(reason.event_item, events[reason.event]);
    EXPECT_EQ(exact[1].family_effect, reasons[1].family_effect);
    const int32_t unknown[] = {0, 99};
    EXPECT_EQ(tsugi_session_explain(model.session, unknown, 2, 0, reasons), TSUGI_OUT_OF_RANGE);
    EXPECT_EQ(tsugi_session_explain(model.session, items, -1, 0, reasons), TSUGI_INVALID_ARGUMENT);
    EXPECT_EQ(tsugi_session_explain(model.session, items, 2, 0, nullptr), TSUGI_INVALID_ARGUMENT);
    EXPECT_EQ(tsugi_session_explain(nullptr, items, 2, 0, reasons), TSUGI_INVALID_ARGUMENT);
  }
}

TEST(CApiSession, PushIsAllOrNothing) {
  const GoldenHandle model;
  const int32_t good[] = {1, 2};
  int32_t held = 0;
  ASSERT_EQ(Push(model.session, good, 2, &held), TSUGI_OK);
  const List before = Recommend(model.session, nullptr);
  for (const int32_t bad : {5, -1, INT32_MAX, INT32_MIN}) {
    const int32_t items[] = {3, bad};
    EXPECT_EQ(Push(model.session, items, 2, &held), TSUGI_OUT_OF_RANGE);
    ExpectLastErrorHas("items[1]: item " + std::to_string(bad) + ", expected 0 .. 4");
  }
  ASSERT_EQ(Push(model.session, nullptr, 0, &held), TSUGI_OK);
  EXPECT_EQ(held, 2);
  const List after = Recommend(model.session, nullptr);
  EXPECT_EQ(after.items, before.items);
  EXPECT_EQ(after.scores, before.scores);
}

TEST(CApiSession, PushRefusesWhatIsNoTime) {
  const GoldenHandle model;
  const int32_t items[] = {0, 1};
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double bad : {std::nan(""), kInfinity, -kInfinity, 1e300, -1e17}) {
    const double times[] = {0.0, bad};
    EXPECT_EQ(tsugi_session_push(model.session, items, times, nullptr, nullptr, 2, nullptr),
              TSUGI_INVALID_ARGUMENT);
    ExpectLastErrorHas("times_s[1]");
  }
  const double times[] = {1700000000.5, 0.0};  // older than its predecessor: no time passed
  EXPECT_EQ(tsugi_session_push(model.session, items, times, nullptr, nullptr, 2, nullptr),
            TSUGI_OK);
}

TEST(CApiSession, PushRefusesNegativeCountsAndNull) {
  const GoldenHandle model;
  const int32_t item = 0;
  EXPECT_EQ(Push(nullptr, &item, 1), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(Push(model.session, nullptr, 1), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(Push(model.session, &item, -1), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(Push(model.session, &item, INT32_MIN), TSUGI_INVALID_ARGUMENT);
}

TEST(CApiSession, RecommendRefusesWrongOptions) {
  const GoldenHandle model;
  const auto expect = [&](tsugi_recommend_options options, int32_t code, const char* text) {
    EXPECT_EQ(Recommend(model.session, &options).code, code) << text;
    ExpectLastErrorHas(text);
  };
  const int32_t bad[] = {0, 5};
  auto options = DefaultOptions();
  options.k = 0;
  expect(options, TSUGI_INVALID_ARGUMENT, "options.k: 0");
  options.k = INT32_MIN;
  expect(options, TSUGI_INVALID_ARGUMENT, "options.k: -2147483648");
  options = DefaultOptions();
  options.seen = 3;
  expect(options, TSUGI_INVALID_ARGUMENT, "options.seen: 3");
  options = DefaultOptions();
  options.exclude = bad;
  options.exclude_count = 2;
  expect(options, TSUGI_OUT_OF_RANGE, "options.exclude[1]: item 5");
  options.exclude_count = -2;
  expect(options, TSUGI_INVALID_ARGUMENT, "options.exclude_count: -2");
  options.exclude = nullptr;
  options.exclude_count = 1;
  expect(options, TSUGI_INVALID_ARGUMENT, "options.exclude: NULL");
}

TEST(CApiSession, RecommendRefusesOptionsOfAnotherLibrary) {
  const GoldenHandle model;
  for (const uint32_t size :
       {0u, 4u, static_cast<uint32_t>(sizeof(tsugi_recommend_options)) + 4u, UINT32_MAX}) {
    auto options = DefaultOptions();
    options.struct_size = size;
    EXPECT_EQ(Recommend(model.session, &options).code, TSUGI_INVALID_ARGUMENT);
    ExpectLastErrorHas("tsugi_options_init");
  }
}

TEST(CApiSession, WritesNoMoreThanTheCatalogueHolds) {
  const GoldenHandle model;
  auto options = DefaultOptions();
  options.k = INT32_MAX;
  options.seen = TSUGI_SEEN_KEEP;
  const List list = Recommend(model.session, &options, 5);
  EXPECT_EQ(list.code, TSUGI_OK);
  EXPECT_EQ(list.items.size(), 5u);
}

TEST(CApiSession, RollbackGivesTheListsFromBefore) {
  const GoldenHandle model;
  const int32_t items[] = {3, 1, 2};
  int32_t held = 0;
  ASSERT_EQ(Push(model.session, items, 1, &held), TSUGI_OK);
  const List before = Recommend(model.session, nullptr);
  for (int i = 1; i < 3; ++i) {
    ASSERT_EQ(Push(model.session, &items[i], 1, &held), TSUGI_OK);
  }
  ASSERT_EQ(tsugi_session_rollback(model.session, 2, &held), TSUGI_OK);
  EXPECT_EQ(held, 1);
  EXPECT_EQ(Recommend(model.session, nullptr).scores, before.scores);
  EXPECT_EQ(tsugi_session_rollback(model.session, 2, &held), TSUGI_OUT_OF_RANGE);
  EXPECT_EQ(tsugi_session_rollback(model.session, -1, &held), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_session_rollback(nullptr, 0, &held), TSUGI_INVALID_ARGUMENT);
}

TEST(CApiSession, ASavedSessionGoesOnInAnotherOne) {
  const GoldenHandle model, again;
  const int32_t items[] = {3, 1};
  ASSERT_EQ(Push(model.session, items, 2), TSUGI_OK);
  size_t size = 0;
  ASSERT_EQ(tsugi_session_save(model.session, nullptr, 0, &size), TSUGI_OUT_OF_RANGE);
  std::vector<uint8_t> bytes(size);
  ASSERT_EQ(tsugi_session_save(model.session, bytes.data(), size, &size), TSUGI_OK);
  int32_t held = 0;
  ASSERT_EQ(tsugi_session_restore(again.session, bytes.data(), size, &held), TSUGI_OK);
  EXPECT_EQ(held, 2);
  EXPECT_EQ(Recommend(again.session, nullptr).scores, Recommend(model.session, nullptr).scores);
  bytes[size / 2] ^= 1;
  EXPECT_NE(tsugi_session_restore(again.session, bytes.data(), size, &held), TSUGI_OK);
  EXPECT_NE(tsugi_session_restore(again.session, bytes.data(), size - 1, &held), TSUGI_OK);
  EXPECT_EQ(Recommend(again.session, nullptr).scores, Recommend(model.session, nullptr).scores);
}

TEST(CApiSession, AllowsOnlyTheItemsListed) {
  const GoldenHandle model;
  const int32_t allowed[] = {4, 2};
  auto options = DefaultOptions();
  options.seen = TSUGI_SEEN_KEEP;
  options.allow = allowed;
  options.allow_count = 2;
  List list = Recommend(model.session, &options);
  std::sort(list.items.begin(), list.items.end());
  EXPECT_EQ(list.items, (std::vector<int32_t>{2, 4}));
  options.allow_count = 0;
  EXPECT_EQ(Recommend(model.session, &options).items.size(), 0u);
  const int32_t attribute[] = {0, TSUGI_END_CLAUSE};
  options = DefaultOptions();
  options.predicate = attribute;
  options.predicate_count = 2;
  EXPECT_EQ(Recommend(model.session, &options).code, TSUGI_OUT_OF_RANGE);  // it has no attributes
  options = DefaultOptions();
  options.diversity = 1.5f;
  EXPECT_EQ(Recommend(model.session, &options).code, TSUGI_INVALID_ARGUMENT);
}

TEST(CApiSession, ContinuesWithTheSameItemsForTheSameSeed) {
  const GoldenHandle model;
  const int32_t item = 3;
  ASSERT_EQ(Push(model.session, &item, 1), TSUGI_OK);
  const List before = Recommend(model.session, nullptr);
  tsugi_continue_options options;
  tsugi_options_init(TSUGI_CONTINUE, &options);
  options.n = 3;
  std::vector<int32_t> first(3, -1), second(3, -1);
  int32_t count = 0;
  ASSERT_EQ(tsugi_session_continue(model.session, &options, nullptr, first.data(), &count),
            TSUGI_OK);
  ASSERT_EQ(tsugi_session_continue(model.session, &options, nullptr, second.data(), &count),
            TSUGI_OK);
  EXPECT_EQ(count, 3);
  EXPECT_EQ(first, second);
  EXPECT_EQ(Recommend(model.session, nullptr).scores, before.scores);
  options.n = 0;
  EXPECT_EQ(tsugi_session_continue(model.session, &options, nullptr, first.data(), &count),
            TSUGI_INVALID_ARGUMENT);
  tsugi_options_init(TSUGI_CONTINUE, &options);
  options.top_p = std::nanf("");
  EXPECT_EQ(tsugi_session_continue(model.session, &options, nullptr, first.data(), &count),
            TSUGI_INVALID_ARGUMENT);
}

TEST(CApiSession, SessionsOfOneModelDoNotMix) {
  const GoldenHandle model;
  tsugi_session* other = nullptr;
  ASSERT_EQ(tsugi_session_create(model.recommender, &other), TSUGI_OK);
  const int32_t items[] = {3, 1};
  ASSERT_EQ(Push(model.session, &items[0], 1), TSUGI_OK);
  const List alone = Recommend(model.session, nullptr);
  ASSERT_EQ(Push(other, items, 2), TSUGI_OK);
  EXPECT_NE(Recommend(other, nullptr).scores, alone.scores);
  EXPECT_EQ(Recommend(model.session, nullptr).scores, alone.scores);
  tsugi_session_destroy(other);
}

TEST(CApiSession, CreateRefusesNullPointers) {
  const GoldenHandle model;
  tsugi_session* session = nullptr;
  EXPECT_EQ(tsugi_session_create(nullptr, &session), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_session_create(model.recommender, nullptr), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(session, nullptr);
}

}  // namespace
}  // namespace tsugi
