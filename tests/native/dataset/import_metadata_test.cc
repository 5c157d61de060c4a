#include <gtest/gtest.h>

#include "native/dataset/dataset.h"
#include "native/dataset/import.h"
#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

TEST(ImportMetadata, JoinsByIdAndCountsWhatDoesNotFit) {
  TempFiles files;
  ImportOptions options;
  options.format = LogFormat::kSequences;
  options.events = {files.Write("s.txt", "a 1 2 3 4\n")};
  options.items = files.Write("i.jsonl",
                              "{\"id\": 2, \"title\": \"two\", \"tags\": [\"x\"]}\n"
                              "{\"id\": \"1\", \"title\": \"one\"}\n"
                              "{\"id\": 2, \"title\": \"second two\"}\n"
                              "{\"id\": 77, \"title\": \"not in the log\"}\n"
                              "{\"id\": 3}\n"
                              "{\"title\": \"nobody\"}\n"
                              "oops\n");
  options.out = files.path("data");
  const auto stats = ImportLog(options);
  ASSERT_TRUE(stats.ok()) << stats.status().message();
  const auto dataset = Dataset::Open(options.out);
  ASSERT_TRUE(dataset.ok()) << dataset.status().message();

  EXPECT_EQ(dataset->item_titles().size(), 4u);
  EXPECT_EQ(dataset->item_titles()[0], "one");
  EXPECT_EQ(dataset->item_titles()[1], "two");
  EXPECT_EQ(dataset->item_titles()[2], "");
  EXPECT_EQ(dataset->item_titles()[3], "");
  EXPECT_EQ(dataset->item_metadata()[1], "{\"id\": 2, \"title\": \"two\", \"tags\": [\"x\"]}");
  EXPECT_EQ(dataset->item_metadata()[3], "");
  EXPECT_EQ(stats->metadata_items, 3u);
  EXPECT_EQ(stats->metadata_duplicates, 1u);
  EXPECT_EQ(stats->metadata_unused, 1u);
  EXPECT_EQ(stats->empty_titles, 2u);
  EXPECT_EQ(stats->rejected_rows, 2u);
  const std::string summary = SummarizeImport(*stats, "data");
  EXPECT_TRUE(Holds(summary,
                    "3 of 4 items; 2 without a title; 1 duplicate ids (the first row "
                    "counts); 1 not in the log, ignored"));
}

TEST(ImportMetadata, TakesCsvKeyedByTheLogsItemColumn) {
  TempFiles files;
  ImportOptions options;
  options.events = {files.Write("log.csv", "who,what\na,mug\na,cup\n")};
  options.event_reader.user_column = "who";
  options.event_reader.item_column = "what";
  options.items = files.Write("i.csv", "what,name\nmug,\"Mug, blue\"\n");
  options.out = files.path("data");
  options.min_count = 1;
  ASSERT_TRUE(ImportLog(options).ok());
  const auto dataset = Dataset::Open(options.out);
  ASSERT_TRUE(dataset.ok());
  EXPECT_EQ(dataset->item_ids()[1], "mug");
  EXPECT_EQ(dataset->item_titles()[1], "Mug, blue");
  EXPECT_EQ(dataset->item_metadata()[1], "{\"what\":\"mug\",\"name\":\"Mug, blue\"}");
}

TEST(ImportMetadata, IsEmptyWithoutAFile) {
  TempFiles files;
  ImportOptions options;
  options.format = LogFormat::kSequences;
  options.events = {files.Write("s.txt", "a 1 2 3\n")};
  options.out = files.path("data");
  ASSERT_TRUE(ImportLog(options).ok());
  const auto dataset = Dataset::Open(options.out);
  ASSERT_TRUE(dataset.ok());
  EXPECT_EQ(dataset->item_titles().size(), 0u);
  EXPECT_EQ(dataset->item_metadata().size(), 0u);
}

}  // namespace
}  // namespace tsugi
