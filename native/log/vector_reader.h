#ifndef TSUGI_NATIVE_LOG_VECTOR_READER_H_
#define TSUGI_NATIVE_LOG_VECTOR_READER_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "native/log/read_audit.h"
#include "native/log/table_reader.h"

namespace tsugi {

/// Most numbers of one vector.
inline constexpr size_t kMostVectorNumbers = 65536;

/// Whether a kind of vectors may have this name: a to z, 0 to 9 and _, at most 64 of them. It is
/// part of the names of files and parameters.
inline bool IsVectorName(std::string_view name) {
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

/// Where vectors of one kind come from.
struct VectorSource {
  std::string name;  ///< of the kind, e.g. "image"
  std::filesystem::path file;
  std::filesystem::path ids;  ///< of a NumPy file: an id on every line, in the order of its rows

  /// Reads "image=FILE" or "image=FILE.npy:IDS.txt". A name that exists is a file, whatever
  /// characters it has. Errors: kInvalidArgument without a name or file, or if the name is none.
  static Result<VectorSource> Parse(std::string_view text);
};

/// How to read vectors.
struct VectorReaderOptions {
  TableOptions table;
  /// The column of the id, used if the table has it; otherwise the log's name for it or a common
  /// one.
  std::string id_column, log_item_column;
};

/// A vector of one item; the views are valid during the call of the sink.
struct VectorRow {
  std::string_view id;
  std::span<const float> numbers;  ///< finite, as many in every row; empty: the item has none
};

/// An error ends the reading.
using VectorSink = std::function<Status(const VectorRow&)>;

/// What was read.
struct VectorReport {
  size_t width = 0;                      ///< numbers of a vector; 0 if no row has one
  uint64_t rows = 0;                     ///< without rejected ones
  std::string id_column, vector_column;  ///< of a table
  std::vector<std::string> notes;
};

/// Reads the vectors of items row by row and holds none.
///
/// NumPy: an array [items, numbers] (NpyFile) and a file of ids. A table (CSV, TSV, JSON lines,
/// Parquet): a column of ids and one of lists, [0.1, 0.2] or [0.1 0.2]; of several list columns the
/// one called as the source. Rows without an id go to the audit. An empty list cell, or null, is an
/// item without a vector.
///
/// Errors: kInvalidArgument, with the row: a vector of another width or with NaN or infinity, more
/// than kMostVectorNumbers numbers, a cell that is no list, another number of ids than of rows, no
/// column of ids or lists; those of NpyFile, TableReader and `sink`.
Result<VectorReport> ReadVectors(const VectorSource& source, const VectorReaderOptions& options,
                                 ReadAudit& audit, const VectorSink& sink);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_VECTOR_READER_H_
