#ifndef TSUGI_NATIVE_LOG_PARSE_NUMBER_H_
#define TSUGI_NATIVE_LOG_PARSE_NUMBER_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tsugi {

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

#endif  // TSUGI_NATIVE_LOG_PARSE_NUMBER_H_
