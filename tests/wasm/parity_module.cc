// The engine's own kernels inside WebAssembly, for parity.test.mjs: each against its reference, and
// whole models whose numbers the two builds must share bit for bit.
#include <emscripten.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/kernels/item_scan.h"
#include "core/kernels/kernel_table.h"
#include "core/session.h"
#include "tests/core/test_model.h"

namespace tsugi {
namespace {

struct Catalogue {
  Catalogue(size_t count, size_t width, uint64_t seed)
      : table(std::move(AlignedBuffer<int8_t>::Create(count * width)).value()),
        scales(std::move(AlignedBuffer<float>::Create(count)).value()),
        hidden(width) {
    Random random(seed);
    for (int8_t& value : table.span()) {
      value = static_cast<int8_t>(static_cast<int>(random.NextBelow(255)) - 127);
    }
    for (float& scale : scales.span()) scale = static_cast<float>(0.001 + random.NextUniform());
    for (float& value : hidden) value = static_cast<float>(2.0 * random.NextUniform() - 1.0);
    rows = {{DType::kI8, Shape::Matrix(count, width), table.data()}, scales.span()};
  }
  AlignedBuffer<int8_t> table;
  AlignedBuffer<float> scales;
  std::vector<float> hidden;
  ItemRows rows;
};

ModelSpec SpecOf(bool is_gated, uint32_t width) {
  ModelSpec spec;
  spec.item_count = 1003;
  spec.encoder.width = width;
  spec.encoder.heads = 2;
  spec.encoder.feed_forward = 2 * width;
  spec.encoder.window = 12;
  spec.encoder.block = is_gated ? BlockKind::kGated : BlockKind::kSasRec;
  spec.weight_dtype = DType::kI8;
  return spec;
}

}  // namespace
}  // namespace tsugi

extern "C" {

/// Rows of an int8 scan (count <= 64) that any kernel scores or flags otherwise than the reference.
EMSCRIPTEN_KEEPALIVE uint32_t scan_mismatches(uint32_t count, uint32_t width, uint32_t seed) {
  using namespace tsugi;
  const Catalogue catalogue(count, width, seed);
  auto query = std::move(ScanQuery::Create(catalogue.rows)).value();
  query.Prepare(catalogue.hidden.data(), 0.7f);
  std::vector<float> plain(count), fast(count);
  uint32_t mismatches = 0;
  for (const float threshold : {-1e30f, 0.0f, 3.0f}) {
    const uint64_t above = ScoreI8Reference(query.Block(0, count), threshold, plain.data());
    for (const KernelTable* kernels : SupportedKernels()) {
      const uint64_t found = kernels->score_i8(query.Block(0, count), threshold, fast.data());
      for (uint32_t r = 0; r < count; ++r) {
        mismatches += plain[r] != fast[r] || ((above ^ found) >> r & 1) != 0 ? 1 : 0;
      }
    }
  }
  return mismatches;
}

/// Number of kernel sets of this build, the reference included.
EMSCRIPTEN_KEEPALIVE uint32_t kernel_sets() {
  return static_cast<uint32_t>(tsugi::SupportedKernels().size());
}

/// Scores [1003] f32 of a random int8 model after `events` events.
EMSCRIPTEN_KEEPALIVE const float* model_scores(uint32_t is_gated, uint32_t width, uint32_t events) {
  using namespace tsugi;
  static std::vector<float> scores;
  const ModelSpec spec = SpecOf(is_gated != 0, width);
  scores.assign(spec.item_count, NAN);
  TestModel model(spec, width + events);
  const auto recommender = Recommender::Create(model.view());
  if (!recommender.ok()) return scores.data();
  const auto session = (*recommender)->CreateSession();
  bool ok = session.ok();
  for (uint32_t i = 0; ok && i < events; ++i) {
    ok = (*session)->Push({(i * 7919) % spec.item_count}).ok();
  }
  if (!ok || !(*session)->ScoreAll(scores).ok()) std::fill(scores.begin(), scores.end(), NAN);
  return scores.data();
}

}  // extern "C"
