#include "native/log/text_source.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zstd.h>

#include <thread>
#include <vector>

#include "native/log/input_files.h"
#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

/// All lines, or the error's message as the last "line".
std::vector<std::string> ReadLines(const std::filesystem::path& file) {
  std::vector<std::string> lines;
  auto source = TextSource::Open(file);
  if (!source.ok()) return {std::string(source.status().message())};
  std::string_view line;
  for (;;) {
    const auto has_line = source->NextLine(line);
    if (!has_line.ok()) lines.emplace_back(has_line.status().message());
    if (!has_line.ok() || !*has_line) return lines;
    lines.emplace_back(line);
  }
}

TEST(TextSource, EndsLinesAtUnixAndWindowsEnds) {
  TempFiles files;
  EXPECT_EQ(ReadLines(files.Write("a", "one\ntwo\r\n\nlast")), (Strings{"one", "two", "", "last"}));
  EXPECT_EQ(ReadLines(files.Write("b", "one\n")), (Strings{"one"}));
}

TEST(TextSource, ReadsAnEmptyFileAsNoLine) {
  TempFiles files;
  EXPECT_EQ(ReadLines(files.Write("a", "")), (Strings{}));
}

TEST(TextSource, SkipsAByteOrderMark) {
  TempFiles files;
  EXPECT_EQ(ReadLines(files.Write("a", "\xEF\xBB\xBFid\n1")), (Strings{"id", "1"}));
  EXPECT_EQ(ReadLines(files.WriteGzip("b", "\xEF\xBB\xBFid\n1")), (Strings{"id", "1"}));
}

TEST(TextSource, UnpacksGzipWhateverTheNameIs) {
  TempFiles files;
  EXPECT_EQ(ReadLines(files.WriteGzip("log.csv", "a,b\n1,2\n")), (Strings{"a,b", "1,2"}));
  EXPECT_EQ(ReadLines(files.Write("log.gz", "a,b\n1,2\n")), (Strings{"a,b", "1,2"}));
}

TEST(TextSource, ReadsSeveralGzipMembersAndIgnoresPadding) {
  TempFiles files;
  const std::string one = TempFiles::Read(files.WriteGzip("1", "a\nb"));
  const std::string two = TempFiles::Read(files.WriteGzip("2", "c\n"));
  EXPECT_EQ(ReadLines(files.Write("both", one + two + std::string(512, '\0'))),
            (Strings{"a", "bc"}));
}

TEST(TextSource, CountsLinesAcrossReadsOfTheFile) {
  TempFiles files;
  std::string text;
  for (int i = 0; i < 100000; ++i) text += std::to_string(i) + " some words to fill a line\n";
  for (const auto& file : {files.Write("plain", text), files.WriteGzip("packed", text)}) {
    const auto lines = ReadLines(file);
    ASSERT_EQ(lines.size(), 100000u);
    EXPECT_EQ(lines[99999], "99999 some words to fill a line");
  }
}

TEST(TextSource, SaysWhereAGzipFileBreaksOff) {
  TempFiles files;
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i * 7919 % 10007) + "\n";
  const std::string whole = TempFiles::Read(files.WriteGzip("whole", text));
  const auto lines = ReadLines(files.Write("cut.gz", whole.substr(0, whole.size() / 2)));
  ASSERT_GT(lines.size(), 100u);
  EXPECT_TRUE(Holds(lines.back(), "cut.gz: the gzip data is cut off after " +
                                      std::to_string(whole.size() / 2) + " bytes, in line "));
  EXPECT_TRUE(Holds(lines.back(), "Try: copy or download it again"));
}

TEST(TextSource, ReportsEveryTruncationOfAGzipFile) {
  TempFiles files;
  const std::string whole = TempFiles::Read(files.WriteGzip("whole", "1 2 3\n4 5 6\n"));
  for (size_t size = 2; size < whole.size(); ++size) {
    const auto lines = ReadLines(files.Write("cut", whole.substr(0, size)));
    ASSERT_FALSE(lines.empty());
    EXPECT_TRUE(Holds(lines.back(), "is cut off")) << size;
  }
}

TEST(TextSource, ReportsDamagedGzipData) {
  TempFiles files;
  std::string bytes = TempFiles::Read(files.WriteGzip("whole", "1 2 3\n4 5 6\n"));
  bytes[bytes.size() - 6] ^= 0x55;  // the checksum
  EXPECT_TRUE(Holds(ReadLines(files.Write("bad", bytes)).back(), "is damaged"));
}

TEST(TextSource, LosesNothingThatStandsBetweenOrAfterGzipMembers) {
  TempFiles files;
  const std::string one = TempFiles::Read(files.WriteGzip("1", "a\n"));
  EXPECT_EQ(ReadLines(files.Write("padded", one + std::string(7, '\0') + one)),
            (Strings{"a", "a"}));
  const auto lines = ReadLines(files.Write("mixed.gz", one + "plain text\n"));
  EXPECT_EQ(lines.front(), "a");
  EXPECT_TRUE(Holds(lines.back(), "mixed.gz: the gzip data is damaged after "));
}

