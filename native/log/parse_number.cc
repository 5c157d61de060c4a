#include "native/log/parse_number.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "native/log/encoding.h"

namespace tsugi {

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
