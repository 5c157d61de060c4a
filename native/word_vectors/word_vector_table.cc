#include "native/word_vectors/word_vector_table.h"

#include <algorithm>
#include <cmath>

#include "core/parts/word_vectors/word_vectors.h"
#include "native/dataset/item_texts.h"

namespace tsugi {
namespace {

/// Rounds to steps of 1/255 of the largest, and to one step at least. Returns the step.
float WriteWeights(std::span<const double> exact, std::vector<uint8_t>& weights) {
  const auto step = static_cast<float>(std::ranges::max(exact) / 255.0);
  for (const double weight : exact) {
    weights.push_back(static_cast<uint8_t>(std::clamp(std::round(weight / step), 1.0, 255.0)));
  }
  return step;
}

}  // namespace

WordVectorTable WordVectorTable::Make(const Dataset& dataset) {
  WordVectorTable table;
  table.codes = dataset.word_codes();
  table.spec.count = static_cast<uint32_t>(dataset.words().size());
  table.spec.width = static_cast<uint32_t>(dataset.word_width());
  table.spec.codes = static_cast<uint32_t>(table.codes.size()) / table.spec.count;
  table.codebooks = dataset.word_codebooks();
  table.mean.resize(table.spec.width);

  CatalogueTexts texts(dataset.item_titles(), dataset.item_metadata());
  const CatalogueWords catalogue(texts);
  const auto items = static_cast<double>(dataset.item_count());
  std::vector<double> weights;
  for (size_t i = 0; i < table.spec.count; ++i) {
    const std::string_view word = dataset.words()[i];
    table.hashes.push_back(HashWord(word));
    weights.push_back(std::log(1.0 + items / std::max(1u, catalogue.ItemCount(word))));
  }
  table.spec.weight_step = WriteWeights(weights, table.weights);

  const ModelView view = table.View();
  WordVectors words(view);
  std::vector<double> sum(table.spec.width);
  std::vector<float> of_item(sum.size());
  for (size_t item = 0; item < texts.item_count(); ++item) {
    if (!words.PlainMean(texts.Title(item), texts.Attributes(item), of_item)) continue;
    ++table.known_items;
    for (size_t d = 0; d < sum.size(); ++d) sum[d] += of_item[d];
  }
  const double count = std::max<double>(1.0, static_cast<double>(table.known_items));
  for (size_t d = 0; d < sum.size(); ++d) table.mean[d] = static_cast<float>(sum[d] / count);
  return table;
}

ModelView WordVectorTable::View() const {
  ModelView view;
  view.spec.word_vectors = spec;
  const auto add = [&view](const char* name, DType dtype, Shape shape, const auto& values) {
    view.tensors.emplace(name, TensorView{dtype, shape, values.data()});
  };
  add(kWordHashes, DType::kI32, Shape::Vector(spec.count), hashes);
  add(kWordCodes, DType::kU8, Shape::Matrix(spec.count, spec.codes), codes);
  add(kWordCodebooks, DType::kF32,
      Shape::Matrix(uint64_t{spec.codes} * spec.codewords(), spec.codeword_width()), codebooks);
  add(kWordWeights, DType::kU8, Shape::Matrix(spec.count, 1), weights);
  add(kWordMean, DType::kF32, Shape::Vector(spec.width), mean);
  return view;
}

}  // namespace tsugi
