#include "native/studies/study.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "model_format/checksum.h"

namespace tsugi {
namespace {

std::string TextOf(const StudySetting& setting) {
  if (const auto* text = std::get_if<std::string*>(&setting.value)) return **text;
  const auto* whole = std::get_if<int64_t*>(&setting.value);
  if (whole != nullptr) return std::to_string(**whole);
  char text[32];
  std::snprintf(text, sizeof text, "%g", *std::get<double*>(setting.value));
  return text;
}

/// Whether `text` is allowed; if so, it is set.
bool Set(const StudySetting& setting, const std::string& text) {
  if (const auto* place = std::get_if<std::string*>(&setting.value)) {
    const std::string words = "|" + std::string(setting.words) + "|";
    const bool is_word = text.find('|') == text.npos && words.find("|" + text + "|") != words.npos;
    if (setting.words.empty() || is_word) **place = text;
    return setting.words.empty() || is_word;
  }
  double number = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  if (!(number >= setting.low && number <= setting.high)) return false;
  if (const auto* place = std::get_if<double*>(&setting.value)) return **place = number, true;
  if (number != std::floor(number)) return false;
  *std::get<int64_t*>(setting.value) = static_cast<int64_t>(number);
  return true;
}

std::string Allowed(const StudySetting& setting) {
  if (!setting.words.empty()) return std::string(setting.words);
  char text[64];
  std::snprintf(text, sizeof text, "%g to %g", setting.low, setting.high);
  return text;
}

}  // namespace

std::vector<Study> Studies() {
  return {
#ifdef TSUGI_HAS_TRAINER
      IntentsStudy(),   NetflixStudy(), SemanticStudy(), NegativesStudy(),
      ScalingStudy(),   ShiftStudy(),   PriorStudy(),
#endif
      StalenessStudy(), RankingsStudy()};
}

std::string HashOf(std::string_view bytes) {
  const uint64_t checksum =
      ComputeChecksum({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
  char text[24];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(checksum));
  return text;
}

bool IsAsked(const StudyRequest& request, std::string_view row) {
  const auto& rows = request.rows;
  return rows.empty() || std::find(rows.begin(), rows.end(), row) != rows.end();
}

std::vector<uint64_t> SeedsOf(const StudyRequest& request, uint32_t by_default) {
  std::vector<uint64_t> seeds;
  const uint32_t count = request.seeds.value_or(by_default);
  for (uint32_t i = 0; i < count; ++i) seeds.push_back(request.first_seed + i);
  return seeds;
}

Result<Dataset> OpenData(const StudyRequest& request) {
  if (!request.data.empty()) return Dataset::Open(request.data);
  return InvalidArgument("--data: the imported data set is missing. Try: --data data");
}

Result<std::string> ReadSettings(const StudyRequest& request,
                                 const std::vector<StudySetting>& settings) {
  std::string keys, lines;
  for (const StudySetting& setting : settings) keys += " " + std::string(setting.key);
  for (const std::string& given : request.settings) {
    const size_t equals = std::min(given.find('='), given.size());
    const auto found = std::find_if(settings.begin(), settings.end(), [&](const auto& setting) {
      return setting.key == given.substr(0, equals);
    });
    if (found == settings.end() || equals == given.size()) {
      return InvalidArgument("--set " + given + ": expected KEY=VALUE; the keys are" + keys);
    }
    if (!Set(*found, given.substr(equals + 1))) {
      return InvalidArgument("--set " + given + ": expected " + Allowed(*found));
    }
  }
  for (const StudySetting& setting : settings) {
    lines += std::string(setting.key) + "=" + TextOf(setting) + "\n";
  }
  return lines;
}

}  // namespace tsugi
