#include "tests/golden/golden_cases.h"

#include <fstream>
#include <nlohmann/json.hpp>

namespace tsugi {

using Json = nlohmann::ordered_json;

GoldenCaseFile LoadGoldenCases(std::string_view model) {
  std::ifstream stream(GoldenCasesPath(model));
  const Json json = Json::parse(stream);
  GoldenCaseFile file{json.at("model"), json.at("tolerance"), {}};
  for (const Json& row : json.at("cases")) {
    file.cases.push_back({row.at("name"), row.at("history"), row.at("k"), row.at("seen"),
                          row.at("exclude"), row.value("ranking", "table"), row.value("query", ""),
                          row.value("tolerance", file.tolerance), row.at("items"),
                          row.at("scores")});
  }
  return file;
}

void SaveGoldenCases(const std::filesystem::path& path, const GoldenCaseFile& file) {
  std::ofstream out(path);
  out << "{\"model\": " << Json(file.model) << ", \"tolerance\": " << file.tolerance
      << ",\n \"cases\": [";
  const char* separator = "\n";
  for (const GoldenCase& golden : file.cases) {
    Json row = {{"name", golden.name},
                {"history", golden.history},
                {"k", golden.k},
                {"seen", golden.seen},
                {"exclude", golden.exclude}};
    if (golden.ranking != "table") row["ranking"] = golden.ranking;
    if (!golden.query.empty()) row["query"] = golden.query;
    if (golden.tolerance != file.tolerance) row["tolerance"] = golden.tolerance;
    row["items"] = golden.items;
    row["scores"] = golden.scores;
    out << separator << "  " << row;
    separator = ",\n";
  }
  out << "\n]}\n";
}

std::filesystem::path GoldenCasesPath(std::string_view model) {
  return std::filesystem::path(TSUGI_GOLDEN_DIR) / "cases" / (std::string(model) + ".json");
}

RecommendOptions GoldenOptions(const GoldenCase& golden) {
  using Seen = RecommendOptions::Seen;
  RecommendOptions options;
  options.k = golden.k;
  options.seen = golden.seen == "filter" ? Seen::kFilter
                 : golden.seen == "keep" ? Seen::kKeep
                                         : Seen::kModelDefault;
  options.exclude = golden.exclude;
  using Ranking = RecommendOptions::Ranking;
  options.ranking = golden.ranking == "generated"  ? Ranking::kGenerated
                    : golden.ranking == "parallel" ? Ranking::kParallel
                    : golden.ranking == "fused"    ? Ranking::kFused
                                                   : Ranking::kTable;
  options.query = golden.query;
  return options;
}

Result<std::vector<ScoredItem>> Ask(const Recommender& recommender, const GoldenCase& golden,
                                    Feed feed) {
  TSUGI_ASSIGN_OR_RETURN(const auto session, recommender.CreateSession());
  std::vector<Event> events;
  for (const uint32_t item : golden.history) events.push_back({item});
  if (feed == Feed::kAssign) {
    TSUGI_RETURN_IF_ERROR(session->Assign(events));
  } else {
    for (const Event& event : events) TSUGI_RETURN_IF_ERROR(session->Push(event));
  }
  return session->Recommend(GoldenOptions(golden));
}

}  // namespace tsugi
