#ifndef TSUGI_NATIVE_QUANTISED_CODES_ITEM_CODES_H_
#define TSUGI_NATIVE_QUANTISED_CODES_ITEM_CODES_H_

#include <cstdint>

#include "core/base/status.h"
#include "native/model/model_file.h"
#include "native/quantised_codes/product_quantizer.h"

namespace tsugi {

/// How to learn item codes.
struct ItemCodeOptions {
  ProductQuantizerOptions quantizer;  ///< part_width = D / m; codewords and seed are not read
  uint32_t candidates =
      4000;  ///< spec.quantised_codes->candidates; ChooseCandidates measures what is needed
  uint32_t sample_rows = 65536;  ///< rows that the codewords are learned from
  /// Rows are sampled in proportion to this power of their length. Long rows head most lists, and
  /// codewords learned from typical rows do not reach them. Without effect on cosine models, whose
  /// rows all have the same length.
  double length_power = 8.0;
  uint64_t seed = 1;
};

/// Learns item codes and adds them to the model: the tensors items.codes and items.codebooks, and
/// the fields of the spec. Replaces codes that the model has. Equal input gives equal codes.
///
/// The rows of the table as stored (dequantised) are rotated so that all parts of part_width
/// dimensions vary alike, then product-quantised (both in product_quantizer.h); the codewords are
/// rotated back. Number of candidates that 0.994 of the exact top ten needed with bench/make_model
/// at 1M x 64: plain codes 16,384; with all three steps 1,024; without the rotation 4,608; without
/// the parallel weight 1,792; without the sampling by length 12,800.
/// Errors: kUnsupported if the width is not a multiple of 4 part_width; kOutOfMemory.
Status AddItemCodes(ModelData& model, const ItemCodeOptions& options = {});

/// Removes the codes from a model.
void RemoveItemCodes(ModelData& model);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_QUANTISED_CODES_ITEM_CODES_H_
