// The verb of Session that explains a list.
#include <algorithm>

#include "core/base/all_or_nothing.h"
#include "core/base/text.h"
#include "core/engine_parts.h"
#include "core/session.h"

namespace tsugi {

Status Session::Explain(std::span<const uint32_t> items, std::span<ItemReason> reasons) {
  if (reasons.size() != items.size()) {
    return InvalidArgument(
        Concat("reasons: room for ", reasons.size(), ", expected ", items.size()));
  }
  for (const uint32_t item : items) TSUGI_RETURN_IF_ERROR(CheckItem(item));
  std::ranges::fill(reasons, ItemReason());
  if (encoded_count() == 0) return Status();
  // The last event is encoded again to see how it came about, and put back bit for bit.
  const std::vector<float> readout(readout_.span().begin(), readout_.span().end());
  std::vector<float> rows(size_t{2} * parts_.spec.state_layer_count() * parts_.spec.encoder.width);
  state_.CopyLast(rows.data());
  state_.DropLast(1);
  // After an error too. Where the event could not be encoded again, the state lacks its last row.
  const UndoUnless put_back([&, held = state_.row_count() + 1] {
    if (state_.row_count() < held) state_.Commit(1);
    state_.RestoreLast(rows.data());
    std::copy(readout.begin(), readout.end(), readout_.data());
  });
  return FindReasons(items, reasons);
}

// A token that holds more than its event can not be made again from the event alone.
Result<std::vector<float>> Session::TokenBefore(size_t event) {
  if (event == 0 || parts_.encoder.mixes_tokens()) return std::vector<float>();
  TSUGI_RETURN_IF_ERROR(MakeTokens(event - 1, 1));
  const float* token = parts_.workspace.x.data();
  return std::vector<float>(token, token + parts_.spec.encoder.width);
}

// A share is taken of the effects that speak for the item. If those against it counted too, a share
// could be above 1.
Status Session::FindReasons(std::span<const uint32_t> items, std::span<ItemReason> reasons) {
  EventEffects& effects = parts_.effects;
  const RowTrace trace = effects.trace();
  TSUGI_ASSIGN_OR_RETURN(const std::vector<float> before, TokenBefore(encoded_count() - 1));
  TSUGI_RETURN_IF_ERROR(Encode(encoded_count() - 1, 1, true, &trace));
  const size_t window = effects.ReadRow(state_, parts_.workspace.x.data(), before);
  std::vector<float> of_events(window);
  for (size_t i = 0; i < items.size(); ++i) {
    effects.OfItem(items[i], of_events);
    const auto best = std::max_element(of_events.begin(), of_events.end());
    float sum = 0;
    for (const float effect : of_events) sum += std::max(effect, 0.0f);
    const size_t event = encoded_count() - window + static_cast<size_t>(best - of_events.begin());
    const auto dislikes = std::ranges::count_if(
        dislikes_, [event](const Dislike& dislike) { return dislike.after <= event; });
    reasons[i] = {.event = static_cast<int32_t>(event) + static_cast<int32_t>(dislikes),
                  .event_item = item_indices_[event],
                  .event_share = *best > 0 ? *best / sum : 0.0f};
  }
  return AddReasonsOfParts(items, reasons);
}

}  // namespace tsugi
