#ifndef TSUGI_NATIVE_LOG_INPUT_FILES_H_
#define TSUGI_NATIVE_LOG_INPUT_FILES_H_

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/status.h"

namespace tsugi {

/// The files that `names` stand for: each is a file or a pattern with *, ? or [...], whose files
/// come in the order of their names. What cannot be read twice, e.g. a pipe, is copied into
/// `temp_folder`; its copy is returned. Notes which files hold the same bytes.
/// Errors: kNotFound for a pattern without a file; kInvalidArgument for a file given twice;
/// kInternal if a pipe cannot be copied.
Result<std::vector<std::filesystem::path>> FindInputFiles(const std::vector<std::string>& names,
                                                          const std::filesystem::path& temp_folder,
                                                          std::vector<std::string>& notes);

/// Whether the name is a pipe or a device rather than a file.
bool IsPipe(const std::filesystem::path& path);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_INPUT_FILES_H_
