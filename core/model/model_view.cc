#include "core/model/model_view.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "core/base/concat.h"
#include "core/parts/semantic_ids/language_vocabulary.h"
#include "core/model/tensor_table.h"

namespace tsugi {
namespace {

std::string ShapeText(const Shape& shape) {
  std::string text = Concat("[", shape.dims[0]);
  if (shape.rank == 2) text += Concat(", ", shape.dims[1]);
  return Concat(text, "]");
}

Status CheckTensor(const TensorEntry& entry, const TensorView& view) {
  if (view.empty()) return CorruptModel(Concat(entry.name, ": missing; export the model again"));
  if (view.dtype != entry.dtype || view.shape != entry.shape) {
    return CorruptModel(Concat(entry.name, ": ", DTypeName(view.dtype), " ", ShapeText(view.shape),
                               ", expected ", DTypeName(entry.dtype), " ", ShapeText(entry.shape),
                               "; the file is damaged, export it again"));
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
                             "; the file is damaged, export it again"));
}

Status CheckStrings(const char* name, const StringTableView& table, uint64_t count, bool required) {
  if (table.offsets.empty() && !required) return Status();
  const bool has_count = table.offsets.size() == count + 1;
  if (!has_count || table.offsets.front() != 0 || table.offsets.back() != table.text.size() ||
      !std::is_sorted(table.offsets.begin(), table.offsets.end())) {
    return CorruptModel(
        Concat(name, ": offsets are not ", count + 1,
               " ascending positions in the text; the file is damaged, export it again"));
  }
  return Status();
}

Status DamagedAttributes(const std::string& what) {
  return CorruptModel(Concat(what, "; the file is damaged, export it again"));
}

// "field=value" as (field, value); nothing without a field.
std::pair<std::string_view, std::string_view> SplitAttribute(std::string_view name) {
  const size_t equals = name.find('=');
  if (equals == std::string_view::npos) return {};
  return {name.substr(0, equals), name.substr(equals + 1)};
}

Status CheckAttributeNames(const StringTableView& names) {
  std::pair<std::string_view, std::string_view> previous;
  for (size_t i = 0; i < names.size(); ++i) {
    const auto name = SplitAttribute(names[i]);
    if (name.first.empty() || name <= previous) {
      return DamagedAttributes(
          Concat("attribute_names: entry ", i, " is not field=value in ascending order"));
    }
    previous = name;
  }
  return Status();
}

Status CheckAttributes(const ModelView& view) {
  const StringTableView& names = view.attribute_names;
  const auto& offsets = view.item_attribute_offsets;
  const auto& attributes = view.item_attributes;
  if (names.offsets.empty() && offsets.empty() && attributes.empty()) return Status();
  TSUGI_RETURN_IF_ERROR(CheckStrings("attribute_names", names, names.size(), true));
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

// Labels of one family share its name, and no other family has it.
Status CheckIntentLabels(const ModelView& view) {
  const StringTableView& names = view.intent_labels;
  const ModelSpec& spec = view.spec;
  if (!spec.has_intents() && names.offsets.empty()) return Status();
  TSUGI_RETURN_IF_ERROR(CheckStrings("intent_labels", names, spec.intent_label_count(), true));
  std::vector<std::string_view> families;
  size_t label = 0;
  for (uint32_t family = 0; family < spec.intent_family_count(); ++family) {
    const std::string_view name = SplitAttribute(names[label]).first;
    const bool is_taken = std::find(families.begin(), families.end(), name) != families.end();
    families.push_back(name);
    for (const size_t end = label + spec.intent_labels[family]; label < end; ++label) {
      if (!name.empty() && !is_taken && SplitAttribute(names[label]).first == name) continue;
      return CorruptModel(Concat("intent_labels: entry ", label, " is not family=label of family ",
                                 family, "; the file is damaged, export it again"));
    }
  }
  return Status();
}

Status CheckImaginedNames(const ModelView& view) {
  const uint32_t attributes = view.spec.imagine_attributes;
  if (attributes != 0 && attributes != view.attribute_names.size()) {
    return CorruptModel(
        Concat("spec.imagine_attributes: ", attributes, ", expected ", view.attribute_names.size(),
               ", the attributes of the items; the file is damaged, export it again"));
  }
  if (view.spec.imagine_words == 0 && view.title_words.offsets.empty()) return Status();
  return CheckStrings("title_words", view.title_words, view.spec.imagine_words, true);
}

// Codes strictly ascend, so no two items share theirs, and every item occurs once.
Status CheckTrie(const ModelView& view) {
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
    return CorruptModel(
        Concat(kItemTrie, ": row ", i,
               " is not in ascending order of codes or names no item of its own; the "
               "file is damaged, export it again"));
  }
  return Status();
}

// Neither empty nor twice the same: `count` of them.
Status CheckAscending(const char* name, const StringTableView& strings, uint32_t count) {
  if (count == 0 && strings.offsets.empty()) return Status();
  TSUGI_RETURN_IF_ERROR(CheckStrings(name, strings, count, true));
  for (size_t i = 0; i < strings.size(); ++i) {
    if (!strings[i].empty() && (i == 0 || strings[i - 1] < strings[i])) continue;
    return CorruptModel(
        Concat(name, ": entry ", i,
               " is empty or not in ascending order; the file is damaged, export it "
               "again"));
  }
  return Status();
}

}  // namespace

Status ModelView::Validate() const {
  TSUGI_RETURN_IF_ERROR(spec.Validate());
  for (const TensorEntry& entry : BuildTensorTable(spec)) {
    TSUGI_RETURN_IF_ERROR(CheckTensor(entry, Find(entry.name)));
  }
  TSUGI_RETURN_IF_ERROR(CheckStrings("item_ids", item_ids, spec.item_count, false));
  TSUGI_RETURN_IF_ERROR(CheckStrings("item_titles", item_titles, spec.item_count, false));
  TSUGI_RETURN_IF_ERROR(CheckIntentLabels(*this));
  TSUGI_RETURN_IF_ERROR(CheckAttributes(*this));
  TSUGI_RETURN_IF_ERROR(CheckImaginedNames(*this));
  TSUGI_RETURN_IF_ERROR(CheckAscending("action_names", action_names, spec.action_count));
  if (spec.has_language()) TSUGI_RETURN_IF_ERROR(CheckTrie(*this));
  return CheckAscending("pieces", pieces, spec.language_pieces);
}

}  // namespace tsugi
