#ifndef TSUGI_NATIVE_DATASET_ITEM_METADATA_H_
#define TSUGI_NATIVE_DATASET_ITEM_METADATA_H_

#include "core/base/status.h"
#include "native/dataset/dataset_arrays.h"
#include "native/dataset/import.h"

namespace tsugi {

/// Reads options.items and fills arrays.item_titles and arrays.item_metadata for the items in
/// arrays.item_ids. The first row of an id counts; items without a row get "".
/// Errors: those of ReadItemMetadata.
Status AddItemMetadata(const ImportOptions& options, ReadAudit& audit, DatasetArrays& arrays,
                       ImportStats& stats);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_ITEM_METADATA_H_
