#ifndef TSUGI_NATIVE_DATASET_INTERNED_STRINGS_H_
#define TSUGI_NATIVE_DATASET_INTERNED_STRINGS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace tsugi {

/// Numbers distinct strings 0, 1, 2, ... in order of first appearance.
class InternedStrings {
 public:
  /// Returns the number of `text`, which gets the next one if it is new, and whether it is new.
  std::pair<uint32_t, bool> Insert(std::string_view text) {
    const auto found = numbers_.find(text);
    if (found != numbers_.end()) return {found->second, false};
    const auto number = static_cast<uint32_t>(strings_.size());
    numbers_.emplace(strings_.emplace_back(text), number);
    return {number, true};
  }
  std::optional<uint32_t> Find(std::string_view text) const {
    const auto found = numbers_.find(text);
    return found == numbers_.end() ? std::nullopt : std::optional<uint32_t>(found->second);
  }
  size_t size() const { return strings_.size(); }
  const std::string& operator[](uint32_t number) const { return strings_[number]; }

 private:
  std::deque<std::string> strings_;  // a deque, so that the keys' views stay valid
  std::unordered_map<std::string_view, uint32_t> numbers_;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_INTERNED_STRINGS_H_
