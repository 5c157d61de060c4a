#include "native/eval/transitions.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/base/random.h"
#include "core/base/text.h"

namespace tsugi {
namespace {

// Ordered by hash, so that sums over words are the same in every run.
using WordCounts = std::map<uint64_t, uint32_t>;  // hash -> occurrences in one item

void CountWords(std::string_view text, WordCounts& counts) {
  ForEachWord(text, [&](std::string_view word) { ++counts[FnvHash(word)]; });
}

// Strings at any depth, values and not keys: keys are the same for all items and tell nothing.
void CountStrings(const nlohmann::json& value, WordCounts& counts) {
  if (value.is_string()) CountWords(value.get_ref<const std::string&>(), counts);
  if (value.is_structured()) {
    for (const auto& child : value) CountStrings(child, counts);
  }
}

// Titles are usually in the metadata as well; counting both would double their words.
std::vector<WordCounts> CountAll(size_t item_count, const StringTableView& titles,
                                 const StringTableView& metadata) {
  std::vector<WordCounts> counts(item_count);
  for (size_t i = 0; i < item_count; ++i) {
    if (i < metadata.size()) {
      CountStrings(nlohmann::json::parse(metadata[i], nullptr, /*allow_exceptions=*/false),
                   counts[i]);
    }
    if (counts[i].empty() && i < titles.size()) CountWords(titles[i], counts[i]);
  }
  return counts;
}

}  // namespace

ItemText ItemText::Build(size_t item_count, const StringTableView& titles,
                         const StringTableView& metadata) {
  const std::vector<WordCounts> counts = CountAll(item_count, titles, metadata);
  std::unordered_map<uint64_t, uint32_t> frequency;  // items that hold the word
  for (const WordCounts& item : counts) {
    for (const auto& [hash, count] : item) ++frequency[hash];
  }
  ItemText text;
  std::unordered_map<uint64_t, uint32_t> word_index;
  std::vector<std::vector<Entry>> postings;
  text.word_offsets_.push_back(0);
  for (uint32_t item = 0; item < item_count; ++item) {
    const size_t first = text.words_.size();
    double squares = 0.0;
    for (const auto& [hash, count] : counts[item]) {
      const uint32_t items_with_word = frequency[hash];
      // A word of a single item matches nothing but itself and would only lengthen the vectors.
      if (items_with_word < 2) continue;
      // TF-IDF with a logarithmic count. A word that all items have gets weight 0 and is skipped.
      const double idf = std::log(static_cast<double>(item_count) / items_with_word);
      const double weight = (1.0 + std::log(count)) * idf;
      if (weight <= 0.0) continue;
      const auto [entry, is_new] =
          word_index.try_emplace(hash, static_cast<uint32_t>(postings.size()));
      if (is_new) postings.emplace_back();
      text.words_.push_back({entry->second, static_cast<float>(weight)});
      squares += weight * weight;
    }
    for (size_t i = first; i < text.words_.size(); ++i) {
      text.words_[i].weight /= static_cast<float>(std::sqrt(squares));
      postings[text.words_[i].index].push_back({item, text.words_[i].weight});
    }
    text.word_offsets_.push_back(text.words_.size());
  }
  // The inverted index as compressed rows: one allocation instead of one per word.
  text.posting_offsets_.push_back(0);
  for (const auto& posting : postings) {
    text.postings_.insert(text.postings_.end(), posting.begin(), posting.end());
    text.posting_offsets_.push_back(text.postings_.size());
  }
  return text;
}

void ItemText::ComputeCosines(uint32_t item, std::span<float> cosines) const {
  // Walks the postings of the item's words: all other items have cosine 0.
  std::fill(cosines.begin(), cosines.end(), 0.0f);
  for (uint64_t w = word_offsets_[item]; w < word_offsets_[item + 1]; ++w) {
    const Entry& word = words_[w];
    for (uint64_t p = posting_offsets_[word.index]; p < posting_offsets_[word.index + 1]; ++p) {
      cosines[postings_[p].index] += word.weight * postings_[p].weight;
    }
  }
}

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

constexpr uint32_t kPlacesPerDeal = 10;
constexpr uint32_t kDeals = 10;

// The allowed items of one ring (or of the text padding), best first, and how many of them have
// been placed. The list is built like dealing cards from several piles.
struct Pile {
  std::vector<Candidate> items;
  uint32_t budget = 0;
  size_t dealt = 0;

  // Sorts, and keeps only as many items as all deals together can place.
  void Sort(size_t most) {
    const auto kept = static_cast<std::ptrdiff_t>(std::min(items.size(), most));
    std::partial_sort(items.begin(), items.begin() + kept, items.end(),
                      [](const Candidate& a, const Candidate& b) {
                        return a.score != b.score ? a.score > b.score : a.item < b.item;
                      });
    items.resize(static_cast<size_t>(kept));
  }
};

// Scratch arrays of the size of the catalogue live in the ranker and are reset by number or by the
// entries touched, so a query costs what it visits.
class TransitionGraphRanker final : public FilledRanker {
 public:
  TransitionGraphRanker(const Transitions& transitions, const ItemText& text,
                        const Popularity& popularity, const std::vector<GraphAnchor>& anchors)
      : FilledRanker(popularity),
        transitions_(transitions),
        text_(text),
        anchors_(anchors),
        cosines_(popularity.counts.size(), 0.0f),
        blocked_(popularity.counts.size(), false),
        visited_(popularity.counts.size(), 0) {}

