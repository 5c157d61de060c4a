#include <gtest/gtest.h>

#include "native/dataset/import.h"
#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

/// Imports, and checks that every row of the log is accounted for.
ImportStats ImportAll(const ImportOptions& options) {
  auto stats = ImportLog(options);
  EXPECT_TRUE(stats.ok()) << stats.status().message();
  if (!stats.ok()) return {};
  EXPECT_EQ(
      stats->log_events + stats->min_count_events + stats->merged_events + stats->held_out_events,
      stats->events_read);
  if (stats->format == "events") {
    EXPECT_EQ(stats->rows_read - stats->rows_rejected + stats->list_events - stats->list_rows,
              stats->events_read);
  }
  return *std::move(stats);
}

ImportOptions Events(const TempFiles& files, const std::string& text,
                     const char* name = "log.csv") {
  ImportOptions options;
  options.events = {files.Write(name, text)};
  options.out = files.path("data");
  options.min_count = 1;
  return options;
}

TEST(ImportRows, AreConservedThroughEveryFilter) {
  TempFiles files;
  std::string text = "user,item,time\nNA,a,1\nu,,1\nu,a,soon\n";
  for (int i = 0; i < 6; ++i) text += "u,a," + std::to_string(100 + i) + "\nv,b,5\n";
  text += "w,c,1\n";
  ImportOptions options = Events(files, text);
  options.min_count = 2;
  options.merge_repeats = true;
  const ImportStats stats = ImportAll(options);
  EXPECT_EQ(stats.rows_read, 16u);
  EXPECT_EQ(stats.rows_rejected, 3u);
  EXPECT_EQ(stats.min_count_events, 1u);
  EXPECT_EQ(stats.merged_events, 10u);
  EXPECT_EQ(stats.log_events, 2u);
  EXPECT_EQ(stats.missing_users, 1u);
  EXPECT_TRUE(Holds(SummarizeImport(stats, "data"),
                    "16 rows read = 3 rejected + 13 with 13 events = 2 imported + 1 filtered + 10 "
                    "merged"));
  const std::string json = StatsToJson(stats, false);
  for (const char* part :
       {"\"read\": 16", "\"rejected\": 3", "\"imported\": 2", "\"merged\": 10"}) {
    EXPECT_TRUE(Holds(json, part));
  }
  EXPECT_TRUE(Holds(TempFiles::Read(files.path("data/rejected.tsv")), "log.csv\t4\tnot a time"));
}

TEST(ImportRows, OfListsBecomeSeveralEvents) {
  TempFiles files;
  const ImportStats stats = ImportAll(
      Events(files, "{\"user\":1,\"item\":[1,2]}\n{\"user\":1,\"item\":3}\n", "log.jsonl"));
  EXPECT_EQ(stats.rows_read, 2u);
  EXPECT_EQ(stats.events_read, 3u);
  EXPECT_TRUE(Holds(SummarizeImport(stats, ""), "1 rows with a list of items became 2 events"));
}

TEST(ImportRows, WithUnclosedQuotesAreRejectedOneByOne) {
  TempFiles files;
  std::string text = "user,item,time,comment\n";
  for (int i = 0; i < 96; ++i) {
    text += "u" + std::to_string(i / 8) + ",i" + std::to_string(i % 10) + "," +
            std::to_string(1700000000 + i) + (i % 9 == 3 ? ",\"so good\n" : ",ok\n");
  }
  const ImportStats stats = ImportAll(Events(files, text));
  EXPECT_EQ(stats.rows_read, 96u);
  EXPECT_EQ(stats.rows_rejected, 11u);
}

TEST(ImportRows, TimesAndTestCasesThatAreMostlyRejectedStopTheImportToo) {
  TempFiles files;
  ImportOptions options = Events(files, "u1 a b c\nu2 a c b\nu3 b a c\n", "log.txt");
  options.format = LogFormat::kSequences;
  options.times = files.Write("times.txt", "u1 1 2 3\nu2 1 2\nu3 1 2\n");
  EXPECT_TRUE(Holds(ImportLog(options).status().message(),
                    "times.txt: 2 of 3 rows rejected, most often: number of times differs"));
  options.max_rejected = 0.9;
  ImportAll(options);

  ImportOptions sessions = Events(files, "a b c\na c b\n", "log.txt");
  sessions.format = LogFormat::kSessions;
  sessions.test_cases = files.Write("cases.txt", "a\tb\na b\nc b\n");
  EXPECT_TRUE(Holds(ImportLog(sessions).status().message(),
                    "cases.txt: 2 of 3 rows rejected, most often: no tab between history"));
}

TEST(ImportRows, JsonIsNoLineOfSequencesOrSessions) {
  TempFiles files;
  for (const LogFormat format : {LogFormat::kSequences, LogFormat::kSessions}) {
    ImportOptions options =
        Events(files, "[\"u1\", [\"a\", \"b\"]]\n{\"u\": \"2\", \"i\": 3}\n", "log.txt");
    options.format = format;
    EXPECT_TRUE(Holds(ImportLog(options).status().message(), "JSON, expected blanks"));
  }
}

