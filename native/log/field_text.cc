#include "native/log/field_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace tsugi {
namespace {

// Returns the length of the UTF-8 character at `p`, or 0 if it is malformed.
// Source: RFC 3629, section 4.
size_t CharacterLength(const unsigned char* p, size_t available) {
  const auto continues = [&](size_t i) { return i < available && (p[i] & 0xC0) == 0x80; };
  if (p[0] < 0x80) return 1;
  if (p[0] >= 0xC2 && p[0] <= 0xDF) return continues(1) ? 2 : 0;
  if (p[0] >= 0xE0 && p[0] <= 0xEF) {
    if (!continues(1) || !continues(2)) return 0;
    if (p[0] == 0xE0 && p[1] < 0xA0) return 0;   // overlong
    if (p[0] == 0xED && p[1] >= 0xA0) return 0;  // surrogate
    return 3;
  }
  if (p[0] >= 0xF0 && p[0] <= 0xF4) {
    if (!continues(1) || !continues(2) || !continues(3)) return 0;
    if (p[0] == 0xF0 && p[1] < 0x90) return 0;  // overlong
    if (p[0] == 0xF4 && p[1] > 0x8F) return 0;  // above U+10FFFF
    return 4;
  }
  return 0;
}

}  // namespace

bool IsUtf8(std::string_view text) {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  size_t i = 0;
  while (i < text.size()) {
    // Most text is ASCII: eight bytes without a high bit pass at once. Every row of a log goes
    // through this loop.
    uint64_t eight;
    if (i + 8 <= text.size() &&
        (std::memcpy(&eight, p + i, 8), (eight & 0x8080808080808080u) == 0)) {
      i += 8;
      continue;
    }
    const size_t length = CharacterLength(p + i, text.size() - i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

// Every byte has a character, so no input can fail. Text in yet another encoding comes out wrong
// but readable, and the import reports how many fields it concerns. The five bytes that have no
// character become control characters, each its own, as browsers do it: ids that differ still do.
// Source: WHATWG, Encoding Standard, index-windows-1252.txt.
std::string Cp1252ToUtf8(std::string_view text) {
  // 80 to 9F, where Latin-1 has control characters that nobody writes. Source: Unicode's
  // CP1252.TXT.
  static constexpr uint16_t kUpper[32] = {
      0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
      0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};
  std::string utf8;
  utf8.reserve(text.size() + 8);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const unsigned code = byte >= 0x80 && byte < 0xA0 ? kUpper[byte - 0x80] : byte;
    if (code < 0x80) {
      utf8 += c;
    } else if (code < 0x800) {
      utf8 += static_cast<char>(0xC0 | code >> 6);
      utf8 += static_cast<char>(0x80 | (code & 0x3F));
    } else {
      utf8 += static_cast<char>(0xE0 | code >> 12);
      utf8 += static_cast<char>(0x80 | (code >> 6 & 0x3F));
      utf8 += static_cast<char>(0x80 | (code & 0x3F));
    }
  }
  return utf8;
}

std::string WithoutControls(std::string_view text) {
  std::string clean(text);
  for (size_t i = 0; i < clean.size(); ++i) {
    const auto byte = [&](size_t at) { return static_cast<unsigned char>(clean[at]); };
    if (byte(i) < 0x20 || byte(i) == 0x7F) clean[i] = ' ';
    // U+0080 to U+009F: two bytes, and terminals obey some of them.
    const bool is_upper = byte(i) == 0xC2 && i + 1 < clean.size() && byte(i + 1) < 0xA0;
    if (is_upper) clean[i] = clean[i + 1] = ' ';
  }
  return clean;
}

bool IsMissing(std::string_view text) {
  // Most fields differ from all markers in their first letter, and every field of a log is asked.
  constexpr std::string_view kFirstLetters = "NnuU#<\\([-";
  if (text.empty()) return true;
  if (text.size() > 9 || kFirstLetters.find(text.front()) == std::string_view::npos) return false;
  // The spellings of databases, pandas, R, Excel, Hive, JavaScript, Go and web analytics.
  static constexpr std::string_view kMarkers[] = {
      "",     "NULL", "null",  "Null",     "None",      "none",      "NONE",
      "nan",  "NaN",  "NAN",   "NaT",      "NA",        "<NA>",      "N/A",
      "n/a",  "#N/A", "\\N",   "nil",      "undefined", "(null)",    "Nan",
      "-nan", "-NaN", "#NA",   "#N/A N/A", "[NULL]",    "(not set)", "(none)",
      "NIL",  "N.A.", "#REF!", "#VALUE!",  "#NULL!",    "#DIV/0!",   "Undefined"};
  for (const std::string_view marker : kMarkers) {
    if (text == marker) return true;
  }
  return false;
}

std::string_view ClipUtf8(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  while (max_bytes > 0 && (static_cast<unsigned char>(text[max_bytes]) & 0xC0) == 0x80) --max_bytes;
  return text.substr(0, max_bytes);
}

std::string_view TrimBlanks(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<double> ParseNumber(std::string_view text) {
  text = TrimBlanks(text);
  double number = 0;
  char with_point[40];
  const size_t comma = text.find(',');
  // 1,234 may be a thousand or one and a quarter: not read. 0,125 and 4,5 can only be one thing.
  const bool may_be_thousands =
      text.size() - std::min(comma, text.size()) == 4 && text.substr(0, comma) != "0";
  if (comma != std::string_view::npos && !may_be_thousands && text.size() <= sizeof with_point) {
    std::copy(text.begin(), text.end(), with_point);
    with_point[comma] = '.';
    text = {with_point, text.size()};
  }
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  if (error != std::errc() || end != last || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::optional<OrderKey> ParseOrder(std::string_view text) {
  constexpr uint64_t kOne = 1'000'000'000'000'000'000;
  text = TrimBlanks(text);
  const std::optional<double> number = ParseNumber(text);
  if (!number) return std::nullopt;
  const bool is_negative = text.front() == '-';
  const std::string_view digits = text.substr(is_negative);
  const size_t point = std::min(digits.find_first_of(".,"), digits.size());
  const std::string_view after = digits.substr(std::min(point + 1, digits.size()));
  OrderKey key;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + point, key.whole);
  const bool is_plain = error == std::errc() && end == digits.data() + point &&
                        after.find_first_not_of("0123456789") == std::string_view::npos;
  if (!is_plain) {  // 1e3
    if (std::abs(*number) >= 0x1p63) return std::nullopt;
    const double whole = std::floor(*number);
    return OrderKey{static_cast<int64_t>(whole),
                    static_cast<uint64_t>((*number - whole) * static_cast<double>(kOne))};
  }
  uint64_t unit = kOne;
  for (size_t i = 0; i < after.size() && unit > 1; ++i) {
    unit /= 10;
    key.fraction += static_cast<uint64_t>(after[i] - '0') * unit;
  }
  if (!is_negative) return key;
  if (key.fraction == 0) return OrderKey{-key.whole, 0};
  return OrderKey{-key.whole - 1, kOne - key.fraction};
}

std::optional<std::string_view> WholeOfFloat(std::string_view text) {
  const size_t point = text.find('.');
  const bool is_whole = point != std::string_view::npos && point > 0 && point + 1 < text.size() &&
                        text.find_first_not_of("0123456789") == point &&
                        text.find_first_not_of('0', point + 1) == std::string_view::npos;
  return is_whole ? std::optional(text.substr(0, point)) : std::nullopt;
}

}  // namespace tsugi
