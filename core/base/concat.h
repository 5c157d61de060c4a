#ifndef TSUGI_CORE_BASE_CONCAT_H_
#define TSUGI_CORE_BASE_CONCAT_H_

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace tsugi {

void AppendPiece(std::string& text, const char* piece);
void AppendPiece(std::string& text, const std::string& piece);
void AppendPiece(std::string& text, std::string_view piece);
/// Appends the decimal digits of a number.
void AppendSigned(std::string& text, int64_t number);
void AppendUnsigned(std::string& text, uint64_t number);

template <std::integral T>
requires(!std::same_as<T, char> && !std::same_as<T, bool>) void AppendPiece(std::string& text,
                                                                            T number) {
  if constexpr (std::signed_integral<T>) {
    AppendSigned(text, number);
  } else {
    AppendUnsigned(text, number);
  }
}

/// Joins texts and integers: Concat("k: ", k, ", expected at least 1").
///
/// The engine has many messages and browsers download them all, so this replaces std::format: each
/// piece costs the caller one call with two arguments.
template <typename... Pieces>
[[gnu::always_inline]] inline std::string Concat(const Pieces&... pieces) {
  std::string text;
  (AppendPiece(text, pieces), ...);
  return text;
}

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_CONCAT_H_
