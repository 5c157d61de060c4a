#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "native/dataset/dataset.h"
#include "native/dataset/dataset_files.h"
#include "native/dataset/import.h"
#include "tests/native/log/temp_files.h"
#include "tests/native/log/vector_files.h"

namespace tsugi {
namespace {

class ImportVectorsTest : public testing::Test {
 protected:
  ImportVectorsTest() {
    options_.format = LogFormat::kSequences;
    options_.events = {files_.Write("s.txt", "u 1 2 3 4\nv 4 3 2 1\n")};
    options_.out = files_.path("data");
  }

  void Give(const std::string& text) {
    auto source = VectorSource::Parse(text);
    ASSERT_TRUE(source.ok()) << source.status().message();
    options_.item_vectors.push_back(*std::move(source));
  }
  std::string Npy(size_t rows, const std::vector<float>& numbers, std::string_view ids) {
    return files_.Write("v.npy", NpyFloats(rows, numbers)).string() + ":" +
           files_.Write("ids.txt", ids).string();
  }
  std::string Failure() const { return std::string(ImportLog(options_).status().message()); }

  TempFiles files_;
  ImportOptions options_;
};

TEST_F(ImportVectorsTest, JoinsByIdAndCountsWhatDoesNotFit) {
  Give("image=" + Npy(7, {9, 9, 1, 2, 5, 5, 3, 4, 0, 0, 7, 7, 8, 8}, "4.0\n1\n77\n3\n2\n1\n4\n"));
  Give("text=" + files_.Write("t.csv", "id,v\n2,[0.5]\n,[1]\n").string());
  const auto stats = ImportLog(options_);
  ASSERT_TRUE(stats.ok()) << stats.status().message();
  const auto dataset = Dataset::Open(options_.out);
  ASSERT_TRUE(dataset.ok()) << dataset.status().message();

  ASSERT_EQ(dataset->item_vectors().size(), 2u);
  const ItemVectors& image = dataset->item_vectors()[0];
  EXPECT_EQ(image.name, "image");
  EXPECT_EQ(image.width, 2u);
  ASSERT_EQ(image.rows.size(), 8u);
  EXPECT_EQ(image.Of(0)[1], 2.0f);
  EXPECT_TRUE(std::isnan(image.Of(1)[0]));  // of zeros: none
  EXPECT_TRUE(std::isnan(image.Of(1)[1]));
  EXPECT_EQ(image.Of(2)[0], 3.0f);
  EXPECT_EQ(image.Of(3)[0], 8.0f);  // the exact spelling counts, though it comes later
  EXPECT_EQ(dataset->item_vectors()[1].Of(1)[0], 0.5f);
  EXPECT_TRUE(std::isnan(dataset->item_vectors()[1].Of(3)[0]));

  const ItemVectorStats& counts = stats->item_vectors[0];
  EXPECT_EQ(counts.rows, 7u);
  EXPECT_EQ(counts.items, 3u);
  EXPECT_EQ(counts.not_in_log, 1u);
  EXPECT_EQ(counts.duplicates, 2u);
  EXPECT_EQ(counts.empty, 1u);
  EXPECT_EQ(counts.rows, counts.items + counts.not_in_log + counts.duplicates + counts.empty);
  EXPECT_EQ(stats->item_vectors[1].rejected, 1u);
  EXPECT_TRUE(Holds(SummarizeImport(*stats, "data"),
                    "  vectors    image, 2 numbers, of 3 of 4 items; 1 rows are empty or zeros; "
                    "2 duplicate ids (the first row counts); 1 not in the log, ignored\n"));
  const auto json = nlohmann::json::parse(StatsToJson(*stats, false));
  EXPECT_EQ(json["item_vectors"][0]["name"], "image");
  EXPECT_EQ(json["item_vectors"][0]["width"], 2);
  EXPECT_EQ(json["item_vectors"][0]["items"], 3);
  EXPECT_EQ(json["item_vectors"][1]["rejected"], 1);
  EXPECT_EQ(json["source"]["files"].size(), 4u);
}

TEST_F(ImportVectorsTest, AreInTheHashOnlyIfThereAreAny) {
  const auto without = ImportLog(options_);
  ASSERT_TRUE(without.ok());
  EXPECT_EQ(without->hash, "7c49f624c8fb8b7d");  // of a build that knew no vectors
  EXPECT_FALSE(Holds(TempFiles::Read(options_.out / kStatsFile), "item_vectors"));
  Give("image=" + Npy(1, {1, 2}, "1\n"));
  const auto with = ImportLog(options_);
  ASSERT_TRUE(with.ok()) << with.status().message();
  EXPECT_NE(with->hash, without->hash);
  options_.item_vectors.clear();
  Give("image=" + Npy(1, {1, 3}, "1\n"));
  const auto other = ImportLog(options_);
  ASSERT_TRUE(other.ok());
  EXPECT_NE(other->hash, with->hash);
  options_.item_vectors.front().name = "text";
  EXPECT_NE(ImportLog(options_)->hash, other->hash);
  EXPECT_FALSE(std::filesystem::exists(options_.out / ItemVectorsFile("image")));
}

TEST_F(ImportVectorsTest, OfHeldOutItemsAreKept) {
  std::string log, ids;
  std::vector<float> numbers;
  for (int user = 0; user < 30; ++user) {
    log += "u" + std::to_string(user);
    for (int i = 0; i < 8; ++i) log += " " + std::to_string((user * 3 + i * 7) % 20);
    log += "\n";
  }
  for (int item = 0; item < 20; ++item) {
    ids += std::to_string(item) + "\n";
    numbers.push_back(static_cast<float>(item + 1));
  }
  options_.events = {files_.Write("s.txt", log)};
  options_.hold_out_items = 0.2;
  options_.min_count = 2;
  Give("image=" + Npy(20, numbers, ids));
  const auto stats = ImportLog(options_);
  ASSERT_TRUE(stats.ok()) << stats.status().message();
  EXPECT_EQ(stats->held_out_items, 4u);
  EXPECT_EQ(stats->item_vectors[0].items, 20u);
  const auto dataset = Dataset::Open(options_.out);
  ASSERT_TRUE(dataset.ok());
  for (size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(dataset->item_vectors()[0].Of(i)[0],
              std::stof(std::string(dataset->item_ids()[i])) + 1.0f);
  }
}

TEST_F(ImportVectorsTest, ReadsPipesAndLeavesNothingBehind) {
  const auto array = files_.path("array"), ids = files_.path("ids");
  ASSERT_EQ(mkfifo(array.c_str(), 0600), 0);
  ASSERT_EQ(mkfifo(ids.c_str(), 0600), 0);
  Give("image=" + array.string() + ":" + ids.string());
  std::thread writer([&] {
    std::ofstream(array, std::ios::binary) << NpyFloats(1, {1, 2});
    std::ofstream(ids) << "3\n";
  });
  const auto stats = ImportLog(options_);
  writer.join();
  ASSERT_TRUE(stats.ok()) << stats.status().message();
  EXPECT_EQ(stats->item_vectors[0].items, 1u);
  for (const auto& entry : std::filesystem::directory_iterator(files_.path(""))) {
    EXPECT_FALSE(entry.path().filename().string().starts_with(".tsugi")) << entry.path();
  }
}

TEST_F(ImportVectorsTest, SaysWhatDoesNotFit) {
  Give("image=" + Npy(2, {1, 2, 3, 4}, "x\ny\n"));
  EXPECT_TRUE(Holds(Failure(),
                    "v.npy: no row is about an item of the log (the log has 1, 2, 3; "
                    "the items have x, y). Try: "));
  EXPECT_FALSE(std::filesystem::exists(options_.out));
  files_.Write("v.npy", NpyFloats(2, {0, 0, 0, 0}));
  files_.Write("ids.txt", "1\n2\n");
  EXPECT_TRUE(Holds(Failure(), "no item of the log has a vector"));
  options_.item_vectors.push_back(options_.item_vectors.front());
  EXPECT_TRUE(Holds(Failure(), "--item-vectors image="));
  EXPECT_TRUE(Holds(Failure(), "the name is given twice"));
  options_.item_vectors.back().name = "Bad/name";
  EXPECT_TRUE(Holds(Failure(), "expected a name of a to z"));
  options_.item_vectors.assign(9, options_.item_vectors.front());
  EXPECT_TRUE(Holds(Failure(), "9 kinds of vectors (expected at most 8)"));
}

TEST_F(ImportVectorsTest, AFullDiskIsAnErrorAndKeepsTheOldDataSet) {
  ASSERT_TRUE(ImportLog(options_).ok());
  const std::string before = TempFiles::Read(options_.out / kStatsFile);
  std::vector<float> numbers(4 * 4096, 1.0f);
  Give("image=" + Npy(4, numbers, "1\n2\n3\n4\n"));
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  const auto old_handler = signal(SIGXFSZ, SIG_IGN);
  const rlimit small{16384, old.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string failure = Failure();
  setrlimit(RLIMIT_FSIZE, &old);
  signal(SIGXFSZ, old_handler);
  EXPECT_TRUE(Holds(failure, "item_vectors.image.f32: cannot be written (File too large). Try: "));
  EXPECT_EQ(TempFiles::Read(options_.out / kStatsFile), before);
}

TEST_F(ImportVectorsTest, DamageIsFoundWhenTheDataSetIsOpened) {
  Give("image=" + Npy(2, {1, 2, 3, 4}, "1\n2\n"));
  ASSERT_TRUE(ImportLog(options_).ok());
  const auto message = [&] {
    const auto opened = Dataset::Open(options_.out);
    return opened.ok() ? std::string("opened") : std::string(opened.status().message());
  };
  const std::string file = "data/" + ItemVectorsFile("image");
  const std::string whole = TempFiles::Read(files_.path(file));
  std::string changed = whole;
  changed[2] ^= 1;
  files_.Write(file, changed);
  EXPECT_TRUE(Holds(message(), "its files have the hash"));
  files_.Write(file, whole.substr(4));
  EXPECT_TRUE(Holds(message(), "item_vectors.image.f32: 28 bytes, expected 8 x 4"));
  std::filesystem::remove(files_.path(file));
  EXPECT_TRUE(Holds(message(), "item_vectors.image.f32: is missing"));
  files_.Write(file, whole);
  EXPECT_EQ(message(), "opened");
  auto json = nlohmann::json::parse(TempFiles::Read(options_.out / kStatsFile));
  for (const char* bad :
       {R"("x")", R"([1])", R"([{"name": "image"}])", R"([{"name": "../x", "width": 2}])",
        R"([{"name": "image", "width": 0}])", R"([{"name": "image", "width": 65537}])",
        R"([{"name": "image", "width": -2}])"}) {
    json["item_vectors"] = nlohmann::json::parse(bad);
    files_.Write("data/stats.json", json.dump());
    EXPECT_TRUE(Holds(message(), "has no valid list \"item_vectors\"")) << bad;
  }
}

}  // namespace
}  // namespace tsugi
