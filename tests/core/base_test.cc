#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/aligned_buffer.h"
#include "core/base/bit_set.h"
#include "core/base/numbers.h"
#include "core/base/status.h"
#include "core/base/text.h"

namespace tsugi {
namespace {

TEST(AlignedBuffer, IsZeroedAlignedAndReadableBehindItsEnd) {
  for (const size_t size : {0u, 1u, 63u, 64u, 1000u}) {
    auto buffer = AlignedBuffer<uint32_t>::Create(size);
    ASSERT_TRUE(buffer.ok());
    EXPECT_EQ(buffer->size(), size);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer->data()) % kBufferAlignment, 0u);
    const auto* bytes = reinterpret_cast<const uint8_t*>(buffer->data());
    for (size_t i = 0; i < size * sizeof(uint32_t) + kReadPadding; ++i) EXPECT_EQ(bytes[i], 0);
  }
}

TEST(AlignedBuffer, KeepsThePaddingZeroWhenItShrinks) {
  AlignedBuffer<uint8_t> buffer = std::move(AlignedBuffer<uint8_t>::Create(300)).value();
  for (uint8_t& byte : buffer.span()) byte = 9;
  buffer.Shrink(100);
  EXPECT_EQ(buffer.size(), 100u);
  EXPECT_EQ(buffer[99], 9);
  for (size_t i = 100; i < 100 + kReadPadding; ++i) EXPECT_EQ(buffer.data()[i], 0) << i;
}

TEST(AlignedBuffer, RefusesWhatNoMemoryHolds) {
  constexpr size_t kMost = std::numeric_limits<size_t>::max();
  for (const size_t size : {kMost, kMost / 2, kMost / 8 - 10}) {
    EXPECT_EQ(AlignedBuffer<double>::Create(size).status().code(), StatusCode::kOutOfMemory);
  }
}

TEST(BitSet, KeepsUnusedBitsZeroWhateverIsSet) {
  for (const size_t size : {1u, 63u, 64u, 65u, 128u, 130u}) {
    BitSet bits(size), none(size);
    bits.SetAll();
    for (size_t i = 0; i < size; ++i) EXPECT_TRUE(bits.Test(i));
    const uint64_t tail = size % 64 == 0 ? 0 : ~uint64_t{0} << (size % 64);
    EXPECT_EQ(bits.words().back() & tail, 0u);
    none.SetWhereNot(BitSet(size));
    EXPECT_TRUE(std::equal(none.words().begin(), none.words().end(), bits.words().begin()));
    bits.ResetAll();
    for (const uint64_t word : bits.words()) EXPECT_EQ(word, 0u);
  }
}

TEST(BitSet, SetWhereNotKeepsWhatIsSet) {
  BitSet bits(70), other(70);
  bits.Set(3);
  for (size_t i = 0; i < 70; ++i) {
    if (i != 5 && i != 69) other.Set(i);
  }
  bits.SetWhereNot(other);
  for (size_t i = 0; i < 70; ++i) EXPECT_EQ(bits.Test(i), i == 3 || i == 5 || i == 69) << i;
}

TEST(BitSet, KeepsItsBitsAsItGrows) {
  BitSet bits(3);
  bits.Set(2);
  for (const size_t size : {3u, 64u, 65u, 200u}) {
    bits.Grow(size);
    EXPECT_EQ(bits.size(), size);
    for (size_t i = 0; i < size; ++i) EXPECT_EQ(bits.Test(i), i == 2) << i;
  }
}

TEST(BitSet, OfNoBitsHoldsNothing) {
  BitSet bits(0);
  bits.SetAll();
  bits.SetWhereNot(BitSet(0));
  EXPECT_TRUE(bits.words().empty());
}

TEST(SaturatingCast, IsTheWholePartWhereItFits) {
  EXPECT_EQ(SaturatingCast<int8_t>(-1.9f), -1);
  EXPECT_EQ(SaturatingCast<int8_t>(126.9f), 126);
  EXPECT_EQ(SaturatingCast<int64_t>(-3e15), -3'000'000'000'000'000);
}

TEST(SaturatingCast, IsTheNearestLimitElsewhereAnd0ForNan) {
  EXPECT_EQ(SaturatingCast<int8_t>(128.0f), 127);
  EXPECT_EQ(SaturatingCast<int8_t>(-INFINITY), -128);
  EXPECT_EQ(SaturatingCast<uint8_t>(-1.0f), 0);
  EXPECT_EQ(SaturatingCast<uint32_t>(1e30f), UINT32_MAX);
  EXPECT_EQ(SaturatingCast<int32_t>(2147483648.0f), INT32_MAX);
  EXPECT_EQ(SaturatingCast<int64_t>(9223372036854775808.0), INT64_MAX);
  EXPECT_EQ(SaturatingCast<int64_t>(-1e300), INT64_MIN);
  EXPECT_EQ(SaturatingCast<int16_t>(NAN), 0);
  EXPECT_EQ(SaturatingCast<int>(static_cast<double>(NAN)), 0);
}

TEST(CheckFinite, RefusesInfinityAndNan) {
  EXPECT_TRUE(CheckFinite({}).ok());
  EXPECT_TRUE(CheckFinite(std::vector<float>{0, -3e38f}).ok());
  for (const float bad : {INFINITY, -INFINITY, NAN}) {
    EXPECT_EQ(CheckFinite(std::vector<float>{1, bad}).code(), StatusCode::kInternal);
  }
}

TEST(PortableExp, IsDefinedForEveryNumber) {
  EXPECT_EQ(PortableExp(NAN), 0.0);
  EXPECT_EQ(PortableExp(-INFINITY), 0.0);
  EXPECT_EQ(PortableExp(INFINITY), PortableExp(700.0));
}

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

using Lines = std::vector<std::string_view>;

TEST(SplitLines, LeavesEmptyLinesAndEndsOut) {
  EXPECT_EQ(SplitLines(""), Lines());
  EXPECT_EQ(SplitLines("\n\n"), Lines());
  EXPECT_EQ(SplitLines("a=b\n\ncd\n"), (Lines{"a=b", "cd"}));
  EXPECT_EQ(SplitLines("last"), Lines{"last"});
}

TEST(TextFold, KeepsLettersOfWordsAndLowersThoseOfAscii) {
  EXPECT_EQ(LowerCase('Q'), 'q');
  EXPECT_EQ(LowerCase('['), '[');
  EXPECT_EQ(LowerCase('\xC9'), '\xC9');
  for (const char c : {'a', 'z', '0', '9', '\x80', '\xFF'}) EXPECT_TRUE(IsWordByte(c)) << int{c};
  for (const char c : {'A', ' ', '-', '\x7F', '\0'}) EXPECT_FALSE(IsWordByte(c)) << int{c};
}

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

TEST(Concat, JoinsTextsOfEveryKind) {
  const std::string owned = "b";
  EXPECT_EQ(Concat("a", owned, std::string_view("cd").substr(0, 1)), "abc");
  EXPECT_EQ(Concat(""), "");
}

TEST(Concat, WritesWholeNumbersInDecimal) {
  EXPECT_EQ(Concat(0, ",", -1, ",", uint8_t{7}, ",", int64_t{-90}), "0,-1,7,-90");
  EXPECT_EQ(Concat(std::numeric_limits<uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(Concat(std::numeric_limits<int64_t>::min()), "-9223372036854775808");
}

}  // namespace
}  // namespace tsugi
