#ifndef TSUGI_CORE_KERNELS_TOP_K_H_
#define TSUGI_CORE_KERNELS_TOP_K_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tsugi {

/// An item and its score (a logit; higher is better).
struct ScoredItem {
  uint32_t item_index;
  float score;
};

/// Whether `a` comes before `b` in a list: higher score first, then lower item_index.
constexpr bool RanksBefore(const ScoredItem& a, const ScoredItem& b) {
  return a.score > b.score || (a.score == b.score && a.item_index < b.item_index);
}

/// Keeps the best storage.size() of any number of items, in the caller's memory. The worst item
/// kept is the root of a binary heap, so most items cost one comparison.
class TopK {
 public:
  /// Requires: storage is not empty; it is borrowed.
  explicit TopK(std::span<ScoredItem> storage) : items_(storage) {}

  bool is_full() const { return size_ == items_.size(); }
  size_t size() const { return size_; }
  /// The score that an item must exceed to enter; an item with a lower index than the worst one
  /// kept enters at an equal score, too. Requires: is_full().
  float threshold() const { return items_[0].score; }

  void Push(const ScoredItem& item) {
    if (!is_full()) {
      SiftUp(item);
    } else if (RanksBefore(item, items_[0])) {
      SiftDown(item, size_);
    }
  }

  /// Sorts the items kept, best first, in the caller's memory and returns their number. Push no
  /// more after this.
  size_t Finish() {
    const size_t count = size_;
    for (size_t last = count; last > 1; --last) {
      const ScoredItem worst = items_[0];
      SiftDown(items_[last - 1], last - 1);
      items_[last - 1] = worst;
    }
    return count;
  }

 private:
  void SiftUp(const ScoredItem& item) {
    size_t i = size_++;
    for (; i > 0 && RanksBefore(items_[(i - 1) / 2], item); i = (i - 1) / 2) {
      items_[i] = items_[(i - 1) / 2];
    }
    items_[i] = item;
  }
  // Replaces the root of the heap that the first `size` items form.
  void SiftDown(const ScoredItem& item, size_t size) {
    size_t i = 0;
    for (size_t child = 1; child < size; child = 2 * i + 1) {
      if (child + 1 < size && RanksBefore(items_[child], items_[child + 1])) ++child;
      if (!RanksBefore(item, items_[child])) break;
      items_[i] = items_[child];
      i = child;
    }
    items_[i] = item;
  }

  std::span<ScoredItem> items_;
  size_t size_ = 0;
};

/// best = the items with the `count` highest scores that are not blocked, best first.
/// blocked: a bit per item, 1 = leave out.
inline void SelectBest(std::span<const float> scores, std::span<const uint64_t> blocked,
                       size_t count, std::vector<ScoredItem>& best) {
  best.resize(count);
  TopK kept(best);
  for (uint32_t i = 0; i < scores.size(); ++i) {
    if ((blocked[i / 64] >> (i % 64) & 1) == 0) kept.Push({i, scores[i]});
  }
  best.resize(kept.Finish());
}

}  // namespace tsugi

#endif  // TSUGI_CORE_KERNELS_TOP_K_H_
