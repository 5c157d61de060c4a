#include "core/parts/semantic_ids/semantic_ids_spec.h"

#include <cstring>

#include "core/base/text.h"
#include "core/model/model_view.h"
#include "core/model/tensor_table.h"
#include "core/parts/semantic_ids/language_vocabulary.h"

namespace tsugi {

void SemanticIdsSpec::VisitFields(SpecVisitor& visitor) {
  VisitShape(encoder, 64, visitor);
  visitor.Count("pieces", pieces, {0, 1u << 17});
  visitor.Number("fusion_share", fusion.share, {1});
  visitor.Number("fusion_slope", fusion.slope, {1000});
  visitor.Number("fusion_threshold", fusion.threshold, {1});
}

Status SemanticIdsSpec::CheckSpec(const ModelSpec& model) {
  return CheckShape(kName, model.semantic_ids->encoder);
}

// One matrix reads and writes tokens.
void SemanticIdsSpec::AddTensors(const ModelSpec& model, TensorTableBuilder& table) {
  const EncoderShape& encoder = model.semantic_ids->encoder;
  const uint32_t tokens = TokenCount(*model.semantic_ids);
  table.Matrix(kLanguageTokens, tokens, encoder.width);
  table.Vector(kLanguageBias, tokens);
  table.Encoder(encoder, kLanguage);
  table.Linear(Concat(kLanguage, "parallel"), kItemTokens, encoder.width);  // the levels' codes
  table.Matrix(kCodewordTable, kItemTokens, model.row_width());
  table.Bytes(kItemTrie, model.item_count, kTrieRowBytes);
}

void SemanticIdsSpec::AddStrings(const ModelSpec& model, std::vector<StringsEntry>& table) {
  const uint32_t pieces = model.semantic_ids->pieces;
  if (pieces > 0) table.push_back({kPieceStrings, pieces, true, true});
}

// Codes strictly ascend, so no two items share theirs, and every item occurs once.
Status SemanticIdsSpec::CheckView(const ModelView& view) {
  const auto rows = view.Find(kItemTrie).as<uint8_t>();
  std::vector<bool> is_there(view.spec.item_count);
  for (size_t i = 0; i < is_there.size(); ++i) {
    const uint8_t* row = rows.data() + i * kTrieRowBytes;
    const uint32_t item = TrieRowItem(row);
    const bool is_ascending = i == 0 || std::memcmp(row - kTrieRowBytes, row, kCodeLevels) < 0;
    if (is_ascending && item < is_there.size() && !is_there[item]) {
      is_there[item] = true;
      continue;
    }
    return CorruptModel(Concat(kItemTrie, ": row ", i,
                               " is not in ascending order of codes, or its item is not one of the "
                               "file or not the only one",
                               kDamagedFile));
  }
  return Status();
}

void SemanticIdsSpec::AddCapabilities(const ModelSpec& /*model*/,
                                      std::vector<std::string_view>& names) {
  names.push_back("semantic");
}

}  // namespace tsugi
