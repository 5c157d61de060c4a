#include <gtest/gtest.h>

#include "native/dataset/dataset.h"
#include "native/dataset/dataset_files.h"
#include "native/dataset/import.h"
#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

/// A data set of two users and four items, with times and metadata.
class DatasetOpen : public ::testing::Test {
 protected:
  void SetUp() override {
    ImportOptions options;
    options.format = LogFormat::kSequences;
    options.events = {files_.Write("s.txt", "a 1 2 3 4\nb 2 1 2\n")};
    options.times = files_.Write("t.txt", "a 5 6 7 8\nb 5 6 7\n");
    options.items = files_.Write("i.jsonl", "{\"id\": 1, \"title\": \"one\"}\n");
    options.out = data();
    ASSERT_TRUE(ImportLog(options).ok());
  }
  std::filesystem::path data() const { return files_.path("data"); }
  /// The message after `file` was replaced by `bytes`.
  std::string MessageWith(const char* file, std::string_view bytes) const {
    files_.Write(std::string("data/") + file, bytes);
    const auto dataset = Dataset::Open(data());
    if (dataset.ok()) return "ok";
    EXPECT_EQ(dataset.status().code(), StatusCode::kCorruptModel);
    return std::string(dataset.status().message());
  }
  std::string Bytes(const char* file) const { return TempFiles::Read(data() / file); }

  TempFiles files_;
};

TEST_F(DatasetOpen, OutlivesTheFirstCopy) {
  auto dataset = Dataset::Open(data());
  ASSERT_TRUE(dataset.ok());
  Dataset copy = *dataset;
  dataset = NotFound("gone");
  EXPECT_EQ(copy.item_count(), 4u);
  EXPECT_EQ(copy.sequence_items(1)[0], 1u);
}

TEST_F(DatasetOpen, ReportsEveryTruncatedFile) {
  for (const auto& entry : std::filesystem::directory_iterator(data())) {
    const std::string name = entry.path().filename().string();
    const std::string whole = TempFiles::Read(entry.path());
    for (size_t size = 0; size < whole.size(); ++size) {
      const std::string message = MessageWith(name.c_str(), whole.substr(0, size));
      ASSERT_TRUE(Holds(message, "Try: tsugi import again"));
    }
    files_.Write("data/" + name, whole);
  }
  EXPECT_TRUE(Dataset::Open(data()).ok());
}

TEST_F(DatasetOpen, RefusesEveryFlippedByte) {
  for (const auto& entry : std::filesystem::directory_iterator(data())) {
    const std::string name = entry.path().filename().string();
    const std::string whole = TempFiles::Read(entry.path());
    const size_t version = whole.find("\"format_version\": 2") + 18;
    for (size_t at = 0; at < whole.size(); ++at) {
      if (name == kStatsFile && at == version) continue;  // another version, as below
      std::string flipped = whole;
      flipped[at] = static_cast<char>(flipped[at] ^ 1 << at % 8);
      ASSERT_TRUE(Holds(MessageWith(name.c_str(), flipped), "Try: tsugi import again"))
          << name << " " << at;
    }
    files_.Write("data/" + name, whole);
  }
}

// As written before stats.json had a hash of its own.
TEST_F(DatasetOpen, OpensVersion1) {
  std::string stats = Bytes(kStatsFile);
  stats.replace(stats.find("version\": 2"), 11, "version\": 1");
  EXPECT_TRUE(Holds(MessageWith(kStatsFile, stats), "stats.json: does not fit its stats_hash"));
  stats.replace(stats.rfind(",\n"), stats.npos, "\n}\n");
  EXPECT_EQ(MessageWith(kStatsFile, stats), "ok");
}

TEST_F(DatasetOpen, ReportsAMissingFile) {
  std::filesystem::remove(data() / kItemsFile);
  const auto dataset = Dataset::Open(data());
  ASSERT_FALSE(dataset.ok());
  EXPECT_TRUE(Holds(dataset.status().message(), "items.u32: is missing"));
}

TEST_F(DatasetOpen, NeverFollowsAnIndexOutOfRange) {
  std::string items = Bytes(kItemsFile);
  items[0] = 4;
  EXPECT_TRUE(Holds(MessageWith(kItemsFile, items), "items.u32: holds an item_index of 4 or more"));
  items[0] = 0;
  files_.Write("data/items.u32", items);

  const std::string cases = Bytes(kTestCasesFile);
  for (const int position : {0, 4}) {
    std::string changed = cases;
    changed[4] = static_cast<char>(position);
    EXPECT_TRUE(Holds(MessageWith(kTestCasesFile, changed), "case 0 is out of range"));
  }
  std::string changed = cases;
  changed[0] = 2;
  EXPECT_TRUE(Holds(MessageWith(kTestCasesFile, changed), "case 0 is out of range"));
  files_.Write("data/test_cases.u32x2", cases);

  std::string ends = Bytes(kRefitEndFile);
  ends[0] = 5;
  EXPECT_TRUE(Holds(MessageWith(kRefitEndFile, ends), "sequence 0 ends out of range"));
  ends[0] = 1;  // before train_end
  EXPECT_TRUE(Holds(MessageWith(kRefitEndFile, ends), "sequence 0 ends out of range"));
}

TEST_F(DatasetOpen, ChecksThatOffsetsAscend) {
  std::string offsets = Bytes(kOffsetsFile);
  offsets[8] = 100;
  EXPECT_TRUE(Holds(MessageWith(kOffsetsFile, offsets), "offsets are not in order"));
  files_.Write("data/offsets.u64", std::string(24, '\0'));
  EXPECT_FALSE(Dataset::Open(data()).ok());
}

TEST_F(DatasetOpen, ReportsStatsThatAreNone) {
  EXPECT_TRUE(Holds(MessageWith(kStatsFile, "[]"), "stats.json: is not a JSON object"));
  EXPECT_TRUE(Holds(MessageWith(kStatsFile, "{}"), "stats.json: has no format_version"));
  EXPECT_TRUE(Holds(MessageWith(kStatsFile, "{\"format_version\": 1, \"sequences\": -1}"),
                    "has no valid count \"sequences\""));
  EXPECT_TRUE(
      Holds(MessageWith(kStatsFile, "{\"format_version\":1,\"sequences\":18446744073709551615}"),
            "has no valid count \"sequences\""));
}

TEST_F(DatasetOpen, RefusesANewerFormat) {
  files_.Write("data/stats.json", "{\"format_version\": 3}");
  const auto dataset = Dataset::Open(data());
  ASSERT_FALSE(dataset.ok());
  EXPECT_EQ(dataset.status().code(), StatusCode::kVersionTooNew);
  EXPECT_TRUE(Holds(dataset.status().message(), "format version 3, this build reads 2"));
}

TEST_F(DatasetOpen, SaysThatADirectoryIsNoDataSet) {
  const auto dataset = Dataset::Open(files_.path("elsewhere"));
  ASSERT_FALSE(dataset.ok());
  EXPECT_EQ(dataset.status().code(), StatusCode::kNotFound);
  EXPECT_TRUE(
      Holds(dataset.status().message(), "elsewhere: no data set here (stats.json is missing)"));
  EXPECT_TRUE(Holds(dataset.status().message(), "Try: tsugi import"));
}

}  // namespace
}  // namespace tsugi
