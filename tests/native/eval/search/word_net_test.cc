#include "native/eval/search/word_net.h"

#include <gtest/gtest.h>

#include "tests/native/eval/search/search_world.h"

namespace tsugi {
namespace {

class SmallWordNet : public testing::Test {
 protected:
  SmallWordNet() { WriteSmallWordNet(files_.path("")); }

  WordNet Open() {
    auto opened = WordNet::Open(files_.path(""));
    EXPECT_TRUE(opened.ok()) << opened.status().message();
    return *std::move(opened);
  }
  /// The message for the folder after one of its files was replaced.
  std::string ErrorWith(std::string_view name, std::string_view text) {
    WriteSmallWordNet(files_.path(""));
    files_.Write(name, text);
    const auto opened = WordNet::Open(files_.path(""));
    EXPECT_FALSE(opened.ok()) << text;
    EXPECT_EQ(opened.status().code(), StatusCode::kInvalidArgument) << text;
    return std::string(opened.status().message());
  }

  TempFiles files_;
};

TEST_F(SmallWordNet, GivesTheOtherWordsOfEverySense) {
  const WordNet net = Open();
  EXPECT_EQ(net.Synonyms("robot"), (Strings{"automaton", "golem"})) << "in lower case";
  EXPECT_EQ(net.Synonyms("war"), (Strings{"warfare", "battle"})) << "the noun first";
  EXPECT_EQ(net.Synonyms("quiet"), (Strings{"star", "asterisk", "silent"}));
  EXPECT_EQ(net.Synonyms("drama"), (Strings{"play"})) << "single words only";
  EXPECT_EQ(net.Synonyms("night"), Strings());
  EXPECT_EQ(net.Synonyms(""), Strings());
}

TEST_F(SmallWordNet, APluralHasTheSynonymsOfItsNoun) {
  const WordNet net = Open();
  EXPECT_EQ(net.Synonyms("robots"), (Strings{"automaton", "golem"}));
  EXPECT_EQ(net.Synonyms("wars"), (Strings{"warfare"})) << "of the noun, not of the verb";
  EXPECT_EQ(net.Synonyms("farces"), (Strings{"comedy"}));
  EXPECT_EQ(net.Synonyms("silents"), Strings());
}

TEST_F(SmallWordNet, KnowsItsWords) {
  const WordNet net = Open();
  for (const char* word : {"robot", "battle", "silent", "dramatic_play"}) {
    EXPECT_TRUE(net.Has(word)) << word;
  }
  for (const char* word : {"", "robots", "night"}) EXPECT_FALSE(net.Has(word)) << word;
}

TEST_F(SmallWordNet, SaysWhichFileIsMissing) {
  std::filesystem::remove(files_.path("index.adv"));
  const auto opened = WordNet::Open(files_.path(""));
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.status().code(), StatusCode::kNotFound);
  EXPECT_TRUE(Holds(opened.status().message(), "index.adv"));
  EXPECT_TRUE(Holds(opened.status().message(), "wordnet-base"));
  EXPECT_FALSE(WordNet::Open(files_.path("nowhere")).ok());
}

TEST_F(SmallWordNet, SaysWhichLineIsBroken) {
  const std::string first = "00000700 00 a 01 quiet 0 000 | a  \n";
  const std::pair<const char*, const char*> lines[] = {
      {"x0000800 00 a 01 loud 0 000 | a", "a synset"},
      {"00000800 00", "a synset"},
      {"00000800 00 a zz loud 0 000 | a", "a synset"},
      {"00000800 00 a 00 000 | a", "a synset"},
      {"99999999999 00 a 01 loud 0 000 | a", "a synset"},
      {"00000800 00 a ff loud 0 000 | a", "255 words"},
      {"00000800 00 a 02 loud 0 noisy | a b c d", "2 words"},
      {"00000800 00 a 01 loud 0 | a", "the pointers"},
      {"00000800 00 a 01 loud 0 002 @ 1 n 0000 @ 1 n | a", "the pointers"},
      {"00000800 00 a 01 loud 0 4294967295 | a", "the pointers"},
      {"00000700 00 a 01 loud 0 000 | a", "no line before"}};
  for (const auto& [line, expected] : lines) {
    const std::string message = ErrorWith("data.adj", first + line + "\n");
    EXPECT_TRUE(Holds(message, "data.adj:2: expected ")) << line;
    EXPECT_TRUE(Holds(message, expected)) << line;
  }
  const std::pair<const char*, const char*> words[] = {
      {"loud", "a word"},
      {"loud a x 0 1 1 00000700", "a word"},
      {"loud a 1 3 @ 1 1 00000700", "a word"},
      {"loud a 1 1 @ 1 1 x", "1 offsets"},
      {"loud a 2 0 1 1 00000700", "2 offsets"},
      {"loud a 4294967295 0 1 1 00000700", "4294967295 offsets"},
      {"loud a 1 4294967295 1 1 00000700", "a word"},
      {"loud a 1 0 1 1 00000777", "none at 777"}};
  for (const auto& [line, expected] : words) {
    const std::string message = ErrorWith("index.adj", std::string("\n") + line + "\n");
    EXPECT_TRUE(Holds(message, "index.adj:2: expected ")) << line;
    EXPECT_TRUE(Holds(message, expected)) << line;
  }
}

TEST_F(SmallWordNet, SurvivesCutsAndFlippedBytes) {
  for (const char* name : {"data.noun", "index.noun"}) {
    WriteSmallWordNet(files_.path(""));
    const std::string whole = TempFiles::Read(files_.path(name));
    for (size_t i = 0; i < whole.size(); i += 3) {
      files_.Write(name, whole.substr(0, i));
      const auto cut = WordNet::Open(files_.path(""));
      EXPECT_TRUE(!cut.ok() || cut->Synonyms("robot").size() <= 2u) << i;
      std::string flipped = whole;
      flipped[i] = static_cast<char>(flipped[i] ^ (i % 2 == 0 ? 0x80 : 0x10));
      files_.Write(name, flipped);
      const auto open = WordNet::Open(files_.path(""));
      EXPECT_TRUE(open.ok() || Holds(open.status().message(), "noun:")) << i;
    }
  }
}

}  // namespace
}  // namespace tsugi
