#include "core/base/bit_set.h"

#include <gtest/gtest.h>

namespace tsugi {
namespace {

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

}  // namespace
}  // namespace tsugi
