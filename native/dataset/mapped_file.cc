#include "native/dataset/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace tsugi {

// Mapping instead of reading: several processes share one copy in the page cache, opening takes no
// time whatever the size, and arrays that are never touched cost nothing.
Result<MappedFile> MappedFile::Open(const std::filesystem::path& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return NotFound(path.string() + ": cannot be opened (" + std::strerror(errno) +
                    "). Try: check the path and its permissions");
  }
  struct stat info {};
  MappedFile file;
  Status status;
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    status = Internal(path.string() + ": is not a regular file");
  } else if (info.st_size > 0) {  // mmap refuses a length of 0
    file.bytes_ = static_cast<size_t>(info.st_size);
    file.data_ = mmap(nullptr, file.bytes_, PROT_READ, MAP_PRIVATE, fd, 0);
    if (file.data_ == MAP_FAILED) {
      status = Internal(path.string() + ": cannot be mapped (" + std::strerror(errno) + ")");
      file.data_ = nullptr;
      file.bytes_ = 0;
    }
  }
  close(fd);  // the mapping outlives the descriptor
  if (!status.ok()) return status;
  return file;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) munmap(data_, bytes_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

// Swapping hands the old mapping to `other`, whose destructor unmaps it.
MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

}  // namespace tsugi
