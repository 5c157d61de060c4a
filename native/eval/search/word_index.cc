#include "native/eval/search/word_index.h"

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

}  // namespace tsugi
