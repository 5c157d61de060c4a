#include <gtest/gtest.h>

#include "native/dataset/dataset.h"
#include "native/dataset/import.h"
#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

/// Every text of a data set's item part, as a model file would get it.
std::string ItemTexts(const std::filesystem::path& data) {
  std::string texts;
  for (const char* table : {"item_ids", "item_titles", "item_metadata"}) {
    texts += TempFiles::Read(data / (std::string(table) + ".text"));
  }
  return texts;
}

/// A log with a mark in every column of the event: user, time, action, value, session, age.
enum class Form { kCsv, kTsv, kJson };
std::string MarkedLog(Form form) {
  const char* names[] = {"user_id", "item_id", "timestamp",  "kind",
                         "amount",  "title",   "session_id", "age"};
  std::string text;
  const char* delimiter = form == Form::kTsv ? "\t" : ",";
  for (const char* name : names) {
    if (form != Form::kJson) text += (text.empty() ? "" : delimiter) + std::string(name);
  }
  if (form != Form::kJson) text += "\n";
  for (int user = 0; user < 4; ++user) {
    for (int item = 1; item <= 6; ++item) {
      const std::string u = std::to_string(user), i = std::to_string(item);
      const std::string fields[] = {"MARKuser" + u,
                                    i,
                                    "160000" + u + "00" + i,
                                    "MARKkind" + u,
                                    "77777" + u,
                                    "Title " + i,
                                    "MARKsession" + u,
                                    "MARKage" + u};
      std::string line;
      for (size_t f = 0; f < 8; ++f) {
        if (form == Form::kJson) {
          line += (f ? ",\"" : "{\"") + std::string(names[f]) + "\":\"" + fields[f] + "\"";
        } else {
          line += (f ? delimiter : "") + fields[f];
        }
      }
      text += line + (form == Form::kJson ? "}\n" : "\n");
    }
  }
  return text;
}

ImportOptions MarkedOptions(const TempFiles& files, Form form) {
  ImportOptions options;
  const char* names[] = {"log.csv", "log.tsv", "log.jsonl"};
  const auto log = files.Write(names[static_cast<int>(form)], MarkedLog(form));
  options.events = {log};
  options.items = log;
  options.out = files.path("data");
  options.min_count = 1;
  options.event_reader.action_column = "kind";
  options.event_reader.value_column = "amount";
  return options;
}

TEST(ImportPrivacy, NothingOfAPersonIsInTheItemsWhenTheLogIsGivenAsItems) {
  for (const Form form : {Form::kCsv, Form::kTsv, Form::kJson}) {
    TempFiles files;
    const auto stats = ImportLog(MarkedOptions(files, form));
    ASSERT_TRUE(stats.ok()) << stats.status().message();
    const std::string texts = ItemTexts(files.path("data"));
    EXPECT_TRUE(Holds(texts, "Title 3"));
    for (const char* mark : {"MARK", "77777", "160000"}) {
      EXPECT_EQ(texts.find(mark), std::string::npos) << mark << " in " << texts;
    }
    const std::string summary = SummarizeImport(*stats, "data");
    EXPECT_TRUE(Holds(summary, "user_id (the log's user column)"));
    EXPECT_TRUE(Holds(summary, "age (differs between rows of one item, so it is the event's)"));
    EXPECT_TRUE(Holds(summary, "title as title (42 bytes)"));
  }
}

TEST(ImportPrivacy, ACopyOfTheLogUnderOtherNamesShipsNoMoreThanTheLog) {
  TempFiles files;
  ImportOptions options = MarkedOptions(files, Form::kCsv);
  std::string copy = MarkedLog(Form::kCsv);
  copy.replace(0, copy.find('\n'), "customer,item_id,at,what,how_much,title,visit,years");
  options.items = files.Write("items.csv", copy);
  ASSERT_TRUE(ImportLog(options).ok());
  const std::string texts = ItemTexts(files.path("data"));
  for (const char* mark : {"MARK", "77777", "160000"}) {
    EXPECT_EQ(texts.find(mark), std::string::npos) << texts;
  }
  EXPECT_TRUE(Holds(texts, "Title 3"));
}

