#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <map>

#include "core/saved_session.h"
#include "tests/core/seal_session.h"
#include "tests/core/test_engine.h"

namespace tsugi {
namespace {

constexpr int kMutations = 20'000;
constexpr uint64_t kFingerprint = 99;

ModelSpec TowerSpec() {
  ModelSpec spec = SmallSpec(BlockKind::kGated, DType::kI8);
  spec.item_tower.emplace();
  spec.item_tower->features = 64;
  spec.item_tower->modality_widths = {2, 1};
  return spec;
}

// Vectors that the model of TowerSpec takes, most of the time.
std::vector<float> Vectors(Random& random) {
  std::vector<float> vectors(random.NextBelow(8) == 0 ? random.NextBelow(6) : 3);
  for (float& number : vectors) {
    number = static_cast<float>(random.NextUniform());
    if (random.NextBelow(32) == 0) number = random.NextBelow(2) == 0 ? NAN : INFINITY;
  }
  return vectors;
}

// A saved session whose fields are random but whose checksum fits, with a few bytes changed or cut
// off afterwards in every other case. It holds up to `most_added` added items.
std::vector<uint8_t> Mutant(uint64_t most_added, Random& random) {
  std::vector<std::string> ids(random.NextBelow(most_added + 1));
  for (size_t i = 0; i < ids.size(); ++i) ids[i] = "new" + std::to_string(i);
  const size_t count = random.NextBelow(12);
  SavedSession content{std::vector<Event>(count), {}};
  const bool have_contexts = random.NextBelow(2) == 0, have_dislikes = random.NextBelow(2) == 0;
  for (Event& event : content.events) {
    event.item_index =
        static_cast<uint32_t>(random.NextBelow(random.NextBelow(8) == 0 ? 1u << 31 : 131));
    event.time_s = static_cast<int64_t>(random.NextU64() >> (random.NextBelow(8) == 0 ? 0 : 12));
    event.is_dislike = have_dislikes && random.NextBelow(4) == 0;
    if (!have_contexts) continue;
    event.action = static_cast<uint32_t>(random.NextU64());
    const auto bits = static_cast<uint32_t>(random.NextU64());
    event.value = std::bit_cast<float>(random.NextBelow(8) == 0 ? bits : bits >> 3);
  }
  const bool have_vectors = random.NextBelow(2) == 0;
  std::vector<std::vector<float>> vectors;
  for (const std::string& id : ids) {
    content.added.push_back({id, "some title", ""});
    if (!have_vectors) continue;
    vectors.push_back(Vectors(random));
    content.added.back().vectors = BytesOf(vectors.back());
  }
  std::vector<uint8_t> bytes(SavedSessionBytes(content));
  SaveSession(random.NextBelow(8) == 0 ? 1 : kFingerprint, content, bytes);
  if (random.NextBelow(2) == 0) return bytes;
  for (uint64_t i = random.NextBelow(4); i < 4; ++i) {
    bytes[random.NextBelow(bytes.size())] = static_cast<uint8_t>(random.NextU64());
  }
  bytes.resize(bytes.size() - random.NextBelow(3) * random.NextBelow(bytes.size() / 2));
  return bytes;
}

TEST(SavedSessionMutation, IsRefusedWithoutChangingTheSessionOrRestoresWhatItSays) {
  TestModel model(SmallSpec(BlockKind::kGated, DType::kI8));
  model.view().fingerprint = kFingerprint;
  Engine engine(std::move(model));
  const auto session = engine.NewSession();
  std::map<StatusCode, int> outcomes;
  for (int i = 0; i < kMutations; ++i) {
    Random random(static_cast<uint64_t>(i));
    const std::vector<uint8_t> bytes = Mutant(0, random);
    std::vector<uint8_t> before(session->SavedBytes());
    ASSERT_TRUE(session->Save(before).ok());
    const Status status = session->Restore(bytes);
    ++outcomes[status.code()];
    std::vector<uint8_t> after(session->SavedBytes());
    ASSERT_TRUE(session->Save(after).ok());
    EXPECT_EQ(after, status.ok() ? bytes : before) << "mutation " << i;
  }
  EXPECT_GT(outcomes[StatusCode::kOk], kMutations / 8);
  EXPECT_GT(outcomes[StatusCode::kCorruptModel], kMutations / 8);
  EXPECT_GT(outcomes[StatusCode::kInvalidArgument], kMutations / 50);
  EXPECT_GT(outcomes[StatusCode::kVersionTooNew], 0);
}

// Every third one has a checksum that fits again, so what reads the bytes behind it is reached.
TEST(SavedSessionMutation, WithAddedItemsIsRefusedOrRestored) {
  TestModel model(TowerSpec());
  model.SetStrings(kModalityStrings, {"image", "text"});
  model.view().fingerprint = kFingerprint;
  std::map<StatusCode, int> outcomes;
  Engine engine(std::move(model));
  for (int i = 0; i < kMutations; ++i) {
    Random random(static_cast<uint64_t>(i));
    std::vector<uint8_t> bytes = Mutant(3, random);
    if (i % 3 == 0 && bytes.size() >= 8) SealSession(bytes);
    const auto session = engine.NewSession();
    ASSERT_TRUE(session->Push({1}).ok());
    const Status status = session->Restore(bytes);
    ++outcomes[status.code()];
    EXPECT_TRUE(status.ok() || session->event_count() == 1u) << "mutation " << i;
    ASSERT_TRUE(session->Recommend({.k = 5}).ok());
    // At most three items in this session, none of an earlier one.
    ASSERT_LE(engine.recommender->item_count(), 131u + 3u);
  }
  EXPECT_GT(outcomes[StatusCode::kOk], kMutations / 16);
  EXPECT_GT(outcomes[StatusCode::kCorruptModel], kMutations / 8);
}

}  // namespace
}  // namespace tsugi
