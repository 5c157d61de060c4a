#ifndef TSUGI_TESTS_NATIVE_CLI_COMMAND_RUNNER_H_
#define TSUGI_TESTS_NATIVE_CLI_COMMAND_RUNNER_H_

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace tsugi {

struct CommandResult {
  int exit_code = -1;
  std::string output;
  std::string error;
};

inline std::string ReadText(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline void WriteText(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// A folder of its own for a test suite, removed at the end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tsugi_cli_XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// Runs a program with shell-quoted `arguments` and returns what it left behind. `program`: a
/// command of the shell.
inline CommandResult RunTsugi(const std::string& arguments,
                              const std::string& program = "'" TSUGI_BINARY "'") {
  const ScratchFolder scratch;
  const std::string command = "{ " + program + " " + arguments + "; } >'" + (scratch / "out") +
                              "' 2>'" + (scratch / "err") + "' </dev/null";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, ReadText(scratch / "out"),
          ReadText(scratch / "err")};
}

}  // namespace tsugi

#endif  // TSUGI_TESTS_NATIVE_CLI_COMMAND_RUNNER_H_
