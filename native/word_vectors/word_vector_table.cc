#include "native/word_vectors/word_vector_table.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "core/parts/word_vectors/word_vectors.h"
#include "native/dataset/word_vectors/catalogue_words.h"

namespace tsugi {
namespace {

/// Writes each row divided by its length: how often a word occurs decides about its length in most
/// files, and the weights say that already.
void WriteUnitRows(std::span<const float> vectors, size_t width, std::span<float> rows) {
  for (size_t begin = 0; begin < vectors.size(); begin += width) {
    const std::span<const float> from = vectors.subspan(begin, width);
    double squares = 0;
    for (const float value : from) squares += static_cast<double>(value) * value;
    const double inverse = squares > 0 ? 1.0 / std::sqrt(squares) : 0.0;
    for (size_t d = 0; d < width; ++d) {
      rows[begin + d] = static_cast<float>(from[d] * inverse);
    }
  }
}

}  // namespace

Result<WordVectorTable> WordVectorTable::Make(const Dataset& dataset) {
  const size_t width = dataset.word_width();
  WordVectorTable table;
  table.words = dataset.words();
  table.spec.count = static_cast<uint32_t>(table.words.size());
  table.spec.width = static_cast<uint32_t>(width);
  TSUGI_RETURN_IF_ERROR(AllocateBuffers({{&table.rows, table.words.size() * width},
                                         {&table.weights, table.words.size()},
                                         {&table.mean, width}}));
  WriteUnitRows(dataset.word_rows(), width, table.rows.span());

  CatalogueTexts texts(dataset.item_titles(), dataset.item_metadata());
  const CatalogueWords catalogue(texts);
  const auto items = static_cast<double>(dataset.item_count());
  for (size_t i = 0; i < table.words.size(); ++i) {
    const uint32_t have_it = std::max(1u, catalogue.ItemCount(table.words[i]));
    table.weights[i] = static_cast<float>(std::log(1.0 + items / have_it));
  }

  const ModelView view = table.View();
  WordVectors words(view);
  std::vector<double> sum(width);
  std::vector<float> of_item(width);
  for (size_t item = 0; item < texts.item_count(); ++item) {
    if (!words.PlainMean(texts.Title(item), texts.Attributes(item), of_item)) continue;
    ++table.known_items;
    for (size_t d = 0; d < width; ++d) sum[d] += of_item[d];
  }
  const double count = std::max<double>(1.0, static_cast<double>(table.known_items));
  for (size_t d = 0; d < width; ++d) table.mean[d] = static_cast<float>(sum[d] / count);
  return table;
}

ModelView WordVectorTable::View() const {
  ModelView view;
  view.spec.word_vectors = spec;
  const auto add = [&view](const char* name, Shape shape, const AlignedBuffer<float>& values) {
    view.tensors.emplace(name, TensorView{DType::kF32, shape, values.data()});
  };
  add(kWordRows, Shape::Matrix(spec.count, spec.width), rows);
  add(kWordWeights, Shape::Vector(spec.count), weights);
  add(kWordMean, Shape::Vector(spec.width), mean);
  view.SetStrings(kWordStrings, words);
  return view;
}

}  // namespace tsugi
