#ifndef TSUGI_CORE_BASE_TEXT_FOLD_H_
#define TSUGI_CORE_BASE_TEXT_FOLD_H_

#include <cstdint>

namespace tsugi {

// How text is folded and split into words before it is hashed or compared. It is the rule
// TextRule::kAsciiLetters (core/model/model_spec.h), which files depend on.

/// Lower-cases an ASCII letter; every other byte stays as it is.
constexpr char LowerCase(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Whether a lower-cased byte belongs to a word: ASCII letters, digits and all bytes above 127.
constexpr bool IsWordByte(char c) {
  const auto byte = static_cast<uint8_t>(c);
  return byte > 127 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z');
}

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_TEXT_FOLD_H_
