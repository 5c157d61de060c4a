#ifndef TSUGI_NATIVE_CLI_COMMANDS_H_
#define TSUGI_NATIVE_CLI_COMMANDS_H_

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "native/cli/command.h"
#include "native/eval/intent/intent_accuracy.h"

// What the command line is joined from: its verbs, and what the parts of a model add to verbs that
// all models share. The functions of a part are in its folder.

namespace tsugi {

class Model;
class Session;
struct ItemReason;

// Each verb adds itself to the command line; its file is <verb>_command.cc.
void AddImportCommand(CLI::App& app, CommandContext& context);
void AddTrainCommand(CLI::App& app, CommandContext& context);
void AddEvaluateCommand(CLI::App& app, CommandContext& context);
void AddExportCommand(CLI::App& app, CommandContext& context);
void AddInspectCommand(CLI::App& app, CommandContext& context);
void AddRecommendCommand(CLI::App& app, CommandContext& context);
void AddSimilarCommand(CLI::App& app, CommandContext& context);
void AddImagineCommand(CLI::App& app, CommandContext& context);
void AddBenchmarkCommand(CLI::App& app, CommandContext& context);
void AddStudyCommand(CLI::App& app, CommandContext& context);
void AddTokenizeCommand(CLI::App& app, CommandContext& context);

/// A verb that stands in a program of its own, next to `tsugi`.
struct ProgramVerb {
  const char *name, *about, *example;  ///< as AddVerb takes them
  const char* program;                 ///< file name
};
inline constexpr ProgramVerb kTrainVerb = {"train", "Trains a model on an imported log",
                                           "tsugi train --data data --preset next --out run",
                                           "tsugi-train"};
inline constexpr ProgramVerb kTokenizeVerb = {
    "tokenize", "Gives every item a semantic id of four codes",
    "tsugi tokenize --data data --run run --out codes.tsv", "tsugi-train"};
inline constexpr ProgramVerb kStudyVerb = {
    "study", "Trains or measures the rows of a study, compares them",
    "tsugi study NAME --data data --out study --results results.json --resume", "tsugi-study"};

/// A verb of this program, or one of another: one of the two members is set.
struct Verb {
  void (*add)(CLI::App& app, CommandContext& context) = nullptr;
  const ProgramVerb* elsewhere = nullptr;
};

/// The verbs of `tsugi` in the order of `tsugi --help`. Those that need LibTorch stand elsewhere:
/// loading it takes half a second and 600 MB, for which no other verb should wait.
inline constexpr Verb kVerbs[] = {
    {AddImportCommand},         {.elsewhere = &kTrainVerb},    {AddEvaluateCommand},
    {AddExportCommand},         {AddInspectCommand},           {AddRecommendCommand},
    {AddSimilarCommand},        {AddImagineCommand},           {AddBenchmarkCommand},
    {.elsewhere = &kStudyVerb}, {.elsewhere = &kTokenizeVerb},
};
inline constexpr Verb kTrainVerbs[] = {{AddTrainCommand}, {AddTokenizeCommand}};
inline constexpr Verb kStudyVerbs[] = {{AddStudyCommand}};

/// Runs the verb that the arguments name; the program of a verb that stands elsewhere takes this
/// process over. Returns the exit code.
int RunVerbs(std::span<const Verb> verbs, int argc, char** argv);

/// What a part tells of a session below the list of `recommend`.
struct SessionDetails {
  const char* name;  ///< of the member in the JSON, and in "why" of each item
  /// Makes the member; empty for a model without the part or a session without events.
  nlohmann::ordered_json (*make)(const ModelView& model, const Session& session);
  /// Makes the member of "why"; its "label" is shown to people.
  nlohmann::ordered_json (*explain)(const nlohmann::ordered_json& details,
                                    const ItemReason& reason);
  /// The details as lines for people.
  std::string (*format)(const nlohmann::ordered_json& details);
};

/// A readout with names: {"action": [{"label", "probability"}, ...], ..., "weights": {"action":
/// w}}; the likeliest label first.
nlohmann::ordered_json IntentJson(const ModelView& model, const Session& session);
/// The family that a reason names, with its likeliest label: {"family", "label", "effect"}.
nlohmann::ordered_json FamilyJson(const nlohmann::ordered_json& intent, const ItemReason& reason);
/// Each family's weight and its three likeliest labels.
std::string IntentText(const nlohmann::ordered_json& intent);

inline constexpr SessionDetails kSessionDetails[] = {
    {"intent", IntentJson, FamilyJson, IntentText}};

/// What `evaluate` measures of parts after the ranking.
inline constexpr Measurement kMeasurements[] = {ReportIntents};

/// What `inspect` shows of a model file: sizes, parts, attributes per field, tensors, provenance.
nlohmann::ordered_json ModelJson(const std::string& file, const Model& model, bool all_strings);

/// `inspect --item`: an item's codes, its description and the items whose codes begin alike.
/// Errors: kUnsupported for a model whose items have no codes; kNotFound for another id.
Status InspectItem(const Model& model, const std::string& id, bool as_json);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_COMMANDS_H_
