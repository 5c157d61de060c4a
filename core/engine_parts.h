#ifndef TSUGI_CORE_ENGINE_PARTS_H_
#define TSUGI_CORE_ENGINE_PARTS_H_

#include <optional>
#include <span>
#include <vector>

#include "core/base/bit_set.h"
#include "core/decode/catalogue_decoder.h"
#include "core/decode/code_decoder.h"
#include "core/encoder/sequence_encoder.h"
#include "core/items/item_table.h"
#include "core/layers/workspace.h"
#include "core/model/model_spec.h"

namespace tsugi {

/// What a Recommender shares with its sessions; internal to recommender.cc and session.cc.
struct EngineParts {
  ModelSpec spec;
  ItemTable items;
  SequenceEncoder encoder;
  CatalogueDecoder decoder;
  Workspace workspace;
  BitSet blocked;                  ///< [N] all zero between calls
  std::vector<ScoredItem> ranked;  ///< scratch of the last list, as long as the longest yet
  std::optional<CodeDecoder> code_decoder;  ///< if the model holds item codes

  /// Ranks through the item codes where that is allowed and pays, else exactly; as ScanTopK.
  size_t Decode(const float* hidden, bool exact, std::span<ScoredItem> out) {
    return !exact && code_decoder && code_decoder->Covers(out.size())
               ? code_decoder->Decode(hidden, blocked.words(), out)
               : decoder.Decode(hidden, blocked.words(), out);
  }
};

}  // namespace tsugi

#endif  // TSUGI_CORE_ENGINE_PARTS_H_
