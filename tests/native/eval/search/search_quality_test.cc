#include "native/eval/search/search_quality.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

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

class SearchQuality : public testing::Test {
 protected:
  SearchQuality() {
    WriteSmallWordNet(files_.path(""));
    auto opened = WordNet::Open(files_.path(""));
    EXPECT_TRUE(opened.ok()) << opened.status().message();
    net_ = *std::move(opened);
  }

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

  SearchWorld world_;
  TempFiles files_;
  WordNet net_;
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
