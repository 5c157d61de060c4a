#include "native/eval/search/search_queries.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "core/base/random.h"
#include "native/eval/evaluator.h"

namespace tsugi {
namespace {

constexpr size_t kMostQueries = 2000, kMostSessions = 1000, kNonsenseQueries = 200;
constexpr size_t kMostTitles = 10;  // a word of more titles says little about one of them
constexpr size_t kLeastTitleLetters = 4, kLeastAttributeLetters = 3;
using Words = std::vector<std::string>;

// Each kind draws from a stream of its own, so that a new kind changes no other.
enum Stream : uint64_t { kTitles, kTitleWords, kAttributeWords, kNonsense, kSessions };

// Two to four words in a row of each held-out title.
std::vector<std::pair<uint32_t, Words>> DrawTitleWords(const WordIndex& catalogue, uint64_t seed) {
  Random random(seed, kTitles);
  std::vector<std::pair<uint32_t, Words>> drawn;
  for (const uint32_t item : catalogue.held_out) {
    const Words& title = catalogue.titles[item];
    if (title.empty()) continue;
    if (drawn.size() == kMostQueries) break;
    const size_t count = std::min<size_t>(2 + random.NextBelow(3), title.size());
    const auto first =
        title.begin() + static_cast<ptrdiff_t>(random.NextBelow(title.size() - count + 1));
    drawn.emplace_back(item, Words(first, first + static_cast<ptrdiff_t>(count)));
  }
  return drawn;
}

// Damages the longest word, which usually says most about the title. Words of one or two letters
// are left alone by a typo.
Words Damage(Words words, std::string_view how, Random& random) {
  std::string& word = *std::max_element(
      words.begin(), words.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
  if (how == "typo" && word.size() > 2) {
    const size_t at = random.NextBelow(word.size() - 1);
    std::swap(word[at], word[at + 1]);
  } else if (how == "partial word") {
    word.resize((word.size() + 1) / 2);
  } else if (how == "unseen word") {
    word = "qzxwv";
  }
  return words;
}

std::string Join(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// All kinds of damage are applied to the same queries, so that rows can be compared.
void AddTitleKinds(const WordIndex& catalogue, uint64_t seed, std::vector<SearchKind>& kinds) {
  const auto drawn = DrawTitleWords(catalogue, seed);
  for (const char* how : {"title words", "typo", "partial word", "unseen word"}) {
    Random random(seed + 1);  // the same typos whatever kinds come before
    SearchKind& kind = kinds.emplace_back(SearchKind{how, {}});
    for (const auto& [item, words] : drawn) {
      kind.queries.push_back({Join(Damage(words, how, random)), {item}});
    }
  }
}

bool IsContentWord(std::string_view word, size_t least_letters) {
  return word.size() >= least_letters &&
         std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

// The content words of at most `most_items` items, shuffled. Numbers, as years, are none.
std::vector<WordIndex::Items::const_iterator> ShuffleContentWords(const WordIndex::Items& items,
                                                                  size_t least_letters,
                                                                  size_t most_items,
                                                                  Random random) {
  std::vector<WordIndex::Items::const_iterator> words;
  for (auto at = items.begin(); at != items.end(); ++at) {
    const bool fits = IsContentWord(at->first, least_letters) && at->second.size() <= most_items;
    if (fits) words.push_back(at);
  }
  Shuffle(words, random);
  return words;
}

// The first synonym that the catalogue does not have; empty if there is none.
std::string SynonymOf(std::string_view word, const WordNet& word_net, const WordIndex& catalogue) {
  for (std::string& synonym : word_net.Synonyms(word)) {
    if (!catalogue.Has(synonym)) return std::move(synonym);
  }
  return {};
}

void AddWordKinds(const WordIndex& catalogue, const WordNet* word_net, uint64_t seed,
                  std::vector<SearchKind>& kinds) {
  const auto of_attributes =
      ShuffleContentWords(catalogue.in_attributes, kLeastAttributeLetters, catalogue.titles.size(),
                          Random(seed, kAttributeWords));
  const auto add_synonyms = [&](const char* name, const auto& words) {
    SearchKind& kind = kinds.emplace_back(SearchKind{name, {}});
    for (const auto& word : words) {
      if (kind.queries.size() == kMostQueries) break;
      std::string synonym = SynonymOf(word->first, *word_net, catalogue);
      if (!synonym.empty()) kind.queries.push_back({std::move(synonym), word->second});
    }
  };
  if (word_net != nullptr) {
    add_synonyms("synonym of a title's word",
                 ShuffleContentWords(catalogue.in_titles, kLeastTitleLetters, kMostTitles,
                                     Random(seed, kTitleWords)));
    add_synonyms("synonym of an attribute", of_attributes);
  }
  SearchKind& kind = kinds.emplace_back(SearchKind{"attribute word", {}});
  for (const auto& word : of_attributes) {
    if (kind.queries.size() == kMostQueries) break;
    kind.queries.push_back({word->first, word->second});
  }
}

SearchKind DrawNonsense(const WordIndex& catalogue, const Dataset& dataset, const WordNet* word_net,
                        uint64_t seed) {
  std::unordered_set<std::string_view> with_vectors;
  for (size_t i = 0; i < dataset.words().size(); ++i) with_vectors.insert(dataset.words()[i]);
  Random random(seed, kNonsense);
  const auto invent = [&] {
    for (;;) {
      std::string word(5 + random.NextBelow(5), ' ');
      for (char& letter : word) letter = static_cast<char>('a' + random.NextBelow(26));
      const bool is_word = catalogue.Has(word) || with_vectors.contains(word) ||
                           (word_net != nullptr && word_net->Has(word));
      if (!is_word) return word;
    }
  };
  SearchKind kind{"nonsense", {}, true};
  for (size_t i = 0; i < kNonsenseQueries; ++i) {
    Words words(1 + random.NextBelow(3));
    for (std::string& word : words) word = invent();
    kind.queries.push_back({Join(words)});
  }
  return kind;
}

SearchKind DrawSessions(const WordIndex& catalogue, const Dataset& dataset, uint64_t seed) {
  const auto cases = dataset.cases(Split::kTest);
  std::vector<uint32_t> order(cases.size());
  std::iota(order.begin(), order.end(), 0u);
  Random random(seed, kSessions);
  Shuffle(order, random);
  SearchKind kind{"attribute word after a session", {}};
  for (const uint32_t at : order) {
    if (kind.queries.size() == kMostSessions) break;
    const EvaluationCase& one = cases[at];
    const uint32_t next = dataset.sequence_items(one.sequence)[one.position];
    Words words;
    for (const std::string& word : catalogue.attributes[next]) {
      if (IsContentWord(word, kLeastAttributeLetters)) words.push_back(word);
    }
    if (words.empty()) continue;
    SearchQuery& query = kind.queries.emplace_back();
    query.text = words[random.NextBelow(words.size())];
    query.relevant = {next};
    query.history = dataset.events().Part(dataset.offsets()[one.sequence], one.position);
    query.seen = DistinctItems(query.history.items);
  }
  return kind;
}

}  // namespace

std::vector<SearchKind> DrawSearchQueries(const WordIndex& words, const Dataset& dataset,
                                          const WordNet* word_net, uint64_t seed) {
  std::vector<SearchKind> kinds;
  AddTitleKinds(words, seed, kinds);
  AddWordKinds(words, word_net, seed, kinds);
  kinds.push_back(DrawNonsense(words, dataset, word_net, seed));
  kinds.push_back(DrawSessions(words, dataset, seed));
  SearchKind without = kinds.back();
  without.name = "the same without a session";
  for (SearchQuery& query : without.queries) query.history = {};
  kinds.push_back(std::move(without));
  return kinds;
}

}  // namespace tsugi
