#ifndef TSUGI_CORE_PARTS_QUANTISED_CODES_CODE_DECODER_H_
#define TSUGI_CORE_PARTS_QUANTISED_CODES_CODE_DECODER_H_

#include <span>

#include "core/items/item_table.h"
#include "core/kernels/code_scan.h"
#include "core/kernels/item_scan.h"
#include "core/model/model_view.h"

namespace tsugi {

/// Ranks a large catalogue through its item codes: estimates for all items, exact scores for the
/// best of them. A score is the same bits as CatalogueDecoder's; what may differ is that an item
/// of a low estimate is missing (export measures how often).
/// Threads: one at a time.
class CodeDecoder {
 public:
  /// Requires: view.spec.quantised_codes and view.Validate().ok().
  /// Errors: kOutOfMemory.
  static Result<CodeDecoder> Create(const ModelView& view, const ItemTable& items);

  /// Items that are scored exactly for a list of k: spec.quantised_codes->candidates for k <= 10,
  /// from there on as the square root of k.
  size_t CandidateCount(size_t k) const;
  /// Whether a list of k is faster through the codes: not if it is so long, or the catalogue so
  /// small, that a good part of the rows would be scored anyway.
  bool Covers(size_t k) const;

  /// Shapes, filter bits and ties as ScanTopK; hidden [D] f32. Returns the number of items written.
  /// Requires: Covers(out.size()).
  size_t Decode(const float* hidden, std::span<const uint64_t> blocked, std::span<ScoredItem> out);

 private:
  CodeDecoder(ScanQuery query, CodeQuery codes, const ModelSpec& spec)
      : query_(std::move(query)),
        codes_(std::move(codes)),
        logit_scale_(spec.logit_scale),
        candidates_(spec.quantised_codes->candidates) {}

  ScanQuery query_;
  CodeQuery codes_;
  float logit_scale_;
  size_t candidates_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_QUANTISED_CODES_CODE_DECODER_H_
