#ifndef TSUGI_NATIVE_LOG_ENCODING_H_
#define TSUGI_NATIVE_LOG_ENCODING_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace tsugi {

/// True if `text` is well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
bool IsUtf8(std::string_view text);

/// Converts `text` from Latin-1, in which every byte is one character, to UTF-8.
/// Example: "caf\xE9" -> "caf\xC3\xA9".
std::string Latin1ToUtf8(std::string_view text);

/// Returns the longest prefix of the UTF-8 text that has at most `max_bytes` bytes and does not end
/// inside a character.
std::string_view ClipUtf8(std::string_view text, size_t max_bytes);

/// Returns `text` without the spaces and tabs at both ends.
std::string_view TrimBlanks(std::string_view text);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_ENCODING_H_
