#include "native/eval/baselines.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "native/eval/metrics.h"
#include "native/eval/transitions.h"

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

namespace {

constexpr size_t kMaxSequenceItems = 1000;
constexpr double kLeastWeight = 1e-4;  // events with a smaller weight are skipped

// The distinct items of every sequence and the sequences of every item, as compressed rows. Both
// directions are needed: the pairs of item i are all items of all its sequences.
struct Incidence {
  std::vector<uint64_t> sequence_offsets{0};
  std::vector<uint32_t> sequence_items;
  std::vector<uint64_t> item_offsets;
  std::vector<uint32_t> item_sequences;
};

// A repeated item counts once a sequence, so c_i and c_ij are numbers of sequences, as the
// similarity wants them. The second half transposes the rows in O(entries), without a sort.
Incidence BuildIncidence(const EvaluationSet& set) {
  Incidence incidence;
  incidence.item_offsets.assign(set.item_count + 1, 0);
  for (size_t s = 0; s < set.sequence_count(); ++s) {
    auto items = set.training_items(s);
    // A user with n items contributes n^2 pairs: ten users with 10,000 items would take longer than
    // all others together.
    if (items.size() > kMaxSequenceItems) items = items.last(kMaxSequenceItems);
    const std::vector<uint32_t> distinct = DistinctItems(items);
    for (const uint32_t item : distinct) ++incidence.item_offsets[item + 1];
    incidence.sequence_items.insert(incidence.sequence_items.end(), distinct.begin(),
                                    distinct.end());
    incidence.sequence_offsets.push_back(incidence.sequence_items.size());
  }
  for (size_t i = 0; i < set.item_count; ++i) {
    incidence.item_offsets[i + 1] += incidence.item_offsets[i];
  }
  incidence.item_sequences.resize(incidence.sequence_items.size());
  std::vector<uint64_t> cursor = incidence.item_offsets;
  for (uint32_t s = 0; s + 1 < incidence.sequence_offsets.size(); ++s) {
    for (uint64_t e = incidence.sequence_offsets[s]; e < incidence.sequence_offsets[s + 1]; ++e) {
      incidence.item_sequences[cursor[incidence.sequence_items[e]]++] = s;
    }
  }
  return incidence;
}

// Ties by item_index, so that the cut at kNeighbours does not depend on the order of the sequences.
bool IsBetter(const Candidate& a, const Candidate& b) {
  return a.score != b.score ? a.score > b.score : a.item < b.item;
}

class ItemKnnRanker final : public FilledRanker {
 public:
  ItemKnnRanker(const ItemNeighbours& neighbours, const Popularity& popularity, double decay)
      : FilledRanker(popularity),
        neighbours_(neighbours),
        decay_(decay),
        scores_(popularity.counts.size(), 0.0) {}

 private:
  void FindCandidates(const RankQuery& query, std::vector<Candidate>& candidates) override {
    // From the newest event back. With decay .8 the weight falls below the limit after 42 events.
    double weight = 1.0;
    for (size_t age = 0; age < query.history.size() && weight > kLeastWeight; ++age) {
      for (const Candidate& near : neighbours_.of(query.history[query.history.size() - 1 - age])) {
        // Similarities are positive, so a score of 0 means that the item is new.
        if (scores_[near.item] == 0.0) candidates.push_back({near.item, 0.0});
        scores_[near.item] += weight * near.score;
      }
      weight *= decay_;
    }
    for (Candidate& candidate : candidates) {
      candidate.score = scores_[candidate.item];
      scores_[candidate.item] = 0.0;
    }
  }

  const ItemNeighbours& neighbours_;
  const double decay_;
  std::vector<double> scores_;  // [N], all 0 between queries
};

}  // namespace

// O(sum over sequences of n^2) time, and no N x N matrix: one row of counts exists at a time. The
// cut at kNeighbours bounds the memory of the result.
ItemNeighbours FindNeighbours(const EvaluationSet& set, double shrinkage) {
  const Incidence incidence = BuildIncidence(set);
  const auto sequence_count_of = [&](uint32_t item) {
    return static_cast<double>(incidence.item_offsets[item + 1] - incidence.item_offsets[item]);
  };
  ItemNeighbours neighbours;
  neighbours.offsets.push_back(0);
  // c_ij of the current item i. Only touched entries are reset: clearing N numbers for each of N
  // items would be quadratic.
  std::vector<uint32_t> together(set.item_count, 0);
  std::vector<uint32_t> touched;
  std::vector<Candidate> row;
  for (uint32_t item = 0; item < set.item_count; ++item) {
    touched.clear();
    for (uint64_t e = incidence.item_offsets[item]; e < incidence.item_offsets[item + 1]; ++e) {
      const uint32_t s = incidence.item_sequences[e];
      for (uint64_t k = incidence.sequence_offsets[s]; k < incidence.sequence_offsets[s + 1]; ++k) {
        const uint32_t other = incidence.sequence_items[k];
        if (together[other]++ == 0) touched.push_back(other);
      }
    }
    row.clear();
    for (const uint32_t other : touched) {
      const double norm = std::sqrt(sequence_count_of(item) * sequence_count_of(other));
      if (other != item) row.push_back({other, together[other] / (norm + shrinkage)});
      together[other] = 0;
    }
    const size_t kept = std::min(row.size(), kNeighbours);
    std::partial_sort(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(kept), row.end(),
                      IsBetter);
    neighbours.entries.insert(neighbours.entries.end(), row.begin(),
                              row.begin() + static_cast<std::ptrdiff_t>(kept));
    neighbours.offsets.push_back(neighbours.entries.size());
  }
  return neighbours;
}

