#ifndef TSUGI_CORE_BASE_LINES_H_
#define TSUGI_CORE_BASE_LINES_H_

#include <algorithm>
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

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_LINES_H_
