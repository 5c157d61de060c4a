#ifndef TSUGI_NATIVE_FILES_FOLDER_LOCK_H_
#define TSUGI_NATIVE_FILES_FOLDER_LOCK_H_

#include <filesystem>

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

}  // namespace tsugi

#endif  // TSUGI_NATIVE_FILES_FOLDER_LOCK_H_
