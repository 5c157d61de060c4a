#ifndef TSUGI_NATIVE_SEMANTIC_IDS_SEMANTIC_ID_FILE_H_
#define TSUGI_NATIVE_SEMANTIC_IDS_SEMANTIC_ID_FILE_H_

#include <filesystem>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "native/semantic_ids/residual_codes.h"

namespace tsugi {

/// Writes a line per item, tab separated: "item u v x y", the first line being these names. Any
/// model can learn from them. item_ids: [N] or empty (decimal item_index).
/// Errors: kNotFound if the file can not be written.
Status WriteSemanticIds(const std::filesystem::path& path, const StringTableView& item_ids,
                        const SemanticIds& ids);

/// Reads such a file for a catalogue of `item_count` items, in any order of lines.
/// Errors: kNotFound; kInvalidArgument naming the line: other columns, a code above 255, an item
/// that the catalogue does not have or that comes twice, an id that two items share, items without
/// a line.
Result<SemanticIds> ReadSemanticIds(const std::filesystem::path& path,
                                    const StringTableView& item_ids, size_t item_count);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_SEMANTIC_IDS_SEMANTIC_ID_FILE_H_
