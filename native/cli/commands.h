#ifndef TSUGI_NATIVE_CLI_COMMANDS_H_
#define TSUGI_NATIVE_CLI_COMMANDS_H_

#include "native/cli/command.h"

namespace tsugi {

// Each verb adds itself to the command line; its file is <verb>_command.cc.
void AddImportCommand(CLI::App& app, CommandContext& context);
void AddTrainCommand(CLI::App& app, CommandContext& context);     ///< says so where it can not
void AddTokenizeCommand(CLI::App& app, CommandContext& context);  ///< with the trainer alone
void AddEvaluateCommand(CLI::App& app, CommandContext& context);
void AddExportCommand(CLI::App& app, CommandContext& context);
void AddInspectCommand(CLI::App& app, CommandContext& context);
void AddImagineCommand(CLI::App& app, CommandContext& context);
void AddRecommendCommand(CLI::App& app, CommandContext& context);
void AddBenchmarkCommand(CLI::App& app, CommandContext& context);
void AddStudyCommand(CLI::App& app, CommandContext& context);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_COMMANDS_H_
