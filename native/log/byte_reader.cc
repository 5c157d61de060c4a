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
constexpr std::string_view kZstd("\x28\xB5\x2F\xFD", 4), kGzip("\x1F\x8B", 2);

struct Container {
  std::string_view start;
  const char* what;
  const char* remedy;
};
// Forms in which logs are given by mistake, each with the way to a form that is read. Without this
// list a workbook would be reported as text with a wrong number of columns.
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
  enum class Form { kPlain, kGzip, kZstd } form = Form::kPlain;
  z_stream gzip{};
  ZSTD_DStream* zstd = nullptr;
  // Bytes [begin, end) of the file are read next. Not zero-filled: a small file would cost less to
  // read than its buffer to clear.
  std::unique_ptr<char[]> packed = std::make_unique_for_overwrite<char[]>(kBufferBytes);
  size_t begin = 0, end = 0;
  uint64_t file_bytes = 0;  // read from the file so far
  bool frame_ended = true;  // between two zstd frames or gzip members, where the file may end
  std::vector<char> first;  // unpacked bytes [first_read, ...) were looked at and come next
  size_t first_read = 0;
  Status failure;  // what ended the look at the start; comes after these bytes

  ~Impl() {
    ZSTD_freeDStream(zstd);
    if (form == Form::kGzip) inflateEnd(&gzip);
    if (fd >= 0) close(fd);
  }

  Status ReadError() const {
    return Internal(name + ": cannot be read (" + std::strerror(errno) +
                    "). Try: check the disk and the permissions");
  }
  Status Damaged(std::string_view what) const {
    return InvalidArgument(name + ": the " + (form == Form::kGzip ? "gzip" : "zstd") + " data " +
                           std::string(what) + " after " +
                           std::to_string(file_bytes - end + begin) + " bytes");
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

  // Makes packed[begin, end) hold bytes. Returns false at the end of the file.
  Result<bool> Fill() {
    if (begin < end) return true;
    begin = end = 0;
    TSUGI_ASSIGN_OR_RETURN(end, ReadFile(packed.get(), kBufferBytes));
    return end > 0;
  }

  // The bytes that ChooseFormat read ahead come first. A pipe can not be set back.
  Result<size_t> ReadPlain(char* target, size_t size) {
    if (begin == end) return ReadFile(target, size);
    const size_t count = std::min(size, end - begin);
    std::memcpy(target, packed.get() + begin, count);
    begin += count;
    return count;
  }

  // Members follow each other; zeros after one are the padding of a tape. Anything else there is
  // lost data: zlib's own file reader would drop it without a word.
  Result<size_t> ReadGzip(char* target, size_t size) {
    // zlib counts the bytes of one call in 32 bits.
    const auto room = static_cast<unsigned>(std::min(size, size_t{1} << 30));
    gzip.next_out = reinterpret_cast<Bytef*>(target);
    gzip.avail_out = room;
    while (gzip.avail_out == room) {
      TSUGI_ASSIGN_OR_RETURN(const bool has_bytes, Fill());
      if (!has_bytes && frame_ended) break;
      if (!has_bytes) return Damaged("is cut off");
      if (frame_ended) {
        while (begin < end && packed[begin] == 0) ++begin;
        if (begin == end) continue;
        inflateReset(&gzip);
        frame_ended = false;
      }
      gzip.next_in = reinterpret_cast<Bytef*>(packed.get() + begin);
      gzip.avail_in = static_cast<unsigned>(end - begin);
      const int code = inflate(&gzip, Z_NO_FLUSH);
      begin = end - gzip.avail_in;
      if (code == Z_MEM_ERROR) return OutOfMemory(name + ": no memory to unpack");
      if (code != Z_OK && code != Z_STREAM_END) return Damaged("is damaged");
      frame_ended = code == Z_STREAM_END;
    }
    return size_t{room - gzip.avail_out};
  }

  // The code 0 means that a frame has ended and all of it was given out. Only there may the file
  // end; anywhere else a part of the log is missing.
  Result<size_t> ReadZstd(char* target, size_t size) {
    ZSTD_outBuffer out{target, size, 0};
    while (out.pos == 0) {
      TSUGI_ASSIGN_OR_RETURN(const bool has_bytes, Fill());
      if (!has_bytes && frame_ended) break;
      if (!has_bytes) return Damaged("is cut off");
      ZSTD_inBuffer in{packed.get(), end, begin};
      const size_t code = ZSTD_decompressStream(zstd, &out, &in);
      begin = in.pos;
      if (ZSTD_isError(code)) return Damaged("is damaged");
      frame_ended = code == 0;
    }
    return out.pos;
  }

  Result<size_t> ReadUnpacked(char* target, size_t size) {
    if (form == Form::kZstd) return ReadZstd(target, size);
    return form == Form::kGzip ? ReadGzip(target, size) : ReadPlain(target, size);
  }

  // The form stands in the first four bytes. A pipe may give them one by one.
  Status ChooseFormat() {
    while (end < kZstd.size()) {
      TSUGI_ASSIGN_OR_RETURN(const size_t count, ReadFile(packed.get() + end, kBufferBytes - end));
      if (count == 0) break;
      end += count;
    }
    const std::string_view start(packed.get(), end);
    if (start.starts_with(kZstd)) {
      form = Form::kZstd;
      zstd = ZSTD_createDStream();
      return zstd != nullptr ? Status() : OutOfMemory(name + ": no memory to unpack");
    }
    if (!start.starts_with(kGzip)) return {};
    constexpr int kGzipWindow = 15 + 16;  // zlib's code for the largest window, gzip's headers
    if (inflateInit2(&gzip, kGzipWindow) != Z_OK) {
      return OutOfMemory(name + ": no memory to unpack");
    }
    form = Form::kGzip;
    return {};
  }

  // Reads the first bytes and refuses what holds no text. The look is at unpacked bytes: the
  // archive may be inside of a gzip file. An error is kept for later, because the bytes before it
  // are sound and give the message a line number.
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

// Doubling keeps the cost of a very long line linear: each byte is moved a constant number of
// times.
Result<size_t> UnreadBytes::Fill(ByteReader& reader, size_t least) {
  const std::string_view kept = view();
  if (capacity_ < kept.size() + least) {
    capacity_ = 2 * (kept.size() + least);
    auto larger = std::make_unique_for_overwrite<char[]>(capacity_);
    std::copy(kept.begin(), kept.end(), larger.get());
    data_ = std::move(larger);
  } else if (begin_ > 0) {
    std::memmove(data_.get(), kept.data(), kept.size());
  }
  begin_ = 0;
  end_ = kept.size();
  TSUGI_ASSIGN_OR_RETURN(const size_t count, reader.Read(data_.get() + end_, capacity_ - end_));
  end_ += count;
  return count;
}

}  // namespace tsugi
