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

// Most pages never ask, so the texts are made on the first request.
Result<StringTableView> SemanticIdTexts(const tsugi_recommender& recommender) {
  StringTable& held = recommender.made_strings;
  const ModelSpec& spec = recommender.model.view().spec;
  if (!spec.semantic_ids) return held.View();
  for (auto item = static_cast<uint32_t>(held.View().size()); item < spec.item_count; ++item) {
    TSUGI_ASSIGN_OR_RETURN(const std::string digits, SemanticIdText(recommender, item));
    held.Append(digits);
  }
  return held.View();
}

}  // namespace tsugi
