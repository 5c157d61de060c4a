#include "core/model/tensor_table.h"

#include "core/base/concat.h"
#include "core/parts/semantic_ids/language_vocabulary.h"

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
    Matrix(Concat(name, ".weight"), outputs, inputs);
    Vector(Concat(name, ".bias"), outputs);
  }
  void Norm(const std::string& name, uint64_t width) {
    Vector(Concat(name, ".weight"), width);
    Vector(Concat(name, ".bias"), width);
  }
  std::vector<TensorEntry> Take() { return std::move(entries_); }

 private:
  DType weight_dtype_;
  std::vector<TensorEntry> entries_;
};

void AddLayer(const ModelSpec& spec, const std::string& prefix, TableBuilder& table) {
  const uint64_t d = spec.model_width;
  const uint64_t f = spec.feed_forward_width;
  const bool gated = spec.block_kind == BlockKind::kGated;
  table.Norm(Concat(prefix, "norm1"), d);
  table.Linear(Concat(prefix, "qkv"), 3 * d, d);  // rows: query, key, value
  table.FloatMatrix(Concat(prefix, "relative_bias"), spec.head_count,
                    spec.window);  // [H, distance]
  table.Linear(Concat(prefix, "output"), d, d);
  if (gated) table.Linear(Concat(prefix, "gate1"), d, d);
  table.Norm(Concat(prefix, "norm2"), d);
  table.Linear(Concat(prefix, "up"), gated ? 2 * f : f, d);  // gated rows: silu half, linear half
  table.Linear(Concat(prefix, "down"), d, f);
  if (gated) table.Linear(Concat(prefix, "gate2"), d, d);
}

void AddEncoder(const ModelSpec& spec, const std::string& encoder, uint32_t layer_count,
                TableBuilder& table) {
  for (uint32_t layer = 0; layer < layer_count; ++layer) {
    AddLayer(spec, LayerPrefix(layer, encoder), table);
  }
  table.Norm(Concat(encoder, "norm"), spec.model_width);
}

// The encoders before the item encoder, in the order in which they run.
void AddIntents(const ModelSpec& spec, TableBuilder& table) {
  const uint64_t d = spec.model_width;
  const uint64_t labels = spec.intent_label_count();
  const bool has_short_term = spec.short_term_events > 0;
  const std::string intent = kIntentEncoder, short_term = kShortTermEncoder, item = kItemEncoder;
  if (has_short_term) {
    table.Norm(Concat(short_term, "norm"), d);
    table.Linear(Concat(short_term, "qkv"), 3 * d, d);
    table.FloatMatrix(Concat(short_term, "relative_bias"), spec.head_count, spec.short_term_events);
    table.Linear(Concat(short_term, "output"), d, d);
  }
  table.Linear(Concat(intent, "input"), d, d);
  if (has_short_term) table.Linear(Concat(intent, "input_short_term"), d, d);
  table.Norm(Concat(intent, "input_norm"), d);
  AddEncoder(spec, intent, spec.intent_layer_count, table);
  table.Linear(Concat(intent, "heads"), labels, d);  // rows: the families' labels, in order
  table.FloatMatrix(Concat(intent, "projection"), labels, d);  // [labels, D] what a label adds to Z
  table.FloatMatrix(Concat(intent, "projection_bias"), spec.intent_family_count(), d);
  table.Vector(Concat(intent, "attention"), d);
  table.Linear(Concat(item, "input"), d, d);
  if (has_short_term) table.Linear(Concat(item, "input_short_term"), d, d);
  table.Linear(Concat(item, "input_intent"), d, d);
  table.Norm(Concat(item, "input_norm"), d);
}

// Blocks of 32 items, an even number of them; core/kernels/code_block.h draws the layout.
void AddItemCodes(const ModelSpec& spec, TableBuilder& table) {
  const uint64_t blocks = (uint64_t{spec.item_count} + 63) / 64 * 2;
  table.Bytes(kItemCodes, blocks, uint64_t{16} * spec.code_count);
  table.FloatMatrix(kItemCodebooks, spec.row_width(), uint64_t{16} * spec.code_count);
}

