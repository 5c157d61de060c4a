#include <gtest/gtest.h>

#include "core/base/text.h"

namespace tsugi {
namespace {

TEST(FieldValue, SplitsAtTheFirstEqualsSign) {
  EXPECT_EQ(FieldValue::Of("genre=Drama"), (FieldValue{"genre", "Drama"}));
  EXPECT_EQ(FieldValue::Of("sum=1+1=2"), (FieldValue{"sum", "1+1=2"}));
  EXPECT_EQ(FieldValue::Of("genre="), (FieldValue{"genre", ""}));
  EXPECT_EQ(FieldValue::Of("=Drama"), (FieldValue{"", "Drama"}));
  EXPECT_EQ(FieldValue::Of("Drama"), (FieldValue{"", "Drama"}));
  EXPECT_EQ(FieldValue::Of(""), FieldValue{});
}

TEST(FieldValue, IsOrderedByFieldAndThenByValue) {
  EXPECT_LT(FieldValue::Of("ab=x"), FieldValue::Of("ab-c=x"));  // "-" stands before "="
  EXPECT_LT(FieldValue::Of("a=1"), FieldValue::Of("a=2"));
}

}  // namespace
}  // namespace tsugi
