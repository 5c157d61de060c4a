#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "native/cli/commands.h"
#include "native/export/quantize_model.h"
#include "native/model/model_file.h"
#include "native/quantised_codes/code_recall.h"
#include "native/train/run.h"

namespace tsugi {
namespace {

struct Arguments {
  std::string run;
  std::string out;
  std::string weights = "int8";
  std::string codes = "auto";
  std::string data;
};

constexpr size_t kSessions = 600;  // half to choose by, half to measure with
constexpr uint64_t kCodeSeed = 1;

// The worst tensor is the one to know: by it the user decides whether to take more bits.
void PrintSummary(const Arguments& arguments, const std::vector<TensorReport>& report,
                  uint64_t items) {
  std::error_code ignored;
  const auto bytes = std::filesystem::file_size(arguments.out, ignored);
  char line[256];
  std::snprintf(line, sizeof line, "%s: %s weights, %llu items, %llu bytes\n",
                arguments.out.c_str(), arguments.weights.c_str(),
                static_cast<unsigned long long>(items), static_cast<unsigned long long>(bytes));
  Print(line);
  const auto worst = std::min_element(report.begin(), report.end(),
                                      [](const TensorReport& a, const TensorReport& b) {
                                        return a.error.sqnr_db < b.error.sqnr_db;
                                      });
  if (worst == report.end()) return;
  std::snprintf(line, sizeof line,
                "largest quantisation error: %s, %.2f %% of its root mean square (%.1f dB)\n",
                worst->name.c_str(), 100.0 * worst->error.rms_relative, worst->error.sqnr_db);
  Print(line);
}

// Without data the model makes sessions up. What counts is only whether two ways of ranking agree.
Result<Sessions> FindSessions(const Arguments& arguments, const ModelData& model) {
  if (arguments.data.empty()) return DreamSessions(model.View(), kSessions, kCodeSeed);
  TSUGI_ASSIGN_OR_RETURN(const Dataset dataset, Dataset::Open(arguments.data));
  if (dataset.item_count() != model.spec.item_count) {
    return InvalidArgument(arguments.data + ": " + std::to_string(dataset.item_count()) +
                           " items, but the run has " + std::to_string(model.spec.item_count) +
                           "; give the data the run was trained on");
  }
  return SampleSessions(dataset, kSessions, kCodeSeed);
}

// Adds item codes where the user or the size of the catalogue asks for them, and says what they do.
Status AddCodes(const Arguments& arguments, ModelData& model) {
  const bool is_auto = arguments.codes == "auto";
  if (arguments.codes == "off" || (is_auto && model.spec.item_count < kCodesPayFrom)) {
    return Status();
  }
  TSUGI_ASSIGN_OR_RETURN(const Sessions sessions, FindSessions(arguments, model));
  TSUGI_ASSIGN_OR_RETURN(const CodeReport report,
                         AddMeasuredCodes(model, sessions, kCodeSeed, !is_auto));
  char line[256];
  std::snprintf(line, sizeof line,
                "item codes: %.4f of the exact top 10 kept over %zu sessions (%s), %u candidates, "
                "%.3f ms a list, exact %.3f ms%s\n",
                report.recall.recall_at_10, report.recall.lists,
                arguments.data.empty() ? "made up by the model" : "of the data", report.candidates,
                report.recall.coded_ms, report.recall.exact_ms,
                report.has_codes ? "" : "; below 0.99, so left out (--codes on keeps them)");
  Print(line);
  return Status();
}

WeightFormat FormatOf(const std::string& name) {
  if (name == "f32") return WeightFormat::kF32;
  return name == "int4" ? WeightFormat::kInt4 : WeightFormat::kInt8;
}

// Quantised first, so that the codes are chosen and measured with the rows that the file will hold.
Status Export(const Arguments& arguments) {
  const auto source = std::filesystem::path(arguments.run) / train::kWeightsFile;
  TSUGI_ASSIGN_OR_RETURN(const Model model, LoadModelFile(source));
  std::vector<TensorReport> report;
  TSUGI_ASSIGN_OR_RETURN(ModelData data,
                         Quantize(model.view(), FormatOf(arguments.weights), &report));
  TSUGI_RETURN_IF_ERROR(AddCodes(arguments, data));
  TSUGI_RETURN_IF_ERROR(SaveModel(arguments.out, data.View(), model.provenance(), data.Int4View()));
  PrintSummary(arguments, report, data.spec.item_count);
  return Status();
}

}  // namespace

void AddExportCommand(CLI::App& app, CommandContext& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = AddVerb(app, context, "export", "Writes the model file of a training run",
                           "tsugi export --run run --out model.tsugi --weights int8",
                           [arguments] { return Export(*arguments); });
  verb->add_option("--run", arguments->run, "training run")->required();
  verb->add_option("--out", arguments->out, "model file to write")->required();
  verb->add_option("--weights", arguments->weights,
                   "how weights are stored: f32, int8, or int4, which is smaller to download alone")
      ->check(CLI::IsMember({"f32", "int8", "int4"}))
      ->capture_default_str();
  verb->add_option("--codes", arguments->codes,
                   "item codes for large catalogues: auto (from 100,000 items on), on or off")
      ->check(CLI::IsMember({"auto", "on", "off"}))
      ->capture_default_str();
  verb->add_option("--data", arguments->data,
                   "data set whose sessions the codes are measured with");
}

}  // namespace tsugi
