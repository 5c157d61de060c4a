#ifndef TSUGI_NATIVE_CLI_IMPORT_FLAGS_H_
#define TSUGI_NATIVE_CLI_IMPORT_FLAGS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "native/dataset/import.h"

namespace tsugi {

/// The flags as given; ToOptions makes names, paths and times of the strings.
struct ImportFlags {
  ImportOptions options;
  std::string format, tie_order = "raw";
  std::vector<std::string> events;
  std::string items, words, times, test_cases, out, split_time, events_delimiter, items_delimiter;
  std::string date_order, memory;
  std::vector<std::string> item_fields, item_vectors;
  uint32_t min_count = 0;  // 0: not given
  bool has_no_header = false, has_no_items_header = false, is_json = false;
};

/// Adds the options of `import` to the verb. The flags outlive it.
void AddImportFlags(CLI::App& verb, ImportFlags& flags);

/// The options of an import. Looks into the log if its form is not told.
/// Errors: kInvalidArgument for a time that is none, or a log whose form nobody can tell.
Result<ImportOptions> ToOptions(const ImportFlags& flags);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_IMPORT_FLAGS_H_
