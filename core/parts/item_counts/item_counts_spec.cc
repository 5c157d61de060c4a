#include "core/parts/item_counts/item_counts_spec.h"

#include "core/model/model_view.h"
#include "core/model/tensor_table.h"

namespace tsugi {

void ItemCountsSpec::VisitFields(SpecVisitor& visitor) {
  visitor.Count("events", events, {0, UINT32_MAX});
}

Status ItemCountsSpec::CheckSpec(const ModelSpec&) { return Status(); }

void ItemCountsSpec::AddTensors(const ModelSpec& model, TensorTableBuilder& table) {
  table.Bytes(kItemCountLevels, model.item_count, 1);
}

void ItemCountsSpec::AddStrings(const ModelSpec&, std::vector<StringsEntry>&) {}

// Every byte is a level.
Status ItemCountsSpec::CheckView(const ModelView&) { return Status(); }

void ItemCountsSpec::AddCapabilities(const ModelSpec&, std::vector<std::string_view>& names) {
  names.push_back("item_counts");
}

}  // namespace tsugi
