#include "native/dataset/item_attributes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "native/dataset/dataset_arrays.h"
#include "native/dataset/import.h"
#include "native/dataset/item_texts.h"
#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

ItemAttributeTable Build(const std::vector<std::string>& rows) {
  StringTable table;
  for (const std::string& row : rows) table.Append(row);
  return BuildItemAttributes(table.View());
}

std::vector<std::string> Names(const ItemAttributeTable& table) {
  const StringTableView view{table.name_offsets, table.name_text};
  std::vector<std::string> names;
  for (size_t i = 0; i < view.size(); ++i) names.emplace_back(view[i]);
  return names;
}

std::vector<uint32_t> Of(const ItemAttributeTable& table, size_t item) {
  return {table.indices.begin() + table.offsets[item],
          table.indices.begin() + table.offsets[item + 1]};
}

std::map<std::string, std::string> LeftOut(const ItemAttributeTable& table) {
  std::map<std::string, std::string> reasons;
  for (const AttributeField& field : table.fields) reasons[field.name] = field.left_out;
  return reasons;
}

using Strings = std::vector<std::string>;
using Indices = std::vector<uint32_t>;

TEST(ItemAttributes, SplitTextsAndArraysAndTakeNumbersAndSwitches) {
  const auto table = Build({R"({"genres": "Drama|Comedy", "year": 1999, "new": true})",
                            R"({"genres": ["Comedy", "Drama", "Comedy"], "year": 1999})", "",
                            R"({"genres": " Drama |", "new": true, "year": null})",
                            R"({"genres": "", "year": 1999, "extra": {"a": 1}})"});
  EXPECT_EQ(Names(table), (Strings{"genres=Comedy", "genres=Drama", "new=true", "year=1999"}));
  EXPECT_EQ(Of(table, 0), (Indices{0, 1, 2, 3}));
  EXPECT_EQ(Of(table, 1), (Indices{0, 1, 3}));
  EXPECT_EQ(Of(table, 2), (Indices{}));
  EXPECT_EQ(Of(table, 3), (Indices{1, 2}));
  EXPECT_EQ(Of(table, 4), (Indices{3}));
  EXPECT_EQ(LeftOut(table)["extra"], "nested objects");
}

TEST(ItemAttributes, AreSortedByFieldThenValueAsTheModelFileAsks) {
  const auto table = Build({R"({"a-b": 1, "a": "x"})", R"({"a-b": 1, "a": "x"})"});
  EXPECT_EQ(Names(table), (Strings{"a=x", "a-b=1"}));
}

TEST(ItemAttributes, LeaveOutWhatFiltersNothing) {
  Strings rows;
  for (int i = 0; i < 10000; ++i) {
    const std::string n = std::to_string(i);
    rows.push_back("{\"id\": " + n + ", \"shop\": " + std::to_string(i % 5000) +
                   ", \"a=b\": 1, \"shelf\": \"" + std::to_string(i % 7) + "\", \"text\": \"" +
                   std::string(65, 'x') + "\"}");
  }
  const auto table = Build(rows);
  EXPECT_EQ(Names(table).size(), 7u);
  auto reasons = LeftOut(table);
  EXPECT_EQ(reasons["id"], "more than 4096 values");
  EXPECT_EQ(reasons["shop"], "more than 4096 values");
  EXPECT_EQ(reasons["text"], "free text");
  EXPECT_EQ(reasons["a=b"], "a field name must not be empty or contain '='");
  EXPECT_EQ(reasons["shelf"], "");
}

TEST(ItemAttributes, LeaveOutFieldsWhoseValuesFewItemsShare) {
  const auto table =
      Build({R"({"title": "one", "kind": "a"})", R"({"title": "two", "kind": "a"})",
             R"({"title": "three", "kind": "b"})", R"({"title": "two", "kind": "b"})"});
  EXPECT_EQ(Names(table), (Strings{"kind=a", "kind=b"}));
  EXPECT_EQ(LeftOut(table)["title"], "few items share a value");
}

// Every way in which public catalogues write several values in a cell.
TEST(ItemAttributes, SplitTheListsThatCatalogsWrite) {
  for (const auto& [open, between, close] :
       {std::tuple("\"", ", ", "\""), std::tuple("\"", ";", "\""), std::tuple("\"", ",", "\""),
        std::tuple("\"['", "', '", "']\""), std::tuple("\"[\\\"", "\\\", \\\"", "\\\"]\""),
        std::tuple("\"", "|", "\""), std::tuple("[\"", "\",\"", "\"]"),
        std::tuple("\"{'", "', '", "'}\""), std::tuple("\"{", ",", "}\""),
        std::tuple("\"('", "', '", "')\""), std::tuple("\"", " / ", "\""),
        std::tuple("\"", " > ", "\""), std::tuple("\"['", "' '", "']\""),
        std::tuple("\"[{'id': 1, 'name': '", "'}, {'id': 2, 'name': '", "'}]\""),
        std::tuple("[{\"id\": 1, \"name\": \"", "\"}, {\"name\": \"", "\"}]")}) {
    Strings rows;
    for (const auto& [one, two] : {std::pair("Drama", "War"), std::pair("War", "Comedy"),
                                   std::pair("Drama", "Comedy"), std::pair("Comedy", "War")}) {
      rows.push_back("{\"g\": " + std::string(open) + one + between + two + close + "}");
    }
    EXPECT_EQ(Names(Build(rows)), (Strings{"g=Comedy", "g=Drama", "g=War"})) << rows[0];
  }
  EXPECT_EQ(Names(Build({R"({"g": "[27, 9]"})", R"({"g": "[9]"})", R"({"g": "[27]"})"})),
            (Strings{"g=27", "g=9"}));
}

