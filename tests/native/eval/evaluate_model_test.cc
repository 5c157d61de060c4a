#include "native/eval/evaluate_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/native/eval/small_model.h"
#include "tests/native/train/tiny_dataset.h"

namespace tsugi {
namespace {

/// Two users over four items whose first action has no name.
class SameItems : public testing::Test {
 protected:
  static ImportOptions WithActions() {
    ImportOptions options;
    options.event_reader.action_column = "action";
    return options;
  }
  Status Check(const std::vector<std::string>& actions) {
    model_.strings[kActionStrings] = {};
    for (const std::string& name : actions) model_.strings[kActionStrings].Append(name);
    model_.spec.action_count = static_cast<uint32_t>(actions.size());
    return CheckSameItems(model_.View(), log_.dataset());
  }

  const TinyDataset log_{WithActions(),
                         "user,item,time,action\nu,a,1,view\nu,b,2,buy\nu,c,3,\n"
                         "v,b,1,view\nv,c,2,view\nv,d,3,buy\n"};
  ModelData model_ = MakeConstantModel({4, 3, 2, 1}, log_.dataset().item_ids());
};

TEST_F(SameItems, AndTheSameActionsIfTheModelReadsThem) {
  EXPECT_EQ(log_.dataset().events().first_action, 0u);
  EXPECT_EQ(log_.dataset().events().At(2).action, 0u) << "without a name: unknown";
  EXPECT_EQ(log_.dataset().events().At(1).action, 1u) << "buy";
  EXPECT_TRUE(Check({}).ok());
  EXPECT_TRUE(Check({"buy", "view"}).ok());
  for (const auto& names :
       {std::vector<std::string>{"view"}, {"buy", "cart", "view"}, {"buy", "visit"}}) {
    const Status status = Check(names);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr("different actions"));
  }
}

TEST_F(SameItems, SaysWhichItemDiffers) {
  model_.strings[kItemIdStrings] = {};
  for (const char* id : {"a", "b", "x", "d"}) model_.strings[kItemIdStrings].Append(id);
  EXPECT_THAT(std::string(CheckSameItems(model_.View(), log_.dataset()).message()),
              testing::HasSubstr("item 2 is 'x' in the model and 'c'"));
}

}  // namespace
}  // namespace tsugi
