#ifndef TSUGI_TESTS_NATIVE_C_API_GOLDEN_HANDLE_H_
#define TSUGI_TESTS_NATIVE_C_API_GOLDEN_HANDLE_H_

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "native/c_api/tsugi.h"

namespace tsugi {

inline std::string GoldenPath(const std::string& name) {
  return TSUGI_SOURCE_DIR "/tests/golden/models/v1/" + name + ".tsugi";
}

inline std::vector<char> GoldenBytes(const std::string& name) {
  std::ifstream file(GoldenPath(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A buffer with these bytes, as a download would fill it.
inline tsugi_buffer* BufferOf(const std::vector<char>& bytes) {
  tsugi_buffer* buffer = nullptr;
  uint8_t* data = nullptr;
  EXPECT_EQ(tsugi_buffer_reserve(&buffer, bytes.size(), &data), TSUGI_OK);
  std::memcpy(data, bytes.data(), bytes.size());
  return buffer;
}

/// A golden model (N 5, D 4, T 6) with a session.
class GoldenHandle {
 public:
  explicit GoldenHandle(const std::string& name = "gated_i8") {
    EXPECT_EQ(tsugi_recommender_open(GoldenPath(name).c_str(), &recommender), TSUGI_OK)
        << tsugi_last_error();
    EXPECT_EQ(tsugi_session_create(recommender, &session), TSUGI_OK);
  }
  ~GoldenHandle() {
    tsugi_session_destroy(session);
    tsugi_recommender_destroy(recommender);
  }
  GoldenHandle(const GoldenHandle&) = delete;
  GoldenHandle& operator=(const GoldenHandle&) = delete;

  tsugi_recommender* recommender = nullptr;
  tsugi_session* session = nullptr;
};

/// tsugi_session_push of items alone.
inline int32_t Push(tsugi_session* session, const int32_t* items, int32_t count,
                    int32_t* held = nullptr) {
  return tsugi_session_push(session, items, nullptr, nullptr, nullptr, count, held);
}

inline tsugi_recommend_options DefaultOptions() {
  tsugi_recommend_options options;
  tsugi_options_init(TSUGI_RECOMMEND, &options);
  return options;
}

inline void ExpectLastErrorHas(const std::string& text) {
  EXPECT_NE(std::string(tsugi_last_error()).find(text), std::string::npos) << tsugi_last_error();
}

}  // namespace tsugi

#endif  // TSUGI_TESTS_NATIVE_C_API_GOLDEN_HANDLE_H_
