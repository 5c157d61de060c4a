#ifndef TSUGI_NATIVE_DATASET_ITEM_VECTORS_H_
#define TSUGI_NATIVE_DATASET_ITEM_VECTORS_H_

#include <filesystem>
#include <span>

#include "core/base/status.h"
#include "native/dataset/dataset_arrays.h"
#include "native/dataset/import.h"

namespace tsugi {

/// Checks the names of sources: none twice, at most kMostItemVectors, each IsVectorName.
/// Errors: kInvalidArgument.
Status CheckVectorSources(std::span<const VectorSource> sources);

/// Reads options.item_vectors for the items in arrays.item_ids and adds each kind to
/// arrays.item_vectors. The vectors go to a file in `temp_folder`, row by row, and are never in
/// memory as a whole. The first row of an id counts; a vector of zeros is none.
/// Errors: those of ReadVectors; kInvalidArgument if no row is about an item of the log, or no such
/// item has a vector; kInternal if the file cannot be written.
Status AddItemVectors(const ImportOptions& options, const std::filesystem::path& temp_folder,
                      ReadAudit& audit, DatasetArrays& arrays, ImportStats& stats);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_ITEM_VECTORS_H_
