#include "native/eval/semantic_ids/search_quality.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "core/kernels/top_k.h"
#include "core/recommender.h"
#include "core/session.h"
#include "native/eval/metrics.h"
#include "native/report/text.h"
#include "native/dataset/item_texts.h"

namespace tsugi {
namespace {

constexpr size_t kSearchLength = 10;
using Words = std::vector<std::string>;

// Search by the cosine of TF-IDF word vectors: the classical method to compare with. It knows the
// titles that the model has not read, which favours it.
class TfIdf {
 public:
  explicit TfIdf(const ItemTexts& texts) : lengths_(texts.titles.size()) {
    for (uint32_t item = 0; item < lengths_.size(); ++item) {
      std::map<std::string, float> counts;
      for (const std::string& word : SplitWords(texts.All(item))) counts[word] += 1.0f;
      for (const auto& [word, count] : counts) postings_[word].push_back({item, count});
    }
    // Counts become weights in place: log(1 + count) * idf, and squared lengths are summed for the
    // division by the norm in Best.
    for (auto& [word, items] : postings_) {
      const double idf =
          std::log(1.0 + static_cast<double>(lengths_.size()) / static_cast<double>(items.size()));
      for (ScoredItem& item : items) {
        item.score = static_cast<float>(std::log1p(item.score) * idf);
        lengths_[item.item_index] += static_cast<double>(item.score) * item.score;
      }
    }
  }

  std::vector<uint32_t> Best(const Words& words) const {
    std::vector<double> scores(lengths_.size());
    for (const std::string& word : words) {
      const auto found = postings_.find(word);
      if (found == postings_.end()) continue;
      const double idf = std::log(1.0 + static_cast<double>(lengths_.size()) /
                                            static_cast<double>(found->second.size()));
      for (const ScoredItem& item : found->second) scores[item.item_index] += idf * item.score;
    }
    std::vector<ScoredItem> best(std::min(kSearchLength, scores.size()));
    TopK top(best);
    for (uint32_t i = 0; i < scores.size(); ++i) {
      // Items without any of the words are not results, however short the list gets. An item with a
      // score has a word, hence a length above 0.
      if (scores[i] == 0.0) continue;
      top.Push({i, static_cast<float>(scores[i] / std::sqrt(lengths_[i]))});
    }
    best.resize(top.Finish());
    std::vector<uint32_t> items;
    for (const ScoredItem& item : best) items.push_back(item.item_index);
    return items;
  }

