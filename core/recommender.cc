#include "core/recommender.h"

#include "core/base/text.h"
#include "core/engine_parts.h"
#include "core/kernels/kernel_table.h"
#include "core/kernels/linear.h"
#include "core/session.h"

namespace tsugi {

Recommender::Recommender(std::unique_ptr<EngineParts> parts) : parts_(std::move(parts)) {}
Recommender::~Recommender() = default;

// The one place where the engine doubts a view. From here on tensors and strings are indexed
// without checks.
Result<std::unique_ptr<Recommender>> Recommender::Create(const ModelView& view) {
  TSUGI_RETURN_IF_ERROR(view.Validate());
  TSUGI_ASSIGN_OR_RETURN(auto parts, EngineParts::Create(view));
  return std::unique_ptr<Recommender>(new Recommender(std::move(parts)));
}

const ModelSpec& Recommender::spec() const { return parts_->spec; }

uint32_t Recommender::item_count() const { return parts_->item_count(); }

const AddedItems& Recommender::added_items() const { return *parts_->added; }

// Const although sessions write to shared scratch memory: none of it can be seen through this
// class.
Result<std::unique_ptr<Session>> Recommender::CreateSession() const {
  return Session::Create(*parts_);
}

Result<size_t> Recommender::SimilarInto(std::span<const uint32_t> items,
                                        const RecommendOptions& options,
                                        std::span<ScoredItem> list) const {
  return parts_->SimilarInto(items, options, kEverybody, {}, list);
}

Result<uint32_t> Recommender::AddItem(const NewItem& item) {
  return parts_->AddItem(item, kEverybody);
}

Status Recommender::RemoveItem(uint32_t item_index) {
  return parts_->RemoveItem(item_index, kEverybody);
}

Result<std::optional<uint32_t>> Recommender::FindItem(std::string_view id) const {
  return parts_->FindItem(id, kEverybody);
}

// Every item has an id, so that callers need no second way of naming one. In a model without ids it
// is the item_index, which FindItem reads back.
std::string Recommender::ItemId(uint32_t item_index) const {
  const uint32_t own = parts_->spec.item_count;
  if (item_index >= own) return (*parts_->added)[item_index - own].id;
  return parts_->ids.size() > 0 ? std::string(parts_->ids[item_index]) : Concat(item_index);
}

// Names the code that really runs: the library of the dense layers, what it multiplies, and the
// instruction set that was chosen at run time. A timing without these three can not be compared.
std::string EngineInfo(DType weight_dtype) {
  return Concat(LinearEngineName(), (weight_dtype == DType::kI8 ? "-int8 " : "-f32 "),
                ActiveKernels().name);
}

}  // namespace tsugi
