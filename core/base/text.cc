#include "core/base/text.h"

#include <cstddef>

namespace tsugi {

// One overload per kind of text, so that no caller builds a temporary std::string for a literal.
void AppendPiece(std::string& text, const char* piece) { text += piece; }
void AppendPiece(std::string& text, const std::string& piece) { text += piece; }
void AppendPiece(std::string& text, std::string_view piece) { text += piece; }

void AppendUnsigned(std::string& text, uint64_t number) {
  char digits[20];  // 2^64 - 1 has 20
  size_t first = sizeof digits;
  do {
    digits[--first] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number > 0);
  text.append(digits + first, sizeof digits - first);
}

void AppendSigned(std::string& text, int64_t number) {
  // Negating the most negative number overflows int64_t; unsigned subtraction does not.
  const auto bits = static_cast<uint64_t>(number);
  if (number < 0) text += '-';
  AppendUnsigned(text, number < 0 ? 0 - bits : bits);
}

}  // namespace tsugi
