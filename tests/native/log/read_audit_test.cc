#include "native/log/read_audit.h"

#include <gtest/gtest.h>

namespace tsugi {
namespace {

TEST(ReadAudit, CountsByReasonAndKeepsTheFirstExample) {
  ReadAudit audit;
  audit.Reject("a.csv", 3, "no user", ",5,1");
  audit.Reject("a.csv", 4, "no item", "u,,1");
  audit.Reject("b.csv", 9, "no user", ",6,1");
  ASSERT_EQ(audit.reasons().size(), 2u);
  EXPECT_EQ(audit.reasons()[0].reason, "no user");
  EXPECT_EQ(audit.reasons()[0].count, 2u);
  EXPECT_EQ(audit.reasons()[0].example, "a.csv:3: ,5,1");
  EXPECT_EQ(audit.rejected_count(), 3u);
  EXPECT_EQ(audit.rejected_tsv(),
            "file\tline\treason\ttext\n"
            "a.csv\t3\tno user\t,5,1\n"
            "a.csv\t4\tno item\tu,,1\n"
            "b.csv\t9\tno user\t,6,1\n");
}

TEST(ReadAudit, WritesEveryRowOnOneLineOfUtf8) {
  ReadAudit audit;
  audit.Reject("a", 1, "r", "x\ty\nz\xE9");
  EXPECT_EQ(audit.rejected_tsv(), "file\tline\treason\ttext\na\t1\tr\tx\\ty\\nz\xC3\xA9\n");
}

TEST(ReadAudit, ClipsLongTexts) {
  ReadAudit audit;
  audit.Reject("a", 1, "r", std::string(5000, 'x'));
  EXPECT_LT(audit.rejected_tsv().size(), 300u);
  EXPECT_LT(audit.reasons()[0].example.size(), 100u);
}

TEST(ReadAudit, DecodesAndCountsLatin1FieldsOnly) {
  ReadAudit audit;
  std::string storage;
  EXPECT_EQ(audit.Utf8("caf\xC3\xA9", storage), "caf\xC3\xA9");
  EXPECT_EQ(audit.latin1_field_count(), 0u);
  EXPECT_EQ(audit.Utf8("caf\xE9", storage), "caf\xC3\xA9");
  EXPECT_EQ(audit.latin1_field_count(), 1u);
}

}  // namespace
}  // namespace tsugi
