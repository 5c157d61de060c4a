#ifndef TSUGI_NATIVE_LOG_FIELD_TEXT_H_
#define TSUGI_NATIVE_LOG_FIELD_TEXT_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tsugi {

/// True if `text` is well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
bool IsUtf8(std::string_view text);

/// Converts `text` from Windows-1252, in which every byte is one character, to UTF-8. It is Latin-1
/// with printable characters at 80 to 9F; the five bytes that it does not define become U+FFFD.
/// Examples: "caf\xE9" -> "caf\xC3\xA9", "\x93" -> a left quotation mark.
std::string Cp1252ToUtf8(std::string_view text);

/// Returns the longest prefix of the UTF-8 text that has at most `max_bytes` bytes and does not end
/// inside a character.
std::string_view ClipUtf8(std::string_view text, size_t max_bytes);

/// Returns `text` with every control character replaced by a blank, because titles are printed and
/// a terminal obeys what follows ESC.
std::string WithoutControls(std::string_view text);

/// Whether `text` is empty or what exporters write for a missing value: NULL, None, nan, NA, N/A,
/// \N, undefined and the like.
bool IsMissing(std::string_view text);

/// Returns `text` without the spaces and tabs at both ends.
std::string_view TrimBlanks(std::string_view text);

/// Parses a finite decimal number; the decimal point may be a comma unless three digits follow,
/// as in 1,234. Blanks around it are skipped; anything else makes it invalid.
std::optional<double> ParseNumber(std::string_view text);

/// What orders events of equal time: the greatest whole number that is not above a value, and the
/// rest, in 1e-18 of a number or in nanoseconds. No double, to which neighbours of large numbers
/// are equal.
struct OrderKey {
  int64_t whole = 0;
  uint64_t fraction = 0;
  auto operator<=>(const OrderKey&) const = default;
};

/// ParseNumber with all digits, up to 18 of them after the point. Returns nothing from 2^63 on.
std::optional<OrderKey> ParseOrder(std::string_view text);

/// The digits in front of ".0", as tables write whole numbers in a column of floats; else nothing.
std::optional<std::string_view> WholeOfFloat(std::string_view text);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_FIELD_TEXT_H_
