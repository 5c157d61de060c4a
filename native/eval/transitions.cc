#include "native/eval/transitions.h"

#include <algorithm>

namespace tsugi {
namespace {

// First-order Markov: the counts of the last item's edges are the scores. It has no smoothing,
// since everything that never followed comes after in the order of popularity.
class MarkovRanker final : public FilledRanker {
 public:
  MarkovRanker(const Transitions& transitions, const Popularity& popularity)
      : FilledRanker(popularity), transitions_(transitions) {}

 private:
  void FindCandidates(const RankQuery& query, std::vector<Candidate>& candidates) override {
    if (query.history.empty()) return;
    const auto successors = transitions_.successors(query.history.back());
    const auto counts = transitions_.successor_counts(query.history.back());
    for (size_t i = 0; i < successors.size(); ++i) {
      candidates.push_back({successors[i], static_cast<double>(counts[i])});
    }
  }

  const Transitions& transitions_;
};

}  // namespace

Transitions CountTransitions(const EvaluationSet& set) {
  // Sorting packed pairs groups equal ones and orders the edges by source and target. It takes less
  // memory than a hash map of edges, and the result is in the order that lookups need.
  std::vector<uint64_t> pairs;  // from << 32 | to
  for (size_t s = 0; s < set.sequence_count(); ++s) {
    const auto items = set.training_items(s);
    for (size_t i = 1; i < items.size(); ++i) {
      pairs.push_back(uint64_t{items[i - 1]} << 32 | items[i]);
    }
  }
  std::sort(pairs.begin(), pairs.end());
  // Counts per source first, then a running sum turns them into offsets (compressed rows).
  Transitions transitions;
  transitions.offsets.assign(set.item_count + 1, 0);
  for (size_t begin = 0; begin < pairs.size();) {
    size_t end = begin + 1;
    while (end < pairs.size() && pairs[end] == pairs[begin]) ++end;
    transitions.to.push_back(static_cast<uint32_t>(pairs[begin]));
    transitions.counts.push_back(static_cast<uint32_t>(end - begin));
    ++transitions.offsets[(pairs[begin] >> 32) + 1];
    begin = end;
  }
  for (size_t i = 0; i < set.item_count; ++i) transitions.offsets[i + 1] += transitions.offsets[i];
  return transitions;
}

std::unique_ptr<RankSource> MakeMarkov(std::shared_ptr<const Transitions> transitions,
                                       std::shared_ptr<const Popularity> popularity) {
  return std::make_unique<RankSource>(
      "markov", [transitions, popularity]() -> std::unique_ptr<Ranker> {
        return std::make_unique<MarkovRanker>(*transitions, *popularity);
      });
}

}  // namespace tsugi
