#include "native/eval/search/search_quality.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/text.h"
#include "native/eval/search/search_queries.h"
#include "native/eval/search/tf_idf_search.h"
#include "tests/native/eval/search/search_world.h"

namespace tsugi {
namespace {

TEST(TfIdfSearch, PutsRareWordsFirstAndNothingWithoutAWord) {
  WordIndex words;
  words.titles = {{"dark", "star"}, {"dark"}, {"dark", "night", "night"}, {}};
  words.attributes = {{}, {"star"}, {}, {"war"}};
  const TfIdfSearch search(words);
  EXPECT_EQ(search.Best("Night", 10), std::vector<uint32_t>{2});
  EXPECT_EQ(search.Best("a war", 10), std::vector<uint32_t>{3}) << "an attribute value";
  EXPECT_EQ(search.Best("dark star", 2), (std::vector<uint32_t>{0, 1}));
  EXPECT_EQ(search.Best("dark star", 10).size(), 3u);
  EXPECT_EQ(search.Best("dark star", 10, std::vector<uint32_t>{0, 2}), std::vector<uint32_t>{1});
  EXPECT_TRUE(search.Best("", 10).empty());
  EXPECT_TRUE(search.Best("day", 10).empty());
  EXPECT_TRUE(TfIdfSearch(WordIndex()).Best("day", 10).empty());
}

/// Forty films, and the synonyms of some of their words.
class FilmSearch : public testing::Test {
 protected:
  FilmSearch() {
    WriteSmallWordNet(files_.path(""));
    auto opened = WordNet::Open(files_.path(""));
    EXPECT_TRUE(opened.ok()) << opened.status().message();
    net_ = *std::move(opened);
  }

  SearchWorld world_;
  TempFiles files_;
  WordNet net_;
};

class SearchQueries : public FilmSearch {
 protected:
  std::vector<SearchKind> Draw(const WordNet* net, uint64_t seed = 1) {
    return DrawSearchQueries(words_, world_.log.dataset(), net, seed);
  }
  SearchKind Kind(std::string_view name) {
    for (SearchKind& kind : Draw(&net_)) {
      if (kind.name == name) return std::move(kind);
    }
    ADD_FAILURE() << "no kind " << name;
    return {};
  }
  /// Each query of the kind as "text: id id", in ascending order.
  std::set<std::string> Texts(std::string_view name) {
    std::set<std::string> texts;
    for (const SearchQuery& query : Kind(name).queries) {
      std::set<int> ids;
      for (const uint32_t item : query.relevant) {
        ids.insert(std::stoi(std::string(world_.log.dataset().item_ids()[item])));
      }
      EXPECT_TRUE(std::is_sorted(query.relevant.begin(), query.relevant.end()));
      std::string text = query.text + ":";
      for (const int id : ids) text += " " + std::to_string(id);
      texts.insert(text);
    }
    return texts;
  }

