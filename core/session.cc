#include "core/session.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/all_or_nothing.h"
#include "core/base/text.h"
#include "core/engine_parts.h"

namespace tsugi {
namespace {

// Each condition is written so that NaN fails it, too.
Status CheckContinue(const ContinueOptions& options, size_t room) {
  if (options.n < 1) return InvalidArgument("n: 0, expected at least 1");
  if (room < options.n) {
    return InvalidArgument(Concat("items: room for ", room, ", expected ", options.n));
  }
  if (!std::isfinite(options.temperature) || options.temperature < 0.0f) {
    return InvalidArgument("temperature: expected a finite number of at least 0");
  }
  if (!(options.top_p > 0.0f && options.top_p <= 1.0f)) {
    return InvalidArgument("top_p: expected above 0, at most 1");
  }
  return Status();
}

}  // namespace

Session::Session(EngineParts& parts, AlignedBuffer<float> readout)
    : parts_(parts),
      number_(++parts.session_count),
      state_(parts.spec.encoder, parts.spec.state_layer_count()),
      readout_(std::move(readout)) {}

// A server holds a session for each visitor, and most have few events: the memory grows with them.
Result<std::unique_ptr<Session>> Session::Create(EngineParts& parts) {
  TSUGI_ASSIGN_OR_RETURN(auto readout, AlignedBuffer<float>::Create(parts.encoder.readout_width()));
  return std::unique_ptr<Session>(new Session(parts, std::move(readout)));
}

// The Recommender lives on. Without this it would keep the added items of every visitor.
Session::~Session() {
  KeepFirst(0);
  KeepFirstDislikes(0);
  for (const uint32_t item : own_items_) parts_.added->Remove(item - parts_.spec.item_count);
}

// An added item that an event names keeps its place even after it was removed, because the state
// could not be made again without its row.
void Session::Append(const Event& event) {
  // All or none: if memory runs out, the columns still have one length.
  MakeRoom(item_indices_);
  MakeRoom(times_s_);
  MakeRoom(actions_);
  MakeRoom(values_);
  MakeRoom(dislikes_);
  disliked_.reserve(dislikes_.capacity());
  const uint32_t first = parts_.spec.item_count;
  if (event.item_index >= first) parts_.added->Hold(event.item_index - first);
  if (event.is_dislike) return dislikes_.push_back({event, encoded_count()});
  item_indices_.push_back(event.item_index);
  times_s_.push_back(event.time_s);
  actions_.push_back(event.action);
  values_.push_back(event.value);
}

// Changes the columns only. The caller brings the state into line: DropLast, Replay or ClearState.
void Session::KeepFirst(size_t count) {
  const uint32_t first = parts_.spec.item_count;
  for (size_t i = count; i < item_indices_.size(); ++i) {
    if (item_indices_[i] >= first) parts_.added->Release(item_indices_[i] - first);
  }
  item_indices_.resize(count);
  times_s_.resize(count);
  actions_.resize(count);
  values_.resize(count);
}

void Session::KeepFirstDislikes(size_t count) {
  const uint32_t first = parts_.spec.item_count;
  for (size_t i = count; i < dislikes_.size(); ++i) {
    const uint32_t item = dislikes_[i].event.item_index;
    if (item >= first) parts_.added->Release(item - first);
  }
  dislikes_.resize(count);
  FindDisliked();
}

// A later event of the item takes its dislike back.
void Session::FindDisliked() {
  disliked_.clear();
  for (const auto& [event, after] : dislikes_) {
    const auto later = std::span(item_indices_).subspan(std::min(after, encoded_count()));
    std::erase(disliked_, event.item_index);
    if (std::ranges::count(later, event.item_index) == 0) disliked_.push_back(event.item_index);
  }
}

// All rows are lifted in one call: a dense layer over T rows costs much less than T calls.
Status Session::MakeTokens(size_t first, size_t rows) {
  Workspace& workspace = parts_.workspace;
  float* item_rows = parts_.encoder.ItemRows(workspace);
  for (size_t r = 0; r < rows; ++r) {
    parts_.items.EmbedItem(item_indices_[first + r], item_rows + r * parts_.spec.row_width());
  }
  TSUGI_RETURN_IF_ERROR(parts_.encoder.LiftRows(rows, workspace));
  for (size_t r = 0; r < rows; ++r) {
    const size_t i = first + r;
    const Event event = {item_indices_[i], times_s_[i], actions_[i], values_[i]};
    parts_.tokenizer.AddContext(i > 0 ? times_s_[i - 1] : 0, event,
                                workspace.x.data() + r * parts_.spec.encoder.width);
  }
  return Status();
}

Status Session::Encode(size_t first, size_t rows, bool wants_readout, const RowTrace* trace) {
  TSUGI_RETURN_IF_ERROR(MakeTokens(first, rows));
  const auto times_s = std::span<const int64_t>(times_s_).first(first + rows);
  return parts_.encoder.Append(rows, times_s, state_, parts_.workspace,
                               wants_readout ? readout_.span() : std::span<float>(), trace);
}

// A ring of at most T readouts, so that undoing an event costs a copy and not an encoding. Each row
// carries its count: a row that was written over is never taken for an older one.
Status Session::MakeRoomForReadout(size_t count) {
  const size_t size = recent_count_.size(), window = parts_.spec.encoder.window;
  const size_t held = size > 0 ? recent_count_[count % size] : 0;
  const bool has_room = size > 0 && (size == window || held == 0 || held == count);
  return has_room ? Status() : GrowReadouts(size + 1);
}

Status Session::GrowReadouts(size_t rows) {
  const size_t size = recent_count_.size();
  const size_t grown =
      std::min<size_t>(parts_.spec.encoder.window, rows + std::max<size_t>(3, rows / 16));
  if (std::min(rows, grown) <= size) return Status();
  const size_t width = readout_.size();
  std::vector<size_t> counts(grown);
  TSUGI_ASSIGN_OR_RETURN(auto readouts, AlignedBuffer<float>::Create(grown * width));
  // Counts that are held lie less than `size` apart, so no two of them meet.
  for (size_t row = 0; row < size; ++row) {
    if (recent_count_[row] == 0) continue;
    const size_t to = recent_count_[row] % grown;
    counts[to] = recent_count_[row];
    std::copy_n(recent_readouts_.data() + row * width, width, readouts.data() + to * width);
  }
  recent_count_ = std::move(counts);
  recent_readouts_ = std::move(readouts);
  return Status();
}

void Session::NoteReadout(size_t count) {
  const size_t row = count % recent_count_.size();
  recent_count_[row] = count;
  std::copy_n(readout_.data(), readout_.size(), recent_readouts_.data() + row * readout_.size());
}

void Session::TakeReadout(size_t count) {
  if (count == 0) {
    std::fill_n(readout_.data(), readout_.size(), 0.0f);
  } else {
    const size_t row = count % recent_count_.size();
    std::copy_n(recent_readouts_.data() + row * readout_.size(), readout_.size(), readout_.data());
  }
}

bool Session::HasReadout(size_t count) const {
  return !recent_count_.empty() && recent_count_[count % recent_count_.size()] == count;
}

// The event is appended before it is encoded, because Encode reads events from the columns. An
// error commits nothing to the state (SessionEncoder::Append), so dropping the event and taking the
// noted readout back leaves the session as it was.
Status Session::Push(const Event& event) {
  TSUGI_RETURN_IF_ERROR(CheckItem(event.item_index));
  if (event.is_dislike) return Append(event), FindDisliked(), Status();
  TSUGI_RETURN_IF_ERROR(MakeRoomForReadout(encoded_count() + 1));
  if (ranker_part_) ranker_part_->EventsWereAdded();
  Append(event);
  UndoUnless undo([this] {
    KeepFirst(encoded_count() - 1);
    TakeReadout(encoded_count());
  });
  TSUGI_RETURN_IF_ERROR(Encode(encoded_count() - 1, 1, true));
  undo.is_done = true;
  NoteReadout(encoded_count());
  FindDisliked();
  return Status();
}

// All items are checked before the old events go: a wrong item changes nothing.
Status Session::Assign(std::span<const Event> events) {
  for (const Event& event : events) TSUGI_RETURN_IF_ERROR(CheckItem(event.item_index));
  item_indices_.reserve(events.size());  // before: if memory runs out, the old events stay
  times_s_.reserve(events.size());
  actions_.reserve(events.size());
  values_.reserve(events.size());
  TSUGI_RETURN_IF_ERROR(GrowReadouts(1));
  TSUGI_RETURN_IF_ERROR(state_.Grow(std::min(events.size(), parts_.encoder.receptive_field())));
  Clear();
  UndoUnless undo([this] { Clear(); });
  for (const Event& event : events) Append(event);
  TSUGI_RETURN_IF_ERROR(EncodeHistory(encoded_count()));
  FindDisliked();
  undo.is_done = true;
  return Status();
}

// Events before the receptive field influence neither the state nor the readout, so a history of
// any length costs at most that many rows. Only the last block wants a readout; the others stop at
// the keys and values of the last layer.
Status Session::EncodeHistory(size_t count) {
  size_t first = count - std::min(count, parts_.encoder.receptive_field());
  TSUGI_RETURN_IF_ERROR(MakeRoomForReadout(count));
  while (first < count) {
    const size_t rows = std::min<size_t>(count - first, parts_.spec.encoder.window);
    TSUGI_RETURN_IF_ERROR(Encode(first, rows, first + rows == count));
    first += rows;
  }
  assigned_count_ = count;
  if (count > 0) NoteReadout(count);
  return Status();
}

Status Session::Rollback(size_t count) {
  if (count > event_count()) {
    return OutOfRange(
        Concat("count: ", count, ", expected at most ", event_count(), ", the events held"));
  }
  if (count == event_count()) return Clear(), Status();
  size_t encoded = 0, dislikes = 0;
  while (encoded + dislikes < count) {
    const bool is_dislike = dislikes < dislikes_.size() &&
                            dislikes_.rbegin()[dislikes].after == encoded_count() - encoded;
    ++(is_dislike ? dislikes : encoded);
  }
  TSUGI_RETURN_IF_ERROR(RollbackEncoded(encoded));
  KeepFirstDislikes(dislikes_.size() - dislikes);
  return Status();
}

// Usually O(1). T - 1 rows must be left afterwards, since that is how far the next event looks
// back.
Status Session::RollbackEncoded(size_t count) {
  if (count == 0) return Status();
  const size_t kept = encoded_count() - count;
  const size_t needed = std::min<size_t>(kept, parts_.spec.encoder.window - 1);
  // A readout is noted only while every row that it was made from is exact, see Replay.
  const bool is_replay = kept == 0 || !HasReadout(kept) || state_.row_count() < count + needed;
  if (is_replay) {  // if memory runs out, the events stay
    TSUGI_RETURN_IF_ERROR(GrowReadouts(kept));
    TSUGI_RETURN_IF_ERROR(state_.Grow(kept));
  }
  if (ranker_part_) ranker_part_->EventsWereForgotten();
  KeepFirst(kept);
  if (is_replay) {
    const Status status = Replay();
    if (!status.ok()) Clear();
    return status;
  }
  state_.DropLast(count);
  TakeReadout(kept);
  return Status();
}

// The same rows in the same calls as at first, so that every bit is the same whatever order a dense
// layer sums in for one row or many. A late start spoils a receptive field of rows, and T - 1 more
// are encoded, so that all T readouts noted are exact and undoing step by step replays once
// in T steps.
Status Session::Replay() {
  const size_t kept = encoded_count();
  const size_t assigned = std::min(assigned_count_, kept);
  const size_t wanted = parts_.encoder.receptive_field() + parts_.spec.encoder.window - 1;
  ClearState();
  size_t first = kept - std::min(kept, wanted);
  if (first <= assigned) {
    TSUGI_RETURN_IF_ERROR(EncodeHistory(assigned));
    first = assigned;
  } else {
    assigned_count_ = assigned;
  }
  for (; first < kept; ++first) {
    TSUGI_RETURN_IF_ERROR(MakeRoomForReadout(first + 1));
    TSUGI_RETURN_IF_ERROR(Encode(first, 1, true));
    NoteReadout(first + 1);
  }
  return Status();
}

Result<size_t> Session::RecommendInto(const RecommendOptions& options, std::span<ScoredItem> list) {
  TSUGI_ASSIGN_OR_RETURN(ItemRanker* const ranker,
                         parts_.RankerOf(options.ranking, item_indices_.empty()));
  TSUGI_RETURN_IF_ERROR(parts_.shifted->Check(options.popularity));
  if (options.ranking == RecommendOptions::Ranking::kTable && !options.query.empty()) {
    return InvalidArgument("query: the item table reads no words; ask for the ranking by words");
  }
  return parts_.lists.Build(
      *parts_.shifted->Over(ranker, options.popularity, disliked_),
      {readout_.data(), item_indices_, disliked_, options, number_, ranker_part_}, list);
}

Result<size_t> Session::SimilarInto(std::span<const uint32_t> items,
                                    const RecommendOptions& options, std::span<ScoredItem> list) {
  return parts_.SimilarInto(items, options, number_, disliked_, list);
}

Result<std::vector<ScoredItem>> Session::Recommend(const RecommendOptions& options) {
  std::vector<ScoredItem> list(std::min(options.k, parts_.item_count()));
  TSUGI_ASSIGN_OR_RETURN(const size_t count, RecommendInto(options, list));
  list.resize(count);
  return list;
}

Status Session::ScoreAll(std::span<float> scores) {
  if (scores.size() != parts_.item_count()) {
    return InvalidArgument(
        Concat("scores: ", scores.size(), " values, expected ", parts_.item_count()));
  }
  parts_.table->ScoreAll(readout_.data(), scores);
  return Status();
}

std::vector<Event> Session::Events() const {
  std::vector<Event> events;
  events.reserve(event_count());
  auto dislike = dislikes_.begin();
  for (size_t i = 0; i <= encoded_count(); ++i) {
    for (; dislike != dislikes_.end() && dislike->after == i; ++dislike) {
      events.push_back(dislike->event);
    }
    if (i == encoded_count()) break;
    events.push_back({item_indices_[i], times_s_[i], actions_[i], values_[i]});
  }
  return events;
}

// Empty and not zeros: nobody should take an empty session for a direction.
std::span<const float> Session::query() const {
  return item_indices_.empty() ? std::span<const float>() : parts_.encoder.Query(readout_.span());
}

// A query of zeros gives every item the score 0, as Recommend promises for an empty session.
void Session::ClearState() {
  state_.Clear();
  std::fill(recent_count_.begin(), recent_count_.end(), size_t{0});
  std::fill(readout_.span().begin(), readout_.span().end(), 0.0f);
}

void Session::Clear() {
  if (ranker_part_) ranker_part_->EventsWereForgotten();
  KeepFirst(0);
  KeepFirstDislikes(0);
  assigned_count_ = 0;
  ClearState();
}

Result<size_t> Session::ContinueInto(const ContinueOptions& options, const RecommendOptions& filter,
                                     std::span<uint32_t> items) {
  TSUGI_RETURN_IF_ERROR(CheckContinue(options, items.size()));
  TSUGI_RETURN_IF_ERROR(parts_.lists.CheckFilter(filter));
  // The items drawn become events only to draw the next; they are taken back after an error too.
  const size_t held = event_count();
  UndoUnless undo([this, held] { (void)Rollback(event_count() - held).ok(); });
  Result<size_t> count = Generate(options, filter, items);
  undo.is_done = true;
  TSUGI_RETURN_IF_ERROR(Rollback(event_count() - held));
  return count;
}

// The last item drawn is not pushed, because no later draw reads it.
Result<size_t> Session::Generate(const ContinueOptions& options, const RecommendOptions& filter,
                                 std::span<uint32_t> items) {
  for (uint32_t step = 0; step < options.n; ++step) {
    // A stream of noise for each step: step i draws the same whatever n is.
    std::optional<uint32_t> item;
    {
      const ListBuilder::Block blocked(parts_.lists, item_indices_, disliked_, filter, number_);
      item =
          parts_.table->Draw(readout_.data(), blocked.bits(), options, Random(options.seed, step));
    }
    if (!item) return step;
    items[step] = *item;
    if (step + 1 < options.n) TSUGI_RETURN_IF_ERROR(Push({*item}));
  }
  return options.n;
}

Result<std::vector<uint32_t>> Session::Continue(const ContinueOptions& options,
                                                const RecommendOptions& filter) {
  std::vector<uint32_t> items(options.n);
  TSUGI_ASSIGN_OR_RETURN(const size_t count, ContinueInto(options, filter, items));
  items.resize(count);
  return items;
}

}  // namespace tsugi