TEST(ImportRows, MostlyRejectedStopTheImportAndSayWhy) {
  TempFiles files;
  ImportOptions options = Events(files, "u 1\nu 2\nu 3\nv 1\nv 2\nv 3\n", "log.txt");
  options.format = LogFormat::kSequences;
  EXPECT_TRUE(Holds(ImportLog(options).status().message(),
                    "4 of 6 rows rejected, most often: a second line of the same user"));
  EXPECT_TRUE(Holds(ImportLog(options).status().message(), "Try: --format events"));
  options.max_rejected = 0.9;
  ImportAll(options);

  const auto message =
      ImportLog(Events(files, "user,item,session_id\nNA,a,s1\nNA,b,s1\nx,c,s2\n")).status();
  EXPECT_TRUE(Holds(message.message(),
                    "column \"user\" is missing in 2 of 3 rows. Try: "
                    "--user-column session_id"));
}

TEST(ImportRows, OfAUserWithMoreThanATenthAreNamed) {
  TempFiles files;
  std::string text = "user,item\n";
  for (int i = 0; i < 100; ++i) text += (i % 2 ? "guest" : "u" + std::to_string(i)) + ",x\n";
  const ImportStats stats = ImportAll(Events(files, text));
  EXPECT_EQ(stats.busiest_user, "guest");
  EXPECT_TRUE(Holds(SummarizeImport(stats, ""), "\"guest\" has 50.0 % of the events"));
  EXPECT_EQ(StatsToJson(stats, false).find("guest"), std::string::npos);
}

TEST(ImportRows, AreTheSameFromEveryFormAndLayout) {
  TempFiles files;
  const std::string rows[][3] = {
      {"u", "b", "1700000000700"}, {"u", "a", "1700000000100"}, {"u", "c", "1700000001000"}};
  std::string csv = "user,item,time\n", json, blanks = "# user item time\n";
  for (const auto& [user, item, time] : rows) {
    csv += user + "," + item + "," + time + "\n";
    json += "{\"user\":\"" + user + "\",\"item\":\"" + item + "\",\"time\":" + time + "}\n";
    blanks += "1 " + std::to_string(item[0] - 'a') + "  " + time + "\n";
  }
  const std::string hash = ImportAll(Events(files, csv)).hash;
  EXPECT_EQ(ImportAll(Events(files, json, "log.jsonl")).hash, hash);
  ImportOptions gzip = Events(files, csv);
  gzip.events = {files.WriteGzip("log.csv.gz", csv)};
  EXPECT_EQ(ImportAll(gzip).hash, hash);
  ImportOptions sql = Events(files, csv);
  sql.sql = "SELECT * FROM read_csv('" + sql.events[0] + "', all_varchar = true)";
  sql.events.clear();
  sql.memory_bytes = 500'000'000;
  EXPECT_EQ(ImportAll(sql).hash, hash);
  EXPECT_EQ(ImportAll(Events(files, blanks, "log.txt")).events_read, 3u);
  for (const auto& entry : std::filesystem::directory_iterator(files.path(""))) {
    EXPECT_FALSE(entry.path().filename().string().starts_with(".tsugi-temp")) << entry.path();
  }
}

TEST(ImportRows, NestedInOneAreTakenApartByTheQueriesOfTheReadme) {
  TempFiles files;
  ImportOptions options = Events(files, "");
  options.events.clear();
  const auto sessions =
      files.Write("sessions.jsonl",
                  "{\"user\":\"u\",\"events\":[{\"item\":1,\"time\":5,\"action\":\"buy\"},{"
                  "\"item\":2,\"time\":6,\"action\":\"view\"}]}\n"
                  "{\"user\":\"v\",\"events\":[{\"item\":2,\"time\":7,\"action\":\"view\"}]}\n");
  options.sql =
      "SELECT user, e.item AS item, e.time AS time, e.action AS action "
      "FROM (SELECT user, unnest(events) AS e FROM read_json('" +
      sessions.string() + "'))";
  options.event_reader.action_column = "action";
  EXPECT_EQ(ImportAll(options).log_events, 3u);
  const auto histories = files.Write("histories.csv", "user,history\nu,c b a\nv,a b\n");
  options.sql =
      "SELECT user, unnest(string_split(history, ' ')) AS item, "
      "generate_subscripts(string_split(history, ' '), 1) AS place FROM '" +
      histories.string() + "'";
  options.event_reader.action_column = "";
  options.event_reader.time_column = "none";
  options.event_reader.order_column = "place";
  const ImportStats stats = ImportAll(options);
  EXPECT_EQ(stats.log_events, 5u);
  EXPECT_EQ(stats.file_ordered, 0u);
}

TEST(ImportRows, ThatLeaveNothingSayWhatIsTooRare) {
  TempFiles files;
  std::string text = "user,item\n";
  for (int i = 0; i < 5; ++i)
    text += "u,a" + std::to_string(i) + "\nv" + std::to_string(i) + ",b\n";
  ImportOptions options = Events(files, text);
  options.min_count = 5;
  EXPECT_TRUE(Holds(ImportLog(options).status().message(),
                    "1 users and 1 items have 5 events, but hardly with each other"));
}

}  // namespace
}  // namespace tsugi
