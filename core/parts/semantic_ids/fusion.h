#ifndef TSUGI_CORE_PARTS_SEMANTIC_IDS_FUSION_H_
#define TSUGI_CORE_PARTS_SEMANTIC_IDS_FUSION_H_

#include "core/base/portable_math.h"
#include "core/parts/semantic_ids/semantic_ids_spec.h"

namespace tsugi {

/// Mixes the probabilities of the item table with those of the generated items. The more confident
/// the item table is, the less weight the generated items have:
///
///   p(i) = (1 - a) p_table(i) + a p_generated(i)
///   a    = share * sigmoid(slope * (threshold - confidence)),  confidence = max_i p_table(i)
///
/// Slope 0 makes a constant. The three numbers are chosen on validation data
/// (native/eval/fusion_choice.h) and stored in the model file.
/// Source:  adaptive mixing of memorising and generalising models (MemGen). Differs: `share` bounds
///          the weight; more confidence gives the table more weight, a sign the source leaves open.
inline double GeneratedShare(const FusionRule& rule, double confidence) {
  if (rule.slope == 0.0f) return rule.share;
  return rule.share / (1.0 + PortableExp(rule.slope * (confidence - rule.threshold)));
}

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_SEMANTIC_IDS_FUSION_H_
