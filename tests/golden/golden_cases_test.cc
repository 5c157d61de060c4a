#include "tests/golden/golden_cases.h"

#include <gtest/gtest.h>

#include <string>

#include "native/model/model_file.h"
#include "tests/golden/golden_models.h"

namespace tsugi {
namespace {

class GoldenCases : public testing::TestWithParam<std::string_view> {
 protected:
  void ExpectAnswers(Feed feed) {
    const GoldenCaseFile file = LoadGoldenCases(GetParam());
    ASSERT_EQ(file.model, GetParam());
    ASSERT_GE(file.cases.size(), 6u);
    const auto model = LoadModelFile(GoldenModelPath(GetParam()));
    ASSERT_TRUE(model.ok()) << model.status().message();
    const auto recommender = Recommender::Create(model->view());
    ASSERT_TRUE(recommender.ok()) << recommender.status().message();
    for (const GoldenCase& golden : file.cases) {
      SCOPED_TRACE(golden.name);
      const auto list = Ask(**recommender, golden, feed);
      ASSERT_TRUE(list.ok()) << list.status().message();
      ASSERT_EQ(list->size(), golden.items.size());
      for (size_t i = 0; i < golden.items.size(); ++i) {
        EXPECT_EQ((*list)[i].item_index, golden.items[i]) << "rank " << i;
        EXPECT_NEAR((*list)[i].score, golden.scores[i], golden.tolerance) << "rank " << i;
      }
    }
  }
};

TEST_P(GoldenCases, GiveTheStoredListsEventByEvent) { ExpectAnswers(Feed::kPush); }
TEST_P(GoldenCases, GiveTheStoredListsForAWholeSession) { ExpectAnswers(Feed::kAssign); }

INSTANTIATE_TEST_SUITE_P(V1, GoldenCases, testing::ValuesIn(GoldenModelNames()),
                         [](const auto& name) { return std::string(name.param); });

}  // namespace
}  // namespace tsugi
