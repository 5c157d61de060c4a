#include "native/files/whole_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace tsugi {
namespace {

constexpr size_t kReadChunkBytes = size_t{1} << 30;  // one read() takes at most 2 GiB - 4 KiB
constexpr size_t kWriteChunkBytes = size_t{1} << 18;
constexpr char kAsideInfix[] = ".tmp-";

// Turns errno of `action` on `path` into a status with a remedy.
Status FileError(const std::filesystem::path& path, const std::string& action, int error) {
  const std::string what = path.string() + ": " + action + ": " + std::strerror(error);
  switch (error) {
    case ENOENT:
      return NotFound(what + "; check the path");
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return OutOfRange(what + "; free some space or choose another place");
    default:
      return InvalidArgument(what + "; check the path and its permissions");
  }
}

// An open file; closes it when it goes.
class File : public ByteSink {
 public:
  File(std::filesystem::path path, int flags)
      : path_(std::move(path)), descriptor_(open(path_.c_str(), flags | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) status_ = FileError(path_, "can not open", errno);
  }
  ~File() override {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  /// Whether opening worked.
  const Status& status() const { return status_; }

  // Collected, because some writers append a few bytes at a time.
  Status Append(std::span<const uint8_t> bytes) override {
    if (pending_.size() + bytes.size() > kWriteChunkBytes) {
      TSUGI_RETURN_IF_ERROR(Write(std::exchange(pending_, {})));
    }
    if (bytes.size() > kWriteChunkBytes) return Write(bytes);
    pending_.insert(pending_.end(), bytes.begin(), bytes.end());
    return Status();
  }

  // Until here a full disk may show up, so closing counts too. EINVAL: a device that can not be
  // synced.
  Status SyncAndClose() {
    TSUGI_RETURN_IF_ERROR(Write(std::exchange(pending_, {})));
    const bool is_synced = fsync(descriptor_) == 0 || errno == EINVAL;
    const int sync_error = errno;
    const bool is_closed = close(std::exchange(descriptor_, -1)) == 0;
    if (!is_synced) return FileError(path_, "can not write", sync_error);
    return is_closed ? Status() : FileError(path_, "can not write", errno);
  }

  // Regular files alone: the size of a pipe or of a device says nothing about what it will give.
  Result<uint64_t> Size(const char* what) const {
    struct stat info;
    if (fstat(descriptor_, &info) != 0) return FileError(path_, "can not read", errno);
    if (S_ISREG(info.st_mode)) return static_cast<uint64_t>(info.st_size);
    return InvalidArgument(path_.string() + ": not a file, expected " + what);
  }

  /// Fills `bytes`; false at the end of the file. A read may return less than was asked for, even
  /// before the end, so it is repeated.
  Result<bool> Read(std::span<uint8_t> bytes) {
    while (!bytes.empty()) {
      const ssize_t got = read(descriptor_, bytes.data(), std::min(bytes.size(), kReadChunkBytes));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return FileError(path_, "can not read", errno);
      if (got == 0) return false;
      bytes = bytes.subspan(static_cast<size_t>(got));
    }
    return true;
  }

 private:
  Status Write(std::span<const uint8_t> bytes) {
    while (!bytes.empty()) {
      const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return FileError(path_, "can not write", errno);
      bytes = bytes.subspan(static_cast<size_t>(written));
    }
    return Status();
  }

  std::filesystem::path path_;
  int descriptor_;
  std::vector<uint8_t> pending_;  // appended, not written yet
  Status status_;
};

using Kind = std::filesystem::file_type;

Kind KindOf(const std::filesystem::path& path) {
  std::error_code ignored;  // of a path that can not be looked at, writing says more
  return std::filesystem::status(path, ignored).type();
}

// Follows links: what a link names is replaced, not the link.
std::filesystem::path RealPlace(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_symlink(path, error)) return path;
  const std::filesystem::path real = std::filesystem::weakly_canonical(path, error);
  return error ? path : real;
}

std::filesystem::path FolderOf(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : ".";
}

// Synced before anybody renames the file. After a power cut the new name may be on the disk while
// the bytes are not.
Status WriteAndCheck(const std::filesystem::path& path,
                     const std::function<Status(ByteSink&)>& write,
                     const std::function<Status(const std::filesystem::path&)>& check) {
  File file(path, O_WRONLY | O_CREAT | O_TRUNC);
  TSUGI_RETURN_IF_ERROR(file.status());
  TSUGI_RETURN_IF_ERROR(write(file));
  TSUGI_RETURN_IF_ERROR(file.SyncAndClose());
  return check ? check(path) : Status();
}

Status Compare(const std::filesystem::path& path, std::span<const uint8_t> bytes) {
  File file(path, O_RDONLY);
  TSUGI_RETURN_IF_ERROR(file.status());
  TSUGI_ASSIGN_OR_RETURN(const uint64_t size, file.Size("what was written"));
  bool is_same = size == bytes.size();
  uint8_t chunk[1 << 16];
  while (is_same && !bytes.empty()) {
    const auto read = std::span(chunk).first(std::min(bytes.size(), sizeof(chunk)));
    TSUGI_ASSIGN_OR_RETURN(is_same, file.Read(read));
    is_same = is_same && std::memcmp(read.data(), bytes.data(), read.size()) == 0;
    bytes = bytes.subspan(read.size());
  }
  return is_same ? Status()
                 : Internal(path.string() +
                            ": read back differently from what was written; check the disk");
}

// Where this process prepares what will be `path`. In the same folder, because a rename works
// within one file system only. The process id keeps two writers apart and tells SweepLeftovers
// whose file it was.
std::filesystem::path AsideOf(const std::filesystem::path& path) {
  std::filesystem::path aside = path;
  aside += kAsideInfix + std::to_string(getpid());
  return aside;
}

}  // namespace

