#include "native/eval/item_knn.h"

#include <algorithm>
#include <cmath>

namespace tsugi {
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

}  // namespace tsugi
