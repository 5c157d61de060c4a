#include <string>

#include "native/c_api/handles.h"
#include "native/c_api/parts.h"

namespace tsugi {

// The codes of every item in hexadecimal digits, the model's items first, then the added ones. Most
// pages never ask, so the text is made on request; later calls append only the items added since.
Result<StringTableView> SemanticIdTexts(const tsugi_recommender& recommender) {
  StringTable& held = recommender.made_strings;
  if (!recommender.model.view().spec.semantic_ids) return held.View();
  for (size_t item = held.View().size(); item < recommender.item_count(); ++item) {
    TSUGI_ASSIGN_OR_RETURN(const SemanticId codes,
                           recommender.engine->ItemCodes(static_cast<uint32_t>(item)));
    std::string digits;
    for (const uint8_t code : codes) {
      for (const int digit : {code >> 4, code & 15}) digits += "0123456789abcdef"[digit];
    }
    held.Append(digits);
  }
  return held.View();
}

}  // namespace tsugi
