// Fails the N-th allocation of a call, for every N, by standing in for malloc. No call may end the
// process, and the handle must work afterwards as if the call had not been made.
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <functional>
#include <optional>

#include "tests/native/c_api/golden_handle.h"

extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
}

namespace {

constexpr size_t kNever = SIZE_MAX;
std::atomic<size_t> calls_until_failure{kNever};
std::atomic<bool> later_ones_fail_too{false};
std::atomic<size_t> failures{0};
size_t tries = 0;  // calls in which an allocation failed

bool Fails() {
  size_t left = calls_until_failure;
  if (left == kNever) return false;
  if (left > 0) {
    calls_until_failure = left - 1;
    return false;
  }
  if (!later_ones_fail_too) calls_until_failure = kNever;
  ++failures;
  errno = ENOMEM;
  return true;
}

}  // namespace

extern "C" {
void* malloc(size_t size) { return Fails() ? nullptr : __libc_malloc(size); }
void* calloc(size_t count, size_t size) { return Fails() ? nullptr : __libc_calloc(count, size); }
void* realloc(void* memory, size_t size) {
  return Fails() ? nullptr : __libc_realloc(memory, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  return Fails() ? nullptr : __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, size_t alignment, size_t size) {
  if (Fails()) return ENOMEM;
  *memory = __libc_memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}
}

namespace tsugi {
namespace {

/// Prints the figure of bench/RESULTS.md.
class Summary : public testing::Environment {
 public:
  void TearDown() override { std::printf("%zu calls with a failing allocation\n", tries); }
};
[[maybe_unused]] const auto* const kSummary = testing::AddGlobalTestEnvironment(new Summary);

/// What a session answers: the items and scores of its whole list, and its events.
struct Answer {
  std::vector<int32_t> items;
  std::vector<float> scores;
  std::vector<uint8_t> saved;
  bool operator==(const Answer&) const = default;
};

std::vector<uint8_t> Saved(tsugi_session* session) {
  size_t bytes = 0;
  (void)tsugi_session_save(session, nullptr, 0, &bytes);
  std::vector<uint8_t> saved(bytes);
  EXPECT_EQ(tsugi_session_save(session, saved.data(), saved.size(), &bytes), TSUGI_OK);
  return saved;
}

Answer Ask(const GoldenHandle& handle) {
  int32_t count = 0;
  EXPECT_EQ(tsugi_recommender_item_count(handle.recommender, &count), TSUGI_OK);
  Answer answer;
  answer.items.resize(static_cast<size_t>(count));
  answer.scores.resize(static_cast<size_t>(count));
  tsugi_recommend_options options = DefaultOptions();
  options.k = count;
  options.seen = TSUGI_SEEN_KEEP;
  EXPECT_EQ(tsugi_session_recommend(handle.session, &options, answer.items.data(),
                                    answer.scores.data(), &count),
            TSUGI_OK)
      << tsugi_last_error();
  answer.items.resize(static_cast<size_t>(count));
  answer.scores.resize(static_cast<size_t>(count));
  answer.saved = Saved(handle.session);
  return answer;
}

/// Must not allocate itself.
using Call = std::function<int32_t(const GoldenHandle&)>;

void PushThree(const GoldenHandle& handle) {
  const int32_t items[] = {1, 2, 0};
  ASSERT_EQ(Push(handle.session, items, 3), TSUGI_OK);
}

/// Makes `call` with its N-th allocation failing, for every N, after three events.
void FailEveryAllocation(const std::string& model, const Call& call) {
  const GoldenHandle untouched(model);
  PushThree(untouched);
  const Answer before = Ask(untouched);
  ASSERT_EQ(call(untouched), TSUGI_OK) << tsugi_last_error();
  const Answer after = Ask(untouched);
  for (const bool all : {false, true}) {
    size_t n = 0;
    for (bool was_hit = true; was_hit; ++n) {
      SCOPED_TRACE(model + ", allocation " + std::to_string(n) + (all ? " and all later" : ""));
      const GoldenHandle handle(model);
      PushThree(handle);
      const size_t hits = failures;
      later_ones_fail_too = all;
      calls_until_failure = n;
      const int32_t code = call(handle);
      calls_until_failure = kNever;
      was_hit = failures > hits;
      tries += was_hit;
      if (code == TSUGI_OK) {
        ASSERT_EQ(Ask(handle), after);
        continue;
      }
      ASSERT_TRUE(was_hit) << tsugi_last_error();
      ASSERT_EQ(code, TSUGI_OUT_OF_MEMORY) << tsugi_last_error();
      ASSERT_EQ(Ask(handle), before);
      ASSERT_EQ(call(handle), TSUGI_OK) << tsugi_last_error();
      ASSERT_EQ(Ask(handle), after);
    }
    EXPECT_LT(n, 10'000u);
  }
}

int32_t Recommend(const GoldenHandle& handle, const tsugi_recommend_options& options) {
  int32_t items[64], count = 0;
  float scores[64];
  return tsugi_session_recommend(handle.session, &options, items, scores, &count);
}

const char* const kModels[] = {"gated_i8", "gated_f32",  "sasrec_i8",  "context_i8",
                               "timed_i8", "intent_i8",  "imagine_i8", "semantic_i8",
                               "tower_i8", "vectors_i8", "counted_i8"};

class EveryModel : public testing::TestWithParam<const char*> {
 protected:
  void Try(const Call& call) { FailEveryAllocation(GetParam(), call); }
};
INSTANTIATE_TEST_SUITE_P(OutOfMemory, EveryModel, testing::ValuesIn(kModels),
                         [](const auto& one) { return std::string(one.param); });

TEST_P(EveryModel, Opens) {
  const std::vector<char> bytes = GoldenBytes(GetParam());
  for (const bool all : {false, true}) {
    for (size_t n = 0;; ++n) {
      tsugi_buffer* buffer = nullptr;
      uint8_t* data = nullptr;
      tsugi_recommender* recommender = nullptr;
      tsugi_session* session = nullptr;
      const size_t hits = failures;
      later_ones_fail_too = all;
      calls_until_failure = n;
      int32_t code = tsugi_buffer_reserve(&buffer, bytes.size(), &data);
      if (code == TSUGI_OK) {
        std::memcpy(data, bytes.data(), bytes.size());
        code = tsugi_recommender_create(buffer, bytes.size(), &recommender);
      }
      if (code == TSUGI_OK) code = tsugi_session_create(recommender, &session);
      calls_until_failure = kNever;
      tsugi_session_destroy(session);
      tsugi_recommender_destroy(recommender);
      const bool was_hit = failures > hits;
      tries += was_hit;
      if (code == TSUGI_OK && !was_hit) break;
      if (code != TSUGI_OK) {
        ASSERT_EQ(code, TSUGI_OUT_OF_MEMORY) << n << ": " << tsugi_last_error();
      }
      ASSERT_LT(n, 10'000u);
    }
  }
}

TEST_P(EveryModel, Pushes) {
  const std::vector<int32_t> items(20, 3);
  Try([&](const GoldenHandle& handle) { return Push(handle.session, items.data(), 20); });
}

TEST_P(EveryModel, TakesBack) {
  Try([](const GoldenHandle& handle) {
    return tsugi_session_rollback(handle.session, 2, nullptr);
  });
}

TEST_P(EveryModel, Restores) {
  const GoldenHandle other(GetParam());
  const std::vector<int32_t> items(40, 4);
  ASSERT_EQ(Push(other.session, items.data(), 40), TSUGI_OK);
  const std::vector<uint8_t> saved = Saved(other.session);
  Try([&](const GoldenHandle& handle) {
    return tsugi_session_restore(handle.session, saved.data(), saved.size(), nullptr);
  });
}

TEST_P(EveryModel, Recommends) {
  Try([](const GoldenHandle& handle) { return Recommend(handle, DefaultOptions()); });
  Try([](const GoldenHandle& handle) {
    tsugi_recommend_options options = DefaultOptions();
    const int32_t excluded[] = {1}, allowed[] = {0, 1, 2, 4};
    options.exclude = excluded;
    options.exclude_count = 1;
    options.allow = allowed;
    options.allow_count = 4;
    options.diversity = 0.5f;
    return Recommend(handle, options);
  });
}

TEST_P(EveryModel, DislikesAndMakesShelves) {
  Try([](const GoldenHandle& handle) {
    const int32_t disliked = 1, action = TSUGI_ACTION_DISLIKE;
    return tsugi_session_push(handle.session, &disliked, nullptr, &action, nullptr, 1, nullptr);
  });
  Try([](const GoldenHandle& handle) {
    tsugi_shelf shelves[5];
    int32_t items[5], actions[5], count = 0;
    float scores[5];
    const int32_t code =
        tsugi_session_events(handle.session, items, nullptr, actions, nullptr, 1, &count);
    if (code != TSUGI_OK) return code;
    return tsugi_session_shelves(handle.session, 5, 1, nullptr, shelves, items, scores, &count);
  });
  Try([](const GoldenHandle& handle) {
    const int32_t to = 2;
    int32_t items[10], count = 0;
    float scores[10];
    return tsugi_recommender_similar(handle.recommender, &to, 1, nullptr, items, scores, &count);
  });
}

TEST_P(EveryModel, ContinuesAndExplains) {
  Try([](const GoldenHandle& handle) {
    int32_t drawn[12], count = 0;
    tsugi_continue_options options;
    tsugi_options_init(TSUGI_CONTINUE, &options);
    options.n = 12;
    options.top_p = 0.9f;
    return tsugi_session_continue(handle.session, &options, nullptr, drawn, &count);
  });
  Try([](const GoldenHandle& handle) {
    const int32_t items[] = {0, 3, 4};
    tsugi_reason reasons[3];
    return tsugi_session_explain(handle.session, items, 3, 1, reasons);
  });
}

TEST_P(EveryModel, Describes) {
  Try([](const GoldenHandle& handle) {
    static char text[100'000];
    size_t bytes = 0;
    int32_t code = tsugi_recommender_describe(handle.recommender, text, sizeof text, &bytes);
    for (int32_t table = TSUGI_ITEM_IDS; table <= TSUGI_ACTION_NAMES && code == TSUGI_OK; ++table) {
      const uint64_t* offsets = nullptr;
      const char* strings = nullptr;
      int32_t count = 0;
      code = tsugi_recommender_strings(handle.recommender, table, &offsets, &strings, &count);
    }
    return code;
  });
}

TEST_P(EveryModel, FindsAndSaves) {
  Try([](const GoldenHandle& handle) {
    static uint8_t saved[4096];
    size_t bytes = 0;
    int32_t item = 0, events = 0;
    const int32_t none = tsugi_recommender_find_item(handle.recommender, "none", 4, &item);
    if (none != TSUGI_NOT_FOUND) return none;
    const int32_t own = tsugi_session_find_item(handle.session, "none", 4, &item);
    if (own != TSUGI_NOT_FOUND) return own;
    const int32_t code = tsugi_session_save(handle.session, saved, sizeof saved, &bytes);
    return code != TSUGI_OK ? code : tsugi_session_restore(handle.session, saved, bytes, &events);
  });
}

TEST_P(EveryModel, OpensAFile) {
  const std::string path = GoldenPath(GetParam());
  for (size_t n = 0;; ++n) {
    ASSERT_LT(n, 10'000u);
    tsugi_recommender* recommender = nullptr;
    const size_t hits = failures;
    later_ones_fail_too = n % 2 == 1;
    calls_until_failure = n / 2;
    const int32_t code = tsugi_recommender_open(path.c_str(), &recommender);
    calls_until_failure = kNever;
    tsugi_recommender_destroy(recommender);
    if (code == TSUGI_OK && failures == hits) break;
    ASSERT_TRUE(code == TSUGI_OK || code == TSUGI_OUT_OF_MEMORY) << tsugi_last_error();
  }
}

class WithItems : public EveryModel {};
INSTANTIATE_TEST_SUITE_P(OutOfMemory, WithItems,
                         testing::Values("tower_i8", "semantic_i8", "vectors_i8"),
                         [](const auto& one) { return std::string(one.param); });

int32_t Add(const GoldenHandle& handle, std::string_view id, bool for_everybody) {
  constexpr std::string_view title = "A long title of several words, Alpha",
                             attributes = "genre=a\nyear=1\n";
  if (for_everybody) {
    return tsugi_recommender_add_item(handle.recommender, id.data(), id.size(), title.data(),
                                      title.size(), attributes.data(), attributes.size(), nullptr,
                                      0, nullptr);
  }
  return tsugi_session_add_item(handle.session, id.data(), id.size(), title.data(), title.size(),
                                attributes.data(), attributes.size(), nullptr, 0, nullptr);
}

TEST_P(WithItems, AddsOne) {
  for (const bool for_everybody : {false, true}) {
    Try([=](const GoldenHandle& handle) {
      return Add(handle, "a new item with a long id", for_everybody);
    });
  }
}

TEST_P(WithItems, NamesAndRemovesOne) {
  Try([](const GoldenHandle& handle) {
    const char* text = nullptr;
    size_t bytes = 0;
    int32_t code = Add(handle, "a new item with a long id", false);
    if (code != TSUGI_OK) return code;
    code = tsugi_recommender_item(handle.recommender, 5, &text, &bytes);
    const int32_t removed = tsugi_session_remove_item(handle.session, 5);
    return code != TSUGI_OK ? code : removed;
  });
}

TEST_P(WithItems, RestoresThem) {
  const GoldenHandle other(GetParam());
  const int32_t first = 5;
  ASSERT_EQ(Add(other, "a new item with a long id", false), TSUGI_OK) << tsugi_last_error();
  ASSERT_EQ(Add(other, "another new item with a long id", false), TSUGI_OK);
  ASSERT_EQ(Push(other.session, &first, 1), TSUGI_OK) << tsugi_last_error();
  const std::vector<uint8_t> saved = Saved(other.session);
  Try([&](const GoldenHandle& handle) {
    return tsugi_session_restore(handle.session, saved.data(), saved.size(), nullptr);
  });
}

TEST(OutOfMemory, Imagines) {
  for (const char* model : {"imagine_i8"}) {
    FailEveryAllocation(model, [](const GoldenHandle& handle) {
      const char* text = nullptr;
      size_t bytes = 0;
      return tsugi_session_imagine(handle.session, nullptr, &text, &bytes);
    });
  }
}

TEST(OutOfMemory, RanksBySemanticIdsAndWords) {
  const auto rank = [](int32_t ranking, const char* query) {
    return [=](const GoldenHandle& handle) {
      tsugi_recommend_options options = DefaultOptions();
      options.ranking = ranking;
      options.query = query;
      options.query_bytes = query == nullptr ? 0 : static_cast<int32_t>(std::strlen(query));
      return Recommend(handle, options);
    };
  };
  for (const int32_t ranking : {TSUGI_RANK_GENERATED, TSUGI_RANK_PARALLEL, TSUGI_RANK_FUSED}) {
    FailEveryAllocation("semantic_i8", rank(ranking, nullptr));
    FailEveryAllocation("semantic_i8", rank(ranking, "winter crime"));
  }
  for (const char* model : {"semantic_i8", "tower_i8", "vectors_i8"}) {
    FailEveryAllocation(model, rank(TSUGI_RANK_WORDS, "winter crime title"));
  }
}

TEST(OutOfMemory, PredictsIntents) {
  FailEveryAllocation("intent_i8", [](const GoldenHandle& handle) {
    const float *probabilities = nullptr, *weights = nullptr;
    int32_t labels = 0, families = 0;
    return tsugi_session_intent(handle.session, &probabilities, &labels, &weights, &families);
  });
}

}  // namespace
}  // namespace tsugi
