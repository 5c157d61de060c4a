#include "native/cli/model_json.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/base/field_value.h"
#include "core/model/tensor_table.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

Json SpecJson(const ModelSpec& spec) {
  return {{"item_count", spec.item_count},
          {"model_width", spec.model_width},
          {"layer_count", spec.layer_count},
          {"head_count", spec.head_count},
          {"feed_forward_width", spec.feed_forward_width},
          {"window", spec.window},
          {"block_kind", BlockKindName(spec.block_kind)},
          {"normalize_hidden", spec.normalize_hidden},
          {"logit_scale", spec.logit_scale},
          {"input_scale", spec.input_scale},
          {"filter_seen", spec.filter_seen},
          {"time_gap_buckets", spec.time_gap_buckets},
          {"action_count", spec.action_count},
          {"value_buckets", spec.value_buckets},
          {"intent_labels", spec.intent_labels},
          {"intent_layer_count", spec.intent_layer_count},
          {"short_term_events", spec.short_term_events},
          {"short_term_s", spec.short_term_s},
          {"projection_width", spec.projection_width},
          {"tower_features", spec.tower_features},
          {"imagine_width", spec.imagine_width},
          {"imagine_blocks", spec.imagine_blocks},
          {"imagine_attributes", spec.imagine_attributes},
          {"imagine_words", spec.imagine_words},
          {"language_width", spec.language_width},
          {"language_layers", spec.language_layers},
          {"language_heads", spec.language_heads},
          {"language_feed_forward", spec.language_feed_forward},
          {"language_window", spec.language_window},
          {"language_pieces", spec.language_pieces},
          {"fusion", {spec.fusion_share, spec.fusion_slope, spec.fusion_threshold}},
          {"weight_dtype", DTypeName(spec.weight_dtype)},
          {"code_count", spec.code_count},
          {"code_candidates", spec.code_candidates}};
}

/// How many values each field of the items' attributes has.
Json AttributesJson(const ModelView& view) {
  Json fields = Json::object();
  for (size_t i = 0; i < view.attribute_names.size(); ++i) {
    Json& count = fields[std::string(FieldValue::Of(view.attribute_names[i]).field)];
    count = count.is_null() ? 1 : count.get<uint64_t>() + 1;
  }
  return fields;
}

Json ActionsJson(const ModelView& view) {
  Json actions = Json::array();
  for (size_t i = 0; i < view.action_names.size(); ++i) {
    actions.push_back(std::string(view.action_names[i]));
  }
  return actions;
}

/// The labels of each intent family.
Json IntentsJson(const ModelView& view) {
  Json families = Json::object();
  for (size_t i = 0; i < view.intent_labels.size(); ++i) {
    const auto [family, label] = FieldValue::Of(view.intent_labels[i]);
    families[std::string(family)].push_back(std::string(label));
  }
  return families;
}

Json TensorJson(const TensorEntry& entry, const Model& model) {
  const TensorView tensor = model.view().Find(entry.name);
  const auto& segments = model.segments();
  const auto segment =
      std::find_if(segments.begin(), segments.end(),
                   [&entry](const SegmentInfo& s) { return s.name == entry.name; });
  Json shape = Json::array();
  for (uint32_t i = 0; i < tensor.shape.rank; ++i) shape.push_back(tensor.shape.dims[i]);
  return {{"name", entry.name},
          {"dtype", segment->is_int4 ? "i4" : DTypeName(tensor.dtype)},
          {"shape", std::move(shape)},
          {"offset", segment->offset},
          {"bytes", segment->bytes}};
}

}  // namespace

nlohmann::ordered_json ModelJson(const std::string& file, const Model& model) {
  const ModelView& view = model.view();
  Json json;
  json["file"] = file;
  json["format_version"] = model.format_version();
  json["bytes"] = model.file_bytes();
  json["capabilities"] = {"recommend"};
  if (view.spec.code_count > 0) json["capabilities"].push_back("item_codes");
  if (view.spec.has_intents()) json["capabilities"].push_back("intent");
  if (view.spec.tower_features > 0) json["capabilities"].push_back("add_items");
  if (view.spec.imagine_width > 0) json["capabilities"].push_back("imagine");
  if (view.spec.has_language()) json["capabilities"].push_back("semantic");
  if (view.spec.language_pieces > 0) json["capabilities"].push_back("search");
  json["has_item_ids"] = view.item_ids.size() > 0;
  json["has_item_titles"] = view.item_titles.size() > 0;
  if (view.attribute_names.size() > 0) json["attributes"] = AttributesJson(view);
  if (view.action_names.size() > 0) json["actions"] = ActionsJson(view);
  if (view.spec.has_intents()) json["intents"] = IntentsJson(view);
  json["spec"] = SpecJson(view.spec);
  json["tensors"] = Json::array();
  for (const TensorEntry& entry : BuildTensorTable(view.spec)) {
    json["tensors"].push_back(TensorJson(entry, model));
  }
  const Provenance& from = model.provenance();
  json["provenance"] = {{"tsugi_version", from.tsugi_version},
                        {"data_hash", from.data_hash},
                        {"config", from.config},
                        {"seed", from.seed},
                        {"metrics", from.metrics},
                        {"created_s", from.created_s}};
  return json;
}

}  // namespace tsugi
