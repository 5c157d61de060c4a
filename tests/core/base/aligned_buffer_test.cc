#include "core/base/aligned_buffer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <utility>

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

}  // namespace
}  // namespace tsugi
