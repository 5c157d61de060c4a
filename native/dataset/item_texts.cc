#include "native/dataset/item_texts.h"

#include <algorithm>

#include "core/base/random.h"
#include "core/base/text.h"

namespace tsugi {

ItemTexts ItemTexts::Read(const ModelView& view) {
  const size_t count = view.spec.item_count;
  ItemTexts texts{std::vector<std::string>(count), std::vector<std::vector<std::string>>(count)};
  for (size_t i = 0; i < std::min(count, view.item_titles().size()); ++i) {
    texts.titles[i] = view.item_titles()[i];
  }
  if (view.attribute_names().size() == 0) return texts;
  for (size_t i = 0; i < count; ++i) {
    for (uint32_t at = view.item_attribute_offsets[i]; at < view.item_attribute_offsets[i + 1];
         ++at) {
      // "genres=Drama" -> "Drama": people search for values, not for names of fields.
      const auto name = FieldValue::Of(view.attribute_names()[view.item_attributes[at]]);
      texts.attributes[i].emplace_back(name.value);
    }
  }
  return texts;
}

std::string ItemTexts::All(size_t item) const {
  std::string all = titles[item];
  for (const std::string& value : attributes[item]) all += " " + value;
  return all;
}

bool ItemTexts::empty() const {
  return std::all_of(titles.begin(), titles.end(), [](const auto& t) { return t.empty(); }) &&
         std::all_of(attributes.begin(), attributes.end(), [](const auto& a) { return a.empty(); });
}

std::vector<bool> HoldOutTexts(const ItemTexts& texts) {
  // A fixed seed: runs with different seeds are compared on the same held-out items.
  constexpr uint64_t kHeldOutSeed = 20, kOneIn = 20;
  Random random(kHeldOutSeed);
  std::vector<bool> is_held_out(texts.titles.size());
  for (size_t i = 0; i < is_held_out.size(); ++i) {
    is_held_out[i] = random.NextBelow(kOneIn) == 0 && !texts.titles[i].empty();
  }
  return is_held_out;
}

std::vector<std::string> SplitWords(std::string_view text) {
  std::vector<std::string> words;
  ForEachWord(text, [&](std::string_view word) { words.emplace_back(word); });
  return words;
}

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
      if (number == word_items_.size()) {
        word_items_.push_back(0);
        counted_for.push_back(0);
      }
      if (std::exchange(counted_for[number], item + 1) != item + 1) ++word_items_[number];
    };
    ForEachWord(texts.Title(item), count);
    for (const std::string_view attribute : texts.Attributes(item)) {
      ForEachWord(FieldValue::Of(attribute).value, count);
    }
  }
}

uint32_t CatalogueWords::ItemCount(std::string_view word) const {
  const auto number = words_.Find(word);
  return number ? word_items_[*number] : 0;
}

}  // namespace tsugi
