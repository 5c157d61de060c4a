#include <string>

#include "native/c_api/handles.h"
#include "native/c_api/parts.h"

namespace tsugi {

// Two hexadecimal digits for each code, so that ids sort as their codes do.
Result<std::string> SemanticIdText(const tsugi_recommender& recommender, uint32_t item) {
  std::string digits;
  if (!recommender.model.view().spec.semantic_ids) return digits;
  TSUGI_ASSIGN_OR_RETURN(const SemanticId codes, recommender.engine->ItemCodes(item));
  for (const uint8_t code : codes) {
    for (const int digit : {code >> 4, code & 15}) digits += "0123456789abcdef"[digit];
  }
  return digits;
}

}  // namespace tsugi
