// The functions of tsugi_session, which holds one visitor.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "core/base/all_or_nothing.h"
#include "core/base/text.h"
#include "native/c_api/arguments.h"
#include "native/c_api/handles.h"

namespace tsugi {
namespace {

// 2^53: up to here a double holds every whole second exactly.
constexpr double kLargestTime = 9007199254740992.0;

// Every function below follows one pattern: check each pointer by name, check the values, call the
// engine, and write the results last, so that they are untouched on any error.
Status CreateSession(tsugi_recommender* recommender, tsugi_session** out) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(recommender, "recommender"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(out, "session"));
  TSUGI_ASSIGN_OR_RETURN(auto session, recommender->engine->CreateSession());
  *out = new tsugi_session{recommender, std::move(session), {}, {}, {}};
  return Status();
}

Status CheckTimes(const double* times_s, int32_t count) {
  for (int32_t i = 0; times_s != nullptr && i < count; ++i) {
    // Written so that NaN fails, too.
    if (std::fabs(times_s[i]) <= kLargestTime) continue;
    return InvalidArgument(
        Concat("times_s[", i, "]: not a time, expected unix seconds or 0 for unknown"));
  }
  return Status();
}

// The count is optional for the caller, who often does not need it.
void CountEvents(const tsugi_session& handle, int32_t* event_count) {
  if (event_count != nullptr) *event_count = static_cast<int32_t>(handle.session->event_count());
}

// Cast to unsigned, -1 would be a huge number of an action and not the "unknown" that was meant.
Status CheckActions(const int32_t* actions, int32_t count) {
  for (int32_t i = 0; actions != nullptr && i < count; ++i) {
    if (actions[i] >= 0 || actions[i] == TSUGI_ACTION_DISLIKE) continue;
    return InvalidArgument(Concat("actions[", i, "]: ", actions[i],
                                  ", expected 0 for unknown or 1 + a place in TSUGI_ACTION_NAMES"));
  }
  return Status();
}

Status CheckValues(const float* values, int32_t count) {
  for (int32_t i = 0; values != nullptr && i < count; ++i) {
    if (!(values[i] < 0.0f) && !std::isinf(values[i])) continue;  // NaN is an unknown value
    return InvalidArgument(Concat("values[", i, "]: expected 0 or more, or NaN"));
  }
  return Status();
}

// The arrays that tsugi_session_events fills, [count]; any of them may be null.
struct EventColumns {
  int32_t* items;
  double* times_s;
  int32_t* actions;
  float* values;
};

// The arguments of tsugi_session_push: one array per field, [count]. All but items may be null.
struct PushedEvents {
  const int32_t* items;
  const double* times_s;
  const int32_t* actions;
  const float* values;
  int32_t count;

  Event At(int32_t i) const {
    Event event{static_cast<uint32_t>(items[i])};
    if (times_s != nullptr) event.time_s = static_cast<int64_t>(times_s[i]);
    if (actions != nullptr) {
      event.is_dislike = actions[i] == TSUGI_ACTION_DISLIKE;
      event.action = event.is_dislike ? 0 : static_cast<uint32_t>(actions[i]);
    }
    if (values != nullptr) event.value = values[i];
    return event;
  }
};

Status Push(tsugi_session* handle, const PushedEvents& events, int32_t* event_count) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(handle, "session"));
  TSUGI_RETURN_IF_ERROR(
      CheckItems("items", events.items, events.count, handle->recommender->item_count()));
  TSUGI_RETURN_IF_ERROR(CheckTimes(events.times_s, events.count));
  TSUGI_RETURN_IF_ERROR(CheckActions(events.actions, events.count));
  TSUGI_RETURN_IF_ERROR(CheckValues(events.values, events.count));
  // Everything is checked before the first event is pushed, so that bad input appends none.
  handle->events.clear();
  Session& session = *handle->session;
  for (int32_t i = 0; i < events.count; ++i) {
    handle->events.push_back(events.At(i));
    TSUGI_RETURN_IF_ERROR(session.CheckItem(handle->events.back().item_index));
  }
  if (session.event_count() == 0) {
    // Encodes a whole history in blocks and skips what the model cannot see: cheaper than pushing.
    TSUGI_RETURN_IF_ERROR(session.Assign(handle->events));
  } else {
    // All or none of them. A rollback that fails clears the session (Session::Rollback).
    UndoUnless take_back([&session, held = session.event_count()] {
      (void)session.Rollback(session.event_count() - held).ok();
    });
    for (const Event& event : handle->events) TSUGI_RETURN_IF_ERROR(session.Push(event));
    take_back.is_done = true;
  }
  CountEvents(*handle, event_count);
  return Status();
}

