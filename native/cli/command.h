#ifndef TSUGI_NATIVE_CLI_COMMAND_H_
#define TSUGI_NATIVE_CLI_COMMAND_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/base/status.h"

namespace tsugi {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitWrongUsage = 2;
inline constexpr int kExitInterrupted = 130;  ///< stopped by the user

/// What `main` and the verbs tell each other.
struct CommandContext {
  int exit_code = kExitDone;  ///< of the process, set by the verb
  std::string command_line;   ///< as it could be typed again, set by RunCommandLine
};

/// Adds a verb. `example` is one line shown in its help and at the end of that of `app`. `run` is
/// called once the verb is parsed; an error that it returns is printed, and context.exit_code says
/// how it ended: kExitFailed, or kExitInterrupted if the user had asked to stop.
/// Returns the sub-command to add options to; it belongs to `app`. `context` must outlive `app`.
///
/// Example, one file per verb:
///   void AddInspectCommand(CLI::App& app, CommandContext& context) {
///     auto path = std::make_shared<std::string>();
///     CLI::App* verb = AddVerb(app, context, "inspect", "Shows what a model file holds",
///                              "tsugi inspect model.tsugi", [path] { return Inspect(*path); });
///     verb->add_option("MODEL", *path, "model file")->required();
///   }
CLI::App* AddVerb(CLI::App& app, CommandContext& context, const std::string& name,
                  const std::string& what, const std::string& example, std::function<Status()> run);

/// Parses the arguments and runs the verb they name. Wrong usage, exceptions and a standard output
/// that can not be written are printed. Returns the exit code: 0 done, 1 failed, 2 wrong usage.
int RunCommandLine(CLI::App& app, CommandContext& context, int argc, const char* const* argv);

/// In single quotes, as a shell reads it back.
std::string QuoteForShell(std::string_view text);

/// Prints one line on stderr, whatever the message holds.
void PrintError(std::string_view message);
/// As PrintError, after "warning: ".
void PrintWarning(std::string_view message);

/// Writes text to stdout, control characters other than line feeds and tabs as question marks.
void Print(std::string_view text);

/// The same, indented; what is no UTF-8 is replaced.
void PrintJson(const nlohmann::ordered_json& json);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_COMMAND_H_
