#include "native/train/stages/imagine/concept_texts.h"

#include <algorithm>
#include <map>

namespace tsugi::train {
namespace {

constexpr std::string_view kArticles[] = {"The", "A",   "An",  "Le",  "La", "Les",
                                          "Il",  "Der", "Das", "Die", "El", "Los"};

std::vector<std::string_view> SplitWords(std::string_view text) {
  std::vector<std::string_view> words;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    if (end > begin) words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

}  // namespace

std::string PlainTitle(std::string_view whole) {
  // Brackets may nest. A closing one without an opening one is text.
  std::string kept;
  int depth = 0;
  for (const char c : whole) {
    depth += c == '(' ? 1 : 0;
    if (depth == 0) kept += c;
    depth -= c == ')' && depth > 0 ? 1 : 0;
  }
  while (!kept.empty() && kept.back() == ' ') kept.pop_back();
  const std::string_view title = kept;
  const size_t comma = title.rfind(", ");
  if (comma != std::string_view::npos) {
    const std::string_view tail = title.substr(comma + 2);
    if (std::find(std::begin(kArticles), std::end(kArticles), tail) != std::end(kArticles)) {
      return std::string(tail) + " " + std::string(title.substr(0, comma));
    }
  }
  return std::string(title);
}

TitleTexts ReadTitles(const StringTableView& titles, size_t limit) {
  std::vector<std::string> plain;
  std::map<std::string, uint32_t, std::less<>> counts;
  for (size_t i = 0; i < titles.size(); ++i) {
    plain.push_back(PlainTitle(titles[i]));
    std::vector<std::string_view> words = SplitWords(plain.back());
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    for (const std::string_view word : words) ++counts[std::string(word)];
  }
  // A word of one title alone could only be learnt by heart. `counts` is ordered by word and the
  // sort is stable, so words of equal counts have the same numbers in every run.
  std::vector<std::pair<uint32_t, std::string_view>> frequent;
  for (const auto& [word, count] : counts) {
    if (count >= 2) frequent.emplace_back(count, word);
  }
  std::stable_sort(frequent.begin(), frequent.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  if (frequent.size() > limit) frequent.resize(limit);
  TitleTexts texts;
  texts.words.emplace_back();  // number 0 ends a title
  std::map<std::string_view, uint32_t> numbers;
  for (const auto& [count, word] : frequent) {
    numbers.emplace(word, static_cast<uint32_t>(texts.words.size()));
    texts.words.emplace_back(word);
  }
  for (const std::string& title : plain) {
    auto& of_title = texts.titles.emplace_back();
    for (const std::string_view word : SplitWords(title)) {
      const auto it = numbers.find(word);
      of_title.push_back(it == numbers.end() ? TitleTexts::kUnknown : it->second);
    }
  }
  return texts;
}

}  // namespace tsugi::train
