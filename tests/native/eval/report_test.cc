#include "native/eval/report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tsugi {
namespace {

Report SmallReport(bool is_session_set) {
  Report report;
  report.protocol = is_session_set ? "sessions" : "leave-one-out";
  report.split = "test";
  report.users = 3;
  report.cases = 4;
  report.catalogue = 12101;
  report.engine = "tsugi native, i8 weights";
  report.model_bytes = 1000;
  report.tie_order = "shuffled";
  report.data_hash = "ab12";
  const std::vector<uint32_t> ks{10};
  report.metrics = BuildMetrics(ks, is_session_set);
  report.model = {"model", {0.1, 0.05, 0.04, 52.0, 18.5}, {}, 2, 1.0};
  report.model.means.resize(report.metrics.size());
  report.model.intervals.assign(report.metrics.size(), {0.03, 0.06});
  report.baselines = {report.model};
  report.baselines[0].name = "markov";
  return report;
}

TEST(ReportJson, HasTheKeysOfTheContract) {
  const auto json = nlohmann::json::parse(FormatReportJson(SmallReport(false)));
  for (const char* key : {"protocol", "split", "users", "catalogue", "engine", "model_bytes",
                          "metrics", "baselines", "seconds", "ci95", "ties", "data_hash",
                          "tie_order"}) {
    EXPECT_TRUE(json.contains(key)) << key;
  }
  EXPECT_DOUBLE_EQ(json["metrics"]["recall@10"].get<double>(), 0.1);
  EXPECT_DOUBLE_EQ(json["metrics"]["ndcg@10"].get<double>(), 0.05);
  EXPECT_DOUBLE_EQ(json["metrics"]["mrr"].get<double>(), 0.04);
  EXPECT_DOUBLE_EQ(json["baselines"]["markov"]["ndcg@10"].get<double>(), 0.05);
  EXPECT_DOUBLE_EQ(json["ci95"]["ndcg@10"][0].get<double>(), 0.03);
  EXPECT_FALSE(json.contains("p@20"));
}

TEST(ReportJson, GivesSessionSetsTheirPercentages) {
  const auto json = nlohmann::json::parse(FormatReportJson(SmallReport(true)));
  EXPECT_DOUBLE_EQ(json["p@20"].get<double>(), 52.0);
  EXPECT_DOUBLE_EQ(json["metrics"]["mrr@20"].get<double>(), 18.5);
}

TEST(ReportJson, LeavesOutBaselinesThatDidNotRun) {
  Report report = SmallReport(false);
  report.baselines.clear();
  EXPECT_FALSE(nlohmann::json::parse(FormatReportJson(report)).contains("baselines"));
}

TEST(ReportTable, AlignsColumnsAndPutsTheModelLast) {
  const std::string table = FormatReportTable(SmallReport(false));
  EXPECT_NE(table.find("             recall@10  ndcg@10     mrr\n"
                               "markov          0.1000   0.0500  0.0400\n"
                               "model           0.1000   0.0500  0.0400\n"),
            std::string::npos)
      << table;
  EXPECT_NE(table.find("tie order shuffled"), std::string::npos) << table;
}

}  // namespace
}  // namespace tsugi