  WordIndex words_ = WordIndex::Read(world_.model.View());
};

TEST_F(SearchQueries, HaveTheirKindsInOneOrder) {
  const Strings with = {"title words",
                        "typo",
                        "partial word",
                        "unseen word",
                        "synonym of a title's word",
                        "synonym of an attribute",
                        "attribute word",
                        "nonsense",
                        "attribute word after a session",
                        "the same without a session"};
  Strings names;
  for (const SearchKind& kind : Draw(&net_)) names.push_back(kind.name);
  EXPECT_EQ(names, with);
  EXPECT_EQ(Draw(nullptr).size(), with.size() - 2) << "no synonyms";
}

TEST_F(SearchQueries, AreTheSameInEveryRunOfASeed) {
  const auto first = Draw(&net_), again = Draw(&net_), other = Draw(&net_, 2);
  for (size_t k = 0; k < first.size(); ++k) {
    ASSERT_EQ(first[k].queries.size(), again[k].queries.size());
    for (size_t q = 0; q < first[k].queries.size(); ++q) {
      EXPECT_EQ(first[k].queries[q].text, again[k].queries[q].text);
    }
  }
  EXPECT_NE(first[7].queries[0].text, other[7].queries[0].text);
}

TEST_F(SearchQueries, DamageTheSameWordsOfHeldOutTitles) {
  const SearchKind plain = Kind("title words"), typo = Kind("typo"), part = Kind("partial word"),
                   unseen = Kind("unseen word");
  ASSERT_EQ(plain.queries.size(), words_.held_out.size());
  ASSERT_FALSE(plain.queries.empty());
  for (size_t q = 0; q < plain.queries.size(); ++q) {
    const std::string& text = plain.queries[q].text;
    EXPECT_EQ(plain.queries[q].relevant, std::vector<uint32_t>{words_.held_out[q]});
    EXPECT_EQ(typo.queries[q].relevant, plain.queries[q].relevant);
    EXPECT_TRUE(std::is_permutation(text.begin(), text.end(), typo.queries[q].text.begin(),
                                    typo.queries[q].text.end()));
    EXPECT_LT(part.queries[q].text.size(), text.size());
    EXPECT_TRUE(Holds(unseen.queries[q].text, "qzxwv"));
  }
}

// The first synonym of "stars", quiet, stands in a title, so the next one is asked for.
TEST_F(SearchQueries, ASynonymStandsInNoText) {
  EXPECT_EQ(Texts("synonym of a title's word"),
            (std::set<std::string>{"automaton: 9 19", "warfare: 9", "asterisk: 29", "star: 19"}));
}

TEST_F(SearchQueries, OfAttributesFindEveryItemWithTheValue) {
  std::string war = "warfare:", comedy = "farce:", drama = "play:";
  for (int film = 0; film < 40; ++film) {
    for (std::string* text : {&war, &drama}) {
      if (film % 3 == 0) *text += " " + std::to_string(film);
    }
    if (film % 3 != 0) comedy += " " + std::to_string(film);
  }
  EXPECT_EQ(Texts("synonym of an attribute"), (std::set<std::string>{war, comedy, drama}));
  std::set<std::string> words;
  for (const SearchQuery& query : Kind("attribute word").queries) words.insert(query.text);
  EXPECT_EQ(words, (std::set<std::string>{"comedy", "drama", "war"})) << "and no year";
}

TEST_F(SearchQueries, NonsenseIsNoWord) {
  const SearchKind nonsense = Kind("nonsense");
  EXPECT_TRUE(nonsense.is_nonsense);
  ASSERT_EQ(nonsense.queries.size(), 200u);
  std::set<size_t> counts;
  for (const SearchQuery& query : nonsense.queries) {
    EXPECT_TRUE(query.relevant.empty());
    size_t count = 0;
    ForEachWord(query.text, [&](std::string_view word) {
      ++count;
      EXPECT_TRUE(word.size() >= 5 && word.size() <= 9) << word;
      EXPECT_FALSE(words_.Has(word) || net_.Has(word)) << word;
    });
    counts.insert(count);
  }
  EXPECT_EQ(counts, (std::set<size_t>{1, 2, 3}));
}

TEST_F(SearchQueries, OfSessionsAskForTheNextItem) {
  const SearchKind with = Kind("attribute word after a session"),
                   without = Kind("the same without a session");
  ASSERT_EQ(with.queries.size(), 4u) << "a test case a user";
  std::set<uint32_t> targets;
  for (size_t q = 0; q < with.queries.size(); ++q) {
    const SearchQuery& query = with.queries[q];
    ASSERT_EQ(query.relevant.size(), 1u);
    targets.insert(query.relevant[0]);
    EXPECT_TRUE(std::binary_search(words_.in_attributes.at(query.text).begin(),
                                   words_.in_attributes.at(query.text).end(), query.relevant[0]));
    EXPECT_EQ(query.history.size(), 9u);
    EXPECT_EQ(query.seen.size(), 9u);
    EXPECT_EQ(without.queries[q].seen, query.seen);
    EXPECT_EQ(without.queries[q].history.size(), 0u);
    EXPECT_EQ(without.queries[q].text, query.text);
    EXPECT_EQ(without.queries[q].relevant, query.relevant);
  }
  std::set<uint32_t> last;
  for (const char* id : {"9", "19", "29", "39"}) last.insert(world_.log.ItemOf(id));
  EXPECT_EQ(targets, last);
}

class SearchQuality : public FilmSearch {
 protected:
  SearchReport Measure(const SearchOptions& options) {
    const ModelView view = world_.model.View();
    auto report = MeasureSearch(view, world_.log.dataset(), options);
    EXPECT_TRUE(report.ok()) << report.status().message();
    return *std::move(report);
  }
  /// The value of a ranking in a row.
  static double Value(const SearchReport& report, std::string_view row, std::string_view ranking) {
    for (const SearchRow& one : report.rows) {
      for (size_t r = 0; one.name == row && r < report.rankings.size(); ++r) {
        if (report.rankings[r] == ranking) return one.values[r];
      }
    }
    ADD_FAILURE() << row << " " << ranking;
    return -1;
  }
};

TEST_F(SearchQuality, MeasuresEveryKindOfQuery) {
  size_t calls = 0;
  const SearchReport report =
      Measure({.word_net = &net_, .progress = [&](std::string_view, size_t, size_t) { ++calls; }});
  ASSERT_EQ(report.rows.size(), 10u);
  EXPECT_EQ(report.rankings, (Strings{"words", "tf_idf"})) << "no semantic ids";
  EXPECT_TRUE(report.notes.empty());
  EXPECT_GT(calls, 200u);
  // What TF-IDF is worth follows from the texts alone.
  EXPECT_GT(Value(report, "title words", "tf_idf"), 0.0);
  EXPECT_GE(Value(report, "title words", "tf_idf"), Value(report, "typo", "tf_idf"));
  EXPECT_EQ(Value(report, "synonym of a title's word", "tf_idf"), 0.0);
  EXPECT_EQ(Value(report, "synonym of an attribute", "tf_idf"), 0.0);
  EXPECT_EQ(Value(report, "attribute word", "tf_idf"), 1.0) << "ten of the many that fit";
  EXPECT_EQ(Value(report, "nonsense", "tf_idf"), 0.0);
  EXPECT_EQ(Value(report, "attribute word after a session", "tf_idf"),
            Value(report, "the same without a session", "tf_idf"));
}

TEST_F(SearchQuality, SaysWhatIsMissing) {
  const SearchReport plain = Measure({});
  EXPECT_EQ(plain.rows.size(), 8u);
  ASSERT_EQ(plain.notes.size(), 1u);
  EXPECT_TRUE(Holds(plain.notes[0], "--synonyms"));
  EXPECT_TRUE(Holds(plain.notes[0], "wordnet-base"));

  world_.model.strings[kAttributeStrings] = {};
  world_.model.item_attribute_offsets.clear();
  world_.model.item_attributes.clear();
  const SearchReport titles = Measure({.word_net = &net_});
  EXPECT_EQ(titles.rows.size(), 6u);
  ASSERT_EQ(titles.notes.size(), 4u);
  EXPECT_TRUE(Holds(titles.notes[0], "synonym of an attribute: "));

  world_.model.strings[kItemTitleStrings] = {};
  const auto none = MeasureSearch(world_.model.View(), world_.log.dataset(), {});
  EXPECT_EQ(none.status().code(), StatusCode::kUnsupported);
  EXPECT_TRUE(Holds(none.status().message(), "no titles"));
  const auto other = MeasureSearch(MakeRandomModel({"a", "b"}, 1).View(), world_.log.dataset(), {});
  EXPECT_TRUE(Holds(other.status().message(), "trained on other data"));
}

TEST_F(SearchQuality, PrintsTheSameAsTableAndJson) {
  SearchReport report{{"words", "tf_idf"}, {}, {"a note"}};
  report.rows = {{"typo", false, 7, {0.5, 0.25}, 0.125}, {"nonsense", true, 200, {0.05, 0.0}, 0.5}};
  const std::string table = FormatSearchTable(report);
  for (const char* part : {"asked with", "words", "TF-IDF", "ms, words", "Recall@10", "0.2500",
                           "share answered: lower is better", "\na note\n"}) {
    EXPECT_TRUE(Holds(table, part));
  }
  const auto json = nlohmann::json::parse(FormatSearchJson(report));
  EXPECT_EQ(json["search"][0], nlohmann::json({{"name", "typo"},
                                               {"measure", "recall@10"},
                                               {"queries", 7},
                                               {"words", 0.5},
                                               {"tf_idf", 0.25},
                                               {"milliseconds", 0.125}}));
  EXPECT_EQ(json["search"][1]["measure"], "answered");
  EXPECT_EQ(json["notes"], nlohmann::json({"a note"}));
}

}  // namespace
}  // namespace tsugi
