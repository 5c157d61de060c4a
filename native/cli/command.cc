#include "native/cli/command.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "native/cli/commands.h"
#include "native/cli/progress.h"

namespace tsugi {
namespace {

/// Text of files reaches the terminal: what it would obey, ESC and its like, becomes a question
/// mark.
std::string Printable(std::string_view text) {
  std::string printable(text);
  for (char& c : printable) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F) c = '?';
  }
  return printable;
}

std::string OneLine(std::string_view message) {
  std::string line = Printable(message);
  std::replace(line.begin(), line.end(), '\n', ' ');
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

/// As a shell reads it back, in quotes where they are needed.
std::string Quoted(const std::string& argument) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+.,:/@%";
  if (!argument.empty() && argument.find_first_not_of(kPlain) == std::string::npos) {
    return argument;
  }
  return QuoteForShell(argument);
}

bool HasVerb(const CLI::App& app, const std::string& name) {
  const auto verbs = app.get_subcommands({});
  return std::any_of(verbs.begin(), verbs.end(),
                     [&](const CLI::App* verb) { return verb->get_name() == name; });
}

/// Says that `name` is no verb, with the nearest one.
int PrintUnknownVerb(const CLI::App& app, std::string_view name) {
  std::vector<std::string> names;
  std::string list;
  for (const CLI::App* verb : app.get_subcommands({})) {
    names.push_back(verb->get_name());
    list += (list.empty() ? "" : ", ") + names.back();
  }
  const std::string nearest(
      NearestOf(name, names.size(), [&](size_t i) { return std::string_view(names[i]); }));
  PrintError("tsugi: '" + std::string(name) + "' is not a verb (expected one of " + list +
             "). Try: tsugi " + nearest + " --help");
  return kExitWrongUsage;
}

int PrintUsageError(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return app.exit(error);  // --help or --version
  const auto verbs = app.get_subcommands();
  const std::string verb = verbs.empty() ? "tsugi" : "tsugi " + verbs.front()->get_name();
  PrintError(verb + ": " + error.what() + ". Try: " + verb + " --help");
  return kExitWrongUsage;
}

}  // namespace

// A callback of the parser returns nothing, hence the exit code in the context.
CLI::App* AddVerb(CLI::App& app, CommandContext& context, const std::string& name,
                  const std::string& what, const std::string& example,
                  std::function<Status()> run) {
  CLI::App* verb = app.add_subcommand(name, what);
  verb->footer("Example: " + example);
  app.footer(app.get_footer() + "\n  " + example);
  verb->callback([&context, run = std::move(run)] {
    const Status status = run();
    if (status.ok()) return;
    PrintError(status.message());
    context.exit_code = WasInterrupted() ? kExitInterrupted : kExitFailed;
  });
  return verb;
}

// Exceptions end here: the parser and the JSON library throw, while our own code returns a Status.
// An unknown verb is looked for first, because the parser would only call it an extra argument.
int RunCommandLine(CLI::App& app, CommandContext& context, int argc, const char* const* argv) {
  if (argc < 2) {
    PrintError("tsugi: a verb is missing. Try: tsugi --help");
    return kExitWrongUsage;
  }
  const std::string first = argv[1];
  if (!first.starts_with("-") && !HasVerb(app, first)) {
    return PrintUnknownVerb(app, first);
  }
  // Studies write it into their results, from which it is copied back into a shell.
  context.command_line = "tsugi";
  for (int i = 1; i < argc; ++i) context.command_line += " " + Quoted(argv[i]);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return PrintUsageError(app, error);
  } catch (const std::bad_alloc&) {
    PrintError("not enough memory. Try: a smaller data set or a machine with more memory");
    return kExitFailed;
  } catch (const std::exception& error) {
    PrintError(error.what());
    return kExitFailed;
  }
  // A full disk may show only now. `tsugi recommend > file` must not end with 0 then.
  const bool is_written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (context.exit_code == kExitDone && !is_written) {
    PrintError("standard output: could not be written. Try: free disk space");
    return kExitFailed;
  }
  return context.exit_code;
}

std::string QuoteForShell(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

// Flushed first, so that in a shared file the error stands after the output that it follows.
void PrintError(std::string_view message) {
  std::fflush(stdout);
  std::fprintf(stderr, "%s\n", OneLine(message).c_str());
}

void PrintWarning(std::string_view message) { PrintError("warning: " + std::string(message)); }

void Print(std::string_view text) {
  const std::string printable = Printable(text);
  std::fwrite(printable.data(), 1, printable.size(), stdout);
}

// Files may hold damaged UTF-8. It is replaced, where dump() would throw.
void PrintJson(const nlohmann::ordered_json& json) {
  Print(json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

namespace {

/// Puts the program of a verb in this process's place, so that signals and the exit code are its
/// own. Returns only if that fails.
int RunProgram(const ProgramVerb& verb, char** argv) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string program = (self.parent_path() / verb.program).string();
  execv(program.c_str(), argv);
  PrintError(std::string(verb.name) + ": " + program +
             " can not be run (expected this program next to tsugi). Try: ./dev build, or "
             "configure with -DTSUGI_BUILD_TRAINER=ON and build all");
  return kExitFailed;
}

}  // namespace

// The other program parses its arguments itself, --help too, so it is started before any parsing.
// Here its verb only has to be in the help.
int RunVerbs(std::span<const Verb> verbs, int argc, char** argv) {
  CommandContext context;
  CLI::App app("Learns from an event log what comes next, recommends it on the device", "tsugi");
  app.set_version_flag("--version", "tsugi " TSUGI_VERSION);
  app.require_subcommand(1);
  app.footer("Examples:");
  for (const Verb& verb : verbs) {
    if (verb.add != nullptr) {
      verb.add(app, context);
      continue;
    }
    const ProgramVerb& other = *verb.elsewhere;
    if (argc > 1 && std::string_view(argv[1]) == other.name) return RunProgram(other, argv);
    AddVerb(app, context, other.name, other.about, other.example, [] { return Status(); });
  }
  // AddVerb has appended an example of each verb to the footer, so the exit codes come after them.
  app.footer(app.get_footer() +
             "\nExit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by the user. `tsugi VERB "
             "--help` lists a verb's options.");
  return RunCommandLine(app, context, argc, argv);
}

}  // namespace tsugi
