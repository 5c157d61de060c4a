#include "native/log/byte_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace tsugi {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;
constexpr std::string_view kZstd("\x28\xB5\x2F\xFD", 4);

struct Container {
  std::string_view start;
  const char* what;
  const char* remedy;
};
constexpr Container kContainers[] = {
    {{"PK\x03\x04", 4},
     "a zip archive (an .xlsx workbook is one, too)",
     "unzip it, or save the workbook as CSV"},
    {{"\xFD\x37zXZ\0", 6}, "packed with xz", "unxz it first"},
    {{"BZh", 3}, "packed with bzip2", "bunzip2 it first"},
    {{"7z\xBC\xAF\x27\x1C", 6}, "a 7z archive", "unpack it first"},
    {{"Rar!", 4}, "a rar archive", "unpack it first"},
    {{"\xD0\xCF\x11\xE0", 4}, "an old Office file", "save it as CSV"},
    {{"SQLite format 3", 15}, "an SQLite database", "export the table as CSV"},
    {{"ORC", 3}, "an ORC file", "convert it to Parquet"},
    {{"Obj\x01", 4}, "an Avro file", "convert it to Parquet or JSON lines"},
    {{"\x89HDF", 4}, "an HDF5 file", "convert it to Parquet"},
    {{"%PDF", 4}, "a PDF document", "give the log as CSV"},
    {{"\xFF\xFE", 2}, "UTF-16 text", "iconv -f UTF-16 -t UTF-8 FILE > NEW"},
    {{"\xFE\xFF", 2}, "UTF-16 text", "iconv -f UTF-16 -t UTF-8 FILE > NEW"},
};

// A tar archive names itself behind the first file's name.
bool IsTar(std::string_view bytes) { return bytes.size() > 262 && bytes.substr(257, 5) == "ustar"; }

}  // namespace

FileKind KindOf(std::string_view bytes) {
  if (bytes.starts_with("PAR1")) return FileKind::kParquet;
  for (const Container& container : kContainers) {
    if (bytes.starts_with(container.start)) return FileKind::kOther;
  }
  return IsTar(bytes) ? FileKind::kOther : FileKind::kText;
}

struct ByteReader::Impl {
  std::string name;
  int fd = -1;
  gzFile gzip = nullptr;  // reads plain files as well; owns fd then
  ZSTD_DStream* zstd = nullptr;
  std::vector<char> packed;  // zstd: bytes [begin, end) of the file wait to be unpacked
  size_t begin = 0, end = 0;
  uint64_t file_bytes = 0;  // zstd: read from the file so far
  bool frame_ended = true;  // zstd: between two frames, where the file may end
  std::vector<char> first;  // unpacked bytes [first_read, ...) were looked at and come next
  size_t first_read = 0;
  Status failure;  // what ended the look at the start; comes after these bytes

  ~Impl() {
    ZSTD_freeDStream(zstd);
    if (gzip != nullptr) gzclose(gzip);
    if (gzip == nullptr && fd >= 0) close(fd);
  }

  Status ReadError() const {
    return Internal(name + ": cannot be read (" + std::strerror(errno) +
                    "). Try: check the disk and the permissions");
  }
  Status Damaged(std::string_view format, std::string_view what, uint64_t at) const {
    return InvalidArgument(name + ": the " + std::string(format) + " data " + std::string(what) +
                           " after " + std::to_string(at) + " bytes");
  }

