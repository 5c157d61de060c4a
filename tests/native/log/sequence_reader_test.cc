#include "native/log/sequence_reader.h"

#include <gtest/gtest.h>

#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

std::string Join(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) text += (text.empty() ? "" : "+") + std::string(word);
  return text;
}

TEST(SequenceReader, ReadsUserAndItems) {
  TempFiles files;
  ReadAudit audit;
  std::vector<std::string> rows;
  const auto file = files.Write("s.txt", "u1 1 2 3\n\n  u2\t4  5 \r\nlonely\nu3 \xE9\n");
  ASSERT_TRUE(ReadSequences({file}, audit, [&](std::string_view user, auto items) {
                rows.push_back(std::string(user) + ":" + Join(items));
                return user == "u2" ? std::string_view("known") : std::string_view();
              }).ok());
  EXPECT_EQ(rows, (Strings{"u1:1+2+3", "u2:4+5", "u3:\xC3\xA9"}));
  ASSERT_EQ(audit.reasons().size(), 2u);
  EXPECT_TRUE(Holds(audit.reasons()[0].example, "s.txt:3: "));
  EXPECT_EQ(audit.reasons()[0].reason, "known");
  EXPECT_EQ(audit.reasons()[1].reason, "no item after the user");
  EXPECT_EQ(audit.latin1_field_count(), 1u);
}

TEST(SequenceReader, RefusesAnEmptyFile) {
  TempFiles files;
  ReadAudit audit;
  const Status status = ReadSessions({files.Write("s.txt", "\n\n")}, audit, [](auto) {});
  EXPECT_TRUE(Holds(status.message(), "s.txt: the file is empty (expected one record per line)"));
}

TEST(SequenceReader, ReadsTimesAndRejectsRowsThatHoldOther) {
  TempFiles files;
  ReadAudit audit;
  std::vector<int64_t> all;
  const auto file = files.Write("t.txt", "u1 10 0 20\nu2 10 x\nu3\n");
  ASSERT_TRUE(ReadTimes(file, audit, [&](std::string_view, std::span<const int64_t> times) {
                all.insert(all.end(), times.begin(), times.end());
                all.push_back(-1);
                return std::string_view();
              }).ok());
  EXPECT_EQ(all, (std::vector<int64_t>{10, 0, 20, -1, -1}));
  ASSERT_EQ(audit.reasons().size(), 1u);
  EXPECT_TRUE(Holds(audit.reasons()[0].example, "t.txt:2: u2 10 x"));
}

TEST(SequenceReader, ReadsSessions) {
  TempFiles files;
  ReadAudit audit;
  std::vector<std::string> rows;
  const auto file = files.WriteGzip("s.gz", "3 4 5\n6\n");
  ASSERT_TRUE(ReadSessions({file}, audit, [&](auto items) { rows.push_back(Join(items)); }).ok());
  EXPECT_EQ(rows, (Strings{"3+4+5", "6"}));
}

TEST(SequenceReader, ReadsTestCases) {
  TempFiles files;
  ReadAudit audit;
  std::vector<std::string> rows;
  const auto file = files.Write("c.txt", "1 2\t3\n4\t5\n1 2 3\n\t7\n1\t2 3\n1\t\n");
  ASSERT_TRUE(ReadTestCases(file, audit, [&](auto history, std::string_view target) {
                rows.push_back(Join(history) + ">" + std::string(target));
              }).ok());
  EXPECT_EQ(rows, (Strings{"1+2>3", "4>5"}));
  std::vector<std::string> reasons;
  for (const auto& reason : audit.reasons()) reasons.push_back(reason.reason);
  EXPECT_EQ(reasons, (Strings{"no tab between history and target", "no history",
                              "not exactly one target after the tab"}));
  EXPECT_EQ(audit.reasons()[2].count, 2u);
}

}  // namespace
}  // namespace tsugi