// The diffusion prior over item rows, and what turns one of its rows into a description.
void AddImagination(const ModelSpec& spec, TableBuilder& table) {
  const uint64_t h = spec.imagine_width, e = kConditionWidth, w = spec.row_width();
  const std::string imagine = kImagine, of_concept = kConcept;
  table.Linear(Concat(imagine, "time"), e, e);
  table.Linear(Concat(imagine, "session"), e, w);
  table.Vector(Concat(imagine, "no_session"), e);
  table.FloatMatrix(Concat(imagine, "rating"), 3, e);  // dislike, like, none
  table.Linear(Concat(imagine, "input"), h, w);
  for (uint32_t block = 0; block < spec.imagine_blocks; ++block) {
    const std::string prefix = LayerPrefix(block, imagine);
    table.Linear(Concat(prefix, "modulation"), 3 * h, e);  // rows: scale, shift, gate
    table.Linear(Concat(prefix, "up"), 2 * h, h);          // rows: silu half, linear half
    table.Linear(Concat(prefix, "down"), h, h);
  }
  table.Linear(Concat(imagine, "modulation"), 2 * h, e);  // rows: scale, shift
  table.Linear(Concat(imagine, "output"), w, h);
  if (spec.imagine_attributes > 0) {
    table.Linear(Concat(of_concept, "attributes"), spec.imagine_attributes, w);
  }
  if (spec.imagine_words == 0) return;
  table.Linear(Concat(of_concept, "title"), kTitleWidth, w);
  table.FloatMatrix(Concat(of_concept, "title_order"), kTitleContext, kTitleWidth);
  table.Linear(Concat(of_concept, "words"), spec.imagine_words, kTitleWidth);
}

// The language model: layers of its own width and kind, one matrix for reading and writing tokens.
void AddLanguage(const ModelSpec& spec, TableBuilder& table) {
  const ModelSpec own = LanguageSpec(spec);
  const std::string language = kLanguage;
  table.Matrix(kLanguageTokens, TokenCount(spec), own.model_width);
  table.Vector(kLanguageBias, TokenCount(spec));
  for (uint32_t layer = 0; layer < own.layer_count; ++layer) {
    AddLayer(own, LayerPrefix(layer, language), table);
  }
  table.Norm(Concat(language, "norm"), own.model_width);
  table.Linear(Concat(language, "parallel"), kItemTokens,
               own.model_width);  // rows: the levels' codes
  table.Matrix(kCodewordTable, kItemTokens, spec.row_width());
  table.Bytes(kItemTrie, spec.item_count, 8);
}

}  // namespace

std::string LayerPrefix(uint32_t layer, const std::string& encoder) {
  return Concat(encoder, "layers.", layer, ".");
}

std::vector<TensorEntry> BuildTensorTable(const ModelSpec& spec) {
  TableBuilder table(spec.weight_dtype);
  if (spec.has_intents()) AddIntents(spec, table);
  AddEncoder(spec, kItemEncoder, spec.layer_count, table);
  if (spec.time_gap_buckets > 0) {
    table.FloatMatrix(kTimeGap, spec.time_gap_buckets, spec.model_width);
  }
  if (spec.action_count > 0) table.FloatMatrix(kActions, spec.action_count + 1, spec.model_width);
  if (spec.value_buckets > 0) {
    table.FloatMatrix(kValues, spec.value_buckets, spec.model_width);
    table.Vector(kValueEdges, spec.value_buckets - 2);
  }
  if (spec.projection_width > 0) {
    table.Linear(Concat(kItemSide, "input"), spec.model_width, spec.row_width());
    table.Linear(Concat(kItemSide, "output"), spec.row_width(), spec.model_width);
  }
  table.Matrix(kItemTable, spec.item_count, spec.row_width());
  if (spec.code_count > 0) AddItemCodes(spec, table);
  if (spec.tower_features > 0) {
    table.Matrix(kTowerFeatures, spec.tower_features, spec.row_width());
    table.Vector(kTowerWeights, spec.tower_features);
    table.Vector(kTowerUnknown, spec.row_width());
  }
  if (spec.imagine_width > 0) AddImagination(spec, table);
  if (spec.has_language()) AddLanguage(spec, table);
  return table.Take();
}

}  // namespace tsugi
