#include "native/train/stages/imagine/rating_examples.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/random.h"
#include "core/recommender.h"
#include "core/session.h"
#include "native/train/event_targets.h"

namespace tsugi::train {
namespace {

constexpr uint32_t kMostOfUser = 100;  // the latest; few users must not fill the limit
constexpr int kDislikeDraws = 20;      // for a dislike that the user never had

/// Positions [first, end) of a sequence whose events are examples of a part.
struct EventRange {
  uint32_t first = 0, end = 0;
};

/// The first event of a sequence is no example, so ranges start at 1 at the earliest.
std::vector<EventRange> EventRangesOf(const Dataset& dataset, RatingPart part) {
  std::vector<EventRange> ranges(dataset.sequence_count());
  if (part == RatingPart::kTrain) {
    for (size_t s = 0; s < ranges.size(); ++s) {
      const uint32_t end = dataset.train_end()[s];
      ranges[s] = {std::max(1u, end > kMostOfUser ? end - kMostOfUser : 1u), end};
    }
    return ranges;
  }
  // From a sequence's first case to its last. end == 0: no case seen yet, as a position is below
  // its `end`.
  const auto cases = dataset.cases(part == RatingPart::kValid ? Split::kValid : Split::kTest);
  for (const EvaluationCase& one : cases) {
    EventRange& range = ranges[one.sequence];
    range.first = range.end == 0 ? one.position : std::min(range.first, one.position);
    range.end = std::max(range.end, one.position + 1);
  }
  return ranges;
}

class Collector {
 public:
  Collector(const Dataset& dataset, const LikeRule& rule, size_t width, uint64_t seed)
      : dataset_(dataset), rule_(rule), random_(seed, 1) {
    examples_.width = width;
  }

  Status AddSequence(size_t s, const EventRange& range, Session& session) {
    const uint64_t begin = dataset_.offsets()[s];
    const auto items = dataset_.sequence_items(s);
    // What precedes the range is encoded in one pass; within it the query is read before each event
    // is pushed, so that no example knows its own event.
    session.Clear();
    std::vector<Event> before;
    for (uint32_t i = 0; i < range.first; ++i) before.push_back(EventAt(begin + i));
    TSUGI_RETURN_IF_ERROR(session.Assign(before));
    for (uint32_t i = range.first; i < range.end; ++i) {
      const float value = rule_.has_values ? dataset_.values()[begin + i] : rule_.least;
      if (!std::isnan(value)) Add(s, items[i], value >= rule_.least, session);
      if (!rule_.has_values) AddDislike(s, items, session);
      if (i + 1 < range.end) TSUGI_RETURN_IF_ERROR(session.Push(EventAt(begin + i)));
    }
    return Status();
  }

  size_t size() const { return examples_.size(); }
  RatingExamples Take() { return std::move(examples_); }

 private:
  Event EventAt(uint64_t e) const {
    return {dataset_.items()[e], dataset_.times().empty() ? 0 : dataset_.times()[e]};
  }

  void Add(size_t s, uint32_t item, bool is_like, const Session& session) {
    const auto query = session.query();
    examples_.queries.insert(examples_.queries.end(), query.begin(), query.end());
    examples_.items.push_back(item);
    examples_.is_like.push_back(is_like ? 1 : 0);
    examples_.users.push_back(static_cast<uint32_t>(s));
  }

  /// An item by popularity: that of a random event.
  /// The draw by popularity matters: likes are popular items, and against evenly drawn dislikes a
  /// judge could tell the two apart by popularity alone.
  void AddDislike(size_t s, std::span<const uint32_t> own, const Session& session) {
    for (int draw = 0; draw < kDislikeDraws; ++draw) {
      const uint32_t item = dataset_.items()[random_.NextBelow(dataset_.event_count())];
      if (std::find(own.begin(), own.end(), item) != own.end()) continue;
      return Add(s, item, false, session);
    }
  }

  const Dataset& dataset_;
  const LikeRule& rule_;
  Random random_;
  RatingExamples examples_;
};

}  // namespace

// Training values alone: the threshold is part of what the prior learns.
LikeRule FindLikeRule(const Dataset& dataset, double wanted) {
  std::vector<float> values = TrainingValues(dataset);
  if (values.empty()) return {};
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return {wanted >= 0.0 ? static_cast<float>(wanted) : *middle, true};
}

Result<RatingExamples> CollectRatings(const Dataset& dataset, const ModelView& model,
                                      double like_value, RatingPart part, uint64_t seed,
                                      size_t limit) {
  TSUGI_ASSIGN_OR_RETURN(const auto recommender, Recommender::Create(model));
  TSUGI_ASSIGN_OR_RETURN(const auto session, recommender->CreateSession());
  const LikeRule rule = FindLikeRule(dataset, like_value);
  const std::vector<EventRange> ranges = EventRangesOf(dataset, part);
  // Users in a random order, each whole, until the limit: a prefix of the file would be biased
  // where the log is sorted.
  std::vector<size_t> order(dataset.sequence_count());
  std::iota(order.begin(), order.end(), size_t{0});
  Random random(seed);
  Shuffle(order, random);
  Collector collector(dataset, rule, model.spec.row_width(), seed);
  for (const size_t s : order) {
    if (collector.size() >= limit) break;
    if (ranges[s].first >= ranges[s].end) continue;
    TSUGI_RETURN_IF_ERROR(collector.AddSequence(s, ranges[s], *session));
  }
  return collector.Take();
}

}  // namespace tsugi::train
