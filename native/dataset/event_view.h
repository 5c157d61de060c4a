#ifndef TSUGI_NATIVE_DATASET_EVENT_VIEW_H_
#define TSUGI_NATIVE_DATASET_EVENT_VIEW_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/session_input/event.h"

namespace tsugi {

/// The events of a data set, one array per field. An array other than `items` may be empty; if not,
/// it is as long as `items`. Borrows.
struct EventView {
  std::span<const uint32_t> items;
  std::span<const int64_t> times;
  std::span<const uint32_t> actions;  ///< indices into Dataset::action_names()
  std::span<const float> values;
  uint32_t first_action = 1;  ///< Event::action of index 0: 0 if its name is empty, else 1

  size_t size() const { return items.size(); }

  /// Event i in the engine's form.
  Event At(size_t i) const {
    Event event{items[i]};
    if (!times.empty()) event.time_s = times[i];
    if (!actions.empty()) event.action = first_action + actions[i];
    if (!values.empty()) event.value = values[i];
    return event;
  }

  EventView Part(size_t begin, size_t count) const {
    const auto part = [&](auto column) {
      return column.empty() ? column : column.subspan(begin, count);
    };
    return {part(items), part(times), part(actions), part(values), first_action};
  }

  void AppendTo(std::vector<Event>& events) const {
    for (size_t i = 0; i < size(); ++i) events.push_back(At(i));
  }
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_EVENT_VIEW_H_
