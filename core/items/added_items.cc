#include "core/items/added_items.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/base/dtype.h"
#include "core/base/field_value.h"
#include "core/base/sort_ascending.h"

namespace tsugi {
namespace {

constexpr size_t kFirstCapacity = 64;

// The first attribute that is not below `name` in the order of the file: by field, then value.
size_t LowerBound(const StringTableView& names, std::string_view name) {
  const FieldValue wanted = FieldValue::Of(name);
  size_t low = 0, high = names.size();
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (FieldValue::Of(names[middle]) < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace

AddedItems::AddedItems(const ModelView& view)
    : spec_(view.spec), attribute_names_(view.attribute_names()), row_(view.spec.row_width()) {
  if (spec_.item_tower) tower_.emplace(view);
}

Status AddedItems::Reserve(size_t count) {
  // Doubles, so that adding n items copies O(n) rows.
  const size_t row_bytes = row_.size() * DTypeBytes(spec_.weight_dtype);
  if (count * row_bytes <= rows_.size()) return Status();
  const size_t capacity = std::max(kFirstCapacity, 2 * scales_.size());
  TSUGI_ASSIGN_OR_RETURN(auto rows, AlignedBuffer<uint8_t>::Create(capacity * row_bytes));
  if (!scales_.empty()) std::memcpy(rows.data(), rows_.data(), scales_.size() * row_bytes);
  rows_ = std::move(rows);
  return Status();
}

// What can fail comes first, so that a failure leaves nothing behind but an id that is dropped
// again.
Status AddedItems::Add(const NewItem& item) {
  if (!tower_) {
    return Unsupported(
        "the model has no semantic tower, so items can not be added; train one with "
        "--set item_tower.enabled=on and item metadata");
  }
  // What can fail comes first, and the id is taken back if the index has no memory: an error leaves
  // every list as long as it was.
  TSUGI_RETURN_IF_ERROR(Reserve(count() + 1));
  ids_.Append(item.id);
  const Status indexed = index_.Extend(ids_.View());
  if (!indexed.ok()) {
    ids_.DropLast();
    return indexed;
  }
  titles_.Append(item.description.title);
  tower_->MakeRow(item.description, row_);
  StoreAttributes(item.description.attributes);
  StoreRow(row_);
  return Status();
}

// The same symmetric quantisation as the exporter's, so that added and trained rows are scanned
// alike.
void AddedItems::StoreRow(std::span<const float> row) {
  const size_t at = count() * row.size();
  if (spec_.weight_dtype == DType::kF32) {
    std::memcpy(rows_.data() + at * sizeof(float), row.data(), row.size_bytes());
    scales_.push_back(1.0f);
    return;
  }
  // As the file's rows are quantised (native/quantize): symmetric, the largest value at 127. The
  // floor keeps a row of zeros from dividing by 0.
  float highest = 0;
  for (const float value : row) highest = std::max(highest, std::fabs(value));
  const float scale = std::max(highest / 127.0f, kZeroRowScale);
  auto* to = reinterpret_cast<int8_t*>(rows_.data()) + at;
  for (size_t d = 0; d < row.size(); ++d) {
    to[d] = static_cast<int8_t>(std::clamp(std::nearbyint(row[d] / scale), -127.0f, 127.0f));
  }
  scales_.push_back(scale);
}

void AddedItems::StoreAttributes(std::span<const std::string_view> attributes) {
  // All lines are kept for the saved session; another model may know attributes that this one does
  // not. Filters see the known ones, ascending and each once, as the file's are.
  const auto first = static_cast<ptrdiff_t>(attributes_.size());
  std::string lines;
  for (const std::string_view attribute : attributes) {
    lines.append(attribute) += '\n';
    const size_t found = LowerBound(attribute_names_, attribute);
    if (found < attribute_names_.size() && attribute_names_[found] == attribute) {
      attributes_.push_back(static_cast<uint32_t>(found));
    }
  }
  attribute_lines_.Append(lines);
  SortAscending(std::span(attributes_).subspan(static_cast<size_t>(first)));
  attributes_.erase(std::unique(attributes_.begin() + first, attributes_.end()), attributes_.end());
  attribute_ends_.push_back(static_cast<uint32_t>(attributes_.size()));
}

ItemRows AddedItems::rows() const {
  ItemRows rows{{spec_.weight_dtype, Shape::Matrix(count(), row_.size()), rows_.data()}, {}};
  if (spec_.weight_dtype == DType::kI8) rows.scales = scales_;
  return rows;
}

}  // namespace tsugi
