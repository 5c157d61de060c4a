#ifndef TSUGI_TESTS_GOLDEN_GOLDEN_CASES_H_
#define TSUGI_TESTS_GOLDEN_GOLDEN_CASES_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/recommender.h"
#include "core/session.h"

namespace tsugi {

/// One question to an engine and the answer every engine gives.
struct GoldenCase {
  std::string name;
  std::vector<uint32_t> history;  ///< item indices, oldest first
  uint32_t k = 10;
  std::string seen;               ///< "default", "filter" or "keep"
  std::vector<uint32_t> exclude;  ///< item indices
  std::string ranking = "table";  ///< or "generated", "parallel", "fused"
  std::string query;
  double tolerance = 0.0;       ///< absolute, of a score
  std::vector<uint32_t> items;  ///< expected, best first
  std::vector<float> scores;    ///< expected, of `items`
};

/// The cases of one golden model: cases/<model>.json.
struct GoldenCaseFile {
  std::string model;     ///< golden model's name
  double tolerance = 0;  ///< of cases that do not say otherwise
  std::vector<GoldenCase> cases;
};

/// Reads a case file. Throws nlohmann::json's exception when the file is not as above.
GoldenCaseFile LoadGoldenCases(std::string_view model);

/// Writes a case file, one case per line.
void SaveGoldenCases(const std::filesystem::path& path, const GoldenCaseFile& file);

/// Where the case file of that model lies in the checkout.
std::filesystem::path GoldenCasesPath(std::string_view model);

/// The options that the case asks with; borrows `golden`.
RecommendOptions GoldenOptions(const GoldenCase& golden);

/// Asks a fresh session of `recommender`, whose events are pushed one by one, or assigned at once.
enum class Feed { kPush, kAssign };
Result<std::vector<ScoredItem>> Ask(const Recommender& recommender, const GoldenCase& golden,
                                    Feed feed);

}  // namespace tsugi

#endif  // TSUGI_TESTS_GOLDEN_GOLDEN_CASES_H_
