#ifndef TSUGI_NATIVE_FILES_FOLDERS_H_
#define TSUGI_NATIVE_FILES_FOLDERS_H_

#include <filesystem>
#include <mutex>

#include "core/base/status.h"

namespace tsugi {

/// Keeps other tsugi processes from writing to a folder, until this object or the process ends,
/// however it ends. Other programs and readers are not kept out.
class FolderLock {
 public:
  /// Errors: kNotFound if the folder can not be opened; kInvalidArgument if another process holds
  /// it. A file system without locks grants every lock.
  static Result<FolderLock> Take(const std::filesystem::path& folder);

  FolderLock() = default;  ///< holds nothing
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

/// A folder for what does not fit into memory, removed at the end with everything in it. A process
/// that is killed leaves its folder behind; the next Make in the same place removes it: the lock
/// that a living process holds on its folder is gone then.
class TempFolder {
 public:
  /// Makes a folder `.tsugi-temp-XXXXXX` inside `place`, which must exist, after removing those of
  /// processes that have ended. Errors: kInternal if it cannot be made.
  static Result<TempFolder> Make(const std::filesystem::path& place);

  /// The folder of this process that was made last; "" if it is gone. For a signal handler, which
  /// may not allocate.
  static const char* Last();

  /// The folders stay as long as the caller holds this: what it moves out of one is not removed by
  /// half. Meanwhile it neither makes a folder nor lets one go.
  static std::unique_lock<std::mutex> HoldAll();

  /// Removes every folder of this process and ends it. `held` comes from HoldAll. A thread that
  /// still writes to a folder waits for ever when it has done with it, so it can neither publish
  /// what is half removed nor report an error.
  [[noreturn]] static void RemoveAllAndExit(std::unique_lock<std::mutex> held, int exit_code);

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

#endif  // TSUGI_NATIVE_FILES_FOLDERS_H_
