#ifndef TSUGI_CORE_BASE_TEXT_H_
#define TSUGI_CORE_BASE_TEXT_H_

#include <algorithm>
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

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_TEXT_H_