// Nobody knows these names, and no item has two rows that could differ.
TEST(ImportPrivacy, OneRowAnItemOfTheLogUnderNamesThatNobodyKnowsShipsNothing) {
  TempFiles files;
  std::string log = "user,item,time,age\n", copy = "wer,item,wann,alter,titel,title\n";
  for (int item = 0; item < 40; ++item) {
    for (int i = 0; i < 3; ++i) {
      const int user = (item * 7 + i * 3) % 20;
      const std::string row = "MARKuser" + std::to_string(user) + ",i" + std::to_string(item) +
                              ",160000" + std::to_string(1000 + item) + ",MARKage" +
                              std::to_string(user);
      log += row + "\n";
      if (i == 1) copy += row + ",MARKtitel,Title\n";
    }
  }
  ImportOptions options;
  options.events = {files.Write("log.csv", log)};
  options.items = files.Write("items.csv", copy);
  options.min_count = 1;
  options.out = files.path("data");
  auto stats = ImportLog(options);
  ASSERT_TRUE(stats.ok()) << stats.status().message();
  const std::string texts = ItemTexts(files.path("data"));
  for (const char* mark : {"MARK", "160000", "Title"}) {
    EXPECT_EQ(texts.find(mark), std::string::npos) << mark << " in " << texts;
  }
  EXPECT_TRUE(Holds(SummarizeImport(*stats, "data"), "wer (holds users of the log)"));
  options.metadata_reader.title_column = "title";
  stats = ImportLog(options);
  ASSERT_TRUE(stats.ok()) << stats.status().message();
  EXPECT_TRUE(Holds(ItemTexts(files.path("data")), "Title")) << "the user knows";
  EXPECT_FALSE(Holds(ItemTexts(files.path("data")), "MARK"));
}

TEST(ImportPrivacy, NestedObjectsShipOnlyWhenTheyAreNamed) {
  TempFiles files;
  ImportOptions options;
  options.events = {files.Write("log.csv", "user,item,time\nu,a,1\nu,b,2\n")};
  options.items = files.Write("items.jsonl",
                              R"({"id":"a","title":"A","last":{"user":"MARK"},"year":1999}
{"id":"b","title":"B","sales":[{"to":"MARK"}],"tags":["x","y"]}
)");
  options.min_count = 1;
  options.out = files.path("data");
  auto stats = ImportLog(options);
  ASSERT_TRUE(stats.ok()) << stats.status().message();
  EXPECT_EQ(TempFiles::Read(files.path("data/item_metadata.text")),
            R"({"id":"a","title":"A","year":1999}{"id":"b","title":"B","tags":["x","y"]})");
  EXPECT_TRUE(Holds(SummarizeImport(*stats, "data"), "last (nested objects, which may hold"));
  options.item_fields = {"title", "last"};
  ASSERT_TRUE(ImportLog(options).ok());
  EXPECT_TRUE(Holds(TempFiles::Read(files.path("data/item_metadata.text")), "MARK"));
}

// Without a second row of an item nothing shows whether a field is the item's.
TEST(ImportPrivacy, ALogWhoseItemsHaveOneRowEachShipsNoField) {
  TempFiles files;
  ImportOptions options;
  options.events = {files.Write("log.csv", "user,item,time,age,title\nu,a,1,33,A\nv,b,2,44,B\n")};
  options.items = files.path("log.csv");
  options.min_count = 1;
  options.out = files.path("data");
  const auto stats = ImportLog(options);
  ASSERT_TRUE(stats.ok()) << stats.status().message();
  EXPECT_EQ(TempFiles::Read(files.path("data/item_metadata.text")),
            "{\"item\":\"a\"}{\"item\":\"b\"}");
  EXPECT_EQ(TempFiles::Read(files.path("data/item_titles.text")), "");
}

// Two visits of one buyer say nothing of whose the age is.
TEST(ImportPrivacy, RowsOfOnePersonProveNothing) {
  TempFiles files;
  ImportOptions options;
  const std::string rows = "user,item,time,age\nu,a,1,33\nu,a,2,33\nu,b,3,33\nu,b,4,33\nv,c,5,44\n";
  options.events = {files.Write("log.csv", rows)};
  options.items = files.path("log.csv");
  options.min_count = 1;
  options.out = files.path("data");
  ASSERT_TRUE(ImportLog(options).ok());
  EXPECT_FALSE(Holds(ItemTexts(files.path("data")), "33"));
  files.Write("log.csv", rows + "w,a,6,33\nw,b,7,33\n");
  ASSERT_TRUE(ImportLog(options).ok());
  EXPECT_TRUE(Holds(ItemTexts(files.path("data")), "33")) << "the same for everybody: the item's";
}

TEST(ImportPrivacy, AKeyInEscapesIsTheFieldThatItNames) {
  TempFiles files;
  ImportOptions options;
  const std::string row = R"({"K\u00e4ufer":"MARK","item":"a","time":1}
{"K\u00e4ufer":"NAME","item":"a","time":2}
)";
  options.events = {files.Write("log.jsonl", row)};
  options.event_reader.user_column = "K\u00e4ufer";
  options.items = files.path("log.jsonl");
  options.min_count = 1;
  options.out = files.path("data");
  const auto stats = ImportLog(options);
  ASSERT_TRUE(stats.ok()) << stats.status().message();
  EXPECT_EQ(TempFiles::Read(files.path("data/item_metadata.text")), "{\"item\":\"a\"}");
}

