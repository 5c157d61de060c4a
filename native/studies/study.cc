#include "native/studies/study.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "model_format/checksum.h"
#include "native/model/model_file.h"
#include "native/report/text.h"
#include "native/train/run.h"

namespace tsugi {
namespace {

/// The text goes into the hash of the configuration. It has to be the same for the same value
/// however a user spelled it: 0.10, .1 and 1e-1 are one setting.
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
  // "1e6" is a whole number here, which from_chars to an integer would not read.
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

/// Runs of one row lie in FOLDER/seed-N. The folder names the row, so that its seeds are averaged
/// and not shown as rows of their own.
std::string NameOf(const std::filesystem::path& file) {
  if (file.filename() != train::kWeightsFile) return file.stem().string();
  const std::filesystem::path run = std::filesystem::absolute(file).parent_path();
  const bool is_of_a_seed = run.filename().string().starts_with("seed-");
  return (is_of_a_seed ? run.parent_path() : run).filename().string();
}

/// A row that is misspelled would otherwise run nothing and look finished.
Status CheckRows(const StudyRequest& request, const std::vector<StudyTask>& tasks) {
  std::vector<std::string> known;
  for (const StudyTask& task : tasks) {
    if (std::find(known.begin(), known.end(), task.row) == known.end()) known.push_back(task.row);
  }
  for (const std::string& row : request.rows) {
    if (std::find(known.begin(), known.end(), row) != known.end()) continue;
    std::string message = "--rows " + row + ": no such row. Try: ";
    for (const std::string& one : known) message += (&one == &known[0] ? "" : ", ") + one;
    return InvalidArgument(message);
  }
  return Status();
}

/// What a row of the file was made from has to be what the request would make it from: results
/// that are averaged or compared would differ by more than they say.
Status CheckOrigin(const std::string& file, const StudyTask& task, const StudyResult& result) {
  if (task.row != result.row) return Status();
  struct Part {
    const char* what;
    const std::string &there, &asked;
  };
  for (const Part& part : {Part{"data", result.data_hash, task.data_hash},
                           Part{"configuration", result.config_hash, task.config_hash},
                           Part{"model", result.model_hash, task.model_hash}}) {
    if (part.there == part.asked) continue;
    if (&part.there == &result.model_hash && task.seed != result.seed) continue;
    return InvalidArgument(file + ": row '" + result.row + "' seed " + std::to_string(result.seed) +
                           " was made with the " + part.what + " " + part.there + " (" +
                           result.command + "), this request has " + part.asked +
                           ". Try: the same --data, --preset, --config, --set and models, or "
                           "another --results");
  }
  return Status();
}

/// Measures what is missing.
/// All results are checked before the first row is measured, because a row may take hours. Each
/// result is written as soon as it is there: an interruption loses one row and not the study.
Status Measure(const Study& study, const StudyRequest& request, const std::string& file,
               StudyResults& results) {
  TSUGI_ASSIGN_OR_RETURN(const std::vector<StudyTask> tasks, study.plan(request));
  TSUGI_RETURN_IF_ERROR(CheckRows(request, tasks));
  for (const StudyTask& task : tasks) {
    for (const StudyResult& result : results.all()) {
      TSUGI_RETURN_IF_ERROR(CheckOrigin(file, task, result));
    }
  }
  for (const StudyTask& task : tasks) {
    if (!IsAsked(request, task.row) || results.Has(task.row, task.seed)) continue;
    if (request.should_stop()) {
      return InvalidArgument(
          "stopped; what is finished is kept. Try: the same command with "
          "--resume");
    }
    request.note(task.row + " seed " + std::to_string(task.seed));
    TSUGI_ASSIGN_OR_RETURN(const StudyValues values, task.measure());
    TSUGI_RETURN_IF_ERROR(
        results.Add({task.row, task.about, task.seed, task.data_hash, task.config_hash,
                     task.model_hash, BuildCommit(), request.command, values}));
  }
  return Status();
}

/// Makes the folder of an output. Results come after hours: where they cannot go is said before.
Status MakeFolderOf(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.parent_path();
  if (file.empty() || folder.empty()) return Status();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error && access(folder.c_str(), W_OK) == 0) return Status();
  if (!error) error = std::error_code(errno, std::generic_category());
  return InvalidArgument(file.string() + ": cannot be written (" + error.message() +
                         "). Try: another folder");
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

// Tells different inputs apart. It is no protection against somebody who forges results.
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

// The text holds every key, also those at their defaults: a later version with another default then
// has another hash, and its results are not mixed with older ones.
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

// `against` is loaded first, and the first row of a table is the one that others are compared with.
Result<std::vector<FinishedModel>> LoadModels(const StudyRequest& request) {
  if (request.models.empty()) {
    return InvalidArgument("a finished model is missing. Try: --run RUN or --model FILE");
  }
  std::vector<std::filesystem::path> paths = request.models;
  if (!request.against.empty()) paths.insert(paths.begin(), request.against);
  std::vector<FinishedModel> models;
  for (std::filesystem::path& path : paths) {
    std::error_code ignored;  // what can not be read fails when it is opened
    if (std::filesystem::is_directory(path, ignored)) path /= train::kWeightsFile;
    TSUGI_ASSIGN_OR_RETURN(Model model, LoadModelFile(path));
    const uint64_t seed = model.provenance().seed;
    models.push_back({NameOf(path), seed, HashOf(ReadFileText(path)),
                      std::make_shared<const Model>(std::move(model))});
  }
  return models;
}

// A finished model has the seed it was trained with. More seeds would measure the same number
// again.
Status RankingSettings::Read(const StudyRequest& request, std::vector<StudySetting> others) {
  if (request.seeds) {
    return InvalidArgument("--seeds: finished models have their seeds. Try: --run once a seed");
  }
  others.push_back({.key = "split", .value = &split, .words = "test|valid"});
  others.push_back({.key = "seen", .value = &seen, .words = "model|filter|keep"});
  TSUGI_ASSIGN_OR_RETURN(hashed, ReadSettings(request, others));
  return Status();
}

// The report is made from the file alone, not from the results of this call. So a table that is
// shown later, or on another machine, is the table of the day of the run.
Result<std::string> RunStudy(const Study& study, const StudyRequest& request) {
  std::filesystem::path file = request.results;
  if (file.empty() && !request.out.empty()) file = request.out / "results.json";
  TSUGI_ASSIGN_OR_RETURN(StudyResults results, StudyResults::Open(file, study.name));
  const size_t count = results.all().size();
  const bool only_shows = request.data.empty() && request.settings.empty() && count > 0;
  if (count > 0 && !request.resume && !only_shows) {
    return InvalidArgument(file.string() + ": already holds " + std::to_string(count) +
                           " results. Try: --resume, which adds what is missing, or another "
                           "--results");
  }
  if (!only_shows) TSUGI_RETURN_IF_ERROR(MakeFolderOf(file));
  TSUGI_RETURN_IF_ERROR(MakeFolderOf(request.svg));
  if (!only_shows) TSUGI_RETURN_IF_ERROR(Measure(study, request, file.string(), results));
  const StudyReport report = MakeStudyReport(study.name, study.layout, results.all());
  if (!request.svg.empty()) TSUGI_RETURN_IF_ERROR(WriteText(request.svg, report.svg));
  return request.as_json ? report.json : report.table;
}

}  // namespace tsugi
