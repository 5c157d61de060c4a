#include "core/parts/semantic_ids/beam_search.h"

#include <algorithm>

namespace tsugi {

void BeamSearch::Expand(const ItemTrie& trie, size_t level, uint32_t parent,
                        const float* log_probabilities) {
  // Only codes that lead to an open item become candidates, so a beam is never spent on an id that
  // no item has. The items are sorted by code: each step of the loop is one child.
  const Beam& beam = beams_[parent];
  for (uint32_t row = beam.node.begin; row < beam.node.end;) {
    const ItemTrie::Node child = trie.ChildAt(beam.node, level, row);
    if (trie.IsOpen(child)) {
      candidates_.push_back(
          {child, beam.score + log_probabilities[trie.CodeAt(row, level)], parent});
    }
    row = child.end;
  }
}

void BeamSearch::KeepBest(size_t width) {
  best_.resize(std::min(width, candidates_.size()));
  beams_.clear();
  if (best_.empty()) return;
  TopK best(best_);
  for (uint32_t i = 0; i < candidates_.size(); ++i) best.Push({i, candidates_[i].score});
  best.Finish();
  for (const ScoredItem& kept : best_) beams_.push_back(candidates_[kept.item_index]);
}

Status BeamSearch::Run(LanguageModel& model, const ItemTrie& trie, KvState& state,
                       const float* hidden, size_t width, std::vector<ScoredItem>& items) {
  items.clear();
  beams_.assign(1, {trie.root(), 0.0f, 0});
  for (size_t level = 0; level < kCodeLevels && !beams_.empty(); ++level) {
    // The first level is predicted from the history's last hidden row, which has been computed.
    // From the second on each beam reads its last code as a branch of the shared history.
    if (level > 0) {
      tokens_.clear();
      parents_.clear();
      for (const Beam& beam : beams_) {
        tokens_.push_back(CodeToken(level - 1, trie.CodeAt(beam.node.begin, level - 1)));
        if (level > 1) parents_.push_back(beam.parent);
      }
      TSUGI_RETURN_IF_ERROR(model.ReadBranches(tokens_, parents_, state));
    }
    TSUGI_ASSIGN_OR_RETURN(
        const std::span<const float> predicted,
        model.PredictCodes(level, beams_.size(), level == 0 ? hidden : model.hidden()));
    candidates_.clear();
    for (uint32_t beam = 0; beam < beams_.size(); ++beam) {
      Expand(trie, level, beam, predicted.data() + beam * kLevelCodes);
    }
    KeepBest(width);
  }
  // After the last level a node is one item: ids are unique.
  for (const Beam& beam : beams_) items.push_back({trie.ItemAt(beam.node.begin), beam.score});
  return Status();
}

void ScoreByCodes(const ItemTrie& trie, std::span<const float> log_probabilities,
                  std::span<float> scores) {
  const float* level[kCodeLevels];
  for (size_t l = 0; l < kCodeLevels; ++l) level[l] = log_probabilities.data() + l * kLevelCodes;
  for (uint32_t item = 0; item < trie.size(); ++item) {
    const SemanticId& id = trie.IdOf(item);
    scores[item] = level[0][id[0]] + level[1][id[1]] + level[2][id[2]] + level[3][id[3]];
  }
}

}  // namespace tsugi
