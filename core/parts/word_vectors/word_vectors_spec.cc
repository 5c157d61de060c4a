#include "core/parts/word_vectors/word_vectors_spec.h"

#include "core/model/model_view.h"
#include "core/model/tensor_table.h"

namespace tsugi {

void WordVectorsSpec::VisitFields(SpecVisitor& visitor) {
  visitor.Count("count", count, {1, kMostWordRows});
  visitor.Count("width", width, {kLeastWordWidth, kMostWordWidth});
}

Status WordVectorsSpec::CheckSpec(const ModelSpec&) { return Status(); }

void WordVectorsSpec::AddTensors(const ModelSpec& model, TensorTableBuilder& table) {
  const auto& [count, width] = *model.word_vectors;
  table.Matrix(kWordRows, count, width);
  table.Vector(kWordWeights, count);
  table.Vector(kWordMean, width);
}

void WordVectorsSpec::AddStrings(const ModelSpec& model, std::vector<StringsEntry>& table) {
  table.push_back({kWordStrings, model.word_vectors->count, true, true});
}

// Shapes, finite values and words in ascending order are all that a search by halves and a weighted
// mean need. Weights that add up to nothing give no mean, whatever they are.
Status WordVectorsSpec::CheckView(const ModelView&) { return Status(); }

void WordVectorsSpec::AddCapabilities(const ModelSpec&, std::vector<std::string_view>& names) {
  names.push_back("word_vectors");
}

}  // namespace tsugi
