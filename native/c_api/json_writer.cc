#include "native/c_api/json_writer.h"

#include <cstdint>

#include "core/base/numbers.h"

namespace tsugi {
namespace {

bool IsContinuation(char byte) { return (static_cast<uint8_t>(byte) & 0xc0) == 0x80; }

// The number of bytes of the UTF-8 character at the start of `text`; 0 if there is no valid one.
// Strings come from files and callers, and damaged ones must not make the JSON text invalid.
// Source: RFC 3629, section 4 (the range of the second byte excludes overlong forms and
//         surrogates).
size_t CharacterBytes(std::string_view text) {
  const auto first = static_cast<uint8_t>(text[0]);
  if (first < 0x80) return 1;
  const size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < bytes) return 0;
  for (size_t i = 1; i < bytes; ++i) {
    if (!IsContinuation(text[i])) return 0;
  }
  const auto second = static_cast<uint8_t>(text[1]);
  const bool is_overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool is_beyond = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
  return is_overlong || is_beyond ? 0 : bytes;
}

void AppendControl(uint8_t character, std::string& text) {
  constexpr char kDigits[] = "0123456789abcdef";
  text += "\\u00";
  text += kDigits[character >> 4];
  text += kDigits[character & 15];
}

}  // namespace

// The last character decides, so the writer needs no stack of open brackets.
void JsonWriter::Separate() {
  if (text_.empty()) return;
  const char last = text_.back();
  if (last != '{' && last != '[' && last != ':') text_ += ',';
}

void JsonWriter::Open(char bracket) {
  Separate();
  text_ += bracket;
}

void JsonWriter::Key(std::string_view key) {
  Separate();
  AppendQuoted(key);
  text_ += ':';
}

void JsonWriter::String(std::string_view value) {
  Separate();
  AppendQuoted(value);
}

// Prints the number as two integers: a routine that prints any double would be large compared with
// the engine. kUnit + size % kUnit has five digits; without the first, four decimals remain.
void JsonWriter::Fixed(double value) {
  Separate();
  constexpr uint64_t kUnit = 10000;
  const auto units = SaturatingCast<int64_t>(value * kUnit + (value < 0.0 ? -0.5 : 0.5));
  const uint64_t size = units < 0 ? 0 - static_cast<uint64_t>(units) : static_cast<uint64_t>(units);
  if (units < 0) text_ += '-';
  text_ += Concat(size / kUnit, ".", std::string_view(Concat(kUnit + size % kUnit)).substr(1));
}

void JsonWriter::AppendQuoted(std::string_view value) {
  text_ += '"';
  while (!value.empty()) {
    const char c = value[0];
    const size_t bytes = CharacterBytes(value);
    if (bytes == 0) {
      text_ += "\\ufffd";  // the replacement character, once per bad byte
    } else if (static_cast<uint8_t>(c) < 0x20) {
      AppendControl(static_cast<uint8_t>(c), text_);
    } else {
      if (c == '"' || c == '\\') text_ += '\\';
      text_.append(value.substr(0, bytes));
    }
    value.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  text_ += '"';
}

}  // namespace tsugi