TEST(ImportPrivacy, AValueThatIsNoJsonCostsItselfAlone) {
  TempFiles files;
  ImportOptions options;
  options.events = {files.Write("log.csv", "user,item,time\nu,a,1\nu,b,2\n")};
  options.items = files.Write("items.jsonl",
                              "{\"item\":\"a\",\"genre\":\"Drama\",\"price\":NaN}\n"
                              "{\"item\":\"b\",\"genre\":\"War\",\"mark\":\"\\ud83d\"}\n");
  options.min_count = 1;
  options.out = files.path("data");
  ASSERT_TRUE(ImportLog(options).ok());
  EXPECT_EQ(TempFiles::Read(files.path("data/item_metadata.text")),
            "{\"item\":\"a\",\"genre\":\"Drama\"}{\"item\":\"b\",\"genre\":\"War\"}");
}

TEST(ImportPrivacy, TheUserChoosesWhatShips) {
  TempFiles files;
  ImportOptions options;
  options.events = {files.Write("log.csv", "user,item,price\nu,a,5\nu,b,6\n")};
  options.event_reader.value_column = "price";
  options.items = files.Write("items.csv", "item,title,price,shelf\na,A,5,x\nb,B,6,y\n");
  options.min_count = 1;
  options.out = files.path("data");
  const auto metadata = [&] {
    const auto stats = ImportLog(options);
    return stats.ok() ? TempFiles::Read(files.path("data/item_metadata.text"))
                      : std::string(stats.status().message());
  };
  EXPECT_EQ(metadata(),
            "{\"item\":\"a\",\"title\":\"A\",\"shelf\":\"x\"}"
            "{\"item\":\"b\",\"title\":\"B\",\"shelf\":\"y\"}");
  options.without_fields = {"shelf"};
  EXPECT_EQ(metadata(), "{\"item\":\"a\",\"title\":\"A\"}{\"item\":\"b\",\"title\":\"B\"}");
  options.without_fields = {};
  options.item_fields = Strings{"price"};
  EXPECT_EQ(metadata(), "{\"item\":\"a\",\"price\":\"5\"}{\"item\":\"b\",\"price\":\"6\"}");
  options.item_fields = Strings{"colour"};
  EXPECT_TRUE(Holds(metadata(), "no field \"colour\" (fields: item, title, price, shelf)"));
  options.items = options.events[0];
  options.item_fields = Strings{"user"};
  EXPECT_TRUE(Holds(metadata(), "nothing of a person ships"));
}

TEST(ImportPrivacy, AFieldThatDiffersBetweenRowsOfOneItemStaysOutOfACatalogueToo) {
  TempFiles files;
  ImportOptions options;
  options.format = LogFormat::kSequences;
  options.events = {files.Write("s.txt", "u 1 2 3\n")};
  options.items = files.Write("i.jsonl",
                              "{\"id\":1,\"tag\":\"x\",\"seen\":\"ann\"}\n"
                              "{\"id\":1,\"seen\":\"bob\"}\n{\"id\":2,\"tag\":\"x\"}\n");
  options.out = files.path("data");
  ASSERT_TRUE(ImportLog(options).ok());
  EXPECT_EQ(TempFiles::Read(files.path("data/item_metadata.text")),
            "{\"id\":1,\"tag\":\"x\"}{\"id\":2,\"tag\":\"x\"}");
}

TEST(ImportPrivacy, ItemsAreFoundByAnotherSpellingOfANumber) {
  TempFiles files;
  ImportOptions options;
  options.events = {files.Write("log.csv", "user,item\nu,1\nu,2\nu,x\n")};
  options.items =
      files.Write("items.tsv", "item\ttitle\n1.0\tOne\n\"2\"\tTwo\n1\tOne exactly\nx\tX\n");
  options.min_count = 1;
  options.out = files.path("data");
  const auto stats = ImportLog(options);
  ASSERT_TRUE(stats.ok()) << stats.status().message();
  EXPECT_EQ(stats->metadata_items, 3u);
  EXPECT_EQ(stats->metadata_respelled, 1u);
  EXPECT_EQ(TempFiles::Read(files.path("data/item_titles.text")), "One exactlyTwoX");
  options.items = files.Write("items.tsv", "item\ttitle\nB001\tOne\nB002\tTwo\n");
  EXPECT_TRUE(Holds(ImportLog(options).status().message(),
                    "no row is about an item of the log (the log has 1, 2, x; the items have B001, "
                    "B002). Try: --item-id-column NAME"));
}

}  // namespace
}  // namespace tsugi
