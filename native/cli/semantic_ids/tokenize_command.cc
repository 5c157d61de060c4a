#include <cstdio>
#include <filesystem>
#include <memory>

#include "native/cli/commands.h"
#include "native/cli/progress.h"
#include "native/model/model_file.h"
#include "native/semantic_ids/semantic_ids.h"
#include "native/train/run.h"
#include "native/train/stages/semantic_ids/item_tokenizer.h"

namespace tsugi {
namespace {

constexpr size_t kMostPairs = 200'000;

struct Arguments {
  std::string data, run, out, codes;
  std::string method = "kmeans";
  train::SemanticIdsConfig config;
  uint64_t seed = 1;
  bool compare = true;
  bool as_json = false;
};

// Every tokenizer is measured on the same pairs of items, or their rows could not be compared.
Status Tokenize(Arguments& arguments) {
  arguments.config.codes = arguments.method;
  TSUGI_ASSIGN_OR_RETURN(const Dataset dataset, Dataset::Open(arguments.data));
  TSUGI_ASSIGN_OR_RETURN(const Model model,
                         LoadModelFile(std::filesystem::path(arguments.run) / train::kWeightsFile));
  TSUGI_ASSIGN_OR_RETURN(const torch::Tensor behaviour,
                         train::GivenBehaviour(dataset, arguments.config));
  TrainingProgress progress;
  const ItemPairs pairs = DrawNeighbours(dataset, kMostPairs, arguments.seed);
  std::vector<train::TokenizerRow> rows;
  const auto add = [&](const std::string& name, const train::SemanticIdsConfig& config,
                       const SemanticIds& given) -> Result<train::Tokenization> {
    std::fprintf(stderr, "tokenize: %s\n", name.c_str());
    TSUGI_ASSIGN_OR_RETURN(
        train::Tokenization items,
        train::TokenizeItems(model.view(), config, given, arguments.seed, progress, behaviour));
    progress.EndLine();
    rows.push_back(train::MeasureTokenizer(name, items, pairs, arguments.seed));
    return items;
  };
  SemanticIds given;
  if (!arguments.codes.empty()) {
    TSUGI_ASSIGN_OR_RETURN(given, ReadSemanticIds(arguments.codes, model.view().item_ids(),
                                                  model.view().spec.item_count));
  }
  TSUGI_ASSIGN_OR_RETURN(
      const train::Tokenization items,
      add(given.empty() ? arguments.method : arguments.codes, arguments.config, given));
  TSUGI_RETURN_IF_ERROR(WriteSemanticIds(arguments.out, model.view().item_ids(), items.ids));
  // What behaviour adds to the codes, and what alignment does: the same tokenizer without it.
  if (arguments.compare && !items.pieces.empty()) {
    train::SemanticIdsConfig other = arguments.config;
    other.behaviour_weight = 0.0;
    other.text_weight = 1.0;
    TSUGI_RETURN_IF_ERROR(add(arguments.method + ", text alone", other, {}).status());
    if (arguments.method == train::NameOf(train::CodeMethod::kRqvae)) {
      other = arguments.config;
      other.align_weight = 0.0;
      TSUGI_RETURN_IF_ERROR(add("rqvae, not aligned", other, {}).status());
    }
  }
  Print(arguments.as_json ? train::FormatTokenizersJson(arguments.out, rows)
                          : train::FormatTokenizersTable(rows) + "wrote " + arguments.out + "\n");
  return Status();
}

}  // namespace

void AddTokenizeCommand(CLI::App& app, CommandContext& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = AddVerb(app, context, kTokenizeVerb.name, kTokenizeVerb.about,
                           kTokenizeVerb.example, [arguments] { return Tokenize(*arguments); });
  verb->add_option("--data", arguments->data, "imported data set")->required();
  verb->add_option("--run", arguments->run, "training run, whose rows become codes")->required();
  verb->add_option("--out", arguments->out, "file of codes to write, a line per item")->required();
  verb->add_option("--codes", arguments->codes, "measure the codes of this file instead");
  verb->add_option("--method", arguments->method, "kmeans or rqvae")
      ->check(CLI::IsMember({"kmeans", "rqvae"}))
      ->capture_default_str();
  verb->add_option("--vectors", arguments->config.vectors,
                   "behaviour vectors: those called so at import, in the place of the run's rows")
      ->capture_default_str();
  verb->add_option("--text-weight", arguments->config.text_weight, "of words beside behaviour")
      ->capture_default_str();
  verb->add_option("--behaviour-weight", arguments->config.behaviour_weight, "of behaviour")
      ->capture_default_str();
  verb->add_option("--align-weight", arguments->config.align_weight, "rqvae: codes with words")
      ->capture_default_str();
  verb->add_option("--seed", arguments->seed, "of centres and weights")->capture_default_str();
  verb->add_flag("!--no-compare", arguments->compare,
                 "leave out the tokenizers that it is compared with");
  verb->add_flag("--json", arguments->as_json, "print one JSON object");
}

}  // namespace tsugi
