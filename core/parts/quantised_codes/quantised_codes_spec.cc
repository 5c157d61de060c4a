#include "core/parts/quantised_codes/quantised_codes_spec.h"

#include "core/base/text.h"
#include "core/model/model_view.h"
#include "core/model/tensor_table.h"

namespace tsugi {

void QuantisedCodesSpec::VisitFields(SpecVisitor& visitor) {
  visitor.Count("count", count, {4, 1024});
  visitor.Count("candidates", candidates, {1, 1u << 20});
}

Status QuantisedCodesSpec::CheckSpec(const ModelSpec& model) {
  const uint32_t count = model.quantised_codes->count;
  TSUGI_RETURN_IF_ERROR(CheckCount(kName, "count", count, {4, model.row_width()}));
  if (count % 4 == 0) return Status();
  return InvalidArgument(Concat("spec.quantised_codes.count: ", count, " is not a multiple of 4"));
}

// Blocks of 32 items, an even number of them; core/kernels/scan_block.h draws the layout.
void QuantisedCodesSpec::AddTensors(const ModelSpec& model, TensorTableBuilder& table) {
  const uint64_t blocks = (uint64_t{model.item_count} + 63) / 64 * 2;
  const uint64_t columns = uint64_t{16} * model.quantised_codes->count;
  table.Bytes(kItemCodes, blocks, columns);
  table.FloatMatrix(kItemCodebooks, model.row_width(), columns);
}

void QuantisedCodesSpec::AddStrings(const ModelSpec&, std::vector<StringsEntry>&) {}

// Every byte is two codes, so there is nothing to check.
Status QuantisedCodesSpec::CheckView(const ModelView&) { return Status(); }

void QuantisedCodesSpec::AddCapabilities(const ModelSpec&, std::vector<std::string_view>& names) {
  names.push_back("item_codes");
}

}  // namespace tsugi
