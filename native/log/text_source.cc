#include "native/log/text_source.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace tsugi {
namespace {

constexpr size_t kChunkBytes = size_t{256} << 10;  // bytes of one read

}  // namespace

struct TextSource::Impl {
  std::string name;
  int fd = -1;
  uint64_t line_number = 0;
  uint64_t file_bytes = 0;  // read from the file so far

  std::vector<char> raw = std::vector<char>(kChunkBytes);  // compressed bytes
  z_stream inflater{};
  bool is_gzip = false;
  bool member_ended = false;  // gzip: between two members, where the file may end
  bool at_end = false;

  std::vector<char> text;  // decoded bytes [begin, end) wait to become lines
  size_t begin = 0, end = 0;

  ~Impl() {
    if (is_gzip) inflateEnd(&inflater);
    if (fd >= 0) close(fd);
  }

  // Reads up to `size` bytes; 0 at the end of the file. Pipes return less than asked for, so
  // callers must not take a short read for the end.
  Result<size_t> ReadFile(char* target, size_t size) {
    ssize_t count;
    do {
      count = read(fd, target, size);
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
      return Internal(name + ": cannot be read (" + std::strerror(errno) +
                      "). Try: check the disk and the permissions");
    }
    file_bytes += static_cast<size_t>(count);
    return static_cast<size_t>(count);
  }

  // Makes room for at least one chunk after `end`. Doubling keeps the cost of a very long line
  // linear: each byte is moved a constant number of times.
  void MakeRoom() {
    if (begin > 0) {
      std::memmove(text.data(), text.data() + begin, end - begin);
      end -= begin;
      begin = 0;
    }
    if (text.size() < end + kChunkBytes) text.resize(2 * (end + kChunkBytes));
  }

  Status Start();
  Status Refill();
  Status Inflate();
  Status GzipError(std::string_view what) const;
};

Status TextSource::Impl::GzipError(std::string_view what) const {
  return InvalidArgument(name + ": the gzip data " + std::string(what) + " after " +
                         std::to_string(file_bytes) + " bytes, in line " +
                         std::to_string(line_number + 1) +
                         "; the file is incomplete or damaged. Try: copy or download it again");
}

// Reads the first chunk and decides: gzip, text, or neither. NUL bytes are how UTF-16 files and
// archives show; reading them as text would reject every row with a misleading reason.
Status TextSource::Impl::Start() {
  TSUGI_ASSIGN_OR_RETURN(const size_t count, ReadFile(raw.data(), raw.size()));
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(raw[i]); };
  if (count >= 2 && byte(0) == 0x1f && byte(1) == 0x8b) {
    constexpr int kGzip = 15 + 16;  // largest window, gzip header
    if (inflateInit2(&inflater, kGzip) != Z_OK) return OutOfMemory(name + ": no memory to unpack");
    is_gzip = true;
    inflater.next_in = reinterpret_cast<Bytef*>(raw.data());
    inflater.avail_in = static_cast<uInt>(count);
    TSUGI_RETURN_IF_ERROR(Refill());
  } else {
    MakeRoom();
    std::memcpy(text.data(), raw.data(), count);
    end = count;
    at_end = count == 0;
  }
  if (std::memchr(text.data() + begin, 0, end - begin) != nullptr) {
    return InvalidArgument(name + ": is not UTF-8 text (it holds NUL bytes). Try: unpack it, or " +
                           "save it as UTF-8");
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (std::string_view(text.data() + begin, end - begin).starts_with(kByteOrderMark)) begin += 3;
  return {};
}

Status TextSource::Impl::Refill() {
  MakeRoom();
  if (is_gzip) return Inflate();
  TSUGI_ASSIGN_OR_RETURN(const size_t count, ReadFile(text.data() + end, text.size() - end));
  end += count;
  at_end = count == 0;
  return {};
}

// Unpacks until some text comes out or the file ends. A file may hold several gzip members, one
// after the other, as parallel compressors write them.
Status TextSource::Impl::Inflate() {
  const size_t old_end = end;
  while (end == old_end) {
    if (inflater.avail_in == 0) {
      TSUGI_ASSIGN_OR_RETURN(const size_t count, ReadFile(raw.data(), raw.size()));
      if (count == 0) {
        at_end = true;
        return member_ended ? Status() : GzipError("is cut off");
      }
      inflater.next_in = reinterpret_cast<Bytef*>(raw.data());
      inflater.avail_in = static_cast<uInt>(count);
    }
    if (member_ended) {
      if (*inflater.next_in != 0x1f) {  // padding after the last member, as tape tools write it
        at_end = true;
        return {};
      }
      inflateReset(&inflater);
      member_ended = false;
    }
    inflater.next_out = reinterpret_cast<Bytef*>(text.data() + end);
    inflater.avail_out = static_cast<uInt>(text.size() - end);
    const int code = inflate(&inflater, Z_NO_FLUSH);
    end = text.size() - inflater.avail_out;
    member_ended = code == Z_STREAM_END;
    // Z_BUF_ERROR is no error: zlib needs more input, which the next round reads.
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return GzipError("is damaged");
  }
  return {};
}

// Defined here, where Impl is complete: the header does not include zlib.
TextSource::TextSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextSource::~TextSource() = default;
TextSource::TextSource(TextSource&&) noexcept = default;
TextSource& TextSource::operator=(TextSource&&) noexcept = default;

Result<TextSource> TextSource::Open(const std::filesystem::path& path) {
  auto impl = std::make_unique<Impl>();
  impl->name = path.string();
  impl->fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (impl->fd < 0) {
    return NotFound(impl->name + ": cannot be opened (" + std::strerror(errno) +
                    "). Try: check the path");
  }
  TSUGI_RETURN_IF_ERROR(impl->Start());
  return TextSource(std::move(impl));
}

Result<bool> TextSource::NextLine(std::string_view& line) {
  // `searched` bytes of the unfinished line hold no line feed: after a refill the search goes on
  // there, so a long line is searched once and not once per chunk.
  Impl& s = *impl_;
  size_t searched = 0;
  for (;;) {
    const char* start = s.text.data() + s.begin;
    const size_t size = s.end - s.begin;
    const void* found =
        size > searched ? std::memchr(start + searched, '\n', size - searched) : nullptr;
    // The last line of a file need not end with a line feed.
    if (found != nullptr || (s.at_end && size > 0)) {
      size_t length = found ? static_cast<size_t>(static_cast<const char*>(found) - start) : size;
      s.begin += length + (found ? 1 : 0);
      if (length > 0 && start[length - 1] == '\r') --length;
      ++s.line_number;
      line = std::string_view(start, length);
      return true;
    }
    if (s.at_end) return false;
    if (size > kMaxLineBytes) {
      return InvalidArgument(s.name + ":" + std::to_string(s.line_number + 1) +
                             ": a line longer than " + std::to_string(kMaxLineBytes >> 20) +
                             " MiB (expected one record per line). Try: check the file's format");
    }
    searched = size;
    TSUGI_RETURN_IF_ERROR(s.Refill());
  }
}

uint64_t TextSource::line_number() const { return impl_->line_number; }
const std::string& TextSource::name() const { return impl_->name; }

}  // namespace tsugi