Status GetEvents(const tsugi_session* handle, const EventColumns& columns, int32_t count,
                 int32_t* event_count) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(handle, "session"));
  if (count < 0) {
    return InvalidArgument(Concat("count: ", count, ", expected 0 or more"));
  }
  const size_t held = handle->session->event_count();
  const auto wanted = static_cast<size_t>(count);
  if (wanted > held) return OutOfRange(Concat("count: ", count, ", the session holds ", held));
  const std::vector<Event> events = handle->session->Events();
  for (size_t i = 0; i < wanted; ++i) {
    const Event& event = events[held - wanted + i];
    const auto action = event.is_dislike ? TSUGI_ACTION_DISLIKE : static_cast<int>(event.action);
    if (columns.items != nullptr) columns.items[i] = static_cast<int32_t>(event.item_index);
    if (columns.times_s != nullptr) columns.times_s[i] = static_cast<double>(event.time_s);
    if (columns.actions != nullptr) columns.actions[i] = action;
    if (columns.values != nullptr) columns.values[i] = event.value;
  }
  CountEvents(*handle, event_count);
  return Status();
}

Status Rollback(tsugi_session* handle, int32_t count, int32_t* event_count) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(handle, "session"));
  if (count < 0) {
    return InvalidArgument(Concat("count: ", count, ", expected 0 or more"));
  }
  // The engine checks that so many events are held.
  TSUGI_RETURN_IF_ERROR(handle->session->Rollback(static_cast<size_t>(count)));
  CountEvents(*handle, event_count);
  return Status();
}

Status Save(const tsugi_session* handle, uint8_t* out, size_t capacity, size_t* size_bytes) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(handle, "session"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(size_bytes, "size_bytes"));
  if (capacity > 0) TSUGI_RETURN_IF_ERROR(CheckPointer(out, "out"));
  // Before Save, which refuses a buffer that is too small: the caller learns the size either way.
  *size_bytes = handle->session->SavedBytes();
  return handle->session->Save({out, capacity});
}

Status Restore(tsugi_session* handle, const uint8_t* bytes, size_t size_bytes,
               int32_t* event_count) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(handle, "session"));
  if (size_bytes > 0) TSUGI_RETURN_IF_ERROR(CheckPointer(bytes, "bytes"));
  TSUGI_RETURN_IF_ERROR(handle->session->Restore({bytes, size_bytes}));
  CountEvents(*handle, event_count);
  return Status();
}

Status Explain(tsugi_session* handle, const int32_t* items, int32_t count, int32_t exact,
               tsugi_reason* reasons) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(handle, "session"));
  TSUGI_RETURN_IF_ERROR(CheckItems("items", items, count, handle->recommender->item_count()));
  if (count > 0) TSUGI_RETURN_IF_ERROR(CheckPointer(reasons, "reasons"));
  // An explanation encodes the last event again, so two small allocations do not matter here.
  const std::vector<uint32_t> indices(items, items + count);
  std::vector<ItemReason> found(indices.size());
  TSUGI_RETURN_IF_ERROR(handle->session->Explain(
      indices, found, exact != 0 ? Session::Effects::kLeavingOut : Session::Effects::kPaths));
  // A reason has the same fields in both headers.
  static_assert(sizeof(tsugi_reason) == sizeof(ItemReason));
  std::ranges::copy(std::as_bytes(std::span(found)), reinterpret_cast<std::byte*>(reasons));
  return Status();
}