 private:
  std::vector<double> lengths_;  // squared
  std::map<std::string, std::vector<ScoredItem>> postings_;
};

// The words of a query, and the item whose title they were taken from.
struct Query {
  uint32_t item;
  Words words;
};

// Two to four words in a row of a title, or all of a shorter one.
std::vector<Query> DrawQueries(const ItemTexts& texts, size_t limit, uint64_t seed) {
  Random random(seed);
  // Only held-out titles: of the others the model has seen every word next to its item.
  const std::vector<bool> is_held_out = HoldOutTexts(texts);
  std::vector<Query> queries;
  for (uint32_t item = 0; item < is_held_out.size() && queries.size() < limit; ++item) {
    if (!is_held_out[item]) continue;
    const Words words = SplitWords(texts.titles[item]);
    if (words.empty()) continue;
    const size_t count = std::min<size_t>(2 + random.NextBelow(3), words.size());
    const auto first = static_cast<ptrdiff_t>(random.NextBelow(words.size() - count + 1));
    queries.push_back({item, Words(words.begin() + first,
                                   words.begin() + first + static_cast<ptrdiff_t>(count))});
  }
  return queries;
}

// The longest word, which is the one to damage: it usually says most about the title.
std::string& LongestWord(Words& words) {
  return *std::max_element(words.begin(), words.end(),
                           [](const auto& a, const auto& b) { return a.size() < b.size(); });
}

// Damages one word: two neighbouring letters swapped, the second half missing (as while typing), or
// a word that no text contains. Words of one or two letters are left alone by a typo.
Words Damage(Words words, const std::string& how, Random& random) {
  std::string& word = LongestWord(words);
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

}  // namespace

// Without a history: the list follows from the words alone. The first list is timed, which includes
// the tokenizer; the two others are measured for quality alone.
Result<std::vector<SearchRow>> MeasureSearch(const ModelView& model, size_t limit, uint64_t seed) {
  if (model.spec.semantic_ids->pieces == 0) {
    return Unsupported("the model reads no words. Try: train with --preset semantic and titles");
  }
  const ItemTexts texts = ItemTexts::Read(model);
  const TfIdf tf_idf(texts);
  TSUGI_ASSIGN_OR_RETURN(const auto recommender, Recommender::Create(model));
  TSUGI_ASSIGN_OR_RETURN(const auto session, recommender->CreateSession());
  // All kinds of damage are applied to the same queries, so that rows can be compared.
  const std::vector<Query> queries = DrawQueries(texts, limit, seed);
  std::vector<SearchRow> rows;
  for (const char* how : {"words", "typo", "partial word", "unseen word"}) {
    Random random(seed + 1);  // the same typos whatever rows come before
    SearchRow row;
    row.name = how;
    row.queries = queries.size();
    std::vector<double> times;
    for (const Query& query : queries) {
      const Words words = Damage(query.words, how, random);
      const std::string text = Join(words);
      RecommendOptions options{.k = std::min<uint32_t>(kSearchLength, model.spec.item_count)};
      options.query = text;
      const auto holds = [&](const std::vector<ScoredItem>& list) {
        return std::any_of(list.begin(), list.end(),
                           [&](const ScoredItem& one) { return one.item_index == query.item; });
      };
      options.ranking = RecommendOptions::Ranking::kGenerated;
      const auto start = std::chrono::steady_clock::now();
      TSUGI_ASSIGN_OR_RETURN(const auto generated, session->Recommend(options));
      times.push_back(
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
              .count());
      options.ranking = RecommendOptions::Ranking::kParallel;
      TSUGI_ASSIGN_OR_RETURN(const auto parallel, session->Recommend(options));
      options.ranking = RecommendOptions::Ranking::kFused;
      TSUGI_ASSIGN_OR_RETURN(const auto fused, session->Recommend(options));
      const auto plain = tf_idf.Best(words);
      row.generated += holds(generated);
      row.parallel += holds(parallel);
      row.fused += holds(fused);
      row.tf_idf += std::find(plain.begin(), plain.end(), query.item) != plain.end();
    }
    const auto count = static_cast<double>(std::max<size_t>(1, queries.size()));
    row.generated /= count;
    row.parallel /= count;
    row.fused /= count;
    row.tf_idf /= count;
    row.milliseconds = MedianOf(std::move(times));
    rows.push_back(row);
  }
  return rows;
}

std::string FormatSearchTable(const std::vector<SearchRow>& rows) {
  std::vector<std::vector<std::string>> lines = {{"asked with", "queries", "generated R@10",
                                                  "parallel R@10", "fused R@10", "TF-IDF R@10",
                                                  "ms a list"}};
  for (const SearchRow& row : rows) {
    lines.push_back({row.name, std::to_string(row.queries), FixedText(row.generated, 4),
                     FixedText(row.parallel, 4), FixedText(row.fused, 4), FixedText(row.tf_idf, 4),
                     FixedText(row.milliseconds, 2)});
  }
  return AlignText(lines);
}

std::string FormatSearchJson(const std::vector<SearchRow>& rows) {
  nlohmann::ordered_json json;
  for (const SearchRow& row : rows) {
    json["search"].push_back({{"name", row.name},
                              {"queries", row.queries},
                              {"generated", row.generated},
                              {"parallel", row.parallel},
                              {"fused", row.fused},
                              {"tf_idf", row.tf_idf},
                              {"milliseconds", row.milliseconds}});
  }
  return json.dump(2) + "\n";
}

}  // namespace tsugi
