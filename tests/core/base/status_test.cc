#include "core/base/status.h"

#include <gtest/gtest.h>

#include <memory>

namespace tsugi {
namespace {

TEST(Status, CopiesOwnTheirMessage) {
  auto first = std::make_unique<Status>(NotFound("no such item"));
  Status copy = *first;
  const Status other = copy;
  first.reset();
  copy = Status();
  EXPECT_TRUE(copy.ok());
  EXPECT_EQ(other.code(), StatusCode::kNotFound);
  EXPECT_EQ(other.message(), "no such item");
  copy = other;
  EXPECT_EQ(copy.message(), "no such item");
}

Result<std::unique_ptr<int>> MakeNumber(bool works) {
  if (!works) return OutOfRange("too large");
  return std::make_unique<int>(3);
}

Status AddNumber(bool works, int& sum) {
  TSUGI_ASSIGN_OR_RETURN(const auto number, MakeNumber(works));
  sum += *number;
  return Status();
}

TEST(Result, GivesItsValueOrPassesItsErrorOn) {
  int sum = 0;
  EXPECT_TRUE(AddNumber(true, sum).ok());
  EXPECT_EQ(sum, 3);
  EXPECT_EQ(AddNumber(false, sum).message(), "too large");
  EXPECT_EQ(sum, 3);
}

}  // namespace
}  // namespace tsugi
