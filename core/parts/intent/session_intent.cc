// The functions of Session and SessionEncoder that need this part.
#include <vector>

#include "core/engine_parts.h"
#include "core/session.h"

namespace tsugi {

IntentReadout Session::intent() const {
  if (item_indices_.empty() || !parts_.spec.intent) return {};
  const std::span<const float> mixed = parts_.encoder.Mixed(readout_.span());
  const size_t label_count = parts_.spec.intent->label_count();
  return {mixed.first(label_count), mixed.subspan(label_count)};
}

// Only the token of the last event changes, so only its row of the state is written again. The row
// is counted even after an error, so that the state has the length that its caller expects.
Status SessionEncoder::QueryWithoutFamily(size_t family, KvState& state, Workspace& workspace,
                                          float* query) {
  state.DropLast(1);
  float* hidden = HiddenPlace(workspace, query);
  Status status = mixer_->RunWithoutFamily(family, workspace);
  if (status.ok()) status = item_encoder_.Run(1, 1, state, workspace, hidden);
  state.Commit(1);
  return status.ok() ? FinishQuery(hidden, workspace, query) : status;
}

// effect(family, item) = logit_scale <query - query without the family, row of the item>. EmbedItem
// multiplies by input_scale, which `scale` takes out again. The rows are made once, so the cost is
// one event for each family and M K W products.
Status Session::AddReasonsOfParts(std::span<const uint32_t> items, std::span<ItemReason> reasons) {
  if (!parts_.spec.intent) return Status();
  const size_t width = parts_.spec.row_width();
  std::vector<float> rows(items.size() * width), query(width);
  for (size_t i = 0; i < items.size(); ++i) {
    parts_.items.EmbedItem(items[i], rows.data() + i * width);
  }
  const float scale = parts_.spec.logit_scale / parts_.spec.input_scale;
  for (size_t family = 0; family < parts_.spec.intent->family_count(); ++family) {
    TSUGI_RETURN_IF_ERROR(
        parts_.encoder.QueryWithoutFamily(family, state_, parts_.workspace, query.data()));
    for (size_t d = 0; d < width; ++d) query[d] = readout_.data()[d] - query[d];
    for (size_t i = 0; i < items.size(); ++i) {
      float effect = 0;
      for (size_t d = 0; d < width; ++d) effect += query[d] * rows[i * width + d] * scale;
      if (family > 0 && effect <= reasons[i].family_effect) continue;
      reasons[i].family = static_cast<int32_t>(family);
      reasons[i].family_effect = effect;
    }
  }
  return Status();
}

}  // namespace tsugi
