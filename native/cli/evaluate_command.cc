#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "native/cli/commands.h"
#include "native/cli/progress.h"
#include "native/dataset/dataset_files.h"
#include "native/eval/evaluate_model.h"
#include "native/eval/search/search_quality.h"
#include "native/model/model_file.h"
#include "native/train/run.h"

namespace tsugi {
namespace {

struct Arguments {
  std::filesystem::path run, model, data, synonyms;
  std::string split = "test";
  bool filter_seen = false;
  bool keep_seen = false;
  bool search = false;
  bool as_json = false;
  EvaluateOptions options;
};

/// How the import ordered events of equal time: "raw" or "shuffled"; empty if stats.json is silent.
std::string ReadTieOrder(const std::filesystem::path& data) {
  std::ifstream file(data / kStatsFile);
  const auto stats = nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
  return stats.is_object() ? stats.value("tie_order", "") : "";
}

/// `evaluate --search`. Files of WordNet that can not be read are refused before any query.
Status EvaluateSearch(const Arguments& arguments, const ModelView& model, const Dataset& dataset) {
  WordNet word_net;
  SearchOptions options;
  if (!arguments.synonyms.empty()) {
    TSUGI_ASSIGN_OR_RETURN(word_net, WordNet::Open(arguments.synonyms));
    options.word_net = &word_net;
  }
  EvaluationProgress progress("queries");
  options.progress = [&progress](std::string_view what, size_t done, size_t total) {
    progress.Update(what, done, total);
  };
  TSUGI_ASSIGN_OR_RETURN(const SearchReport report, MeasureSearch(model, dataset, options));
  progress = {};
  Print(arguments.as_json ? FormatSearchJson(report) : FormatSearchTable(report));
  return Status();
}

/// The progress ends before the report is printed, since both may go to one terminal.
Status Evaluate(Arguments& arguments) {
  EvaluateOptions& options = arguments.options;
  const auto file = arguments.model.empty() ? arguments.run / train::kWeightsFile : arguments.model;
  TSUGI_ASSIGN_OR_RETURN(const Model model, LoadModelFile(file));
  TSUGI_ASSIGN_OR_RETURN(const Dataset dataset, Dataset::Open(arguments.data));
  if (arguments.search) return EvaluateSearch(arguments, model.view(), dataset);
  options.split = arguments.split == "test" ? Split::kTest : Split::kValid;
  // Without a flag the default of the model counts.
  if (arguments.filter_seen || arguments.keep_seen) options.filter_seen = arguments.filter_seen;
  options.measurements = kMeasurements;
  EvaluationProgress progress;
  options.progress = [&progress](std::string_view what, size_t done, size_t total) {
    progress.Update(what, done, total);
  };
  TSUGI_ASSIGN_OR_RETURN(Report report, EvaluateModel(model.view(), dataset, options));
  report.model_bytes = model.file_bytes();
  report.tie_order = ReadTieOrder(arguments.data);
  progress = {};
  Print(arguments.as_json ? FormatReportJson(report) + "\n" : FormatReportTable(report));
  return Status();
}

}  // namespace

void AddEvaluateCommand(CLI::App& app, CommandContext& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = AddVerb(app, context, "evaluate",
                           "Ranks the catalogue for every held-out event, reports how well",
                           "tsugi evaluate --model model.tsugi --data data --baselines",
                           [arguments] { return Evaluate(*arguments); });
  CLI::Option_group* source = verb->add_option_group("model", "What to evaluate; exactly one");
  source->add_option("--run", arguments->run, "training run; evaluates its best f32 weights");
  source->add_option("--model", arguments->model, "exported model file");
  source->require_option(1);
  verb->add_option("--data", arguments->data, "imported data set")->required();
  CLI::Option* split = verb->add_option("--split", arguments->split, "test or valid")
                           ->check(CLI::IsMember({"test", "valid"}))
                           ->capture_default_str();
  CLI::Option* ks = verb->add_option("--k", arguments->options.ks, "list lengths, e.g. 5,10,20")
                        ->delimiter(',')
                        ->check(CLI::Range(1u, 1000000u))
                        ->default_str("5,10,20");
  CLI::Option* filter =
      verb->add_flag("--filter-seen", arguments->filter_seen, "leave out items of the history");
  CLI::Option* keep =
      verb->add_flag("--keep-seen", arguments->keep_seen, "rank items of the history too")
          ->excludes(filter);
  CLI::Option* baselines =
      verb->add_flag("--baselines", arguments->options.with_baselines,
                     "also rank with popularity, Markov, item-KNN and the transition graph");
  verb->add_flag("--json", arguments->as_json, "print one JSON object");
  CLI::Option* search =
      verb->add_flag("--search", arguments->search,
                     "measure how well queries find items, next to TF-IDF, instead: Recall@10, "
                     "sessions of the test split");
  for (CLI::Option* other : {split, ks, filter, keep, baselines}) search->excludes(other);
  verb->add_option("--synonyms", arguments->synonyms,
                   "with --search: folder of WordNet's files, e.g. /usr/share/wordnet")
      ->needs(search);
}

}  // namespace tsugi
