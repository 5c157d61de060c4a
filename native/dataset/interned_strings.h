#ifndef TSUGI_NATIVE_DATASET_INTERNED_STRINGS_H_
#define TSUGI_NATIVE_DATASET_INTERNED_STRINGS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace tsugi {

/// Numbers distinct strings 0, 1, 2, ... in order of first appearance.
///
/// An open hash table over an arena of texts. A log of millions of rows spends most of its import
/// here, waiting for memory: a lookup touches one slot and one text.
class InternedStrings {
 public:
  /// Returns the number of `text`, which gets the next one if it is new, and whether it is new.
  std::pair<uint32_t, bool> Insert(std::string_view text) { return Insert(text, Hash(text)); }
  /// Likewise. `hash` is Hash(text).
  std::pair<uint32_t, bool> Insert(std::string_view text, size_t hash) {
    if (2 * (texts_.size() + 1) > slots_.size()) Grow();
    Slot& slot = slots_[Probe(text, hash)];
    if (slot.text != nullptr) return {slot.number, false};
    slot = {Keep(text), static_cast<uint32_t>(text.size()), static_cast<uint32_t>(texts_.size())};
    texts_.emplace_back(slot.text, text.size());
    return {slot.number, true};
  }
  /// Whoever inserts many texts asks first for the slots, then for the texts in them, and inserts
  /// last: so memory is waited for once and not for each text.
  static size_t Hash(std::string_view text) { return std::hash<std::string_view>()(text); }
  void PrefetchSlot(size_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
  }
  void PrefetchText(size_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(slots_[hash & (slots_.size() - 1)].text);
  }
  std::optional<uint32_t> Find(std::string_view text) const {
    if (slots_.empty()) return std::nullopt;
    const Slot& slot = slots_[Probe(text, Hash(text))];
    return slot.text == nullptr ? std::nullopt : std::optional<uint32_t>(slot.number);
  }
  size_t size() const { return texts_.size(); }
  /// Valid as long as this object.
  std::string_view operator[](uint32_t number) const { return texts_[number]; }

 private:
  struct Slot {
    const char* text = nullptr;  // nullptr: free
    uint32_t bytes = 0;
    uint32_t number = 0;
  };

  // The slot that holds the text, or the free one where it belongs.
  size_t Probe(std::string_view text, size_t hash) const {
    const size_t mask = slots_.size() - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
      const Slot& slot = slots_[i];
      if (slot.text == nullptr || std::string_view(slot.text, slot.bytes) == text) {
        return i;
      }
    }
  }
  void Grow() {
    std::vector<Slot> old(slots_.empty() ? 1024 : 2 * slots_.size());
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.text == nullptr) continue;
      const std::string_view text(slot.text, slot.bytes);
      slots_[Probe(text, Hash(text))] = slot;
    }
  }
  // Copies the text to where it stays. An empty one gets a place too, so that its slot is taken.
  const char* Keep(std::string_view text) {
    constexpr size_t kBlockBytes = size_t{1} << 20;
    if (text.size() + 1 > left_) {
      left_ = std::max(kBlockBytes, text.size() + 1);
      blocks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
      next_ = blocks_.back().get();
    }
    char* place = next_;
    std::copy(text.begin(), text.end(), place);
    next_ += text.size() + 1;
    left_ -= text.size() + 1;
    return place;
  }

  std::vector<Slot> slots_;  // a power of two, at most half of them taken
  std::vector<std::string_view> texts_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  size_t left_ = 0;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_INTERNED_STRINGS_H_
