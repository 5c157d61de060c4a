#include "native/dataset/word_vectors/word_file.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

using Vectors = std::vector<std::pair<std::string, std::vector<float>>>;

Result<WordFileReport> ReadAll(const std::filesystem::path& file, Vectors& words) {
  words.clear();
  return ReadWordFile(file, [&](const FileWord& word) {
    words.emplace_back(word.text, std::vector<float>(word.vector.begin(), word.vector.end()));
    return true;
  });
}

const Vectors kThree = {
    {"the", {1.0f, -0.5f}}, {"caf\xC3\xA9", {0.25f, 0.0f}}, {"war", {2.0f, 3.0f}}};

/// A number of kThree as word2vec writes it.
std::string Bytes(const std::vector<float>& numbers) {
  std::string bytes(numbers.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

std::string Binary(const std::string& after_numbers) {
  std::string text = "3 2\n";
  for (const auto& [word, numbers] : kThree) text += word + " " + Bytes(numbers) + after_numbers;
  return text;
}

constexpr char kGlove[] = "the 1 -0.5\ncaf\xC3\xA9 2.5e-1 0\nwar 2.0 3\n";
constexpr char kWink[] =
    R"({"precision":8,"l2NormIndex":2,"wordIndex":3,"size":3,"dimensions":2,)"
    R"("words":["the","caf\u00e9","war"],"vectors":{"the":[1,-0.5,1.11803399,0],)"
    R"("caf\u00e9":[0.25,0,0.25,1],"war":[2,3,3.60555128,2]},"unkVector":[0,0,0,-1]})";

TEST(ReadWordFile, ReadsEveryFormByItsContent) {
  TempFiles files;
  const std::map<std::string, std::filesystem::path> forms = {
      {"GloVe", files.Write("a", kGlove)},
      {"word2vec text", files.Write("b", std::string("3 2\n") + kGlove)},
      {"fastText .vec, blanks at the ends", files.Write("c",
                                                        "3 2\nthe 1 -0.5 \ncaf\xC3\xA9 .25 0 \n"
                                                        "war 2 3 \n")},
      {"tabs and a byte order mark", files.Write("d",
                                                 "\xEF\xBB\xBFthe\t1\t-0.5\r\n"
                                                 "caf\xC3\xA9\t0.25\t0\r\n\r\nwar\t2\t3\r\n")},
      {"gzip", files.WriteGzip("e", kGlove)},
      {"binary", files.Write("f", Binary(""))},
      {"binary with line feeds", files.Write("g", Binary("\n"))},
      {"binary, gzip", files.WriteGzip("h", Binary("\n"))},
      {"wink", files.Write("i", kWink)},
      {"wink, gzip", files.WriteGzip("j", kWink)}};
  for (const auto& [form, file] : forms) {
    SCOPED_TRACE(form);
    Vectors words;
    const auto report = ReadAll(file, words);
    ASSERT_TRUE(report.ok()) << report.status().message();
    EXPECT_EQ(words, kThree);
    EXPECT_EQ(report->words, 3u);
    EXPECT_EQ(report->width, 2u);
    const bool is_binary = form.starts_with("binary"), is_json = form.starts_with("wink");
    EXPECT_EQ(report->form, is_binary ? "word2vec binary" : is_json ? "JSON" : "text");
  }
}

TEST(ReadWordFile, AWordMayHoldBlanks) {
  TempFiles files;
  Vectors words;
  ASSERT_TRUE(
      ReadAll(files.Write("a", "the 1 2\n. . . 3 4\nat name@domain.com 5 6\n"), words).ok());
  EXPECT_EQ(words[1], (Vectors::value_type{". . .", {3, 4}}));
  EXPECT_EQ(words[2], (Vectors::value_type{"at name@domain.com", {5, 6}}));
}

// Time that grew with the square of the length would be hours.
TEST(ReadWordFile, AWordMayHoldAMillionBlanks) {
  TempFiles files;
  std::string word;
  for (int i = 0; i < 1'000'000; ++i) word += "a ";
  Vectors words;
  const auto report = ReadAll(files.Write("words", "the 1 2\n" + word + "b 3 4\n"), words);
  ASSERT_TRUE(report.ok()) << report.status().message();
  ASSERT_EQ(words.size(), 2u);
  EXPECT_EQ(words[1].first, word + "b");
  EXPECT_EQ(words[1].second, (std::vector<float>{3, 4}));
}

TEST(ReadWordFile, NumbersTooSmallForAFloatAreZero) {
  TempFiles files;
  Vectors words;
  ASSERT_TRUE(ReadAll(files.Write("a", "the 1e-60 -2E+1\n"), words).ok());
  EXPECT_EQ(words[0].second, (std::vector<float>{0.0f, -20.0f}));
}

TEST(ReadWordFile, StopsWhenItIsTold) {
  TempFiles files;
  for (const std::string& text :
       {std::string(kGlove) + "broken", Binary("") + "x", std::string(kWink).substr(0, 150)}) {
    std::vector<std::string> seen;
    const auto report = ReadWordFile(files.Write("a", text), [&](const FileWord& word) {
      seen.emplace_back(word.text);
      return false;
    });
    EXPECT_TRUE(report.ok()) << report.status().message();
    EXPECT_EQ(seen, (std::vector<std::string>{"the"}));
  }
}

TEST(ReadWordFile, AFewWordsThatAreNotUtf8AreLeftOut) {
  TempFiles files;
  std::string text = "caf\xE9 1 2\n";
  for (int i = 0; i < 99; ++i) text += "w" + std::to_string(i) + " 1 2\n";
  Vectors words;
  const auto report = ReadAll(files.Write("a", text), words);
  ASSERT_TRUE(report.ok()) << report.status().message();
  EXPECT_EQ(report->words, 100u);
  EXPECT_EQ(report->broken_words, 1u);
  EXPECT_EQ(words.size(), 99u);
}

struct BadFile {
  const char* name;
  std::string text;
  const char* message;
};

class BadWordFile : public testing::TestWithParam<BadFile> {};

TEST_P(BadWordFile, IsAnErrorThatSaysWhereAndWhatToDo) {
  TempFiles files;
  Vectors words;
  const auto file = files.Write("a.vec", GetParam().text);
  const auto report = ReadAll(file, words);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.status().code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(Holds(report.status().message(), file.string() + GetParam().message));
  EXPECT_TRUE(Holds(report.status().message(), "Try: "));
}

std::string Numbers(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += " 1";
  return text;
}

std::string Wink(const std::string& vectors) {
  return R"({"dimensions":2,"vectors":{)" + vectors + "}}";
}

const BadFile kBadFiles[] = {
    {"Empty", "", ": holds no word"},
    {"HeadingAlone", "0 2\n", ": holds no word"},
    {"TwoWidths", "the 1 2\nof 1 2\nwar 1 2 3\n", ":3: \"war\" has 3 numbers, expected 2"},
    {"OtherWidthThanItsHeading", "1 3\nthe 1 2\n", ":2: \"the\" has 2 numbers, expected 3"},
    {"NaN", "the 1 2\nwar nan 2\n", ":2: number 1 of \"war\" is not finite"},
    {"Infinite", "the 1 1e60\n", ":1: number 2 of \"the\" is not finite"},
    {"NoNumber", "the 1 2\nwar 0,5 1\n",
     ":2: \"0,5\" is no number (expected a word and 2 numbers)"},
    {"NoNumberAtTheEnd", "the 1 2\nwar 1 x\n", ":2: \"x\" is no number"},
    {"Latin1", "caf\xE9 1 2\nna\xEFve 1 2\nwar 1 2\n", ":1: is not UTF-8, as 2 of 3 words"},
    {"Utf16", std::string("\xFF\xFEt\0h\0", 6), ": is UTF-16 text"},
    {"TooWide", "the" + Numbers(4097) + "\n",
     ":1: \"the\" has 4097 numbers (expected at most 4096"},
    {"HeadingTooWide", "2 5000\nthe 1 2\n", ": says that words have 5000 numbers"},
    {"CutOff", "3 2\nthe 1 2\n", ": ends after 1 words, its first line says 3"},
    {"Log", "user,item,time\nu1,5,100\n",
     ":1: \"user,item,time\" has 0 numbers; this is no file of"},
    {"Prose", "It was a dark and stormy night\n", ": line 1 is no word with its numbers"},
    {"Zip", "PK\x03\x04 and so on", ": is a zip archive"},
    {"Parquet", "PAR1 and so on", ": is Parquet; this is no file of word vectors"},
    {"BinaryCutOff", Binary("").substr(0, 30), ": ends after 2 words, its first line says 3"},
    {"BinaryNaN", "1 2\nthe " + Bytes({1.0f, NAN}), ": word 1: number 2 of \"the\" is not finite"},
    {"BinaryWithoutABlank", "1 2\n" + std::string(1 << 17, '\x01'), ": word 1 has no end"},
    {"JsonWithoutVectors", R"({"dimensions":2})", ": has no object \"vectors\""},
    {"JsonWithoutDimensions", R"({"vectors":{"the":[1,2]}})", ": has no \"dimensions\" before"},
    {"JsonOfNoDimensions", R"({"dimensions":0,"vectors":{}})", ": \"dimensions\" is not 2 to 4096"},
    {"JsonOfNoWords", Wink(""), ": holds no word"},
    {"JsonTwoWidths", Wink(R"("the":[1,2,3],"war":[1,2])"),
     ": word 2 (\"war\") has 2 numbers, expected 3"},
    {"JsonTooNarrow", Wink(R"("the":[1])"), ": word 1 (\"the\") has 1 numbers, expected 2"},
    {"JsonNull", Wink(R"("the":[1,null])"), ": word 1 (\"the\") has a value that is no number"},
    {"JsonText", Wink(R"("the":"1 2")"), ": word 1 (\"the\") has a value that is no number"},
    {"JsonNested", Wink(R"("the":[[1,2]])"), ": word 1 (\"the\") has a value that is no number"},
    {"JsonObject", Wink(R"("the":{"a":1})"), ": word 1 (\"the\") has a value that is no number"},
    {"JsonNaN", Wink(R"("the":[1,NaN])"), ": byte 37, behind the word \"the\": is no JSON"},
    {"JsonHuge", Wink(R"("the":[1,1e39])"), ": word 1: number 2 of \"the\" is not finite"},
    {"JsonLatin1", Wink("\"the\":[1,2],\"caf\xE9\":[1,2]"),
     ": byte 45, behind the word \"the\": is not"},
    {"JsonCutOff", Wink(R"("the":[1,2],"war":[1)").substr(0, 55),
     ": byte 48, behind the word \"war\""},
};

INSTANTIATE_TEST_SUITE_P(, BadWordFile, testing::ValuesIn(kBadFiles),
                         [](const auto& bad) { return bad.param.name; });

TEST(ReadWordFile, AGzipFileThatIsCutOffIsNotShorter) {
  TempFiles files;
  for (const std::string& text : {std::string(kGlove), Binary(""), std::string(kWink)}) {
    std::string many = text;
    if (text == kGlove) {
      for (int i = 0; i < 20000; ++i) many += "w" + std::to_string(i * 7919 % 100003) + " 1 2\n";
    }
    const std::string packed = TempFiles::Read(files.WriteGzip("whole.gz", many));
    Vectors words;
    const auto report = ReadAll(files.Write("cut.gz", packed.substr(0, packed.size() - 20)), words);
    ASSERT_FALSE(report.ok());
    EXPECT_TRUE(Holds(report.status().message(), "cut off"));
    EXPECT_TRUE(Holds(report.status().message(), "Try: "));
  }
}

}  // namespace
}  // namespace tsugi
