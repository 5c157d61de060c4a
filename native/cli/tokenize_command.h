#ifndef TSUGI_NATIVE_CLI_TOKENIZE_COMMAND_H_
#define TSUGI_NATIVE_CLI_TOKENIZE_COMMAND_H_

#include "native/cli/command.h"

namespace tsugi {

void AddTokenizeCommand(CLI::App& app, CommandContext& context);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_TOKENIZE_COMMAND_H_
