// Versions, names, errors and buffers.
#include <gtest/gtest.h>

#include <string>

#include "core/base/status.h"
#include "tests/native/c_api/golden_handle.h"

namespace tsugi {
namespace {

TEST(CApi, EveryStatusCodeHasTheEnginesNumberAndName) {
  const std::pair<int32_t, const char*> codes[] = {{TSUGI_OK, "ok"},
                                                   {TSUGI_INVALID_ARGUMENT, "invalid_argument"},
                                                   {TSUGI_OUT_OF_RANGE, "out_of_range"},
                                                   {TSUGI_NOT_FOUND, "not_found"},
                                                   {TSUGI_UNSUPPORTED, "unsupported"},
                                                   {TSUGI_CORRUPT_MODEL, "corrupt_model"},
                                                   {TSUGI_VERSION_TOO_NEW, "version_too_new"},
                                                   {TSUGI_OUT_OF_MEMORY, "out_of_memory"},
                                                   {TSUGI_INTERNAL, "internal"}};
  size_t named = 0;
  for (int32_t code = -10; code < 200; ++code) {
    if (StatusName(static_cast<StatusCode>(code)) != "unknown") ++named;
  }
  EXPECT_EQ(named, std::size(codes)) << "a code of the engine is not in tsugi.h";
  for (const auto& [code, name] : codes) EXPECT_STREQ(tsugi_status_name(code), name);
  for (const int32_t code : {-1, 1, 11, 100, INT32_MAX, INT32_MIN}) {
    EXPECT_STREQ(tsugi_status_name(code), "unknown");
  }
}

TEST(CApi, TellsItsVersion) { EXPECT_STREQ(tsugi_version(), "0.1.0"); }

TEST(CApi, TheLastErrorStaysUntilTheNextOne) {
  EXPECT_EQ(tsugi_session_create(nullptr, nullptr), TSUGI_INVALID_ARGUMENT);
  EXPECT_STREQ(tsugi_last_error(), "recommender: NULL, expected a pointer");
  GoldenHandle model;
  EXPECT_STREQ(tsugi_last_error(), "recommender: NULL, expected a pointer");
  EXPECT_EQ(tsugi_recommender_find_item(model.recommender, "nobody", 6, nullptr),
            TSUGI_INVALID_ARGUMENT);
  EXPECT_STREQ(tsugi_last_error(), "item: NULL, expected a pointer");
}

TEST(CApi, ALongErrorIsNotCutInsideACharacter) {
  std::string path(1020 - std::string("/: cannot").size(), 'a');
  for (size_t i = 0; i < 4; ++i) {
    path += 'a';
    tsugi_recommender* recommender = nullptr;
    const std::string umlauts = path + "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4";
    EXPECT_EQ(tsugi_recommender_open(umlauts.c_str(), &recommender), TSUGI_NOT_FOUND);
    const std::string message = tsugi_last_error();
    EXPECT_GT(message.size(), 1000u);
    EXPECT_NE(static_cast<uint8_t>(message.back()), 0xc3);
  }
}

TEST(CApi, DestroyAcceptsNull) {
  tsugi_buffer_destroy(nullptr);
  tsugi_recommender_destroy(nullptr);
  tsugi_session_destroy(nullptr);
  tsugi_options_init(TSUGI_RECOMMEND, nullptr);
}

TEST(CApiBuffer, GrowsAndKeepsWhatItHolds) {
  tsugi_buffer* buffer = nullptr;
  uint8_t* data = nullptr;
  ASSERT_EQ(tsugi_buffer_reserve(&buffer, 3, &data), TSUGI_OK);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(data) % 64, 0u);
  std::memcpy(data, "abc", 3);
  ASSERT_EQ(tsugi_buffer_reserve(&buffer, 100000, &data), TSUGI_OK);
  EXPECT_EQ(std::string(data, data + 3), "abc");
  EXPECT_EQ(data[3], 0);
  data[99999] = 7;
  uint8_t* same = nullptr;
  ASSERT_EQ(tsugi_buffer_reserve(&buffer, 5, &same), TSUGI_OK);
  EXPECT_EQ(same, data);
  EXPECT_EQ(same[99999], 7);
  tsugi_buffer_destroy(buffer);
}

TEST(CApiBuffer, StaysAsItWasWhenItCanNotGrow) {
  tsugi_buffer* buffer = nullptr;
  uint8_t* data = nullptr;
  EXPECT_EQ(tsugi_buffer_reserve(&buffer, SIZE_MAX, &data), TSUGI_OUT_OF_MEMORY);
  EXPECT_EQ(buffer, nullptr);
  ASSERT_EQ(tsugi_buffer_reserve(&buffer, 4, &data), TSUGI_OK);
  data[0] = 9;
  uint8_t* grown = data;
  EXPECT_EQ(tsugi_buffer_reserve(&buffer, SIZE_MAX - 200, &grown), TSUGI_OUT_OF_MEMORY);
  EXPECT_EQ(grown, data);
  EXPECT_EQ(data[0], 9);
  tsugi_buffer_destroy(buffer);
}

TEST(CApiBuffer, RefusesNullPointers) {
  tsugi_buffer* buffer = nullptr;
  uint8_t* data = nullptr;
  EXPECT_EQ(tsugi_buffer_reserve(nullptr, 1, &data), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_buffer_reserve(&buffer, 1, nullptr), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(buffer, nullptr);
}

TEST(CApiBuffer, OfNoBytesIsABuffer) {
  tsugi_buffer* buffer = nullptr;
  uint8_t* data = nullptr;
  ASSERT_EQ(tsugi_buffer_reserve(&buffer, 0, &data), TSUGI_OK);
  EXPECT_NE(data, nullptr);
  tsugi_recommender* recommender = nullptr;
  EXPECT_EQ(tsugi_recommender_create(buffer, 0, &recommender), TSUGI_CORRUPT_MODEL);
}

}  // namespace
}  // namespace tsugi
