#include "native/log/text_source.h"

#include <cstring>
#include <utility>

namespace tsugi {
namespace {

constexpr size_t kChunkBytes = size_t{256} << 10;  // bytes of one read

}  // namespace

Result<TextSource> TextSource::Open(const std::filesystem::path& path) {
  TSUGI_ASSIGN_OR_RETURN(ByteReader reader, ByteReader::Open(path));
  TextSource source(std::move(reader), path.string());
  TSUGI_RETURN_IF_ERROR(source.Start());
  return source;
}

Status TextSource::Start() {
  // A pipe may give a byte at a time, and how lines end shows only in a whole one.
  while (!at_end_ && text_.view().size() < kChunkBytes) Refill();
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text_.view().starts_with(kByteOrderMark)) text_.Take(kByteOrderMark.size());
  const std::string_view start = text_.view();
  if (start.find('\n') == std::string_view::npos && start.find('\r') != std::string_view::npos) {
    line_end_ = '\r';
  }
  if (start.empty() && !failure_.ok()) return Failure();
  if (start.substr(0, start.find(line_end_)).find('\0') == std::string_view::npos) return {};
  return InvalidArgument(name_ + ": is not UTF-8 text (it holds NUL bytes). Try: unpack it, or " +
                         "save it as UTF-8");
}

void TextSource::Refill() {
  const Result<size_t> count = text_.Fill(reader_, kChunkBytes);
  if (!count.ok()) failure_ = count.status();
  at_end_ = !count.ok() || *count == 0;
}

// The failure with the line in which the file breaks off.
Status TextSource::Failure() const {
  const std::string message(failure_.message());
  if (message.find("Try:") != std::string::npos) return failure_;
  return InvalidArgument(message + ", in line " + std::to_string(line_number_ + 1) +
                         "; the file is incomplete or damaged. Try: copy or download it again");
}

Result<bool> TextSource::NextLine(std::string_view& line) {
  // `searched` bytes of the unfinished line hold no line end: after a refill the search goes on
  // there, so a long line is searched once and not once per chunk.
  size_t searched = 0;
  for (;;) {
    const char* start = text_.view().data();
    const size_t size = text_.view().size();
    const void* found =
        size > searched ? std::memchr(start + searched, line_end_, size - searched) : nullptr;
    // The last line of a file need not end with a line feed.
    if (found != nullptr || (at_end_ && failure_.ok() && size > 0)) {
      size_t length = found ? static_cast<size_t>(static_cast<const char*>(found) - start) : size;
      text_.Take(length + (found ? 1 : 0));
      if (length > 0 && start[length - 1] == '\r') --length;
      ++line_number_;
      line = std::string_view(start, length);
      return true;
    }
    if (!failure_.ok()) return Failure();
    if (at_end_) return false;
    if (size > kMaxLineBytes) {
      return InvalidArgument(name_ + ":" + std::to_string(line_number_ + 1) +
                             ": a line longer than " + std::to_string(kMaxLineBytes >> 20) +
                             " MiB (expected one record per line). Try: check the file's format");
    }
    searched = size;
    Refill();
  }
}

}  // namespace tsugi
