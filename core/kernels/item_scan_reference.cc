#include "core/kernels/scan_block.h"

namespace tsugi {

// The order of the two float products is part of the contract: every other kernel rounds in the
// same order, so i8 scores have the same bits on all instruction sets.
uint64_t ScoreI8Reference(const ScanBlock& block, float threshold, float* scores) {
  const auto* row = static_cast<const int8_t*>(block.rows);
  const auto* query = static_cast<const int16_t*>(block.query);
  uint64_t above = 0;
  for (size_t r = 0; r < block.count; ++r, row += block.width) {
    int32_t sum = 0;  // exact: ScanQuery limits the query so that it cannot overflow
    for (size_t d = 0; d < block.width; ++d) sum += row[d] * query[d];
    scores[r] = static_cast<float>(sum) * block.scales[r] * block.factor;
    above |= static_cast<uint64_t>(scores[r] > threshold) << r;
  }
  return above;
}

void ScoreItemsI8Reference(const ScanBlock& table, const uint32_t* items, size_t count,
                           float* scores) {
  ScanBlock row = table;
  row.count = 1;
  for (size_t i = 0; i < count; ++i) {
    row.rows = static_cast<const int8_t*>(table.rows) + items[i] * table.width;
    row.scales = table.scales + items[i];
    ScoreI8Reference(row, 0.0f, scores + i);
  }
}

// f32 sums depend on the order of additions, so other kernels agree within a tolerance only.
uint64_t ScoreF32Reference(const ScanBlock& block, float threshold, float* scores) {
  const auto* row = static_cast<const float*>(block.rows);
  const auto* query = static_cast<const float*>(block.query);
  uint64_t above = 0;
  for (size_t r = 0; r < block.count; ++r, row += block.width) {
    float sum = 0.0f;
    for (size_t d = 0; d < block.width; ++d) sum += row[d] * query[d];
    scores[r] = sum * block.factor;
    above |= static_cast<uint64_t>(scores[r] > threshold) << r;
  }
  return above;
}

}  // namespace tsugi
