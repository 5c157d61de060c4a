#ifndef TSUGI_CORE_BASE_BIT_SET_H_
#define TSUGI_CORE_BASE_BIT_SET_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/status.h"

namespace tsugi {

/// Bits, stored in 64-bit words: bit i is bit i % 64 of word i / 64. The unused
/// bits of the last word stay 0.
class BitSet {
 public:
  BitSet() = default;
  explicit BitSet(size_t size) : words_((size + 63) / 64), size_(size) {}

  size_t size() const { return size_; }
  /// Keeps the bits that stay; new ones are 0. Growing by one bit n times costs O(n).
  /// Requires: size >= this->size().
  void Grow(size_t size) {
    words_.resize((size + 63) / 64);
    size_ = size;
  }
  bool Test(size_t i) const {
    TSUGI_DCHECK(i < size_);
    return (words_[i / 64] >> (i % 64)) & 1;
  }
  void Set(size_t i) {
    TSUGI_DCHECK(i < size_);
    words_[i / 64] |= uint64_t{1} << (i % 64);
  }
  void Reset(size_t i) {
    TSUGI_DCHECK(i < size_);
    words_[i / 64] &= ~(uint64_t{1} << (i % 64));
  }
  void SetAll() {
    for (uint64_t& word : words_) word = ~uint64_t{0};
    if (size_ % 64 != 0) words_.back() >>= 64 - size_ % 64;
  }
  void ResetAll() {
    for (uint64_t& word : words_) word = 0;
  }
  /// Sets every bit that is 0 in `other`; the rest keep their value.
  /// Requires: other.size() == size().
  void SetWhereNot(const BitSet& other) {
    TSUGI_DCHECK(other.size_ == size_);
    for (size_t w = 0; w < words_.size(); ++w) words_[w] |= ~other.words_[w];
    if (size_ % 64 != 0) words_.back() &= ~uint64_t{0} >> (64 - size_ % 64);
  }
  /// The words, lowest bits first: the form in which the catalogue scans read a filter.
  std::span<const uint64_t> words() const { return words_; }

 private:
  std::vector<uint64_t> words_;
  size_t size_ = 0;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_BIT_SET_H_
