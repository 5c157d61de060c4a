#include <algorithm>
#include <string>
#include <vector>

#include "core/base/concat.h"
#include "core/engine_parts.h"
#include "core/session.h"

namespace tsugi {

Status Session::Explain(std::span<const uint32_t> items, std::span<ItemReason> reasons) {
  if (event_count() == 0) {
    return InvalidArgument("the session is empty: there is nothing that speaks for an item");
  }
  if (reasons.size() != items.size()) {
    return InvalidArgument(
        Concat("reasons: room for ", reasons.size(), ", expected ", items.size()));
  }
  for (const uint32_t item : items) TSUGI_RETURN_IF_ERROR(CheckItem(item));
  // The last event is encoded again to see how it came about, and put back bit for bit.
  const std::vector<float> readout(readout_.span().begin(), readout_.span().end());
  std::vector<float> rows(size_t{2} * parts_.spec.state_layer_count() * parts_.spec.encoder.width);
  state_.CopyLast(rows.data());
  state_.DropLast(1);
  const Status status = FindReasons(items, reasons);
  if (!status.ok()) {
    Clear();
    return status;
  }
  state_.RestoreLast(rows.data());
  std::copy(readout.begin(), readout.end(), readout_.data());
  return status;
}

Result<std::vector<float>> Session::TokenBefore(size_t event) {
  if (event == 0 || parts_.encoder.mixes_tokens()) return std::vector<float>();
  TSUGI_RETURN_IF_ERROR(MakeTokens(event - 1, 1));
  const float* token = parts_.workspace.x.data();
  return std::vector<float>(token, token + parts_.spec.encoder.width);
}

Status Session::FindReasons(std::span<const uint32_t> items, std::span<ItemReason> reasons) {
  EventEffects& effects = parts_.effects;
  const RowTrace trace = effects.trace();
  TSUGI_ASSIGN_OR_RETURN(const std::vector<float> before, TokenBefore(event_count() - 1));
  TSUGI_RETURN_IF_ERROR(Encode(event_count() - 1, 1, true, &trace));
  const size_t window = effects.ReadRow(state_, parts_.workspace.x.data(), before);
  std::vector<float> of_events(window);
  for (size_t i = 0; i < items.size(); ++i) {
    effects.OfItem(items[i], of_events);
    const auto best = std::max_element(of_events.begin(), of_events.end());
    float sum = 0;
    for (const float effect : of_events) sum += std::max(effect, 0.0f);
    const auto event = static_cast<uint32_t>(event_count() - window) +
                       static_cast<uint32_t>(best - of_events.begin());
    reasons[i] = {.event = event,
                  .event_item = item_indices_[event],
                  .event_share = *best > 0 ? *best / sum : 0.0f};
  }
  return AddReasonsOfParts(items, reasons);
}

}  // namespace tsugi
