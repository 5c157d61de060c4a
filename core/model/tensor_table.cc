#include "core/model/tensor_table.h"

#include "core/base/text.h"
#include "core/model/parts.h"

namespace tsugi {

void TensorTableBuilder::Vector(const std::string& name, uint64_t size) {
  entries_.push_back({name, Shape::Vector(size), false, DType::kF32});
}

// One scale for each row: rows are outputs or items, whose sizes differ too much to share a scale.
void TensorTableBuilder::Matrix(const std::string& name, uint64_t rows, uint64_t columns) {
  entries_.push_back({name, Shape::Matrix(rows, columns), true, weight_dtype_});
  if (weight_dtype_ == DType::kI8) Vector(name + kScalesSuffix, rows);
}

void TensorTableBuilder::FloatMatrix(const std::string& name, uint64_t rows, uint64_t columns) {
  entries_.push_back({name, Shape::Matrix(rows, columns), false, DType::kF32});
}

void TensorTableBuilder::Bytes(const std::string& name, uint64_t rows, uint64_t columns) {
  entries_.push_back({name, Shape::Matrix(rows, columns), false, DType::kU8});
}

void TensorTableBuilder::Numbers(const std::string& name, uint64_t size) {
  entries_.push_back({name, Shape::Vector(size), false, DType::kI32});
}

void TensorTableBuilder::Linear(const std::string& name, uint64_t outputs, uint64_t inputs) {
  Matrix(Concat(name, ".weight"), outputs, inputs);
  Vector(Concat(name, ".bias"), outputs);
}

void TensorTableBuilder::Norm(const std::string& name, uint64_t width) {
  Vector(Concat(name, ".weight"), width);
  Vector(Concat(name, ".bias"), width);
}

// Query, key and value share one matrix, because they read one input: it is quantised once and
// multiplied in one call. The bias of attention depends on the distance alone, so that a session of
// any length can be encoded event by event.
void TensorTableBuilder::Layer(const EncoderShape& shape, const std::string& prefix) {
  const uint64_t d = shape.width;
  const uint64_t f = shape.feed_forward;
  const bool gated = shape.block == BlockKind::kGated;
  Norm(Concat(prefix, "norm1"), d);
  Linear(Concat(prefix, "qkv"), 3 * d, d);  // rows: query, key, value
  FloatMatrix(Concat(prefix, "relative_bias"), shape.heads, shape.window);  // [H, distance]
  Linear(Concat(prefix, "output"), d, d);
  if (gated) Linear(Concat(prefix, "gate1"), d, d);
  Norm(Concat(prefix, "norm2"), d);
  Linear(Concat(prefix, "up"), gated ? 2 * f : f, d);  // gated rows: silu half, linear half
  Linear(Concat(prefix, "down"), d, f);
  if (gated) Linear(Concat(prefix, "gate2"), d, d);
}

void TensorTableBuilder::Encoder(const EncoderShape& shape, const std::string& prefix) {
  for (uint32_t layer = 0; layer < shape.layers; ++layer) Layer(shape, LayerPrefix(layer, prefix));
  Norm(Concat(prefix, "norm"), shape.width);
}

std::string LayerPrefix(uint32_t layer, const std::string& encoder) {
  return Concat(encoder, "layers.", layer, ".");
}

namespace {

void AddParts(const ModelSpec& spec, bool first, TensorTableBuilder& table) {
  for (const Part& part : Parts()) {
    if (part.comes_first == first && part.is_in(spec)) part.add_tensors(spec, table);
  }
}

}  // namespace

// This is the order of the file. Parts whose encoders run before the backbone stand before it.
std::vector<TensorEntry> BuildTensorTable(const ModelSpec& spec) {
  const uint64_t d = spec.encoder.width;
  TensorTableBuilder table(spec.weight_dtype);
  AddParts(spec, /*first=*/true, table);
  table.Encoder(spec.encoder, kItemEncoder);
  if (spec.time_gap_buckets > 0) table.FloatMatrix(kTimeGap, spec.time_gap_buckets, d);
  // Row 0 is the unknown action.
  if (spec.action_count > 0) table.FloatMatrix(kActions, spec.action_count + 1, d);
  if (spec.value_buckets > 0) {
    table.FloatMatrix(kValues, spec.value_buckets, d);
    // Bucket 0 is the unknown value; B - 2 edges separate the other B - 1.
    table.Vector(kValueEdges, spec.value_buckets - 2);
  }
  if (spec.projection_width > 0) {
    table.Linear(Concat(kItemSide, "input"), d, spec.row_width());
    table.Linear(Concat(kItemSide, "output"), spec.row_width(), d);
  }
  table.Matrix(kItemTable, spec.item_count, spec.row_width());
  AddParts(spec, /*first=*/false, table);
  return table.Take();
}

// Only action names are required of a backbone: without them nobody knows what the number of an
// action means, whereas an item without an id still has its item_index.
std::vector<StringsEntry> BuildStringsTable(const ModelSpec& spec) {
  std::vector<StringsEntry> table = {{kItemIdStrings, spec.item_count, false, false},
                                     {kAttributeStrings, kAnyCount, false, false}};
  for (const Part& part : Parts()) {
    if (part.is_in(spec)) part.add_strings(spec, table);
  }
  if (spec.action_count > 0) table.push_back({kActionStrings, spec.action_count, true, true});
  table.push_back({kItemTitleStrings, spec.item_count, false, false});
  return table;
}

}  // namespace tsugi
