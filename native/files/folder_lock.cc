#include "native/files/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace tsugi {

// The lock is the kernel's, on the open folder: it ends with the process, so nothing can go stale.
Result<FolderLock> FolderLock::Take(const std::filesystem::path& folder) {
  FolderLock lock(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock.descriptor_ < 0) {
    return NotFound(folder.string() + ": can not be opened (" + std::strerror(errno) +
                    "). Try: check the path and its permissions");
  }
  // Any other error means a file system without locks, where work must be possible, too.
  if (flock(lock.descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return lock;
  return InvalidArgument(folder.string() +
                         ": another tsugi process writes to this folder. Try: wait until it ends, "
                         "or another --out");
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

// Swapping hands the old lock to `other`, whose destructor releases it.
FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace tsugi