Status WriteWholeFile(const std::filesystem::path& given,
                      const std::function<Status(ByteSink&)>& write,
                      const std::function<Status(const std::filesystem::path&)>& check) {
  const std::filesystem::path path = RealPlace(given);
  const Kind kind = KindOf(path);
  if (kind != Kind::not_found && kind != Kind::none && kind != Kind::regular) {
    return InvalidArgument(path.string() + ": exists and is not a file; choose another name");
  }
  SweepLeftovers(path);
  const std::filesystem::path aside = AsideOf(path);
  Status status = WriteAndCheck(aside, write, check);
  if (status.ok() && rename(aside.c_str(), path.c_str()) != 0) {
    status = FileError(path, "can not replace", errno);
  }
  if (!status.ok()) {
    unlink(aside.c_str());
    return status;
  }
  SyncFolder(FolderOf(path));
  return Status();
}

Status WriteWholeFile(const std::filesystem::path& given, std::span<const uint8_t> bytes) {
  const std::filesystem::path path = RealPlace(given);
  const auto write = [bytes](ByteSink& file) { return file.Append(bytes); };
  const Kind kind = KindOf(path);
  // /dev/stdout may lead to a regular file that the shell holds open. Replacing that file would
  // leave the shell with the old one, so the name as it was given counts, too.
  const bool is_stream = kind == Kind::character || kind == Kind::fifo ||
                         given.string().starts_with("/dev/") ||
                         given.string().starts_with("/proc/");
  if (is_stream) return WriteAndCheck(given, write, {});
  return WriteWholeFile(path, write, [bytes](const std::filesystem::path& written) {
    return Compare(written, bytes);
  });
}

// The size is asked first, so that the memory is allocated once, aligned and padded for the engine.
Result<AlignedBuffer<uint8_t>> ReadWholeFile(const std::filesystem::path& path, uint64_t limit,
                                             const char* what) {
  File file(path, O_RDONLY);
  TSUGI_RETURN_IF_ERROR(file.status());
  TSUGI_ASSIGN_OR_RETURN(const uint64_t size, file.Size(what));
  if (size > limit) {
    return OutOfMemory(path.string() + ": " + std::to_string(size) + " bytes, the limit is " +
                       std::to_string(limit) + "; raise the limit or use a smaller file");
  }
  TSUGI_ASSIGN_OR_RETURN(auto bytes, AlignedBuffer<uint8_t>::Create(size));
  TSUGI_ASSIGN_OR_RETURN(const bool is_whole, file.Read(bytes.span()));
  if (is_whole) return bytes;
  return CorruptModel(path.string() + ": became shorter while it was read; try again");
}

namespace {

std::string_view TextOf(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

Status HashedSink::Append(std::span<const uint8_t> bytes) {
  hash_ = FnvHash(TextOf(bytes), hash_);
  return sink_.Append(bytes);
}

Status HashedSink::Finish() {
  uint8_t end[sizeof hash_];
  StoreLittleEndian(hash_, end);
  return sink_.Append(end);
}

Result<AlignedBuffer<uint8_t>> ReadHashedFile(const std::filesystem::path& path, const char* what,
                                              const char* remedy) {
  constexpr size_t kHashBytes = 8;
  TSUGI_ASSIGN_OR_RETURN(auto bytes, ReadWholeFile(path, uint64_t{1} << 40, what));
  const size_t size = bytes.size() - std::min(bytes.size(), kHashBytes);
  if (size == 0 || LoadLittleEndian<uint64_t>(bytes.data() + size) !=
                       FnvHash(TextOf(bytes.span().first(size)))) {
    return CorruptModel(path.string() + ": damaged, or made by an older tsugi. Try: " + remedy);
  }
  bytes.Shrink(size);
  return bytes;
}

// Errors are ignored: not every file system can sync a folder, and the file is complete in any
// case.
void SyncFolder(const std::filesystem::path& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  (void)fsync(descriptor);
  close(descriptor);
}

// Signal 0 asks whether a process lives; a refusal (EPERM) means that it does, for another user.
// Files are removed after the loop, because a listing need not survive removals.
void SweepLeftovers(const std::filesystem::path& path) {
  const std::string prefix = path.filename().string() + kAsideInfix;
  std::error_code error;
  std::vector<std::filesystem::path> dead;
  std::filesystem::directory_iterator at(FolderOf(path), error);
  for (; !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    const auto& entry = *at;
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    pid_t process = 0;
    const char* const end = name.data() + name.size();
    const auto parsed = std::from_chars(name.data() + prefix.size(), end, process);
    if (parsed.ptr != end || process <= 0) continue;
    const bool is_alive = process == getpid() || kill(process, 0) == 0 || errno != ESRCH;
    std::error_code ignored;
    const bool is_file = entry.symlink_status(ignored).type() == Kind::regular;
    if (!is_alive && is_file) dead.push_back(entry.path());
  }
  for (const auto& leftover : dead) std::filesystem::remove_all(leftover, error);
}

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
