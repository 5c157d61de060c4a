#include "core/parts/intent/intent_spec.h"

#include <algorithm>
#include <numeric>

#include "core/base/text.h"
#include "core/model/model_view.h"
#include "core/model/tensor_table.h"

namespace tsugi {

uint32_t IntentSpec::label_count() const {
  return std::accumulate(family_labels.begin(), family_labels.end(), 0u);
}

void IntentSpec::VisitFields(SpecVisitor& visitor) {
  visitor.Counts("family_labels", family_labels, {1, kMaxIntentFamilies}, {2, 256});
  visitor.Count("layers", layers, {1, 64});
  visitor.Count("short_term_events", short_term_events, {0, 16384});
  visitor.Count("short_term_s", short_term_s, {0, ~0u});
}

// The state keeps the keys and values of T - 1 earlier events, so no window may be longer. Seconds
// without a short-term encoder would be a setting that nothing reads.
Status IntentSpec::CheckSpec(const ModelSpec& model) {
  const IntentSpec& spec = *model.intent;
  TSUGI_RETURN_IF_ERROR(
      CheckCount(kName, "short_term_events", spec.short_term_events, {0, model.encoder.window}));
  return CheckCount(kName, "short_term_s", spec.short_term_s, {0, spec.has_short_term() ? ~0u : 0});
}

// The encoders before the item encoder, in the order in which they run, then what the item encoder
// reads of them.
void IntentSpec::AddTensors(const ModelSpec& model, TensorTableBuilder& table) {
  const IntentSpec& spec = *model.intent;
  const uint64_t d = model.encoder.width;
  const uint64_t labels = spec.label_count();
  const std::string intent = kIntentEncoder, short_term = kShortTermEncoder, item = kItemEncoder;
  if (spec.has_short_term()) {
    table.Norm(Concat(short_term, "norm"), d);
    table.Linear(Concat(short_term, "qkv"), 3 * d, d);
    table.FloatMatrix(Concat(short_term, "relative_bias"), model.encoder.heads,
                      spec.short_term_events);
    table.Linear(Concat(short_term, "output"), d, d);
  }
  table.Linear(Concat(intent, "input"), d, d);
  if (spec.has_short_term()) table.Linear(Concat(intent, "input_short_term"), d, d);
  table.Norm(Concat(intent, "input_norm"), d);
  EncoderShape encoder = model.encoder;
  encoder.layers = spec.layers;
  table.Encoder(encoder, intent);
  table.Linear(Concat(intent, "heads"), labels, d);  // rows: the families' labels, in order
  table.FloatMatrix(Concat(intent, "projection"), labels, d);  // [P, D] what a label adds to Z
  table.FloatMatrix(Concat(intent, "projection_bias"), spec.family_count(), d);
  table.Vector(Concat(intent, "attention"), d);
  table.Linear(Concat(item, "input"), d, d);
  if (spec.has_short_term()) table.Linear(Concat(item, "input_short_term"), d, d);
  table.Linear(Concat(item, "input_intent"), d, d);
  table.Norm(Concat(item, "input_norm"), d);
}

void IntentSpec::AddStrings(const ModelSpec& model, std::vector<StringsEntry>& table) {
  table.push_back({kIntentLabelStrings, model.intent->label_count(), true, false});
}

// Labels of one family share its name, and no other family has it.
Status IntentSpec::CheckView(const ModelView& view) {
  const StringTableView names = view.Strings(kIntentLabelStrings);
  const std::vector<uint32_t>& family_labels = view.spec.intent->family_labels;
  std::vector<std::string_view> families;
  size_t label = 0;
  for (size_t family = 0; family < family_labels.size(); ++family) {
    const std::string_view name = FieldValue::Of(names[label]).field;
    const bool is_taken = std::find(families.begin(), families.end(), name) != families.end();
    families.push_back(name);
    for (const size_t end = label + family_labels[family]; label < end; ++label) {
      if (!name.empty() && !is_taken && FieldValue::Of(names[label]).field == name) continue;
      return CorruptModel(Concat(kIntentLabelStrings, ": entry ", label,
                                 " is not family=label of family ", family, kDamagedFile));
    }
  }
  return Status();
}

void IntentSpec::AddCapabilities(const ModelSpec&, std::vector<std::string_view>& names) {
  names.push_back("intent");
}

}  // namespace tsugi
