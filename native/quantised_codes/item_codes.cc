#include "native/quantised_codes/item_codes.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/kernels/scan_block.h"
#include "core/model/model_view.h"
#include "core/model/tensor_table.h"
#include "native/quantised_codes/product_quantizer.h"

namespace tsugi {
namespace {

// Reads a row of the item table as f32. Codes are learned from the stored rows, not from those
// before quantisation: the engine scores candidates with the stored ones, and they define the exact
// list.
void ReadRow(const StoredRows& rows, size_t row, std::span<float> out) {
  std::ranges::fill(out, 0.0f);
  rows.AddTo(row, 1.0f, out);
}

// Draws `count` rows in proportion to |row|^length_power, with replacement.
std::vector<size_t> SampleRows(const StoredRows& rows, const ModelSpec& spec, size_t count,
                               double length_power, Random& random) {
  std::vector<double> ends(spec.item_count);
  std::vector<float> row(spec.row_width());
  double total = 0.0;
  for (size_t i = 0; i < ends.size(); ++i) {
    ReadRow(rows, i, row);
    double square = 0.0;
    for (const float v : row) square += static_cast<double>(v) * v;
    total += std::pow(square, length_power / 2.0);
    ends[i] = total;
  }
  std::vector<size_t> sample;
  for (size_t i = 0; i < count; ++i) {
    // `ends` are cumulative weights, so a binary search inverts the distribution. The minimum
    // guards against a product that rounds up to `total`.
    const auto at = std::ranges::upper_bound(ends, random.NextUniform() * total);
    sample.push_back(std::min<size_t>(static_cast<size_t>(at - ends.begin()), ends.size() - 1));
  }
  return sample;
}

// Writes one 4-bit code into the interleaved layout of CodeScan (core/kernels/scan_block.h).
void PutCode(std::span<uint8_t> codes, size_t code_count, size_t item, size_t j, size_t code) {
  const size_t row = item % kCodeBlockItems;
  uint8_t& pair =
      codes[(item / kCodeBlockItems * code_count + j) * kCodewords + row % (kCodeBlockItems / 2)];
  pair = static_cast<uint8_t>(pair | (row < kCodeBlockItems / 2 ? code : code << 4));
}

// Writes rotation [D, D] * row.
void Rotate(std::span<const float> rotation, std::span<const float> row, float* out) {
  for (size_t i = 0; i < row.size(); ++i) {
    const float* axis = rotation.data() + i * row.size();
    out[i] = 0.0f;
    for (size_t d = 0; d < row.size(); ++d) out[i] += axis[d] * row[d];
  }
}

// Writes the codewords, rotated back into the space of the items: then the engine needs no
// rotation, since <query, R^T word> = <R query, word>. Layout [D, m, 16], as CodeQuery::Prepare
// reads it.
void PutCodebooks(const ProductQuantizer& quantizer, std::span<const float> rotation, size_t width,
                  std::span<float> codebooks) {
  const size_t entries = quantizer.code_count() * kCodewords;
  const size_t part_width = width / quantizer.code_count();
  for (size_t e = 0; e < entries; ++e) {
    const size_t j = e / kCodewords;
    const float* word = quantizer.codeword(j, e % kCodewords);
    for (size_t d = 0; d < width; ++d) {
      float value = 0.0f;
      for (size_t i = 0; i < part_width; ++i) {
        value += rotation[(j * part_width + i) * width + d] * word[i];
      }
      codebooks[d * entries + e] = value;
    }
  }
}

// Reads the sampled rows and rotates them.
std::vector<float> ReadTurned(const StoredRows& rows, const std::vector<size_t>& sample,
                              std::span<const float> rotation, size_t width) {
  std::vector<float> points(sample.size() * width), row(width);
  for (size_t i = 0; i < sample.size(); ++i) {
    ReadRow(rows, sample[i], row);
    Rotate(rotation, row, points.data() + i * width);
  }
  return points;
}

// Encodes every item. Codes are OR-ed into the interleaved bytes, which ChangeSpec has zeroed;
// the places of the last block beyond N stay 0.
void CodeItems(const StoredRows& rows, const ProductQuantizer& quantizer,
               std::span<const float> rotation, ModelData& model) {
  const auto codes = model.tensors.at(kItemCodes).as<uint8_t>();
  std::vector<float> row(model.spec.row_width()), turned(row.size());
  std::vector<uint8_t> item_codes(model.spec.quantised_codes->count);
  for (size_t item = 0; item < model.spec.item_count; ++item) {
    ReadRow(rows, item, row);
    Rotate(rotation, row, turned.data());
    quantizer.Encode(turned.data(), item_codes);
    for (size_t j = 0; j < item_codes.size(); ++j) {
      PutCode(codes, item_codes.size(), item, j, item_codes[j]);
    }
  }
}

}  // namespace

void RemoveItemCodes(ModelData& model) {
  model.tensors.erase(kItemCodes);
  model.tensors.erase(kItemCodebooks);
  model.spec.quantised_codes.reset();
}

Status AddItemCodes(ModelData& model, const ItemCodeOptions& options) {
  ModelSpec spec = model.spec;
  const size_t width = spec.row_width(), part_width = options.quantizer.part_width;
  const size_t step = part_width * kCodeGroup;
  if (step == 0 || width % step != 0) {
    return Unsupported("item codes: rows of " + std::to_string(width) +
                       " numbers, expected a multiple of " + std::to_string(step) +
                       ". Try: --codes off");
  }
  spec.quantised_codes.emplace();
  spec.quantised_codes->count = static_cast<uint32_t>(width / part_width);
  spec.quantised_codes->candidates = options.candidates;
  TSUGI_RETURN_IF_ERROR(spec.Validate());
  RemoveItemCodes(model);
  TSUGI_RETURN_IF_ERROR(model.ChangeSpec(spec));
  const StoredRows rows = StoredRows::Of(model.View(), kItemTable);
  Random random(options.seed);
  const auto sample = SampleRows(rows, spec, std::min(options.sample_rows, spec.item_count),
                                 options.length_power, random);
  // The principal axes are those of the unrotated sample, so it is read once with the identity.
  std::vector<float> unturned(width * width);
  for (size_t d = 0; d < width; ++d) unturned[d * width + d] = 1.0f;
  std::vector<float> points = ReadTurned(rows, sample, unturned, width);
  const auto rotation = BalancedRotation(FindPrincipalAxes({points, width}), part_width);
  points = ReadTurned(rows, sample, rotation, width);
  ProductQuantizerOptions quantizer_options = options.quantizer;
  quantizer_options.codewords = kCodewords;
  quantizer_options.seed = options.seed;
  const auto quantizer = ProductQuantizer::Learn({points, width}, quantizer_options);
  PutCodebooks(quantizer, rotation, width, model.floats(kItemCodebooks));
  CodeItems(rows, quantizer, rotation, model);
  return Status();
}

}  // namespace tsugi
