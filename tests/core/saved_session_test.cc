#include "core/saved_session.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "tests/core/test_engine.h"

namespace tsugi {
namespace {

constexpr uint64_t kFingerprint = 0x1122334455667788;

struct SavedEngine : Engine {
  explicit SavedEngine(uint64_t fingerprint = kFingerprint)
      : Engine(WithFingerprint(fingerprint)) {}

 private:
  static TestModel WithFingerprint(uint64_t fingerprint) {
    TestModel made(SmallSpec(BlockKind::kGated, DType::kI8));
    made.view().fingerprint = fingerprint;
    return made;
  }
};

TEST(SavedSession, HoldsTheBytesThatItsHeaderDraws) {
  SavedEngine engine;
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Push({3, 0x0102}).ok());
  const std::vector<uint8_t> bytes = Saved(*session);
  const std::vector<uint8_t> expected = {
      't',  's',  'g',  's',  1,    0,    0,    0,     // magic, version
      0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,  // fingerprint
      1,    0,    0,    0,    0,    0,    0,    0,     // events
      3,    0,    0,    0,                             // item
      2,    1,    0,    0,    0,    0,    0,    0};    // time
  ASSERT_EQ(bytes.size(), expected.size() + 8);
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), bytes.begin()));
}

TEST(SavedSession, RestoresEventsAndTimesAndTheSameList) {
  SavedEngine engine;
  for (const size_t count : {0u, 1u, 7u, 60u}) {
    const auto session = engine.NewSession();
    for (const Event& event : RandomEvents(count, 131)) ASSERT_TRUE(session->Push(event).ok());
    const std::vector<uint8_t> bytes = Saved(*session);
    const auto restored = engine.NewSession();
    ASSERT_TRUE(restored->Push({9}).ok());
    ASSERT_TRUE(restored->Restore(bytes).ok());
    EXPECT_EQ(Saved(*restored), bytes);
    EXPECT_EQ(restored->event_count(), count);
    EXPECT_EQ(Items(*restored->Recommend({.k = 10})), Items(*session->Recommend({.k = 10})));
  }
}

TEST(SavedSession, IsOnlyRestoredByTheModelThatSavedIt) {
  SavedEngine engine, other(5);
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Push({3}).ok());
  const auto stranger = other.NewSession();
  EXPECT_EQ(stranger->Restore(Saved(*session)).code(), StatusCode::kInvalidArgument);
}

TEST(SavedSession, RefusesAShortBufferAndANewerVersion) {
  SavedEngine engine;
  const auto session = engine.NewSession();
  std::vector<uint8_t> bytes(session->SavedBytes() - 1);
  EXPECT_EQ(session->Save(bytes).code(), StatusCode::kOutOfRange);
  bytes = Saved(*session);
  bytes[4] = 6;
  EXPECT_EQ(session->Restore(bytes).code(), StatusCode::kVersionTooNew);
}

TEST(SavedSession, IsWrittenInTheLowestVersionThatHoldsItAndReadInEach) {
  const Event event{3, 5}, measured{3, 5, 0, 2.0f}, disliked{3, 5, 0, NAN, true};
  const SavedSession::Item plain = {"a", "title", "color=red\n"};
  const std::vector<float> vectors = {1.0f, NAN};
  const SavedSession::Item with_vectors = {"b", "title", "", BytesOf(vectors)};
  const std::pair<uint32_t, SavedSession> cases[] = {
      {1, {{event}, {}}},
      {2, {{event}, {plain}}},
      {3, {{measured}, {plain}}},
      {4, {{event}, {plain, with_vectors}}},
      {4, {{measured}, {with_vectors}}},
      {5, {{disliked}, {plain}}},
      {5, {{disliked}, {with_vectors}}},
  };
  for (const auto& [version, content] : cases) {
    std::vector<uint8_t> bytes(SavedSessionBytes(content));
    SaveSession(kFingerprint, content, bytes);
    EXPECT_EQ(bytes[4], version);
    const auto read = ReadSavedSession(kFingerprint, bytes);
    ASSERT_TRUE(read.ok()) << read.status().message();
    ASSERT_EQ(read->events.size(), 1u);
    EXPECT_EQ(read->events[0].time_s, 5);
    EXPECT_EQ(std::isnan(read->events[0].value), std::isnan(content.events[0].value));
    EXPECT_EQ(read->events[0].is_dislike, content.events[0].is_dislike);
    ASSERT_EQ(read->added.size(), content.added.size());
    for (size_t i = 0; i < content.added.size(); ++i) {
      EXPECT_EQ(read->added[i].id, content.added[i].id);
      EXPECT_EQ(read->added[i].attribute_lines, content.added[i].attribute_lines);
      EXPECT_EQ(read->added[i].vectors, content.added[i].vectors);
    }
  }
}

TEST(SavedSession, RefusesItemsOutsideTheCatalogueWithACorrectChecksum) {
  SavedEngine engine;
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Push({3}).ok());
  const SavedSession content = {{{1}, {131}}, {}};
  std::vector<uint8_t> bytes(SavedSessionBytes(content));
  SaveSession(kFingerprint, content, bytes);
  EXPECT_EQ(session->Restore(bytes).code(), StatusCode::kCorruptModel);
  EXPECT_EQ(session->event_count(), 1u);
}

TEST(SavedSession, RefusesTimesAndValuesThatAPushRefuses) {
  SavedEngine engine;
  const auto session = engine.NewSession();
  const auto restore = [&](int64_t time_s, float value) {
    const SavedSession content = {{{1, time_s, 1, value}}, {}};
    std::vector<uint8_t> bytes(SavedSessionBytes(content));
    SaveSession(kFingerprint, content, bytes);
    return session->Restore(bytes);
  };
  EXPECT_TRUE(restore(0, 2.0f).ok());
  EXPECT_TRUE(restore(-(int64_t{1} << 53), NAN).ok());
  for (const float value : {INFINITY, -INFINITY, -1.0f}) {
    EXPECT_EQ(restore(0, value).code(), StatusCode::kCorruptModel) << value;
  }
  for (const int64_t time_s : {INT64_MIN, INT64_MAX, (int64_t{1} << 53) + 1}) {
    EXPECT_EQ(restore(time_s, 1.0f).code(), StatusCode::kCorruptModel) << time_s;
  }
}

TEST(SavedSession, EveryFlippedBitAndEveryTruncationIsAnErrorAndChangesNothing) {
  SavedEngine engine;
  const auto session = engine.NewSession();
  for (const Event& event : RandomEvents(5, 131)) ASSERT_TRUE(session->Push(event).ok());
  const std::vector<uint8_t> good = Saved(*session);
  const auto before = Hidden(*session);
  for (size_t bit = 0; bit < 8 * good.size(); ++bit) {
    std::vector<uint8_t> bytes = good;
    bytes[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
    EXPECT_FALSE(session->Restore(bytes).ok()) << "bit " << bit;
  }
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(session->Restore(std::span(good).first(size)).code(), StatusCode::kCorruptModel);
  }
  EXPECT_EQ(Hidden(*session), before);
  EXPECT_EQ(Saved(*session), good);
}

}  // namespace
}  // namespace tsugi
