#ifndef TSUGI_CORE_BASE_TEXT_H_
#define TSUGI_CORE_BASE_TEXT_H_

#include <algorithm>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tsugi {

/// Calls visit(line) for each non-empty line of `text`, without the line feed.
template <typename Visit>
void ForEachLine(std::string_view text, const Visit& visit) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) visit(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// Returns the lines that ForEachLine visits. They are views of `text`.
inline std::vector<std::string_view> SplitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  ForEachLine(text, [&](std::string_view line) { lines.push_back(line); });
  return lines;
}

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

/// Calls visit(word) for each word of `text`, a run of word bytes in lower case. The
/// std::string_view is valid during the call.
template <typename Visit>
void ForEachWord(std::string_view text, const Visit& visit) {
  std::string word;
  // One step past the end, where a space ends the last word.
  for (size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? LowerCase(text[i]) : ' ';
    if (IsWordByte(c)) {
      word += c;
    } else if (!word.empty()) {
      visit(std::string_view(word));
      word.clear();
    }
  }
}

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

/// Levenshtein distance: the fewest insertions, deletions and replacements of a byte that turn `a`
/// into `b`.
inline size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

/// The one of `count` candidates that is nearest to `word`, the first of equals; empty without any.
/// `candidate(i)` gives the i-th as a view that lives on.
template <typename Candidate>
std::string_view NearestOf(std::string_view word, size_t count, const Candidate& candidate) {
  std::string_view best;
  size_t least = static_cast<size_t>(-1);
  for (size_t i = 0; i < count; ++i) {
    const std::string_view name = candidate(i);
    const size_t distance = EditDistance(word, name);
    if (distance >= least) continue;
    least = distance;
    best = name;
  }
  return best;
}

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

#endif  // TSUGI_CORE_BASE_TEXT_H_
