#include "core/session.h"

#include <algorithm>
#include <string>

#include "core/engine_parts.h"

namespace tsugi {

Session::Session(EngineParts& parts, KvState state, AlignedBuffer<float> hidden)
    : parts_(parts), state_(std::move(state)), hidden_(std::move(hidden)) {}

Result<std::unique_ptr<Session>> Session::Create(EngineParts& parts) {
  TSUGI_ASSIGN_OR_RETURN(KvState state, KvState::Create(parts.spec));
  TSUGI_ASSIGN_OR_RETURN(auto hidden, AlignedBuffer<float>::Create(parts.spec.model_width));
  return std::unique_ptr<Session>(new Session(parts, std::move(state), std::move(hidden)));
}

Status Session::CheckItem(uint32_t item_index) const {
  if (item_index < parts_.spec.item_count) return Status();
  return OutOfRange("item_index " + std::to_string(item_index) + ", expected below " +
                    std::to_string(parts_.spec.item_count) + ", the model's item count");
}

Status Session::Encode(std::span<const uint32_t> items, bool wants_hidden) {
  const size_t width = parts_.spec.model_width;
  for (size_t r = 0; r < items.size(); ++r) {
    parts_.items.EmbedItem(items[r], parts_.workspace.x.data() + r * width);
  }
  return parts_.encoder.Append(items.size(), state_, parts_.workspace,
                               wants_hidden ? hidden_.span() : std::span<float>());
}

Status Session::Push(const Event& event) {
  TSUGI_RETURN_IF_ERROR(CheckItem(event.item_index));
  TSUGI_RETURN_IF_ERROR(Encode({&event.item_index, 1}, true));
  item_indices_.push_back(event.item_index);
  return Status();
}

Status Session::Assign(std::span<const Event> events) {
  for (const Event& event : events) TSUGI_RETURN_IF_ERROR(CheckItem(event.item_index));
  Clear();
  for (const Event& event : events) item_indices_.push_back(event.item_index);
  std::span<const uint32_t> items = item_indices_;
  items = items.last(std::min(items.size(), parts_.encoder.receptive_field()));
  while (!items.empty()) {
    const size_t rows = std::min<size_t>(items.size(), parts_.spec.window);
    const Status status = Encode(items.first(rows), rows == items.size());
    if (!status.ok()) {
      Clear();
      return status;
    }
    items = items.subspan(rows);
  }
  return Status();
}

Status Session::CheckOptions(const RecommendOptions& options, size_t list_size) const {
  if (options.k < 1) return InvalidArgument("k: 0, expected at least 1");
  const size_t needed = std::min(options.k, parts_.spec.item_count);
  if (list_size < needed) {
    return InvalidArgument("list: room for " + std::to_string(list_size) + " items, expected " +
                           std::to_string(needed));
  }
  for (const uint32_t item_index : options.exclude) TSUGI_RETURN_IF_ERROR(CheckItem(item_index));
  return Status();
}

// Sets or resets the bits of what must not be returned, so that clearing costs no pass over N bits.
void Session::SetBlocked(const RecommendOptions& options, bool is_blocked) {
  using Seen = RecommendOptions::Seen;
  const auto mark = [&](std::span<const uint32_t> items) {
    for (const uint32_t i : items) is_blocked ? parts_.blocked.Set(i) : parts_.blocked.Reset(i);
  };
  const bool filters_seen =
      options.seen == Seen::kModelDefault ? parts_.spec.filter_seen : options.seen == Seen::kFilter;
  if (filters_seen) mark(item_indices_);
  mark(options.exclude);
}

Result<size_t> Session::RecommendInto(const RecommendOptions& options,
                                      std::span<Recommendation> list) {
  TSUGI_RETURN_IF_ERROR(CheckOptions(options, list.size()));
  auto& ranked = parts_.ranked;
  const size_t k = std::min(options.k, parts_.spec.item_count);
  if (ranked.size() < k) ranked.resize(k);
  SetBlocked(options, true);
  const size_t count = parts_.Decode(hidden_.data(), options.exact, std::span(ranked).first(k));
  SetBlocked(options, false);
  for (size_t i = 0; i < count; ++i) list[i] = {ranked[i].item_index, ranked[i].score};
  return count;
}

Result<std::vector<Recommendation>> Session::Recommend(const RecommendOptions& options) {
  std::vector<Recommendation> list(std::min(options.k, parts_.spec.item_count));
  TSUGI_ASSIGN_OR_RETURN(const size_t count, RecommendInto(options, list));
  list.resize(count);
  return list;
}

Status Session::ScoreAll(std::span<float> scores) {
  if (scores.size() != parts_.spec.item_count) {
    return InvalidArgument("scores: " + std::to_string(scores.size()) + " values, expected " +
                           std::to_string(parts_.spec.item_count));
  }
  parts_.decoder.ScoreAll(hidden_.data(), scores);
  return Status();
}

std::span<const float> Session::hidden() const {
  return item_indices_.empty() ? std::span<const float>() : hidden_.span();
}

void Session::Clear() {
  item_indices_.clear();
  state_.Clear();
  std::fill(hidden_.span().begin(), hidden_.span().end(), 0.0f);
}

}  // namespace tsugi
