#include "native/dataset/word_vectors/choose_words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "native/dataset/dataset.h"
#include "native/dataset/word_vectors/word_codes.h"
#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

/// A log of three films, and what an import makes of them and a file of word vectors.
class WordImport : public testing::Test {
 protected:
  WordImport() {
    options_.events = {files_.Write("log.csv", "user,item\na,1\na,2\na,3\nb,1\nb,2\nb,3\n")};
    options_.items = files_.Write("items.csv",
                                  "id,title,genres\n"
                                  "1,\"Star WARS: the War\",Sci-Fi|War\n"
                                  "2,The Caf\xC3\xA9,Drama|War\n"
                                  "3,Nebulous,Drama|Sci-Fi\n");
    options_.out = files_.path("data");
    options_.min_count = 1;
    options_.tie_order = TieOrder::kRaw;
  }

  void WriteWords(const std::string& text) { options_.words = files_.Write("words.txt", text); }
  ImportStats Import() {
    const auto stats = ImportLog(options_);
    EXPECT_TRUE(stats.ok()) << stats.status().message();
    return stats.ok() ? *stats : ImportStats();
  }
  /// In the order of their hashes, as a search for them needs.
  std::vector<std::string> Words() {
    const auto data = Dataset::Open(options_.out);
    EXPECT_TRUE(data.ok()) << data.status().message();
    std::vector<std::string> words;
    for (size_t i = 0; i < data->words().size(); ++i) words.emplace_back(data->words()[i]);
    EXPECT_TRUE(std::ranges::is_sorted(words, {}, HashWord));
    std::ranges::sort(words);
    return words;
  }

  TempFiles files_;
  ImportOptions options_;
};

TEST_F(WordImport, KeepsWordsOfTitlesAndAttributesAndTheMostFrequent) {
  WriteWords(
      ", 9 9\nThe 1 2\nthe 9 9\nof 3 4\nnew_york 9 9\nin 9 9\nWar 5 6\nFi 7 8\n"
      "caf\xC3\xA9 -1 -2\nsci-fi 9 9\ngenres 9 9\ndrama 0.5 0.25\nspaceship 9 9\n");
  options_.words_kept = 2;  // "the" and "of"
  const ImportStats stats = Import();
  EXPECT_EQ(Words(), (std::vector<std::string>{"caf\xC3\xA9", "drama", "fi", "of", "the", "war"}));
  const auto data = Dataset::Open(options_.out);
  EXPECT_EQ(data->word_width(), 2u);
  EXPECT_EQ(data->word_codes().size(), 6u);
  EXPECT_EQ(data->word_codebooks().size(), 12u);
  EXPECT_EQ(stats.words.form, "text");
  EXPECT_EQ(stats.words.in_file, 13u);
  // star wars the war sci fi cafe drama nebulous
  EXPECT_EQ(stats.words.catalogue, 9u);
  EXPECT_EQ(stats.words.catalogue_in_file, 5u);
  EXPECT_EQ(stats.words.catalogue_kept, 5u);
  EXPECT_EQ(stats.words.kept, 6u);
  EXPECT_EQ(stats.words.bytes, WordPartBytes(WordCodeSizes(6, 2)));
}

TEST_F(WordImport, TheVectorsAreThoseOfTheirWordsLessWhatAllHaveInCommon) {
  WriteWords("war 5 6\nthe 1 2\nstar 3 1\n");  // the mean is (3, 3)
  Import();
  const auto data = Dataset::Open(options_.out);
  const std::map<std::string_view, std::pair<double, double>> expected = {
      {"war", {2 / std::sqrt(13.0), 3 / std::sqrt(13.0)}},
      {"the", {-2 / std::sqrt(5.0), -1 / std::sqrt(5.0)}},
      {"star", {0, -1}}};
  for (size_t i = 0; i < 3; ++i) {
    const float* row = data->word_codebooks().data() + size_t{2} * data->word_codes()[i];
    const auto [x, y] = expected.at(data->words()[i]);
    EXPECT_NEAR(row[0], x, 1e-6) << data->words()[i];
    EXPECT_NEAR(row[1], y, 1e-6) << data->words()[i];
  }
}

