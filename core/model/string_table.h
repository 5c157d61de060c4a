#ifndef TSUGI_CORE_MODEL_STRING_TABLE_H_
#define TSUGI_CORE_MODEL_STRING_TABLE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/model_view.h"

namespace tsugi {

/// Owns strings in the layout of StringTableView.
class StringTable {
 public:
  StringTable() = default;
  explicit StringTable(const StringTableView& view)
      : offsets_(view.offsets.begin(), view.offsets.end()), text_(view.text) {}

  void Append(std::string_view text) {
    if (offsets_.empty()) offsets_.push_back(0);
    text_ += text;
    offsets_.push_back(text_.size());
  }
  /// Requires: not empty.
  void DropLast() {
    offsets_.pop_back();
    text_.resize(offsets_.back());
  }
  /// Valid until this table changes, moves or ends.
  StringTableView View() const { return {offsets_, text_}; }

 private:
  std::vector<uint64_t> offsets_;
  std::string text_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_MODEL_STRING_TABLE_H_
