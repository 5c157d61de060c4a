#ifndef TSUGI_NATIVE_FILES_TEMP_FOLDER_H_
#define TSUGI_NATIVE_FILES_TEMP_FOLDER_H_

#include <filesystem>

#include "core/base/status.h"

namespace tsugi {

/// A folder for what does not fit into memory, removed at the end with everything in it. A process
/// that is killed leaves its folder behind; the next Make in the same place removes it: the lock
/// that a living process holds on its folder is gone then.
class TempFolder {
 public:
  /// Makes a folder `.tsugi-temp-XXXXXX` inside `place`, which must exist, after removing those of
  /// processes that have ended. Errors: kInternal if it cannot be made.
  static Result<TempFolder> Make(const std::filesystem::path& place);

  /// Removes every folder of this process, because the process ends at once. Nothing may use them
  /// any more.
  static void RemoveAll();

  TempFolder(TempFolder&& other) noexcept;
  TempFolder& operator=(TempFolder&& other) noexcept;
  ~TempFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  TempFolder() = default;
  std::filesystem::path path_;
  int lock_ = -1;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_FILES_TEMP_FOLDER_H_
