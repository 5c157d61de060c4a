#include "native/train/modules/backbone_block.h"

#include "native/train/modules/gated_block.h"
#include "native/train/modules/sasrec_block.h"

namespace tsugi::train {

std::shared_ptr<BackboneBlock> MakeBackboneBlock(const ModelSpec& spec, double dropout) {
  if (spec.block_kind == BlockKind::kGated) return std::make_shared<GatedBlock>(spec, dropout);
  return std::make_shared<SasRecBlock>(spec, dropout);
}

}  // namespace tsugi::train