TEST(TextSource, RefusesBinaryFilesAndEndlessLines) {
  TempFiles files;
  EXPECT_TRUE(Holds(ReadLines(files.Write("x", std::string("PK\0\0", 4))).back(),
                    "x: is not UTF-8 text (it holds NUL bytes)"));
  const std::string head(TextSource::kMaxLineBytes + (1 << 20), 'x');
  EXPECT_TRUE(Holds(ReadLines(files.Write("y", "first\n" + head)).back(),
                    "y:2: a line longer than 16 MiB"));
}

TEST(TextSource, EndsLinesAtCarriageReturnsWhereThereIsNothingElse) {
  TempFiles files;
  EXPECT_EQ(ReadLines(files.Write("a", "one\rtwo\r")), (Strings{"one", "two"}));
  EXPECT_EQ(ReadLines(files.Write("b", "one\ntwo\rtoo\n")), (Strings{"one", "two\rtoo"}));
}

/// `text` as a zstd file with a checksum.
std::string Zstd(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  packed.resize(ZSTD_compress2(context, packed.data(), packed.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  return packed;
}

TEST(TextSource, UnpacksZstdAndSaysWhereItBreaksOff) {
  TempFiles files;
  std::string text;
  for (int i = 0; i < 50000; ++i) text += std::to_string(i * 7919 % 10007) + "\n";
  const std::string packed = Zstd(text);
  EXPECT_EQ(ReadLines(files.Write("log.csv", packed)).size(), 50000u);
  EXPECT_EQ(ReadLines(files.Write("two.csv", packed + packed)).size(), 100000u);
  const auto cut = ReadLines(files.Write("cut", packed.substr(0, packed.size() - 3)));
  EXPECT_TRUE(Holds(cut.back(), "the zstd data is cut off after"));
  std::string damaged = packed;
  damaged[damaged.size() / 2] ^= 0x55;
  EXPECT_TRUE(Holds(ReadLines(files.Write("bad", damaged)).back(), "zstd data is damaged"));
}

TEST(TextSource, NamesTheContainersThatItCannotRead) {
  TempFiles files;
  std::string tar(512, '\0');
  tar.replace(0, 7, "log.csv").replace(257, 5, "ustar");
  for (const auto& [bytes, what] : {std::pair<std::string, const char*>("PK\x03\x04rest", "zip"),
                                    {tar, "tar"},
                                    {std::string("\xFD\x37zXZ\0", 6), "xz"},
                                    {"BZh91AY", "bzip2"},
                                    {"\xFF\xFEu\0", "UTF-16"}}) {
    EXPECT_TRUE(Holds(ReadLines(files.Write("x", bytes)).back(), what));
  }
  EXPECT_TRUE(Holds(ReadLines(files.WriteGzip("t.tar.gz", tar)).back(), "is a tar archive"));
}

TEST(TextSource, SaysWhichFileIsMissing) {
  TempFiles files;
  const auto source = TextSource::Open(files.path("nowhere.csv"));
  ASSERT_FALSE(source.ok());
  EXPECT_EQ(source.status().code(), StatusCode::kNotFound);
  EXPECT_TRUE(Holds(source.status().message(), "nowhere.csv: cannot be opened"));
  EXPECT_TRUE(Holds(ReadLines(files.path("")).back(), "is a directory"));
}

TEST(InputFiles, ExpandsPatternsInTheOrderOfTheNames) {
  TempFiles files;
  files.Write("b.csv", "2");
  files.Write("a.csv", "1");
  files.Write("c.txt", "3");
  files.Write("[x].csv", "4");
  Strings notes;
  const auto found =
      FindInputFiles({files.path("[ab].csv").string(), files.path("[x].csv").string()}, "", notes);
  ASSERT_TRUE(found.ok()) << found.status().message();
  ASSERT_EQ(found->size(), 3u);
  EXPECT_EQ((*found)[0].filename(), "a.csv");
  EXPECT_EQ((*found)[2].filename(), "[x].csv");
  EXPECT_TRUE(notes.empty());
  EXPECT_TRUE(
      Holds(FindInputFiles({files.path("*.nothing").string()}, "", notes).status().message(),
            "no file matches the pattern"));
}

TEST(InputFiles, SaysWhichFileIsGivenTwice) {
  TempFiles files;
  const std::string a = files.Write("a.csv", "u,i\n1,2\n"), b = files.Write("b.csv", "u,i\n1,2\n");
  Strings notes;
  EXPECT_TRUE(Holds(FindInputFiles({a, a}, "", notes).status().message(), "a.csv: is given twice"));
  ASSERT_TRUE(FindInputFiles({a, b}, "", notes).ok());
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_TRUE(Holds(notes[0], "b.csv: holds the same bytes as"));
}

TEST(InputFiles, CopiesAPipeSoThatItCanBeReadTwice) {
  TempFiles files;
  const std::filesystem::path pipe = files.path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] {
    std::ofstream out(pipe);
    for (const char c : std::string("\xEF\xBB\xBFuser,item\n1,2\n")) out << c << std::flush;
  });
  Strings notes;
  const auto found = FindInputFiles({pipe.string()}, files.path(""), notes);
  writer.join();
  ASSERT_TRUE(found.ok()) << found.status().message();
  EXPECT_EQ(TempFiles::Read((*found)[0]), "\xEF\xBB\xBFuser,item\n1,2\n");
}

}  // namespace
}  // namespace tsugi
