#include "model_format/checksum.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>
#include <vector>

namespace tsugi {
namespace {

uint64_t ChecksumOf(std::string_view text) {
  return ComputeChecksum({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

// Reference values of `xxhsum -H64`.
TEST(Checksum, IsXxh64) {
  EXPECT_EQ(ChecksumOf(""), 0xef46db3751d8e999u);
  EXPECT_EQ(ChecksumOf("a"), 0xd24ec4f1a98c6e5bu);
  EXPECT_EQ(ChecksumOf("abc"), 0x44bc2cf5ad770999u);
  EXPECT_EQ(ChecksumOf("Nobody inspects the spammish repetition"), 0xfbcea83c8a378bf1u);
}

TEST(Checksum, ChangesWithEveryBitAndEveryLength) {
  std::set<uint64_t> seen;
  for (size_t length = 0; length <= 70; ++length) {
    std::vector<uint8_t> bytes(length);
    EXPECT_TRUE(seen.insert(ComputeChecksum(bytes)).second) << length;
    for (size_t bit = 0; bit < 8 * length; ++bit) {
      bytes[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
      EXPECT_TRUE(seen.insert(ComputeChecksum(bytes)).second) << length << " bit " << bit;
      bytes[bit / 8] = 0;
    }
  }
}

TEST(Checksum, DoesNotDependOnAlignment) {
  std::vector<uint8_t> bytes(100);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i);
  const uint64_t expected = ComputeChecksum(std::span(bytes).first(77));
  for (size_t shift = 1; shift < 16; ++shift) {
    std::vector<uint8_t> moved(100 + shift);
    std::copy(bytes.begin(), bytes.end(), moved.begin() + static_cast<ptrdiff_t>(shift));
    EXPECT_EQ(ComputeChecksum(std::span(moved).subspan(shift, 77)), expected);
  }
}

}  // namespace
}  // namespace tsugi
