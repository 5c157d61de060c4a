#include <algorithm>

#include "native/report/text_file.h"
#include "native/studies/study.h"

namespace tsugi {
namespace {

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

}  // namespace

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
  if (!only_shows) TSUGI_RETURN_IF_ERROR(Measure(study, request, file.string(), results));
  const StudyReport report = MakeStudyReport(study.name, study.layout, results.all());
  if (!request.svg.empty()) TSUGI_RETURN_IF_ERROR(WriteText(request.svg, report.svg));
  return request.as_json ? report.json : report.table;
}

}  // namespace tsugi
