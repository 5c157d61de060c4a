#include "native/studies/study_results.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "native/report/text.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
// 18 bits a draw: an error of at most half a step, 1 / 524,286 of the span of the draws, is far
// below the digits that a report shows. A decimal of the same precision takes more than twice the
// bytes, and the files are meant for a repository.
constexpr int kDigitBits = 6, kDigitsOfADraw = 3;
constexpr double kMostSteps = (1 << (kDigitBits * kDigitsOfADraw)) - 1;

/// q = round((draw - low) / step) with step = span / (2^18 - 1). Draws that are all alike have no
/// step; they are written as 0 instead of 0 / 0.
Json ValueJson(const StudyValue& value) {
  if (value.draws.empty()) return value.mean;
  const auto [low, high] = std::minmax_element(value.draws.begin(), value.draws.end());
  const double step = (*high - *low) / kMostSteps;
  std::string draws;
  for (const double draw : value.draws) {
    const auto q = static_cast<uint32_t>(step > 0.0 ? std::lround((draw - *low) / step) : 0);
    for (int d = kDigitsOfADraw - 1; d >= 0; --d) draws += kDigits[q >> (d * kDigitBits) & 63];
  }
  return {{"mean", value.mean}, {"low", *low}, {"step", step}, {"draws", draws}};
}

/// Somebody may have edited the file. A character outside the alphabet becomes the highest digit: a
/// wrong number, but no read out of bounds. Missing fields throw, and Open reports them.
StudyValue ReadValue(const std::string& name, const Json& json) {
  if (!json.is_object()) return {name, json.get<double>()};
  StudyValue value{name, json.at("mean").get<double>()};
  const double low = json.at("low").get<double>(), step = json.at("step").get<double>();
  const auto& draws = json.at("draws").get_ref<const std::string&>();
  for (size_t i = 0; i + kDigitsOfADraw <= draws.size(); i += kDigitsOfADraw) {
    size_t q = 0;
    for (int d = 0; d < kDigitsOfADraw; ++d) {
      q = (q << kDigitBits) + std::min<size_t>(kDigits.find(draws[i + d]), 63);
    }
    value.draws.push_back(low + static_cast<double>(q) * step);
  }
  return value;
}

Json ResultJson(const StudyResult& result) {
  Json json = {
      {"row", result.row},        {"about", result.about},        {"seed", result.seed},
      {"data", result.data_hash}, {"config", result.config_hash}, {"model", result.model_hash},
      {"commit", result.commit},  {"command", result.command}};
  for (const StudyValue& value : result.values) json["values"][value.name] = ValueJson(value);
  return json;
}

StudyResult ReadResult(const Json& json) {
  StudyResult result{json.at("row"),    json.at("about"),   json.at("seed"),
                     json.at("data"),   json.at("config"),  json.at("model"),
                     json.at("commit"), json.at("command"), {}};
  for (const auto& [name, value] : json.at("values").items()) {
    result.values.push_back(ReadValue(name, value));
  }
  return result;
}

}  // namespace

// The draws are what makes paired comparisons possible later. All results of a study use the same
// seed of the bootstrap, so draw i means the same resample of users in every row.
void AddValues(const std::string& prefix, const std::vector<std::string>& names,
               const UserSums& users, StudyValues& values) {
  if (users.case_counts.empty()) return;
  const auto means = MeansOf(users);
  auto draws = BootstrapMeans(users, {});
  for (size_t m = 0; m < names.size(); ++m) {
    values.push_back({prefix + names[m], means[m], std::move(draws[m])});
  }
}

// A missing file is an empty one: the first run of a study has none. Any exception of the parser
// becomes an error that names the file, since nothing here may be guessed.
Result<StudyResults> StudyResults::Open(const std::filesystem::path& path, std::string_view study) {
  StudyResults results(path, study);
  if (path.empty() || !std::filesystem::exists(path)) return results;
  try {
    const Json json = Json::parse(ReadFileText(path));
    const std::string name = json.at("study");
    if (name != study) {
      return InvalidArgument(path.string() + ": holds results of the study '" + name +
                             "'. Try: another --results");
    }
    for (const Json& result : json.at("results")) results.results_.push_back(ReadResult(result));
  } catch (const Json::exception& error) {
    return InvalidArgument(path.string() + ": is no file of study results (" + error.what() +
                           "). Try: another --results, or the file's last good version");
  }
  return results;
}

bool StudyResults::Has(std::string_view row, uint64_t seed) const {
  return std::any_of(results_.begin(), results_.end(), [&](const StudyResult& result) {
    return result.row == row && result.seed == seed;
  });
}

Status StudyResults::Add(const StudyResult& result) {
  // As it will be read, so that a report is the same before and after.
  results_.push_back(ReadResult(ResultJson(result)));
  if (path_.empty()) return Status();
  // A line a result, so that a diff shows which results were added. The whole file is replaced by a
  // rename: a process that dies while it writes leaves the old results.
  std::string text = Json{{"study", study_}}.dump();
  text.back() = ',';
  text += " \"results\": [";
  for (const StudyResult& one : results_) {
    text += (&one == &results_.front() ? "\n" : ",\n") + ResultJson(one).dump();
  }
  return WriteText(path_, text + "\n]}\n");
}

}  // namespace tsugi