 private:
  void FindCandidates(const RankQuery& query, std::vector<Candidate>& candidates) override {
    for (const uint32_t item : query.left_out) blocked_[item] = true;
    std::vector<Pile> piles;
    Pile padding;
    for (const GraphAnchor& anchor : anchors_) {
      if (anchor.age >= query.history.size()) continue;
      const uint32_t item = query.history[query.history.size() - 1 - anchor.age];
      if (!text_.empty()) text_.ComputeCosines(item, cosines_);
      WalkRings(item, anchor.budgets, piles);
      if (anchor.age == 0 && !text_.empty()) padding = SimilarItems(item);
    }
    for (const uint32_t item : query.left_out) blocked_[item] = false;
    Deal(piles, padding, candidates);
  }

  // Appends one pile for every ring around `anchor`, by breadth-first search. Blocked items are
  // walked through but not placed: their neighbours are still worth recommending.
  void WalkRings(uint32_t anchor, const std::vector<uint32_t>& budgets, std::vector<Pile>& piles) {
    ++walk_number_;
    std::vector<uint32_t> ring{anchor};
    for (size_t depth = 0; depth < budgets.size(); ++depth) {
      std::vector<uint32_t> next;
      for (const uint32_t from : ring) {
        for (const uint32_t to : transitions_.successors(from)) {
          if (visited_[to] == walk_number_) continue;
          visited_[to] = walk_number_;
          next.push_back(to);
        }
      }
      Pile pile;
      pile.budget = budgets[depth];
      for (const uint32_t item : next) {
        if (!blocked_[item]) pile.items.push_back({item, cosines_[item]});
      }
      if (depth == 0) AddEdgeScores(anchor, pile);
      pile.Sort(static_cast<size_t>(kDeals) * kPlacesPerDeal);
      piles.push_back(std::move(pile));
      ring = std::move(next);
    }
  }

  // Adds the term of the transition counts, which only the edges of ring 1 have.
  void AddEdgeScores(uint32_t anchor, Pile& pile) const {
    const auto successors = transitions_.successors(anchor);
    const auto counts = transitions_.successor_counts(anchor);
    if (counts.empty()) return;
    const double most = *std::max_element(counts.begin(), counts.end());
    for (Candidate& c : pile.items) {
      const auto at = std::lower_bound(successors.begin(), successors.end(), c.item);
      const double count = counts[static_cast<size_t>(at - successors.begin())];
      c.score += 0.5 * std::log1p(count) / std::log1p(most);
    }
  }

  Pile SimilarItems(uint32_t anchor) const {
    Pile pile;
    for (uint32_t item = 0; item < cosines_.size(); ++item) {
      if (cosines_[item] > 0.0f && item != anchor && !blocked_[item]) {
        pile.items.push_back({item, cosines_[item]});
      }
    }
    // Twice as many as there are places, since the rings place some of the same items.
    pile.Sort(2 * kDeals * kPlacesPerDeal);
    return pile;
  }

  // Fills ten places at a time: each ring up to its budget, the padding the rest. Scores are the
  // negative places, so FilledRanker keeps this order.
  void Deal(std::vector<Pile>& piles, Pile& padding, std::vector<Candidate>& candidates) {
    ++walk_number_;
    const auto deal_from = [&](Pile& pile, size_t wanted) {
      for (; wanted > 0 && pile.dealt < pile.items.size(); ++pile.dealt) {
        const uint32_t item = pile.items[pile.dealt].item;
        if (visited_[item] == walk_number_) continue;  // already placed from another pile
        visited_[item] = walk_number_;
        candidates.push_back({item, -static_cast<double>(candidates.size())});
        --wanted;
      }
    };
    for (uint32_t deal = 1; deal <= kDeals; ++deal) {
      for (Pile& pile : piles) deal_from(pile, pile.budget);
      const size_t places = static_cast<size_t>(deal) * kPlacesPerDeal;
      if (candidates.size() < places) deal_from(padding, places - candidates.size());
    }
  }

  const Transitions& transitions_;
  const ItemText& text_;
  const std::vector<GraphAnchor>& anchors_;
  std::vector<float> cosines_;     // [N] with the current anchor
  std::vector<bool> blocked_;      // [N] left out of the current query
  std::vector<uint32_t> visited_;  // [N] number of the walk that reached the item
  uint32_t walk_number_ = 0;
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

std::vector<GraphAnchor> SingleAnchorShape() { return {{0, {7, 2, 1}}}; }

std::vector<GraphAnchor> DoubleAnchorShape() { return {{0, {5, 1}}, {1, {3, 1}}}; }

std::unique_ptr<RankSource> MakeTransitionGraph(std::shared_ptr<const Transitions> transitions,
                                                std::shared_ptr<const ItemText> text,
                                                std::shared_ptr<const Popularity> popularity,
                                                std::vector<GraphAnchor> anchors) {
  return std::make_unique<RankSource>(
      "transition_graph",
      [transitions, text, popularity, anchors = std::move(anchors)]() -> std::unique_ptr<Ranker> {
        return std::make_unique<TransitionGraphRanker>(*transitions, *text, *popularity, anchors);
      });
}

}  // namespace tsugi
