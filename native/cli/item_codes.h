#ifndef TSUGI_NATIVE_CLI_ITEM_CODES_H_
#define TSUGI_NATIVE_CLI_ITEM_CODES_H_

#include <string>

#include "model_format/reader.h"

namespace tsugi {

/// `tsugi inspect --item`: an item's semantic id, what the language part says of it, and the items
/// whose ids begin alike. Errors: kUnsupported without a language part; kNotFound for another id.
Status InspectItem(const Model& model, const std::string& id, bool as_json);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_ITEM_CODES_H_
