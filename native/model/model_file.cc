#include "native/model/model_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include "core/model/tensor_table.h"
#include "model_format/writer.h"

namespace tsugi {
namespace {

constexpr size_t kReadChunkBytes = size_t{1} << 30;  // one read() takes at most 2 GiB - 4 KiB

Status WithPath(const std::filesystem::path& path, const Status& status) {
  return {status.code(), path.string() + ": " + std::string(status.message())};
}

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

  Status Append(std::span<const uint8_t> bytes) override {
    while (!bytes.empty()) {
      const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return FileError(path_, "can not write", errno);
      bytes = bytes.subspan(static_cast<size_t>(written));
    }
    return Status();
  }

  // Until here a full disk may show up, so closing counts too.
  Status SyncAndClose() {
    const bool is_synced = fsync(descriptor_) == 0;
    const int sync_error = errno;
    const bool is_closed = close(std::exchange(descriptor_, -1)) == 0;
    if (!is_synced) return FileError(path_, "can not write", sync_error);
    return is_closed ? Status() : FileError(path_, "can not write", errno);
  }

  Result<AlignedBuffer<uint8_t>> ReadAll(const ReadLimits& limits) {
    struct stat info;
    if (fstat(descriptor_, &info) != 0) return FileError(path_, "can not read", errno);
    if (!S_ISREG(info.st_mode)) {
      return InvalidArgument(path_.string() + ": not a file, expected a tsugi model");
    }
    const auto size = static_cast<uint64_t>(info.st_size);
    if (size > limits.max_file_bytes) {
      return OutOfMemory(path_.string() + ": " + std::to_string(size) + " bytes, the limit is " +
                         std::to_string(limits.max_file_bytes) +
                         "; raise the limit or use a smaller model");
    }
    TSUGI_ASSIGN_OR_RETURN(auto bytes, AlignedBuffer<uint8_t>::Create(size));
    for (size_t at = 0; at < size;) {
      const ssize_t got =
          read(descriptor_, bytes.data() + at, std::min(size - at, kReadChunkBytes));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return FileError(path_, "can not read", errno);
      if (got == 0) {
        return CorruptModel(path_.string() + ": became shorter while it was read; try again");
      }
      at += static_cast<size_t>(got);
    }
    return bytes;
  }

 private:
  std::filesystem::path path_;
  int descriptor_;
  Status status_;
};

Status ReadBackDifferently(std::string_view what) {
  return Internal(std::string(what) +
                  ": read back differently from what was written; check the disk");
}

Status CompareModels(const ModelView& written, const ModelView& read) {
  if (written.spec != read.spec) return ReadBackDifferently("spec");
  for (const TensorEntry& entry : BuildTensorTable(written.spec)) {
    const TensorView a = written.Find(entry.name);
    const TensorView b = read.Find(entry.name);
    if (a.dtype != b.dtype || a.shape != b.shape || std::memcmp(a.data, b.data, a.bytes()) != 0) {
      return ReadBackDifferently(entry.name);
    }
  }
  for (const StringsEntry& entry : BuildStringsTable(written.spec)) {
    const StringTableView a = written.Strings(entry.name);
    const StringTableView b = read.Strings(entry.name);
    if (!std::ranges::equal(a.offsets, b.offsets) || a.text != b.text) {
      return ReadBackDifferently(entry.name);
    }
  }
  if (!std::ranges::equal(written.item_attribute_offsets, read.item_attribute_offsets) ||
      !std::ranges::equal(written.item_attributes, read.item_attributes)) {
    return ReadBackDifferently("item attributes");
  }
  return Status();
}

Status WriteAndVerify(const std::filesystem::path& path, const ModelView& view,
                      const Provenance& provenance, const Int4Tensors& int4) {
  File file(path, O_WRONLY | O_CREAT | O_TRUNC);
  TSUGI_RETURN_IF_ERROR(file.status());
  TSUGI_RETURN_IF_ERROR(WriteModel(view, provenance, file, int4));
  TSUGI_RETURN_IF_ERROR(file.SyncAndClose());
  TSUGI_ASSIGN_OR_RETURN(const Model read, LoadModelFile(path));
  if (read.provenance() != provenance) {
    return Internal("provenance: read back differently; check the disk");
  }
  return CompareModels(view, read.view());
}

// Makes a rename last through a power cut. Not every file system can, and the file itself is safe.
void SyncFolder(const std::filesystem::path& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  (void)fsync(descriptor);
  close(descriptor);
}

}  // namespace

Status SaveModel(const std::filesystem::path& path, const ModelView& view,
                 const Provenance& provenance, const Int4Tensors& int4) {
  std::error_code ignored;  // of a path that can not be looked at, writing says more
  const auto kind = std::filesystem::status(path, ignored).type();
  if (kind != std::filesystem::file_type::not_found && kind != std::filesystem::file_type::none &&
      kind != std::filesystem::file_type::regular) {
    return InvalidArgument(path.string() + ": exists and is not a file; choose another name");
  }
  std::filesystem::path aside = path;
  aside += ".tmp-" + std::to_string(getpid());
  Status status = WriteAndVerify(aside, view, provenance, int4);
  if (status.ok() && rename(aside.c_str(), path.c_str()) != 0) {
    status = FileError(path, "can not replace", errno);
  }
  if (!status.ok()) {
    unlink(aside.c_str());
    return status;
  }
  SyncFolder(path.has_parent_path() ? path.parent_path() : ".");
  return Status();
}

Result<Model> LoadModelFile(const std::filesystem::path& path, const ReadLimits& limits) {
  File file(path, O_RDONLY);
  TSUGI_RETURN_IF_ERROR(file.status());
  TSUGI_ASSIGN_OR_RETURN(auto bytes, file.ReadAll(limits));
  Result<Model> model = ReadModel(std::move(bytes), limits);
  if (!model.ok()) return WithPath(path, model.status());
  return model;
}

}  // namespace tsugi
