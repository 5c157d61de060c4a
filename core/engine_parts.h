#ifndef TSUGI_CORE_ENGINE_PARTS_H_
#define TSUGI_CORE_ENGINE_PARTS_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "core/catalogue_ranker.h"
#include "core/explain/event_effects.h"
#include "core/items/item_table.h"
#include "core/layers/workspace.h"
#include "core/model/model_spec.h"
#include "core/session_encoder.h"
#include "core/session_input/event_tokenizer.h"

namespace tsugi {

/// What a Recommender shares with its sessions; internal to recommender.cc and session.cc.
struct EngineParts {
  ModelSpec spec;
  uint64_t fingerprint;  ///< of the model; saved sessions carry it
  ItemTable items;
  EventTokenizer tokenizer;
  SessionEncoder encoder;
  Workspace workspace;
  std::vector<uint32_t>
      short_term_counts;  ///< [T] scratch of one Encode; empty without the encoder
  std::unique_ptr<CatalogueRanker> ranker;
  EventEffects effects;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_ENGINE_PARTS_H_