  Result<size_t> ReadFile(char* target, size_t size) {
    ssize_t count;
    do {
      count = read(fd, target, size);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return ReadError();
    file_bytes += static_cast<size_t>(count);
    return static_cast<size_t>(count);
  }

  // zlib reads on behind the end of a member, ignores padding and passes plain files through.
  Result<size_t> ReadGzip(char* target, size_t size) {
    const int count = gzread(gzip, target, static_cast<unsigned>(std::min(size, size_t{1} << 30)));
    int code = Z_OK;
    if (count <= 0) gzerror(gzip, &code);
    if (code == Z_ERRNO) return ReadError();
    if (code == Z_MEM_ERROR) return OutOfMemory(name + ": no memory to unpack");
    if (code == Z_BUF_ERROR) {
      return Damaged("gzip", "is cut off", static_cast<uint64_t>(gzoffset(gzip)));
    }
    if (code != Z_OK || count < 0) {
      return Damaged("gzip", "is damaged", static_cast<uint64_t>(gzoffset(gzip)));
    }
    return static_cast<size_t>(count);
  }

  Result<size_t> ReadZstd(char* target, size_t size) {
    ZSTD_outBuffer out{target, size, 0};
    while (out.pos == 0) {
      if (begin == end) {
        TSUGI_ASSIGN_OR_RETURN(end, ReadFile(packed.data(), packed.size()));
        begin = 0;
        if (end == 0) {
          if (frame_ended) return size_t{0};
          return Damaged("zstd", "is cut off", file_bytes);
        }
      }
      ZSTD_inBuffer in{packed.data(), end, begin};
      const size_t code = ZSTD_decompressStream(zstd, &out, &in);
      begin = in.pos;
      if (ZSTD_isError(code)) return Damaged("zstd", "is damaged", file_bytes - end + begin);
      frame_ended = code == 0;
    }
    return out.pos;
  }

  Result<size_t> ReadUnpacked(char* target, size_t size) {
    return zstd != nullptr ? ReadZstd(target, size) : ReadGzip(target, size);
  }

  // Whether it is zstd stands in the first four bytes. A pipe may give them one by one and cannot
  // be set back, but zlib can start at a byte that it has not read: so a file is set back, and of a
  // pipe only gzip and plain text are understood.
  Status ChooseFormat() {
    char magic[4];
    const bool is_zstd = pread(fd, magic, sizeof(magic), 0) == sizeof(magic) &&
                         std::string_view(magic, sizeof(magic)) == kZstd;
    if (is_zstd) {
      zstd = ZSTD_createDStream();
      packed.resize(kBufferBytes);
      return zstd != nullptr ? Status() : OutOfMemory(name + ": no memory to unpack");
    }
    gzip = gzdopen(fd, "rb");
    if (gzip == nullptr) return OutOfMemory(name + ": no memory to unpack");
    gzbuffer(gzip, kBufferBytes);
    return {};
  }

  // Reads the first bytes and refuses what holds no text.
  Status LookAtStart() {
    constexpr size_t kLookBytes = 512;
    first.resize(kLookBytes);
    size_t count = 0;
    while (count < kLookBytes) {
      const Result<size_t> got = ReadUnpacked(first.data() + count, kLookBytes - count);
      if (!got.ok()) failure = got.status();
      if (!got.ok() || *got == 0) break;
      count += *got;
    }
    first.resize(count);
    const std::string_view bytes(first.data(), count);
    for (const Container& container : kContainers) {
      if (!bytes.starts_with(container.start)) continue;
      return InvalidArgument(name + ": is " + container.what +
                             ", expected text or Parquet. Try: " + container.remedy);
    }
    if (!IsTar(bytes)) return {};
    return InvalidArgument(name +
                           ": is a tar archive, expected text or Parquet. Try: tar -xf it first");
  }
};

ByteReader::ByteReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ByteReader::~ByteReader() = default;
ByteReader::ByteReader(ByteReader&&) noexcept = default;
ByteReader& ByteReader::operator=(ByteReader&&) noexcept = default;

Result<ByteReader> ByteReader::Open(const std::filesystem::path& path) {
  auto impl = std::make_unique<Impl>();
  impl->name = path.string();
  impl->fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (impl->fd < 0) {
    return NotFound(impl->name + ": cannot be opened (" + std::strerror(errno) +
                    "). Try: check the path");
  }
  struct stat file {};
  if (fstat(impl->fd, &file) == 0 && S_ISDIR(file.st_mode)) {
    return InvalidArgument(impl->name + ": is a directory. Try: name its files, e.g. '" +
                           impl->name + "/*.csv'");
  }
  TSUGI_RETURN_IF_ERROR(impl->ChooseFormat());
  TSUGI_RETURN_IF_ERROR(impl->LookAtStart());
  return ByteReader(std::move(impl));
}

Result<size_t> ByteReader::Read(char* target, size_t size) {
  Impl& s = *impl_;
  if (s.first_read < s.first.size()) {
    const size_t count = std::min(size, s.first.size() - s.first_read);
    std::memcpy(target, s.first.data() + s.first_read, count);
    s.first_read += count;
    return count;
  }
  if (!s.failure.ok()) return s.failure;
  return s.ReadUnpacked(target, size);
}

}  // namespace tsugi
