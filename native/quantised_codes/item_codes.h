#ifndef TSUGI_NATIVE_QUANTISED_CODES_ITEM_CODES_H_
#define TSUGI_NATIVE_QUANTISED_CODES_ITEM_CODES_H_

#include <cstdint>

#include "core/base/status.h"
#include "native/model/model_data.h"
#include "native/quantised_codes/product_quantizer.h"

namespace tsugi {

struct ItemCodeOptions {
  ProductQuantizerOptions quantizer;  ///< part_width = D / m; codewords and seed are not read
  uint32_t candidates = 4000;    ///< spec.code_candidates; ChooseCandidates measures what is needed
  uint32_t sample_rows = 65536;  ///< rows that the codewords are learned from
  /// Rows are drawn for the sample in proportion to this power of their length: long rows head most
  /// lists, and are what codewords of typical rows can not reach. Means nothing to cosine models.
  double length_power = 8.0;
  uint64_t seed = 1;
};

/// Learns item codes and adds them to the model: tensors items.codes and items.codebooks, and the
/// spec's fields. Codes that the model has are replaced. The same input gives the same codes.
///
/// Rows of the table as it is stored (dequantised) are turned so that parts of part_width
/// dimensions vary alike, then product-quantised; codewords are turned back (principal_axes.h,
/// product_quantizer.h). Each step was measured by what bench/make_model needs at 1M x 64 for 0.994
/// of the exact top ten: plain codes 16,384 candidates, all three steps 1,024; without the rotation
/// 4,608, without the parallel weight 1,792, without the sampling by length 12,800.
/// Errors: kUnsupported if the width is not a multiple of 4 part_width; kOutOfMemory.
Status AddItemCodes(ModelData& model, const ItemCodeOptions& options = {});

/// Takes the codes out of a model again.
void RemoveItemCodes(ModelData& model);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_QUANTISED_CODES_ITEM_CODES_H_
