// The verbs of Session that need this part.
#include <vector>

#include "core/engine_parts.h"
#include "core/session.h"

namespace tsugi {

IntentReadout Session::intent() const {
  if (item_indices_.empty() || !parts_.spec.intent) return {};
  return {parts_.encoder.IntentProbabilities(readout_.span()),
          parts_.encoder.IntentWeights(readout_.span())};
}

Status Session::FindFamilies(std::span<const uint32_t> items, std::span<ItemReason> reasons) {
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
      reasons[i].family = static_cast<uint32_t>(family);
      reasons[i].family_effect = effect;
    }
  }
  return Status();
}

}  // namespace tsugi