std::unique_ptr<RankSource> MakeItemKnn(std::shared_ptr<const ItemNeighbours> neighbours,
                                        std::shared_ptr<const Popularity> popularity,
                                        double decay) {
  return std::make_unique<RankSource>(
      "item_knn", [neighbours, popularity, decay]() -> std::unique_ptr<Ranker> {
        return std::make_unique<ItemKnnRanker>(*neighbours, *popularity, decay);
      });
}

namespace {

using Sources = std::vector<std::unique_ptr<RankSource>>;

// Returns the choice with the best NDCG@10 on validation, or the first one without validation
// cases. So every list of choices starts with the value to use when nothing is known.
Result<std::unique_ptr<RankSource>> PickBest(Sources choices, const EvaluationSet& validation,
                                             const BaselineOptions& options) {
  RankOptions rank_options;
  rank_options.filter_seen = options.filter_seen;
  rank_options.threads = options.threads;
  // A few thousand cases tell such choices apart; all of them would take as long as the evaluation.
  rank_options.max_cases = options.tuning_cases;
  const Metric ndcg{Metric::Kind::kNdcg, 10, "ndcg@10"};
  size_t best = 0;
  double best_ndcg = -1.0;
  for (size_t i = 0; i < choices.size() && !validation.cases.empty(); ++i) {
    TSUGI_ASSIGN_OR_RETURN(const auto ranks, RankCases(validation, *choices[i], rank_options));
    const double mean = ComputeMeans({&ndcg, 1}, ranks)[0];
    if (mean > best_ndcg) {
      best = i;
      best_ndcg = mean;
    }
  }
  return std::move(choices[best]);
}

// Nine combinations. Neighbours depend on the shrinkage alone, so three searches serve all of them.
Result<std::unique_ptr<RankSource>> TuneItemKnn(const EvaluationSet& validation,
                                                std::shared_ptr<const Popularity> popularity,
                                                const BaselineOptions& options) {
  Sources choices;
  for (const double shrinkage : {0.0, 5.0, 20.0}) {
    const auto neighbours =
        std::make_shared<const ItemNeighbours>(FindNeighbours(validation, shrinkage));
    for (const double decay : {0.8, 0.3, 0.95}) {
      choices.push_back(MakeItemKnn(neighbours, popularity, decay));
    }
  }
  return PickBest(std::move(choices), validation, options);
}

}  // namespace

// Baselines with parameters are tuned on validation cases, as the model is. An untuned baseline
// would make the model look better than it is.
Result<Sources> BuildBaselines(const EvaluationSet& validation, ItemText text,
                               const BaselineOptions& options) {
  const auto popularity = std::make_shared<const Popularity>(CountPopularity(validation));
  const auto transitions = std::make_shared<const Transitions>(CountTransitions(validation));
  const auto shared_text = std::make_shared<const ItemText>(std::move(text));
  Sources sources;
  // Session popularity recommends the session's own items, all of which a filter would remove.
  sources.push_back(MakePopularity(popularity));
  if (!options.filter_seen) sources.push_back(MakeSessionPopularity(popularity));
  sources.push_back(MakeMarkov(transitions, popularity));
  TSUGI_ASSIGN_OR_RETURN(auto item_knn, TuneItemKnn(validation, popularity, options));
  sources.push_back(std::move(item_knn));
  Sources shapes;
  for (const auto& shape : {SingleAnchorShape(), DoubleAnchorShape()}) {
    shapes.push_back(MakeTransitionGraph(transitions, shared_text, popularity, shape));
  }
  TSUGI_ASSIGN_OR_RETURN(auto graph, PickBest(std::move(shapes), validation, options));
  sources.push_back(std::move(graph));
  return sources;
}

}  // namespace tsugi
