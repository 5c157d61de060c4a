#ifndef TSUGI_NATIVE_LOG_ENCODING_H_
#define TSUGI_NATIVE_LOG_ENCODING_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace tsugi {

/// True if `text` is well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
bool IsUtf8(std::string_view text);

/// Reads every byte of `text` as one Latin-1 character. Example: "caf\xE9" -> "caf\xC3\xA9".
std::string Latin1ToUtf8(std::string_view text);

/// The longest prefix of UTF-8 `text` with at most `max_bytes` bytes that cuts no character.
std::string_view ClipUtf8(std::string_view text, size_t max_bytes);

/// `text` without spaces and tabs at both ends.
std::string_view TrimBlanks(std::string_view text);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_ENCODING_H_
