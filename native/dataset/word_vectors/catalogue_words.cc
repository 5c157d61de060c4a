#include "native/dataset/word_vectors/catalogue_words.h"

#include <algorithm>

#include "core/base/text.h"

namespace tsugi {

CatalogueTexts::CatalogueTexts(const StringTableView& titles, const StringTableView& metadata)
    : titles_(titles),
      item_count_(std::max(titles.size(), metadata.size())),
      table_(BuildItemAttributes(metadata)) {}

std::string_view CatalogueTexts::Title(size_t item) const {
  return titles_.size() > 0 ? titles_[item] : std::string_view();
}

const std::vector<std::string_view>& CatalogueTexts::Attributes(size_t item) {
  attributes_.clear();
  if (table_.offsets.empty()) return attributes_;
  const StringTableView names{table_.name_offsets, table_.name_text};
  for (uint32_t at = table_.offsets[item]; at < table_.offsets[item + 1]; ++at) {
    attributes_.push_back(names[table_.indices[at]]);
  }
  return attributes_;
}

CatalogueWords::CatalogueWords(CatalogueTexts& texts) {
  std::vector<size_t> counted_for;  // by word: 1 + the last item that was counted for it
  for (size_t item = 0; item < texts.item_count(); ++item) {
    const auto count = [&](std::string_view word) {
      const uint32_t number = words_.Insert(word).first;
      if (number == item_counts_.size()) {
        item_counts_.push_back(0);
        counted_for.push_back(0);
      }
      if (std::exchange(counted_for[number], item + 1) != item + 1) ++item_counts_[number];
    };
    ForEachWord(texts.Title(item), count);
    for (const std::string_view attribute : texts.Attributes(item)) {
      ForEachWord(FieldValue::Of(attribute).value, count);
    }
  }
}

uint32_t CatalogueWords::ItemCount(std::string_view word) const {
  const auto number = words_.Find(word);
  return number ? item_counts_[*number] : 0;
}

}  // namespace tsugi
