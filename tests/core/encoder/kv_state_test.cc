#include "core/encoder/kv_state.h"

#include <gtest/gtest.h>

#include "tests/core/test_model.h"

namespace tsugi {
namespace {

// Writes `value` into the newest row of every layer.
void AppendRow(KvState& state, const ModelSpec& spec, float value) {
  ASSERT_TRUE(state.Reserve(1).ok());
  for (uint32_t layer = 0; layer < spec.encoder.layers; ++layer) {
    const KeyValueRows rows = state.Rows(layer, 1);
    const size_t width = 2 * spec.encoder.width;
    std::fill_n(rows.data + (rows.key_rows - 1) * width, width, value + 100.0f * layer);
  }
  state.Commit(1);
}

TEST(KvState, KeepsTheLastWindowInOrderHoweverManyRowsAreAppended) {
  const ModelSpec spec = TinySpec();
  KvState state(spec.encoder, spec.state_layer_count());
  for (int i = 0; i < 50; ++i) {
    AppendRow(state, spec, static_cast<float>(i));
    ASSERT_LE(state.row_count(), MaxKeyRows(spec.encoder.window));
    ASSERT_GE(state.row_count(), std::min<size_t>(i + 1, spec.encoder.window));
    for (uint32_t layer = 0; layer < 2; ++layer) {
      const KeyValueRows rows = state.Rows(layer, 0);
      for (int back = 0; back < std::min(i + 1, 3); ++back) {
        const float* row = rows.data + (rows.key_rows - 1 - back) * 2 * spec.encoder.width;
        EXPECT_EQ(row[0], i - back + 100.0f * layer);
        EXPECT_EQ(row[7], i - back + 100.0f * layer);
      }
    }
  }
  state.Clear();
  EXPECT_EQ(state.row_count(), 0u);
}

TEST(KvState, TakesAFullBlockBehindAFullWindow) {
  const ModelSpec spec = TinySpec();
  KvState state(spec.encoder, spec.state_layer_count());
  for (int i = 0; i < 6; ++i) AppendRow(state, spec, static_cast<float>(i));
  ASSERT_TRUE(state.Reserve(3).ok());
  EXPECT_EQ(state.Rows(0, 3).key_rows, 5u);  // T - 1 kept, 3 new
  EXPECT_EQ(state.Rows(0, 3).data[0], 4.0f);
}

}  // namespace
}  // namespace tsugi
