#include "native/eval/search/search_queries.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "tests/native/eval/search/search_world.h"

namespace tsugi {
namespace {

class SearchQueries : public testing::Test {
 protected:
  SearchQueries() {
    WriteSmallWordNet(files_.path(""));
    auto opened = WordNet::Open(files_.path(""));
    EXPECT_TRUE(opened.ok()) << opened.status().message();
    net_ = *std::move(opened);
  }

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

  SearchWorld world_;
  WordIndex words_ = WordIndex::Read(world_.model.View());
  TempFiles files_;
  WordNet net_;
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

}  // namespace
}  // namespace tsugi
