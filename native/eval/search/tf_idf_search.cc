#include "native/eval/search/tf_idf_search.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "native/dataset/item_texts.h"

namespace tsugi {
namespace {

// Items come in ascending order, so a second occurrence in one item is the last entry.
void Note(const std::vector<std::string>& words, uint32_t item, WordIndex::Items& items) {
  for (const std::string& word : words) {
    std::vector<uint32_t>& with_word = items[word];
    if (with_word.empty() || with_word.back() != item) with_word.push_back(item);
  }
}

}  // namespace

WordIndex WordIndex::Read(const ModelView& model) {
  const ItemTexts texts = ItemTexts::Read(model);
  const std::vector<bool> is_held_out = HoldOutTexts(texts);
  WordIndex words;
  for (uint32_t item = 0; item < is_held_out.size(); ++item) {
    words.titles.push_back(SplitWords(texts.titles[item]));
    words.attributes.emplace_back();
    for (const std::string& value : texts.attributes[item]) {
      for (std::string& word : SplitWords(value))
        words.attributes.back().push_back(std::move(word));
    }
    Note(words.titles.back(), item, words.in_titles);
    Note(words.attributes.back(), item, words.in_attributes);
    if (is_held_out[item]) words.held_out.push_back(item);
  }
  return words;
}

TfIdfSearch::TfIdfSearch(const WordIndex& words) : lengths_(words.titles.size()) {
  for (uint32_t item = 0; item < lengths_.size(); ++item) {
    std::map<std::string, float> counts;
    for (const std::string& word : words.titles[item]) counts[word] += 1.0f;
    for (const std::string& word : words.attributes[item]) counts[word] += 1.0f;
    for (const auto& [word, count] : counts) postings_[word].push_back({item, count});
  }
  // Counts become weights in place: log(1 + count) * idf, and squared lengths are summed for the
  // division by the norm in Best.
  for (auto& [word, items] : postings_) {
    const double idf = Idf(items.size());
    for (ScoredItem& item : items) {
      item.score = static_cast<float>(std::log1p(item.score) * idf);
      lengths_[item.item_index] += static_cast<double>(item.score) * item.score;
    }
  }
}

double TfIdfSearch::Idf(size_t items) const {
  return std::log(1.0 + static_cast<double>(lengths_.size()) / static_cast<double>(items));
}

std::vector<uint32_t> TfIdfSearch::Best(std::string_view text, size_t count,
                                        std::span<const uint32_t> left_out) const {
  std::vector<double> scores(lengths_.size());
  ForEachWord(text, [&](std::string_view word) {
    const auto found = postings_.find(word);
    if (found == postings_.end()) return;
    const double idf = Idf(found->second.size());
    for (const ScoredItem& item : found->second) scores[item.item_index] += idf * item.score;
  });
  std::vector<ScoredItem> best(std::min(count, scores.size()));
  if (best.empty()) return {};
  TopK top(best);
  for (uint32_t i = 0; i < scores.size(); ++i) {
    // Items without any of the words are not results, however short the list gets. An item with a
    // score has a word, hence a length above 0.
    if (scores[i] == 0.0 || std::binary_search(left_out.begin(), left_out.end(), i)) continue;
    top.Push({i, static_cast<float>(scores[i] / std::sqrt(lengths_[i]))});
  }
  best.resize(top.Finish());
  std::vector<uint32_t> items;
  for (const ScoredItem& item : best) items.push_back(item.item_index);
  return items;
}

}  // namespace tsugi
