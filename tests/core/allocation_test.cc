// Counts every heap allocation of the process, XNNPACK's included, by standing in for malloc.
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <numeric>

#include "core/session.h"
#include "tests/core/test_model.h"

extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
}

namespace {
std::atomic<size_t> allocation_count{0};
}

extern "C" {
void* malloc(size_t size) {
  ++allocation_count;
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  ++allocation_count;
  return __libc_calloc(count, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  ++allocation_count;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, size_t alignment, size_t size) {
  ++allocation_count;
  *memory = __libc_memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}
}

namespace tsugi {
namespace {

void ExpectNoAllocation(DType dtype, ModelSpec spec = {}) {
  spec.item_count = 300;
  spec.encoder = {.width = 32, .feed_forward = 48, .window = 5};
  spec.weight_dtype = dtype;
  TestModel model(spec);
  model.SetAttributes({"a=0", "a=1"}, std::vector<std::vector<uint32_t>>(300, {1}));
  const auto recommender = std::move(Recommender::Create(model.view())).value();
  const auto session = std::move(recommender->CreateSession()).value();
  std::vector<Event> events(12);
  for (uint32_t i = 0; i < 12; ++i) events[i].item_index = 7 * i;
  std::vector<ScoredItem> list(20);
  std::vector<float> scores(300);
  std::vector<uint32_t> drawn(3);
  std::vector<uint32_t> allow(200), capped = {1};
  std::iota(allow.begin(), allow.end(), 50u);
  const std::vector<int32_t> predicate = {0, 1, kEndClause};
  RecommendOptions ruled = {.k = 9, .allow = allow, .predicate = predicate, .cap = 3};
  ruled.cap_attributes = capped;
  ruled.diversity = 0.9f;
  const auto round = [&] {
    bool ok = session->Assign(events).ok();
    session->Clear();
    for (const Event& event : events) ok = session->Push(event).ok() && ok;
    ok = session->RecommendInto({.k = 20}, list).ok() && ok;
    ok = session->RecommendInto(ruled, list).ok() && ok;
    ok = session->ContinueInto({.n = 3, .top_p = 0.9f}, {}, drawn).ok() && ok;
    ok = session->Rollback(2).ok() && session->Rollback(8).ok() && ok;
    return session->ScoreAll(scores).ok() && ok;
  };
  ASSERT_TRUE(round());
  ASSERT_TRUE(session->Recommend({.k = 20}).ok());
  const size_t before = allocation_count;
  const bool ok = round();
  EXPECT_EQ(allocation_count - before, 0u);
  EXPECT_TRUE(ok);
  const size_t before_list = allocation_count;
  const auto returned = session->Recommend({.k = 20});
  EXPECT_EQ(allocation_count - before_list, 1u) << "the returned list, nothing else";
  EXPECT_TRUE(returned.ok());
}

TEST(Allocation, TheCounterCounts) {
  const size_t before = allocation_count;
  std::vector<int> values(100);
  EXPECT_EQ(allocation_count - before, 1u) << values.size();
}

TEST(Allocation, PushAssignAndRecommendAllocateNothingAfterTheFirstCall) {
  ExpectNoAllocation(DType::kF32);
  ExpectNoAllocation(DType::kI8);
  ModelSpec coded;
  coded.quantised_codes = QuantisedCodesSpec{.count = 8, .candidates = 20};
  ExpectNoAllocation(DType::kI8, coded);
  ModelSpec intents;
  intents.intent = IntentSpec{.family_labels = {3, 20}, .layers = 1, .short_term_events = 4};
  ExpectNoAllocation(DType::kI8, intents);
}

}  // namespace
}  // namespace tsugi
