#include "native/studies/finished_models.h"

#include "native/model/model_file.h"
#include "native/report/text_file.h"
#include "native/train/run.h"

namespace tsugi {
namespace {

std::string NameOf(const std::filesystem::path& file) {
  if (file.filename() != train::kWeightsFile) return file.stem().string();
  const std::filesystem::path run = std::filesystem::absolute(file).parent_path();
  const bool is_of_a_seed = run.filename().string().starts_with("seed-");
  return (is_of_a_seed ? run.parent_path() : run).filename().string();
}

}  // namespace

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

Status RankingSettings::Read(const StudyRequest& request, std::vector<StudySetting> others) {
  if (request.seeds) {
    return InvalidArgument("--seeds: finished models have their seeds. Try: --run once a seed");
  }
  others.push_back({.key = "split", .value = &split, .words = "test|valid"});
  others.push_back({.key = "seen", .value = &seen, .words = "model|filter|keep"});
  TSUGI_ASSIGN_OR_RETURN(hashed, ReadSettings(request, others));
  return Status();
}

}  // namespace tsugi
