#ifndef TSUGI_NATIVE_SEMANTIC_IDS_SEMANTIC_ID_FILE_H_
#define TSUGI_NATIVE_SEMANTIC_IDS_SEMANTIC_ID_FILE_H_

#include <filesystem>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "native/semantic_ids/residual_codes.h"

namespace tsugi {

/// Writes a TSV file: the header "item u v x y" and one line per item with its id and four codes.
/// It is meant for any model that learns from semantic ids. item_ids: [N], or empty for decimal
/// item_index.
/// Errors: kNotFound if the file cannot be written.
Status WriteSemanticIds(const std::filesystem::path& path, const StringTableView& item_ids,
                        const SemanticIds& ids);

/// Reads such a file, with its lines in any order, for a catalogue of `item_count` items.
/// Errors: kNotFound; kInvalidArgument, naming the line, for a line that is not an item and four
/// codes of 0 to 255, an item that is not in the catalogue or has two lines, an id that two items
/// share, or items without a line.
Result<SemanticIds> ReadSemanticIds(const std::filesystem::path& path,
                                    const StringTableView& item_ids, size_t item_count);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_SEMANTIC_IDS_SEMANTIC_ID_FILE_H_
