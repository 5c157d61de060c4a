#include "native/train/modules/backbone_block.h"

#include "native/train/modules/gated_block.h"
#include "native/train/modules/sasrec_block.h"

namespace tsugi::train {

std::shared_ptr<BackboneBlock> MakeBackboneBlock(const EncoderShape& shape, double dropout) {
  if (shape.block == BlockKind::kGated) return std::make_shared<GatedBlock>(shape, dropout);
  return std::make_shared<SasRecBlock>(shape, dropout);
}

}  // namespace tsugi::train
