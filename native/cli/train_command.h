#ifndef TSUGI_NATIVE_CLI_TRAIN_COMMAND_H_
#define TSUGI_NATIVE_CLI_TRAIN_COMMAND_H_

#include "native/cli/command.h"

namespace tsugi {

/// Adds `tsugi train`. A build without LibTorch has a verb that says so.
void AddTrainCommand(CLI::App& app, CommandContext& context);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_TRAIN_COMMAND_H_