TEST_F(WordImport, OfTwoWordsOfOneHashTheMoreFrequentIsKept) {
  std::map<uint32_t, std::string> seen;
  std::string word = "w0";
  for (int i = 1; seen.try_emplace(HashWord(word), word).second; ++i)
    word = "w" + std::to_string(i);
  const std::string other = seen[HashWord(word)];
  ASSERT_NE(word, other);
  WriteWords("the 1 2\n" + word + " 3 4\n" + other + " 5 6\n");
  EXPECT_EQ(Import().words.kept, 2u);
  EXPECT_EQ(Words(), (std::vector<std::string>{"the", word}));
}

TEST_F(WordImport, TheSummaryAndTheJsonSayWhatWasKept) {
  WriteWords("the 1 2\nof 3 4\nwar 5 6\n");
  const ImportStats stats = Import();
  EXPECT_TRUE(Holds(SummarizeImport(stats, "data"),
                    "words      3 of 3 words of 2 numbers kept, 2 of them of the items (1,330 "
                    "bytes of a model file); the file has 2 of the items' 9 words (22.2 %)"));
  EXPECT_EQ(stats.words.bytes, 1'330u);
  const auto json = nlohmann::json::parse(StatsToJson(stats, false));
  EXPECT_EQ(json["words"]["kept"], 3);
  EXPECT_EQ(json["words"]["width"], 2);
  EXPECT_EQ(json["words"]["codes"], 1);
  EXPECT_EQ(json["words"]["catalogue"], 9);
  EXPECT_EQ(json["words"]["catalogue_in_file"], 2);
  EXPECT_EQ(json["source"]["files"].back(), options_.words->string());
}

TEST_F(WordImport, WithoutAFileThereIsNothingOfIt) {
  const ImportStats without = Import();
  EXPECT_TRUE(Words().empty());
  EXPECT_FALSE(std::filesystem::exists(options_.out / "word_codes.u8"));
  EXPECT_FALSE(nlohmann::json::parse(StatsToJson(without, false)).contains("words"));
  WriteWords("the 1 2\n");
  EXPECT_NE(Import().hash, without.hash);
  options_.words.reset();
  EXPECT_EQ(Import().hash, without.hash);  // over the data set with words
}

TEST_F(WordImport, ByDefaultAModelsPartStaysBelowAMegabyte) {
  // 70,000 words of 50 numbers would take a megabyte of codes. The items' words stand at the end.
  std::string text, numbers;
  for (int i = 0; i < 50; ++i) numbers += " 0.5";
  for (int i = 0; i < 70'000; ++i) text += "w" + std::to_string(10'000 + i) + numbers + "\n";
  for (const char* word : {"star", "war", "drama"}) text += word + numbers + "\n";
  WriteWords(text);
  const ImportStats stats = Import();
  EXPECT_LE(stats.words.bytes, kMostWordBytes);
  EXPECT_GT(stats.words.bytes, kMostWordBytes - 100);
  EXPECT_EQ(stats.words.catalogue_kept, 3u);
  const auto words = Words();
  // What a model file has of words: below a megabyte with everything around the tensors.
  EXPECT_EQ(words.size() * (10 + 4 + 1) + 256 * 50 * 4 + 50 * 4 + 5 * 256, stats.words.bytes);
  const std::set<std::string> kept(words.begin(), words.end());
  EXPECT_TRUE(kept.contains("w10000"));
  EXPECT_TRUE(kept.contains("star"));
  EXPECT_FALSE(kept.contains("w79999"));
  // The next one would have been the first that is missing.
  EXPECT_TRUE(kept.contains("w" + std::to_string(10'000 + words.size() - 4)));
}

TEST_F(WordImport, OfAnItemsWordsThoseOfMostItemsComeFirst) {
  // 1,000 items with a word of their own each; half also share one of 10. All are in the file. Of
  // 950 numbers, the codewords leave room for few words.
  std::string log = "user,item\n", items = "id,title\n", words, numbers;
  for (int i = 0; i < 950; ++i) numbers += " 0.5";
  for (int i = 0; i < 1'000; ++i) {
    const std::string id = std::to_string(i);
    log += (i % 2 ? "a," : "b,") + id + "\n";
    items += id + ",own" + id + (i % 2 ? " shared" + std::to_string(i % 20) : "") + "\n";
    words += "own" + id + numbers + "\n";
  }
  for (int i = 0; i < 20; ++i) words += "shared" + std::to_string(i) + numbers + "\n";
  options_.events = {files_.Write("log.csv", log)};
  options_.items = files_.Write("items.csv", items);
  WriteWords(words);
  const ImportStats stats = Import();
  EXPECT_EQ(stats.words.catalogue_in_file, 1'010u);
  EXPECT_LE(stats.words.bytes, kMostWordBytes);
  const auto kept = Words();
  EXPECT_EQ(std::count_if(kept.begin(), kept.end(),
                          [](const std::string& word) { return word.starts_with("shared"); }),
            10);
  EXPECT_TRUE(Holds(SummarizeImport(stats, "data"), "--word-vectors-keep N"));
  options_.words_kept = 10;
  EXPECT_EQ(Import().words.catalogue_kept, 1'010u);
}

TEST_F(WordImport, TheFileIsRefusedBeforeTheLogIsRead) {
  WriteWords("user,item\na,1\n");
  options_.events = {files_.path("there_is_no_log.csv")};
  const auto failed = ImportLog(options_);
  EXPECT_TRUE(Holds(failed.status().message(), "this is no file of word vectors"));
  options_.words = files_.path("no_such_file.vec");
  EXPECT_EQ(ImportLog(options_).status().code(), StatusCode::kNotFound);
}

TEST_F(WordImport, AFaultFurtherDownChangesNothingOnDisk) {
  WriteWords("the 1 2\n");
  const std::string hash = Import().hash;
  WriteWords("the 1 2\nof 1 2\nwar 1 nan\n");
  EXPECT_TRUE(Holds(ImportLog(options_).status().message(), "words.txt:3: number 2 of \"war\""));
  EXPECT_EQ(Dataset::Open(options_.out)->hash(), hash);
}

TEST_F(WordImport, NeedsWordsOnBothSides) {
  WriteWords("new_york 1 2\n, 1 2\n");
  EXPECT_TRUE(Holds(ImportLog(options_).status().message(), "no entry is a single word"));
  WriteWords("the 1 2\n");
  options_.items = files_.Write("bare.csv", "id,title\n1,!\n2,?\n3,-\n");
  EXPECT_TRUE(Holds(ImportLog(options_).status().message(), "the items have no words"));
  options_.items.reset();
  EXPECT_TRUE(Holds(ImportLog(options_).status().message(), "Try: --items FILE"));
}

TEST_F(WordImport, DamagedFilesOfWordsAreFound) {
  WriteWords("the 1 2\nwar 3 4\n");
  Import();
  const auto expect_damaged = [&](const char* file, const std::string& text) {
    SCOPED_TRACE(file);
    const std::string whole = TempFiles::Read(options_.out / file);
    std::ofstream(options_.out / file, std::ios::binary) << text;
    EXPECT_EQ(Dataset::Open(options_.out).status().code(), StatusCode::kCorruptModel);
    std::ofstream(options_.out / file, std::ios::binary) << whole;
    EXPECT_TRUE(Dataset::Open(options_.out).ok());
  };
  expect_damaged("word_codes.u8", "short");
  expect_damaged("word_codes.u8", std::string("\0\0", 2));  // of the right size: the hash tells
  expect_damaged("word_codebooks.f32", std::string(16, 'x'));
  expect_damaged("word_codebooks.f32", "");
  expect_damaged("words.text", "them");
  auto stats = nlohmann::json::parse(TempFiles::Read(options_.out / "stats.json"));
  for (const nlohmann::json& width :
       {nlohmann::json(0), nlohmann::json("2"), nlohmann::json(1 << 25)}) {
    stats["words"]["width"] = width;
    expect_damaged("stats.json", stats.dump());
  }
  stats["words"] = 7;
  expect_damaged("stats.json", stats.dump());
}

}  // namespace
}  // namespace tsugi
