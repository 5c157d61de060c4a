#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <regex>

#include "tests/rules/source_tree.h"

namespace tsugi {
namespace {

/// The rule's own files name what they forbid.
bool IsRule(const SourceFile& file) { return file.IsUnder("tests/rules"); }

TEST(SourceText, IsAscii) {
  for (const SourceFile& file : Sources()) {
    for (size_t i = 0; i < file.lines.size(); ++i) {
      const bool is_ascii = std::all_of(file.lines[i].begin(), file.lines[i].end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x80 && c != '\t' && c != '\r';
      });
      EXPECT_TRUE(is_ascii) << Where(file, i);
    }
  }
}

TEST(SourceText, NeverAbortsPrintsOrThrowsInTheEngine) {
  const std::regex forbidden(R"(\b(abort|exit|printf|fprintf|puts|fputs|terminate)\s*\()"
                             R"(|std::(cout|cerr)|\bthrow\b|<iostream>)");
  for (const SourceFile& file : Sources()) {
    if (!file.IsUnder("core") && !file.IsUnder("model_format")) continue;
    if (file.path == "core/base/status.h") continue;  // TSUGI_DCHECK, off in release builds
    const auto code = WithoutComments(file.lines);
    for (size_t i = 0; i < code.size(); ++i) {
      EXPECT_FALSE(std::regex_search(code[i], forbidden)) << Where(file, i) << ": " << code[i];
    }
  }
}

TEST(SourceText, HoldsNoLeftovers) {
  const std::regex forbidden(R"(\b(TODO|FIXME|XXX|HACK)\b|DISABLED_|#if 0)");
  for (const SourceFile& file : Sources()) {
    if (IsRule(file)) continue;
    for (size_t i = 0; i < file.lines.size(); ++i) {
      EXPECT_FALSE(std::regex_search(file.lines[i], forbidden)) << Where(file, i);
    }
  }
}

TEST(SourceText, NoFileIsCalledAfterNothing) {
  const std::regex forbidden(R"((^|/)(utils?|common|misc|manager|helpers?)(/|\.))");
  for (const SourceFile& file : Sources()) {
    EXPECT_FALSE(std::regex_search(file.path, forbidden)) << file.path;
  }
}

TEST(SourceText, HeadersAreGuardedByTheirPath) {
  for (const SourceFile& file : Sources()) {
    if (!file.path.ends_with(".h")) continue;
    std::string guard = "TSUGI_" + file.path + "_";
    for (char& c : guard) {
      c = std::isalnum(static_cast<unsigned char>(c)) != 0
              ? static_cast<char>(std::toupper(static_cast<unsigned char>(c)))
              : '_';
    }
    const std::string line = "#ifndef " + guard;
    EXPECT_NE(std::find(file.lines.begin(), file.lines.end(), line), file.lines.end())
        << file.path << ": expected " << line;
  }
}

TEST(SourceText, DocumentsNameOnlyPathsThatExist) {
  const std::regex path(
      R"(`((?:core|model_format|native|tests|bench)/[A-Za-z0-9_./-]*[A-Za-z0-9_/])`)");
  for (const SourceFile& file : Documents()) {
    for (size_t i = 0; i < file.lines.size(); ++i) {
      const std::string& line = file.lines[i];
      for (std::sregex_iterator match(line.begin(), line.end(), path), end; match != end; ++match) {
        EXPECT_TRUE(Exists((*match)[1])) << Where(file, i) << ": no " << (*match)[1];
      }
    }
  }
}

TEST(SourceText, TwinRemarksNameFilesThatExist) {
  const std::regex path(R"(\b(?:core|native)/[a-z_/]+\.h\b)");
  size_t found = 0;
  for (const SourceFile& file : Sources()) {
    if (IsRule(file)) continue;
    for (size_t i = 0; i < file.lines.size(); ++i) {
      std::smatch start;
      if (!std::regex_search(file.lines[i], start, std::regex(R"(^ *//.*\bTwins?:)"))) continue;
      const std::string next = i + 1 < file.lines.size() ? file.lines[i + 1] : "";
      const std::string remark = start.suffix().str() + (next.find("//") < 3 ? next : "");
      std::sregex_iterator match(remark.begin(), remark.end(), path), end;
      EXPECT_NE(match, end) << Where(file, i) << ": name the twin's header";
      for (; match != end; ++match, ++found) {
        EXPECT_TRUE(Exists(match->str())) << Where(file, i) << ": no " << match->str();
      }
    }
  }
  EXPECT_GT(found, 8u);
}

TEST(SourceText, CommentsAreNotCode) {
  const auto code =
      WithoutComments({"a(); // abort()", "/* exit(1)", "puts() */ b();", "\"//\" c"});
  EXPECT_EQ(code[0], "a(); ");
  EXPECT_EQ(code[1], "");
  EXPECT_EQ(code[2], " b();");
  EXPECT_EQ(code[3], "\"//\" c");
}

}  // namespace
}  // namespace tsugi
