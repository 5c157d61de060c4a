#include "native/files/folders.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <set>
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

namespace {

constexpr char kPrefix[] = ".tsugi-temp-";

// The folders of this process, for RemoveAllAndExit.
struct Made {
  std::mutex mutex;
  std::set<std::filesystem::path> paths;
};
Made& AllMade() {
  static Made& made = *new Made;  // outlives the threads that main leaves behind
  return made;
}

char last_made[4096];

// The folder itself carries the lock. Returns -1 if another process holds it.
int Lock(const std::filesystem::path& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  if (fd >= 0) close(fd);
  return -1;
}

// A killed process could not remove its folder, but its lock is gone. Whoever gets the lock
// therefore knows that nobody uses the folder.
void RemoveStale(const std::filesystem::path& place) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(place, ignored)) {
    if (!entry.path().filename().string().starts_with(kPrefix)) continue;
    const int lock = Lock(entry.path());
    if (lock < 0) continue;
    std::filesystem::remove_all(entry.path(), ignored);
    close(lock);
  }
}

}  // namespace

Result<TempFolder> TempFolder::Make(const std::filesystem::path& place) {
  RemoveStale(place);
  TempFolder folder;
  const std::lock_guard guard(AllMade().mutex);  // a folder that is there is also in the list
  std::string name = (place / (std::string(kPrefix) + "XXXXXX")).string();
  if (mkdtemp(name.data()) == nullptr) {
    return Internal(place.string() + ": no temporary folder can be made (" + std::strerror(errno) +
                    "). Try: another --out, or free disk space");
  }
  folder.path_ = name;
  folder.lock_ = Lock(folder.path_);
  AllMade().paths.insert(folder.path_);
  std::snprintf(last_made, sizeof last_made, "%s",
                name.size() < sizeof last_made ? name.c_str() : "");
  return folder;
}

const char* TempFolder::Last() { return last_made; }

std::unique_lock<std::mutex> TempFolder::HoldAll() { return std::unique_lock(AllMade().mutex); }

// `held` is never released: the destructor of a folder waits for it.
void TempFolder::RemoveAllAndExit(std::unique_lock<std::mutex> held, int exit_code) {
  TSUGI_DCHECK(held.owns_lock());
  std::error_code ignored;
  for (const std::filesystem::path& path : AllMade().paths) {
    std::filesystem::remove_all(path, ignored);
  }
  _exit(exit_code);
}

TempFolder::TempFolder(TempFolder&& other) noexcept { *this = std::move(other); }

// Swapping hands the old folder to `other`, whose destructor removes it.
TempFolder& TempFolder::operator=(TempFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  return *this;
}

// The lock goes last: while the folder is half removed, no other process takes it for a stale one.
TempFolder::~TempFolder() {
  std::error_code ignored;
  if (!path_.empty()) {
    const std::lock_guard guard(AllMade().mutex);
    std::filesystem::remove_all(path_, ignored);
    AllMade().paths.erase(path_);
    if (path_ == last_made) last_made[0] = '\0';
  }
  if (lock_ >= 0) close(lock_);
}

}  // namespace tsugi
