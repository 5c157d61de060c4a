#ifndef TSUGI_CORE_BASE_LINES_H_
#define TSUGI_CORE_BASE_LINES_H_

#include <algorithm>
#include <string_view>
#include <vector>

namespace tsugi {

/// The lines of a text that are not empty, without their ends. Borrows the text.
inline std::vector<std::string_view> SplitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_LINES_H_
