#ifndef TSUGI_NATIVE_CLI_IMPORT_COMMAND_H_
#define TSUGI_NATIVE_CLI_IMPORT_COMMAND_H_

#include <CLI/CLI.hpp>

#include "native/cli/command.h"

namespace tsugi {

/// Adds the verb `import`: log -> data set.
void AddImportCommand(CLI::App& app, CommandContext& context);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_IMPORT_COMMAND_H_
