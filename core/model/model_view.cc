#include "core/model/model_view.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/model/parts.h"

namespace tsugi {

StringTableView ModelView::Strings(std::string_view name) const {
  for (const NamedStrings& table : strings) {
    if (table.name == name) return table.strings;
  }
  return {};
}

void ModelView::SetStrings(std::string_view name, const StringTableView& table) {
  std::erase_if(strings, [name](const NamedStrings& other) { return other.name == name; });
  if (!table.offsets.empty()) strings.push_back({name, table});
}

Modality ModelView::modality(size_t m) const {
  return {Strings(kModalityStrings)[m], spec.item_tower->modality_widths[m]};
}

namespace {

std::string ShapeText(const Shape& shape) {
  std::string text = Concat("[", shape.dims[0]);
  if (shape.rank == 2) text += Concat(", ", shape.dims[1]);
  return Concat(text, "]");
}

// Every float is looked at once, at loading. A single NaN would reach every score, and a scale of 0
// or less would wipe out or turn round a whole row.
Status CheckTensor(const TensorEntry& entry, const TensorView& view) {
  if (view.empty()) return CorruptModel(Concat(entry.name, ": missing; export the model again"));
  if (view.dtype != entry.dtype || view.shape != entry.shape) {
    return CorruptModel(Concat(entry.name, ": ", DTypeName(view.dtype), " ", ShapeText(view.shape),
                               ", expected ", DTypeName(entry.dtype), " ", ShapeText(entry.shape),
                               kDamagedFile));
  }
  if (entry.dtype != DType::kF32) return Status();
  const bool is_scales = entry.name.ends_with(kScalesSuffix);
  const auto values = view.as<float>();
  const auto bad = std::find_if(values.begin(), values.end(), [is_scales](float v) {
    return !std::isfinite(v) || (is_scales && v <= 0.0f);
  });
  if (bad == values.end()) return Status();
  return CorruptModel(Concat(entry.name, ": value ", bad - values.begin(), " is ",
                             (is_scales ? "not a positive finite scale" : "not finite"),
                             kDamagedFile));
}

// Every later access trusts these offsets: if they start at 0, never fall and end where the text
// ends, no string reaches outside. Tables in ascending order are searched by halves, so one out of
// order would lose entries without a word.
Status CheckStrings(const StringsEntry& entry, const StringTableView& table) {
  if (table.offsets.empty() && !entry.is_required) return Status();
  const uint64_t count = entry.count == kAnyCount ? table.size() : entry.count;
  if (table.offsets.size() != count + 1 || table.offsets.front() != 0 ||
      table.offsets.back() != table.text.size() ||
      !std::is_sorted(table.offsets.begin(), table.offsets.end())) {
    return CorruptModel(Concat(entry.name, ": offsets are not ", count + 1,
                               " ascending positions in the text", kDamagedFile));
  }
  for (size_t i = 0; entry.is_ascending && i < table.size(); ++i) {
    if (!table[i].empty() && (i == 0 || table[i - 1] < table[i])) continue;
    return CorruptModel(
        Concat(entry.name, ": entry ", i, " is empty or not in ascending order", kDamagedFile));
  }
  return Status();
}

Status DamagedAttributes(const std::string& what) {
  return CorruptModel(Concat(what, kDamagedFile));
}

// By field, then value, and not by the bytes of the whole text, where `a.b=1` stands before `a=1`.
// So the values of a field lie together and can be searched by halves.
Status CheckAttributeNames(const StringTableView& names) {
  FieldValue previous;
  for (size_t i = 0; i < names.size(); ++i) {
    const FieldValue name = FieldValue::Of(names[i]);
    if (name.field.empty() || name <= previous) {
      return DamagedAttributes(
          Concat("attribute_names: entry ", i, " is not field=value in ascending order"));
    }
    previous = name;
  }
  return Status();
}

// Item i has the attributes [offsets[i], offsets[i + 1]) of one list. Filters and caps read it
// without checks, so all of it is proven here, in O(N) and the length of the list.
Status CheckAttributes(const ModelView& view) {
  const StringTableView names = view.attribute_names();
  const auto& offsets = view.item_attribute_offsets;
  const auto& attributes = view.item_attributes;
  if (names.offsets.empty() && offsets.empty() && attributes.empty()) return Status();
  TSUGI_RETURN_IF_ERROR(CheckAttributeNames(names));
  if (offsets.size() != uint64_t{view.spec.item_count} + 1 || offsets.front() != 0 ||
      offsets.back() != attributes.size() || !std::is_sorted(offsets.begin(), offsets.end())) {
    return DamagedAttributes(Concat("item_attributes: offsets are not ",
                                    uint64_t{view.spec.item_count} + 1,
                                    " ascending positions in the list"));
  }
  for (size_t i = 0; i + 1 < offsets.size(); ++i) {
    for (size_t at = offsets[i]; at < offsets[i + 1]; ++at) {
      const bool is_ascending = at == offsets[i] || attributes[at - 1] < attributes[at];
      if (is_ascending && attributes[at] < names.size()) continue;
      return DamagedAttributes(Concat("item_attributes: those of item ", i,
                                      " are not ascending indices below ", names.size()));
    }
  }
  return Status();
}

}  // namespace

// The spec comes first, because the lists of tensors and strings may only be built for a valid one.
// Parts come last: their checks read tensors whose shapes are right by then.
Status ModelView::Validate() const {
  TSUGI_RETURN_IF_ERROR(spec.Validate());
  for (const TensorEntry& entry : BuildTensorTable(spec)) {
    TSUGI_RETURN_IF_ERROR(CheckTensor(entry, Find(entry.name)));
  }
  for (const StringsEntry& entry : BuildStringsTable(spec)) {
    TSUGI_RETURN_IF_ERROR(CheckStrings(entry, Strings(entry.name)));
  }
  TSUGI_RETURN_IF_ERROR(CheckAttributes(*this));
  for (const Part& part : Parts()) {
    if (part.is_in(spec)) TSUGI_RETURN_IF_ERROR(part.check_view(*this));
  }
  return Status();
}

}  // namespace tsugi
