#include "core/model/tensor_table.h"

namespace tsugi {
namespace {

class TableBuilder {
 public:
  explicit TableBuilder(DType weight_dtype) : weight_dtype_(weight_dtype) {}

  void Vector(const std::string& name, uint64_t size) {
    entries_.push_back({name, Shape::Vector(size), false, DType::kF32});
  }
  void Matrix(const std::string& name, uint64_t rows, uint64_t columns) {
    entries_.push_back({name, Shape::Matrix(rows, columns), true, weight_dtype_});
    if (weight_dtype_ == DType::kI8) Vector(name + kScalesSuffix, rows);
  }
  void FloatMatrix(const std::string& name, uint64_t rows, uint64_t columns) {
    entries_.push_back({name, Shape::Matrix(rows, columns), false, DType::kF32});
  }
  void Bytes(const std::string& name, uint64_t rows, uint64_t columns) {
    entries_.push_back({name, Shape::Matrix(rows, columns), false, DType::kU8});
  }
  void Linear(const std::string& name, uint64_t outputs, uint64_t inputs) {
    Matrix(name + ".weight", outputs, inputs);
    Vector(name + ".bias", outputs);
  }
  void Norm(const std::string& name, uint64_t width) {
    Vector(name + ".weight", width);
    Vector(name + ".bias", width);
  }
  std::vector<TensorEntry> Take() { return std::move(entries_); }

 private:
  DType weight_dtype_;
  std::vector<TensorEntry> entries_;
};

void AddLayer(const ModelSpec& spec, uint32_t layer, TableBuilder& table) {
  const std::string prefix = LayerPrefix(layer);
  const uint64_t d = spec.model_width;
  const uint64_t f = spec.feed_forward_width;
  const bool gated = spec.block_kind == BlockKind::kGated;
  table.Norm(prefix + "norm1", d);
  table.Linear(prefix + "qkv", 3 * d, d);                        // rows: query, key, value
  table.FloatMatrix(prefix + "relative_bias", spec.head_count, spec.window);  // [H, distance]
  table.Linear(prefix + "output", d, d);
  if (gated) table.Linear(prefix + "gate1", d, d);
  table.Norm(prefix + "norm2", d);
  table.Linear(prefix + "up", gated ? 2 * f : f, d);  // gated rows: silu half, linear half
  table.Linear(prefix + "down", d, f);
  if (gated) table.Linear(prefix + "gate2", d, d);
}

// Blocks of 32 items, an even number of them; core/kernels/code_block.h draws the layout.
void AddItemCodes(const ModelSpec& spec, TableBuilder& table) {
  const uint64_t blocks = (uint64_t{spec.item_count} + 63) / 64 * 2;
  table.Bytes(kItemCodes, blocks, uint64_t{16} * spec.code_count);
  table.FloatMatrix(kItemCodebooks, spec.model_width, uint64_t{16} * spec.code_count);
}

}  // namespace

std::string LayerPrefix(uint32_t layer) { return "encoder.layers." + std::to_string(layer) + "."; }

std::vector<TensorEntry> BuildTensorTable(const ModelSpec& spec) {
  TableBuilder table(spec.weight_dtype);
  for (uint32_t layer = 0; layer < spec.layer_count; ++layer) AddLayer(spec, layer, table);
  table.Norm("encoder.norm", spec.model_width);
  if (spec.time_gap_buckets > 0) {
    table.FloatMatrix(kTimeGap, spec.time_gap_buckets, spec.model_width);
  }
  table.Matrix(kItemTable, spec.item_count, spec.model_width);
  if (spec.code_count > 0) AddItemCodes(spec, table);
  return table.Take();
}

}  // namespace tsugi
