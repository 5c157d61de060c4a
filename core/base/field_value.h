#ifndef TSUGI_CORE_BASE_FIELD_VALUE_H_
#define TSUGI_CORE_BASE_FIELD_VALUE_H_

#include <compare>
#include <string_view>

namespace tsugi {

/// The two parts of "field=value", the form in which attributes of items and labels of intent
/// families are named. Ordered by field, then by value, as a model file lists its attributes:
/// "ab=x" stands before "ab-c=x", which as plain text it would not.
struct FieldValue {
  std::string_view field;
  std::string_view value;
  auto operator<=>(const FieldValue&) const = default;

  /// Splits at the first "=": a value may hold more of them. A text without "=" is the value of no
  /// field. Borrows the text.
  static FieldValue Of(std::string_view text) {
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) return {{}, text};
    return {text.substr(0, equals), text.substr(equals + 1)};
  }
};

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_FIELD_VALUE_H_
