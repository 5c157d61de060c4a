// The verb of Session that needs this part.
#include "core/engine_parts.h"
#include "core/parts/imagine/concept.h"
#include "core/session.h"

namespace tsugi {

Result<std::vector<Concept>> Session::Imagine(const ImagineOptions& options) {
  if (parts_.imagination == nullptr) {
    return Unsupported(
        "the model has no part that imagines; train one with --preset imagine and export it");
  }
  TSUGI_ASSIGN_OR_RETURN(std::vector<Concept> concepts, parts_.imagination->Draw(query(), options));
  if (options.nearest == 0) return concepts;
  const auto hidden = parts_.lists.Block({}, {}, number_);
  for (Concept& made : concepts) {
    for (const ScoredItem& item : parts_.table->Top(made.row.data(), hidden, options.nearest)) {
      made.nearest.push_back({item.item_index, item.score / parts_.spec.logit_scale});
    }
  }
  parts_.lists.Unblock({}, {});
  return concepts;
}

}  // namespace tsugi