// The items are written in place: int32_t and uint32_t may alias, and no item_index reaches 2^31.
Status Continue(tsugi_session* handle, const tsugi_continue_options* caller_options,
                const tsugi_recommend_options* caller_filter, int32_t* out_items,
                int32_t* out_count) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(handle, "session"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(out_items, "out_items"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(out_count, "out_count"));
  // The engine checks temperature and top_p. n is checked here, because it sizes the vector below.
  TSUGI_ASSIGN_OR_RETURN(const auto options, Complete(caller_options, kContinueDefaults));
  if (options.n < 1) {
    return InvalidArgument(Concat("options.n: ", options.n, ", expected at least 1"));
  }
  TSUGI_ASSIGN_OR_RETURN(const RecommendOptions filter,
                         ToOptions(caller_filter, handle->recommender->item_count()));
  const std::span<uint32_t> items(reinterpret_cast<uint32_t*>(out_items),
                                  static_cast<size_t>(options.n));
  const ContinueOptions drawing{.n = static_cast<uint32_t>(options.n),
                                .temperature = options.temperature,
                                .top_p = options.top_p,
                                .seed = options.seed};
  TSUGI_ASSIGN_OR_RETURN(const size_t count, handle->session->ContinueInto(drawing, filter, items));
  *out_count = static_cast<int32_t>(count);
  return Status();
}

}  // namespace
}  // namespace tsugi

int32_t tsugi_session_explain(tsugi_session* session, const int32_t* items, int32_t count,
                              int32_t exact, tsugi_reason* reasons) {
  return tsugi::Guard(
      session, [&] { return tsugi::Explain(session, items, count, exact, reasons); },
      sizeof(tsugi_reason) * static_cast<size_t>(std::max(count, 0)));
}

int32_t tsugi_session_continue(tsugi_session* session, const tsugi_continue_options* options,
                               const tsugi_recommend_options* filter, int32_t* out_items,
                               int32_t* out_count) {
  return tsugi::Guard(
      session, [&] { return tsugi::Continue(session, options, filter, out_items, out_count); });
}

int32_t tsugi_session_create(tsugi_recommender* recommender, tsugi_session** session) {
  return tsugi::Guard(recommender, [&] { return tsugi::CreateSession(recommender, session); });
}

void tsugi_session_destroy(tsugi_session* session) { delete session; }

int32_t tsugi_session_push(tsugi_session* session, const int32_t* items, const double* times_s,
                           const int32_t* actions, const float* values, int32_t count,
                           int32_t* event_count) {
  return tsugi::Guard(
      session,
      [&] {
        return tsugi::Push(session, {items, times_s, actions, values, count}, event_count);
      },
      sizeof(tsugi::Event) * static_cast<size_t>(std::max(count, 0)));
}

int32_t tsugi_session_events(const tsugi_session* session, int32_t* items, double* times_s,
                             int32_t* actions, float* values, int32_t count, int32_t* event_count) {
  return tsugi::Guard(session, [&] {
    return tsugi::GetEvents(session, {items, times_s, actions, values}, count, event_count);
  });
}

int32_t tsugi_session_rollback(tsugi_session* session, int32_t count, int32_t* event_count) {
  return tsugi::Guard(nullptr, [&] { return tsugi::Rollback(session, count, event_count); });
}

int32_t tsugi_session_save(const tsugi_session* session, uint8_t* out, size_t capacity,
                           size_t* size_bytes) {
  return tsugi::Guard(session, [&] { return tsugi::Save(session, out, capacity, size_bytes); });
}

int32_t tsugi_session_restore(tsugi_session* session, const uint8_t* bytes, size_t size_bytes,
                              int32_t* event_count) {
  return tsugi::Guard(
      session, [&] { return tsugi::Restore(session, bytes, size_bytes, event_count); }, size_bytes);
}