TEST(ItemAttributes, TakeNoPiecesOfObjectsThatHoldMoreThanAName) {
  for (const char* value :
       {R"("[{'user': 'u1', 'name': 'Ann'}]")", R"([{"name": "Ann", "stars": 5}])",
        R"({"en": "Drama"})", R"("{'en': 'Drama'}")"}) {
    const std::string row = std::string("{\"g\": ") + value + "}";
    const auto table = Build({row, row});
    EXPECT_TRUE(Names(table).empty()) << value;
    EXPECT_EQ(LeftOut(table)["g"], "nested objects") << value;
  }
  const std::string none = "{\"g\": \"(no genres)\"}";
  EXPECT_EQ(Names(Build({none, none})), (Strings{"g=(no genres)"}));
}

TEST(ItemAttributes, KeepNamesThatHoldCommasWhole) {
  EXPECT_EQ(Names(Build({R"({"a": "Doe, John"})", R"({"a": "Doe, John"})", R"({"a": "Roe, Jane"})",
                         R"({"a": "Roe, Jane"})", R"({"a": "Poe, Ann"})", R"({"a": "Poe, Ann"})"})),
            (Strings{"a=Doe, John", "a=Poe, Ann", "a=Roe, Jane"}));
}

TEST(ItemAttributes, LeaveOutALongValueAndNotItsField) {
  Strings rows(20, R"({"g": "a"})");
  rows.push_back("{\"g\": \"" + std::string(65, 'x') + "\"}");
  EXPECT_EQ(Names(Build(rows)), (Strings{"g=a"}));
}

TEST(ItemAttributes, OfNoMetadataOrNoSharedFieldAreNone) {
  EXPECT_TRUE(Build({}).name_offsets.empty());
  const auto table = Build({"", R"({"id": 1})", "not json", "[1]"});
  EXPECT_TRUE(table.name_offsets.empty());
  EXPECT_TRUE(table.offsets.empty());
}

TEST(ItemAttributes, StandInTheImportSummaryAndInStats) {
  TempFiles files;
  ImportOptions options;
  options.format = LogFormat::kSequences;
  options.events = {files.Write("s.txt", "a 1 2 3 4\n")};
  options.items = files.Write("i.csv",
                              "id,title,genres\n1,one,Drama|Crime\n2,two,Drama\n3,three,Crime\n"
                              "4,four,Drama\n");
  options.out = files.path("data");
  const auto stats = ImportLog(options);
  ASSERT_TRUE(stats.ok()) << stats.status().message();
  const std::string summary = SummarizeImport(*stats, "data");
  EXPECT_TRUE(
      Holds(summary, "ids (4 bytes), title as title (15 bytes), genres (2 values, 60 bytes)"))
      << summary;
  EXPECT_TRUE(Holds(summary, "id (few items share a value), title (few items share a value)"));
  EXPECT_TRUE(Holds(StatsToJson(*stats, false), "\"field\": \"genres\""));
}

ItemTexts Texts(const std::vector<std::string>& titles) {
  return {titles, std::vector<std::vector<std::string>>(titles.size())};
}

TEST(HoldOutTexts, IsTheSameEveryTimeAndLeavesOutItemsWithoutTitles) {
  std::vector<std::string> titles(1000, "a title");
  titles[3] = "";
  const auto held = HoldOutTexts(Texts(titles));
  EXPECT_EQ(held, HoldOutTexts(Texts(titles)));
  const auto count = std::count(held.begin(), held.end(), true);
  EXPECT_GT(count, 25);
  EXPECT_LT(count, 80);
  EXPECT_FALSE(HoldOutTexts(Texts(std::vector<std::string>(1000, "")))[7]);
}

TEST(ItemTexts, AreTitlesAndAttributeValues) {
  ItemTexts texts = Texts({"Night Train", ""});
  texts.attributes[0] = {"Drama", "1999"};
  EXPECT_EQ(texts.All(0), "Night Train Drama 1999");
  EXPECT_FALSE(texts.empty());
  EXPECT_TRUE(Texts({"", ""}).empty());
  EXPECT_EQ(SplitWords("Night-Train, 2!"), (std::vector<std::string>{"night", "train", "2"}));
}

}  // namespace
}  // namespace tsugi
