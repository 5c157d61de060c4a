#ifndef TSUGI_NATIVE_EVAL_ITEM_TEXT_H_
#define TSUGI_NATIVE_EVAL_ITEM_TEXT_H_

#include <cstdint>
#include <span>
#include <vector>

#include "core/model/model_view.h"

namespace tsugi {

/// The texts of items as unit vectors of TF-IDF weighted words. It replaces the large text encoder
/// of the published transition-graph heuristic and serves only that baseline. A word is a run of
/// ASCII letters (lower-cased), digits and bytes above 127; words are hashed.
class ItemText {
 public:
  /// Builds the vectors from all strings of the metadata (JSON objects), at any depth, or from the
  /// title of an item whose metadata has none. Both tables may be empty. Metadata that is not JSON
  /// is ignored. Words that only one item has are dropped, since they match nothing.
  static ItemText Build(size_t item_count, const StringTableView& titles,
                        const StringTableView& metadata);

  bool empty() const { return words_.empty(); }
  /// Writes the cosine of `item` with every item, in [0, 1], to cosines [N].
  void ComputeCosines(uint32_t item, std::span<float> cosines) const;

 private:
  struct Entry {
    uint32_t index;  // word in words_, item in postings_
    float weight;
  };
  std::vector<uint64_t> word_offsets_;     // [N + 1] into words_
  std::vector<Entry> words_;               // words of each item
  std::vector<uint64_t> posting_offsets_;  // [words + 1] into postings_
  std::vector<Entry> postings_;            // items of each word
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_ITEM_TEXT_H_
