#ifndef TSUGI_NATIVE_C_API_PARTS_H_
#define TSUGI_NATIVE_C_API_PARTS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "native/c_api/tsugi.h"

// What the parts of a model add to functions that they share. The functions of a part are in its
// folder.

namespace tsugi {

/// A table of tsugi_recommender_strings. `get` returns an empty view for a model without the part.
struct PartStrings {
  int32_t table;
  Result<StringTableView> (*get)(const tsugi_recommender& recommender);
};

Result<StringTableView> IntentLabels(const tsugi_recommender& recommender);

inline constexpr PartStrings kPartStrings[] = {{TSUGI_INTENT_LABELS, IntentLabels}};

/// What tsugi_recommender_item tells of an item; empty for a model without the part.
struct PartItemText {
  const char* key;
  Result<std::string> (*make)(const tsugi_recommender& recommender, uint32_t item);
};

Result<std::string> SemanticIdText(const tsugi_recommender& recommender, uint32_t item);

inline constexpr PartItemText kPartItemTexts[] = {
    {"semanticId", SemanticIdText}};

/// A struct of options with its defaults, which tsugi_options_init copies.
struct PartOptions {
  int32_t kind;
  const void* defaults;
  size_t size_bytes;
};

inline constexpr tsugi_imagine_options kImagineDefaults = {
    sizeof(tsugi_imagine_options), 4, TSUGI_LIKE, 20, 3.0f, 1, 3, nullptr, 0};

inline constexpr PartOptions kPartOptions[] = {
    {TSUGI_IMAGINE, &kImagineDefaults, sizeof kImagineDefaults}};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_C_API_PARTS_H_
