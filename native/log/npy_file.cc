#include "native/log/npy_file.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>
#include <optional>
#include <string_view>

#include "core/base/bytes.h"

namespace tsugi {
namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);
// Real headings take some hundred bytes; a damaged length must not allocate gigabytes.
constexpr size_t kMostHeadingBytes = size_t{1} << 20;
constexpr size_t kBlockBytes = size_t{256} << 10;

uint64_t LittleEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

// The text behind 'key': in a dictionary as Python writes it. The heading is one line of three
// entries, so a value ends at the first comma, bracket or brace that belongs to the dictionary.
std::string_view ValueOf(std::string_view heading, const std::string& key) {
  size_t at = heading.find("'" + key + "'");
  if (at == std::string_view::npos) return {};
  at = heading.find_first_not_of(" :", at + key.size() + 2);
  if (at == std::string_view::npos) return {};
  heading.remove_prefix(at);
  const char first = heading.front();
  if (first == '(') return heading.substr(0, heading.find(')'));
  if (first == '[') return heading.substr(0, heading.find(']'));
  return heading.substr(0, heading.find_first_of(",}"));
}

// The numbers of "(3, 4" or "(3L, 4L"; none if it is no such list.
std::optional<std::vector<uint64_t>> ParseShape(std::string_view text) {
  if (!text.starts_with('(')) return std::nullopt;
  text.remove_prefix(1);
  std::vector<uint64_t> shape;
  for (;;) {
    const size_t at = text.find_first_not_of(" ,L");
    if (at == std::string_view::npos) return shape;
    text.remove_prefix(at);
    uint64_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc()) return std::nullopt;
    shape.push_back(size);
    text.remove_prefix(static_cast<size_t>(end - text.data()));
  }
}

// IEEE 754 binary16: a sign, 5 bits of exponent, 10 of mantissa.
float ToFloat(uint16_t bits) {
  const int exponent = bits >> 10 & 31, mantissa = bits & 1023;
  float value = exponent == 31 ? std::numeric_limits<float>::infinity()
                : exponent > 0 ? std::ldexp(static_cast<float>(1024 + mantissa), exponent - 25)
                               : std::ldexp(static_cast<float>(mantissa), -24);
  if (exponent == 31 && mantissa != 0) value = std::numeric_limits<float>::quiet_NaN();
  return bits >> 15 ? -value : value;
}

float ToFloat(uint32_t bits) { return std::bit_cast<float>(bits); }

// A double beyond the range of f32 becomes infinite, which the caller refuses.
float ToFloat(uint64_t bits) {
  const double value = std::bit_cast<double>(bits);
  const bool fits = std::abs(value) <= std::numeric_limits<float>::max() || std::isnan(value);
  return fits ? static_cast<float>(value) : std::numeric_limits<float>::infinity();
}

template <typename Bits>
void ToFloats(const char* bytes, bool is_big_endian, std::span<float> row) {
  for (float& number : row) {
    uint8_t own[sizeof(Bits)];
    std::memcpy(own, bytes, sizeof own);
    if (is_big_endian) std::reverse(std::begin(own), std::end(own));
    number = ToFloat(LoadLittleEndian<Bits>(own));
    bytes += sizeof own;
  }
}

}  // namespace

Result<bool> NpyFile::Recognises(const std::filesystem::path& path) {
  TSUGI_ASSIGN_OR_RETURN(ByteReader reader, ByteReader::Open(path));
  NpyFile file(path.string(), std::move(reader));
  std::string start(kMagic.size(), '\0');
  TSUGI_ASSIGN_OR_RETURN(const size_t count, file.ReadFully(start.data(), start.size()));
  return count == kMagic.size() && start == kMagic;
}

Result<NpyFile> NpyFile::Open(const std::filesystem::path& path, size_t most_columns) {
  TSUGI_ASSIGN_OR_RETURN(ByteReader reader, ByteReader::Open(path));
  NpyFile file(path.string(), std::move(reader));
  TSUGI_RETURN_IF_ERROR(file.ReadHeading());
  if (file.columns_ >= 1 && file.columns_ <= most_columns) return file;
  return InvalidArgument(file.name_ + ": its rows have " + std::to_string(file.columns_) +
                         " numbers (expected 1 to " + std::to_string(most_columns) +
                         "). Try: save an array of the shape [items, numbers]");
}

Result<size_t> NpyFile::ReadFully(char* target, size_t size) {
  size_t count = 0;
  while (count < size) {
    TSUGI_ASSIGN_OR_RETURN(const size_t got, reader_.Read(target + count, size - count));
    if (got == 0) break;
    count += got;
  }
  return count;
}

