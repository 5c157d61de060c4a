#include "core/parts/word_vectors/word_vectors_spec.h"

#include "core/base/concat.h"
#include "core/model/model_view.h"
#include "core/model/tensor_table.h"

namespace tsugi {

void WordVectorsSpec::VisitFields(SpecVisitor& visitor) {
  visitor.Count("count", count, {1, kMostWordRows});
  visitor.Count("width", width, {kLeastWordWidth, kMostWordWidth});
  visitor.Count("codes", codes, {1, kMostWordCodes});
  visitor.Number("weight_step", weight_step, {});
}

Status WordVectorsSpec::CheckSpec(const ModelSpec& model) {
  return CheckCount(kName, "codes", model.word_vectors->codes, {1, model.word_vectors->width});
}

void WordVectorsSpec::AddTensors(const ModelSpec& model, TensorTableBuilder& table) {
  const WordVectorsSpec& spec = *model.word_vectors;
  table.Numbers(kWordHashes, spec.count);
  table.Bytes(kWordCodes, spec.count, spec.codes);
  table.FloatMatrix(kWordCodebooks, uint64_t{spec.codes} * spec.codewords(), spec.codeword_width());
  table.Bytes(kWordWeights, spec.count, 1);
  table.Vector(kWordMean, spec.width);
}

void WordVectorsSpec::AddStrings(const ModelSpec&, std::vector<StringsEntry>&) {}

// A search by halves needs hashes in order, and a code is followed without a look at it. Weights
// that add up to nothing give no mean, whatever they are.
Status WordVectorsSpec::CheckView(const ModelView& view) {
  const WordVectorsSpec& spec = *view.spec.word_vectors;
  const auto hashes = view.Find(kWordHashes).as<uint32_t>();
  for (size_t i = 1; i < hashes.size(); ++i) {
    if (hashes[i - 1] >= hashes[i]) {
      return CorruptModel(
          Concat(kWordHashes, ": entry ", i, " is not in ascending order", kDamagedFile));
    }
  }
  const auto codes = view.Find(kWordCodes).as<uint8_t>();
  for (size_t i = 0; i < codes.size(); ++i) {
    if (codes[i] < spec.codewords()) continue;
    return CorruptModel(Concat(kWordCodes, ": those of word ", i / spec.codes, " are not below ",
                               spec.codewords(), kDamagedFile));
  }
  return Status();
}

void WordVectorsSpec::AddCapabilities(const ModelSpec&, std::vector<std::string_view>& names) {
  names.push_back("word_vectors");
}

}  // namespace tsugi
