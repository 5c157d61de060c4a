#include "core/parts/word_vectors/word_vectors_spec.h"

#include "core/base/text.h"
#include "core/model/model_view.h"
#include "core/model/tensor_table.h"

namespace tsugi {

void WordVectorsSpec::VisitFields(SpecVisitor& visitor) {
  visitor.Count("count", count, {1, kMostWordRows});
  visitor.Count("width", width, {kLeastWordWidth, kMostWordWidth});
  visitor.Count("codes", codes, {1, kMostWordCodes});
  visitor.Number("weight_step", weight_step, {});
}

// More codes than numbers would do no harm: the last ones stand for nothing.
Status WordVectorsSpec::CheckSpec(const ModelSpec&) { return Status(); }

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
// that add up to nothing give no mean, whatever they are. One message: browsers download it.
Status WordVectorsSpec::CheckView(const ModelView& view) {
  const auto hashes = view.Find(kWordHashes).as<uint32_t>();
  bool is_sound = true;
  for (size_t i = 1; i < hashes.size(); ++i) is_sound &= hashes[i - 1] < hashes[i];
  for (const uint8_t code : view.Find(kWordCodes).as<uint8_t>()) {
    is_sound &= code < view.spec.word_vectors->codewords();
  }
  if (is_sound) return Status();
  return CorruptModel(Concat(kName, ": hashes are not ascending or codes too large", kDamagedFile));
}

void WordVectorsSpec::AddCapabilities(const ModelSpec&, std::vector<std::string_view>& names) {
  names.push_back("word_vectors");
}

}  // namespace tsugi