// Version 1 writes the length of the heading in two bytes, versions 2 and 3 in four.
Status NpyFile::ReadHeading() {
  const Status cut_off = InvalidArgument(
      name_ + ": ends within its heading; the file is incomplete. Try: copy or save it again");
  std::string start(kMagic.size() + 2, '\0');
  TSUGI_ASSIGN_OR_RETURN(size_t count, ReadFully(start.data(), start.size()));
  if (count < start.size()) return cut_off;
  const int version = start[kMagic.size()];
  if (!start.starts_with(kMagic) || version < 1 || version > 3) {
    return InvalidArgument(name_ + ": is no NumPy file of version 1 to 3. Try: np.save(FILE, " +
                           "vectors.astype('float32'))");
  }
  std::string length(version == 1 ? 2 : 4, '\0');
  TSUGI_ASSIGN_OR_RETURN(count, ReadFully(length.data(), length.size()));
  if (count < length.size()) return cut_off;
  const uint64_t heading_bytes = LittleEndian(length);
  if (heading_bytes > kMostHeadingBytes) {
    return InvalidArgument(name_ + ": has a heading of " + std::to_string(heading_bytes) +
                           " bytes; the file is damaged. Try: save it again");
  }
  std::string heading(heading_bytes, '\0');
  TSUGI_ASSIGN_OR_RETURN(count, ReadFully(heading.data(), heading.size()));
  if (count < heading.size()) return cut_off;
  return ParseHeading(heading);
}

Status NpyFile::ParseHeading(const std::string& heading) {
  std::string_view type = ValueOf(heading, "descr");
  if (type.size() >= 2 && type.front() == '\'') type = type.substr(1, type.rfind('\'') - 1);
  if (type.starts_with("|O") || type == "O") {
    return InvalidArgument(name_ + ": holds pickled Python objects (expected numbers). Try: " +
                           "np.save(FILE, np.array(vectors, dtype='float32'))");
  }
  const bool is_known = type.size() == 3 && (type[0] == '<' || type[0] == '>') && type[1] == 'f' &&
                        (type[2] == '2' || type[2] == '4' || type[2] == '8');
  if (!is_known) {
    return InvalidArgument(name_ + ": holds " + std::string(type.substr(0, 40)) +
                           " (expected floating-point numbers, <f2, <f4 or <f8). Try: " +
                           "np.save(FILE, vectors.astype('float32'))");
  }
  is_big_endian_ = type[0] == '>';
  number_bytes_ = static_cast<size_t>(type[2] - '0');
  const auto shape = ParseShape(ValueOf(heading, "shape"));
  const std::string_view order = ValueOf(heading, "fortran_order");
  if (!shape || (!order.starts_with("True") && !order.starts_with("False"))) {
    return InvalidArgument(name_ + ": its heading is damaged. Try: save it again");
  }
  if (shape->size() != 2) {
    return InvalidArgument(name_ + ": has " + std::to_string(shape->size()) +
                           " dimensions (expected 2). Try: save an array of the shape [items, " +
                           "numbers]");
  }
  // Its rows would be spread over the whole file, which is read once.
  if (order.starts_with("True")) {
    return InvalidArgument(name_ + ": is stored column by column, in Fortran's order (expected " +
                           "rows). Try: np.save(FILE, np.ascontiguousarray(vectors))");
  }
  rows_ = shape->front();
  columns_ = static_cast<size_t>(shape->back());
  return {};
}

// Some rows at a time: one would be a call of the system for a few hundred bytes.
Status NpyFile::Fill() {
  const size_t row_bytes = columns_ * number_bytes_;
  const uint64_t wanted = std::clamp<uint64_t>(kBlockBytes / row_bytes, 1, rows_ - next_row_);
  bytes_.resize(static_cast<size_t>(wanted) * row_bytes);
  begin_ = 0;
  TSUGI_ASSIGN_OR_RETURN(const size_t count, ReadFully(bytes_.data(), bytes_.size()));
  if (count == bytes_.size()) return {};
  return InvalidArgument(name_ + ": ends in row " + std::to_string(next_row_ + count / row_bytes) +
                         " of " + std::to_string(rows_) + ", counted from 0; the file is " +
                         "incomplete. Try: copy or save it again");
}

Result<bool> NpyFile::Next(std::span<float> row) {
  if (next_row_ == rows_) {
    char more = 0;
    TSUGI_ASSIGN_OR_RETURN(const size_t count, ReadFully(&more, 1));
    if (count == 0) return false;
    return InvalidArgument(name_ + ": goes on behind its " + std::to_string(rows_) +
                           " rows (expected one array). Try: save each array in a file of its own");
  }
  if (begin_ == bytes_.size()) TSUGI_RETURN_IF_ERROR(Fill());
  const char* const from = bytes_.data() + begin_;
  if (number_bytes_ == 2) ToFloats<uint16_t>(from, is_big_endian_, row);
  if (number_bytes_ == 4) ToFloats<uint32_t>(from, is_big_endian_, row);
  if (number_bytes_ == 8) ToFloats<uint64_t>(from, is_big_endian_, row);
  begin_ += columns_ * number_bytes_;
  ++next_row_;
  return true;
}

}  // namespace tsugi
