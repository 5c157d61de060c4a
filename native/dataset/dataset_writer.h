#ifndef TSUGI_NATIVE_DATASET_DATASET_WRITER_H_
#define TSUGI_NATIVE_DATASET_DATASET_WRITER_H_

#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/status.h"
#include "native/dataset/dataset_arrays.h"

namespace tsugi {

/// Checks, before any work is done, that a data set can be put at `out`: nothing is there, an empty
/// directory, or a data set and nothing else (so that replacing it loses no other file).
/// Errors: kInvalidArgument naming what is in the way.
Status CheckOut(const std::filesystem::path& out);

/// 16 hex digits: FNV-1a (64 bit) over name, size and bytes of every array, in file order.
std::string HashArrays(const DatasetArrays& arrays);

/// Writes all files into a new directory beside `out`, then puts it in the place of `out`.
/// `rejected_tsv` is written unless empty.
/// Errors: kInternal with the file and the system's reason; what was at `out` is still there then
/// and the half-written directory is removed.
Status WriteDataset(const std::filesystem::path& out, const DatasetArrays& arrays,
                    std::string_view stats_json, std::string_view rejected_tsv);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_DATASET_WRITER_H_
