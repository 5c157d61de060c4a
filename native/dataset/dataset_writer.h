#ifndef TSUGI_NATIVE_DATASET_DATASET_WRITER_H_
#define TSUGI_NATIVE_DATASET_DATASET_WRITER_H_

#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/status.h"
#include "native/dataset/dataset_arrays.h"

namespace tsugi {

/// Checks before an import starts that a data set may be written to `out`: nothing is there, or an
/// empty directory, or a data set without any other files, so that replacing it loses nothing.
/// Errors: kInvalidArgument, naming the file in the way.
Status CheckOut(const std::filesystem::path& out);

/// Returns the content hash, 16 hexadecimal digits: FNV-1a (64 bit) over name, size and bytes of
/// every array, in the order of the files.
std::string HashArrays(const DatasetArrays& arrays);

/// Where a data set `path` really is: links followed, a slash at the end dropped. What becomes it
/// is prepared next to it, on the same file system, or it could not be renamed.
std::filesystem::path RealPlace(const std::filesystem::path& path);

/// Writes all files into a temporary folder next to `out` (TempFolder), then renames it to `out`.
/// Arrays that lie in files are moved there: they must be on the same file system.
/// `rejected_tsv` is written only if it is not empty. Errors: kInternal with the file and the
/// system's reason. `out` is unchanged then, and the half-written directory is removed.
Status WriteDataset(const std::filesystem::path& out, const DatasetArrays& arrays,
                    std::string_view stats_json, std::string_view rejected_tsv);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_DATASET_WRITER_H_
