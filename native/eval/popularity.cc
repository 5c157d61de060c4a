#include "native/eval/popularity.h"

#include <algorithm>
#include <numeric>

namespace tsugi {
namespace {

class PopularityRanker final : public FilledRanker {
 public:
  using FilledRanker::FilledRanker;

 private:
  void FindCandidates(const RankQuery&, std::vector<Candidate>&) override {}
};

// The strongest trivial baseline where people return to the same items: recommend what the session
// already holds, most frequent first.
class SessionPopularityRanker final : public FilledRanker {
 public:
  using FilledRanker::FilledRanker;

 private:
  void FindCandidates(const RankQuery& query, std::vector<Candidate>& candidates) override {
    std::vector<uint32_t> items(query.history.begin(), query.history.end());
    std::sort(items.begin(), items.end());
    for (size_t begin = 0; begin < items.size();) {
      size_t end = begin + 1;
      while (end < items.size() && items[end] == items[begin]) ++end;
      candidates.push_back({items[begin], static_cast<double>(end - begin)});
      begin = end;
    }
  }
};

}  // namespace

Popularity CountPopularity(const EvaluationSet& set) {
  Popularity popularity;
  popularity.counts.assign(set.item_count, 0);
  for (size_t s = 0; s < set.sequence_count(); ++s) {
    for (const uint32_t item : set.training_items(s)) ++popularity.counts[item];
  }
  popularity.order.resize(set.item_count);
  std::iota(popularity.order.begin(), popularity.order.end(), 0u);
  // Stable, so equally popular items stay in the order of item_index, as in the engine's ranking.
  std::stable_sort(popularity.order.begin(), popularity.order.end(), [&](uint32_t a, uint32_t b) {
    return popularity.counts[a] > popularity.counts[b];
  });
  popularity.positions.resize(set.item_count);
  for (uint32_t i = 0; i < popularity.order.size(); ++i) {
    popularity.positions[popularity.order[i]] = i;
  }
  return popularity;
}

FilledRanker::FilledRanker(const Popularity& popularity)
    : popularity_(popularity), marks_(popularity.positions.size(), 0) {}

Result<TargetRank> FilledRanker::Rank(const RankQuery& query) {
  candidates_.clear();
  FindCandidates(query, candidates_);
  ++query_number_;
  const uint32_t target_position = popularity_.positions[query.target];
  // The rank is computed without building the list. A target that is no candidate comes after all
  // candidates, at its position in the popularity order minus the items before it that are left out
  // or were candidates; popular_aside counts these. Marks save clearing a set for every query.
  uint32_t popular_aside = 0;
  const auto put_aside = [&](uint32_t item) {
    if (marks_[item] == query_number_) return false;
    marks_[item] = query_number_;
    popular_aside += popularity_.positions[item] < target_position ? 1 : 0;
    return true;
  };
  // Left-out items first: they push the target up even if they are candidates, too.
  for (const uint32_t item : query.left_out) put_aside(item);
  if (marks_[query.target] == query_number_) return TargetRank{};

  const auto own = std::find_if(candidates_.begin(), candidates_.end(),
                                [&](const Candidate& c) { return c.item == query.target; });
  const bool is_candidate = own != candidates_.end();
  uint32_t ahead = 0;
  uint32_t better = 0;
  uint32_t equal = 0;
  for (const Candidate& c : candidates_) {
    if (!put_aside(c.item) || c.item == query.target) continue;
    if (!is_candidate) {
      ++ahead;
      continue;
    }
    better += c.score > own->score ? 1 : 0;
    equal += c.score == own->score ? 1 : 0;
    const bool is_more_popular = popularity_.positions[c.item] < target_position;
    ahead += c.score > own->score || (c.score == own->score && is_more_popular) ? 1 : 0;
  }
  // Popularity positions are distinct, so the fill-up has no ties.
  if (!is_candidate) return TargetRank{ahead + target_position - popular_aside + 1, 0};
  return TargetRank{ahead + 1, equal > 0 ? better + 1 : 0};
}

std::unique_ptr<RankSource> MakePopularity(std::shared_ptr<const Popularity> popularity) {
  return std::make_unique<RankSource>("popularity", [popularity]() -> std::unique_ptr<Ranker> {
    return std::make_unique<PopularityRanker>(*popularity);
  });
}

std::unique_ptr<RankSource> MakeSessionPopularity(std::shared_ptr<const Popularity> popularity) {
  return std::make_unique<RankSource>(
      "session_popularity", [popularity]() -> std::unique_ptr<Ranker> {
        return std::make_unique<SessionPopularityRanker>(*popularity);
      });
}

}  // namespace tsugi
