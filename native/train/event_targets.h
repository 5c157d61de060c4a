#ifndef TSUGI_NATIVE_TRAIN_EVENT_TARGETS_H_
#define TSUGI_NATIVE_TRAIN_EVENT_TARGETS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/random.h"
#include "native/dataset/dataset.h"

namespace tsugi::train {

/// The values of the events of the training part, those that are known, in the log's order.
std::vector<float> TrainingValues(const Dataset& dataset);

/// [E] how much predicting each event counts: its value (duration, quantity, rating) over the mean
/// value of the training part, within 0.1 and 10. A value that is unknown, zero or negative counts
/// 1. Empty if the log has no values.
/// Source: the duration weight d of IntentRec (arXiv 2408.05353), equation 3, of the target event.
std::vector<float> EventWeights(const Dataset& dataset);

/// Where the values of events are parted into buckets (core/session_input/event_tokenizer.h):
/// quantiles of those of the training part, ascending, each once, at most 15; empty if none is
/// known. Values of few kinds, ratings say, get a bucket each.
std::vector<float> FindValueEdges(const Dataset& dataset);

/// How far ahead a position looks, and the weight of the events there.
struct SetRule {
  int64_t half_life_s = 0;        ///< beta: an event this much later is worth half; >= 0
  double half_life_events = 4.0;  ///< the same where times are unknown, in positions; >= 0
  uint32_t size = 16;             ///< S, most different targets of a position; >= 1
};

/// Half-lives after which an event is no target any more: it would be worth less than 1/16.
inline constexpr int64_t kSetWindowHalfLives = 4;

/// The half-life that follows from the log, in seconds: the median of the pauses between the
/// trainable events of a user, where a pause is a gap of more than 30 minutes (the session time-out
/// of web analytics), so that events of one burst count as simultaneous and the next visits are
/// seen. Without pauses: the median of the gaps above 0. 0 = no two known times differ.
int64_t HalfLifeOf(const Dataset& dataset);

/// Which later items a position is trained to predict at once, and with what weights.
///
///   w_i = r_i d_i / sum_j d_j,   d_i = exp(-ln2 (t_i - t_context) / beta)
///
/// over the events i of the same sequence after the context that are trainable and at most
/// kSetWindowHalfLives * beta later, or the next event alone if none is. r_i: the event's reward
/// (EventWeights), or 1. If one of the times is unknown, positions take their place. Of more
/// than S events, S are taken at even distances from a random start, which keeps every event's
/// share of the sum right on average. Weights of one item add up.
///
/// beta = 0 keeps the next event alone, with those of the same second: their order tells nothing.
/// Source: arXiv 2605.23312, multi-token objective. Differs: weights are divided by the sum of d_i,
/// so that a position counts as much as with one target.
class SetTargets {
 public:
  /// `ends` [S] is Dataset::train_end() or refit_end(), `rewards` [E], empty = all 1. Borrows all.
  SetTargets(const Dataset& dataset, std::span<const uint32_t> ends, const SetRule& rule,
             std::span<const float> rewards = {})
      : dataset_(dataset), ends_(ends), rule_(rule), rewards_(rewards) {}

  /// Fills items [S] and weights [S] for the position whose next event is `next_event` (a position
  /// in Dataset::items()); unused places get item -1 and weight 0. `seed` decides the random start.
  void Write(uint64_t next_event, uint64_t seed, std::span<int64_t> items,
             std::span<float> weights) const;

  const SetRule& rule() const { return rule_; }

 private:
  /// Events [next_event, end) of the window.
  uint64_t WindowEnd(uint64_t next_event) const;
  double Decay(uint64_t next_event, uint64_t event) const;
  bool HasTimes(uint64_t a, uint64_t b) const;

  const Dataset& dataset_;
  std::span<const uint32_t> ends_;
  SetRule rule_;
  std::span<const float> rewards_;
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_EVENT_TARGETS_H_
