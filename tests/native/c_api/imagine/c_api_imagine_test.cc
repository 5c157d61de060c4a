#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/native/c_api/golden_handle.h"

namespace tsugi {
namespace {

using nlohmann::json;

class CApiImagine : public testing::Test {
 protected:
  int32_t Call(const tsugi_imagine_options* options) {
    const char* text = nullptr;
    size_t bytes = 0;
    const int32_t status = tsugi_session_imagine(golden_.session, options, &text, &bytes);
    if (status == TSUGI_OK) answer_ = json::parse(text, text + bytes);
    return status;
  }
  tsugi_imagine_options Defaults() {
    tsugi_imagine_options options;
    tsugi_options_init(TSUGI_IMAGINE, &options);
    return options;
  }

  GoldenHandle golden_{"imagine_i8"};
  json answer_;
};

TEST_F(CApiImagine, AnswersWithNamedConceptsTheSameForASeed) {
  ASSERT_EQ(Call(nullptr), TSUGI_OK) << tsugi_last_error();
  ASSERT_EQ(answer_["concepts"].size(), 4u);
  for (const json& made : answer_["concepts"]) {
    EXPECT_FALSE(made["title"].get<std::string>().empty());
    ASSERT_EQ(made["nearest"].size(), 3u);
    EXPECT_NEAR(made["novelty"].get<double>(), 1.0 - made["nearest"][0]["cosine"].get<double>(),
                2e-4);
    ASSERT_GE(made["attributes"].size(), 2u);  // two fields
    for (const json& attribute : made["attributes"]) {
      EXPECT_TRUE(attribute["field"] == "genres" || attribute["field"] == "year");
    }
  }
  const json first = answer_;
  auto options = Defaults();
  ASSERT_EQ(Call(&options), TSUGI_OK);
  EXPECT_EQ(answer_, first);
  options.seed = 2;
  ASSERT_EQ(Call(&options), TSUGI_OK);
  EXPECT_NE(answer_, first);
}

TEST_F(CApiImagine, AModelWithoutThePartSaysHowToGetOne) {
  GoldenHandle tower("tower_i8");
  const char* text = nullptr;
  size_t bytes = 0;
  EXPECT_EQ(tsugi_session_imagine(tower.session, nullptr, &text, &bytes), TSUGI_UNSUPPORTED);
  ExpectLastErrorHas("--preset imagine");
}

TEST_F(CApiImagine, RefusesWhatIsOutOfRange) {
  const auto with = [this](auto change) {
    auto options = Defaults();
    change(options);
    return Call(&options);
  };
  EXPECT_EQ(with([](auto& o) { o.n = 0; }), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(with([](auto& o) { o.n = -1; }), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(with([](auto& o) { o.rating = 3; }), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(with([](auto& o) { o.steps = 2000; }), TSUGI_INVALID_ARGUMENT);
  ExpectLastErrorHas("expected 1 to 1000");
  EXPECT_EQ(with([](auto& o) { o.guidance = 1e9f; }), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(with([](auto& o) { o.avoid_count = 1; }), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(with([](auto& o) { o.struct_size = 3; }), TSUGI_INVALID_ARGUMENT);
  static const int32_t unknown[] = {99};
  EXPECT_EQ(with([](auto& o) { o.avoid = unknown, o.avoid_count = 1; }), TSUGI_OUT_OF_RANGE);
  const char* text = nullptr;
  size_t bytes = 0;
  EXPECT_EQ(tsugi_session_imagine(nullptr, nullptr, &text, &bytes), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_session_imagine(golden_.session, nullptr, nullptr, &bytes),
            TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_session_imagine(golden_.session, nullptr, &text, nullptr),
            TSUGI_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace tsugi
