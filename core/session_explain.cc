// The verb of Session that explains a list.
#include <algorithm>

#include "core/base/all_or_nothing.h"
#include "core/base/text.h"
#include "core/engine_parts.h"
#include "core/session.h"

namespace tsugi {

Status Session::Explain(std::span<const uint32_t> items, std::span<ItemReason> reasons,
                        Effects effects) {
  if (reasons.size() != items.size()) {
    return InvalidArgument(
        Concat("reasons: room for ", reasons.size(), ", expected ", items.size()));
  }
  for (const uint32_t item : items) TSUGI_RETURN_IF_ERROR(CheckItem(item));
  std::ranges::fill(reasons, ItemReason());
  if (encoded_count() == 0 || items.empty()) return Status();
  std::vector<float> left_out;
  if (effects == Effects::kLeavingOut) {
    TSUGI_ASSIGN_OR_RETURN(left_out, EffectsByLeavingOut(items));
  }
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
  TSUGI_ASSIGN_OR_RETURN(std::vector<float> by_paths, EffectsByPaths(items));
  FindEvents(items, effects == Effects::kLeavingOut ? left_out : by_paths, reasons);
  return AddReasonsOfParts(items, reasons);
}

// A token that holds more than its event can not be made again from the event alone.
Result<std::vector<float>> Session::TokenBefore(size_t event) {
  if (event == 0 || parts_.encoder.mixes_tokens()) return std::vector<float>();
  TSUGI_RETURN_IF_ERROR(MakeTokens(event - 1, 1));
  const float* token = parts_.workspace.x.data();
  return std::vector<float>(token, token + parts_.spec.encoder.width);
}

Result<std::vector<float>> Session::EffectsByPaths(std::span<const uint32_t> items) {
  const RowTrace trace = parts_.effects.trace();
  TSUGI_ASSIGN_OR_RETURN(const std::vector<float> before, TokenBefore(encoded_count() - 1));
  TSUGI_RETURN_IF_ERROR(Encode(encoded_count() - 1, 1, true, &trace));
  const size_t window = parts_.effects.ReadRow(state_, parts_.workspace.x.data(), before);
  std::vector<float> effects(items.size() * window);
  for (size_t i = 0; i < items.size(); ++i) {
    parts_.effects.OfItem(items[i], std::span(effects).subspan(i * window, window));
  }
  return effects;
}

// A second session has the events but one. It sees what this one sees. Without any event nothing is
// scored, so that a session's only event has the whole score as its effect.
Result<std::vector<float>> Session::EffectsByLeavingOut(std::span<const uint32_t> items) {
  TSUGI_ASSIGN_OR_RETURN(const auto other, Create(parts_));
  other->number_ = number_;
  std::vector<Event> events = Events();
  std::erase_if(events, [](const Event& event) { return event.is_dislike; });
  const size_t count = std::min(events.size(), kMostLeftOut), first = events.size() - count;
  std::vector<float> effects(items.size() * count), scores(parts_.item_count());
  TSUGI_RETURN_IF_ERROR(ScoreAll(scores));
  for (size_t i = 0; i < items.size(); ++i) {
    std::fill_n(effects.data() + i * count, count, scores[items[i]]);
  }
  if (events.size() == 1) return effects;
  for (size_t left_out = 0; left_out < count; ++left_out) {
    std::vector<Event> others = events;
    others.erase(others.begin() + static_cast<ptrdiff_t>(first + left_out));
    TSUGI_RETURN_IF_ERROR(other->Assign(others));
    TSUGI_RETURN_IF_ERROR(other->ScoreAll(scores));
    for (size_t i = 0; i < items.size(); ++i) effects[i * count + left_out] -= scores[items[i]];
  }
  return effects;
}

// A share is taken of the effects that set the item apart. If those against it counted too, a share
// could be above 1.
void Session::FindEvents(std::span<const uint32_t> items, std::span<float> effects,
                         std::span<ItemReason> reasons) const {
  const size_t count = effects.size() / items.size();
  for (size_t event = 0; items.size() > 1 && event < count; ++event) {
    float mean = 0;
    for (size_t i = 0; i < items.size(); ++i) mean += effects[i * count + event];
    mean /= static_cast<float>(items.size());
    for (size_t i = 0; i < items.size(); ++i) effects[i * count + event] -= mean;
  }
  for (size_t i = 0; i < items.size(); ++i) {
    const auto of_item = effects.subspan(i * count, count);
    const auto best = std::ranges::max_element(of_item);
    float sum = 0;
    for (const float effect : of_item) sum += std::max(effect, 0.0f);
    const size_t event = encoded_count() - count + static_cast<size_t>(best - of_item.begin());
    const auto dislikes = std::ranges::count_if(
        dislikes_, [event](const Dislike& dislike) { return dislike.after <= event; });
    reasons[i] = {.event = static_cast<int32_t>(event) + static_cast<int32_t>(dislikes),
                  .event_item = item_indices_[event],
                  .event_share = *best > 0 ? *best / sum : 0.0f};
  }
}

}  // namespace tsugi
