#ifndef TSUGI_NATIVE_LOG_DUCKDB_H_
#define TSUGI_NATIVE_LOG_DUCKDB_H_

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "native/log/parse_time.h"

namespace tsugi {

/// The version that the lock file in .toolchain/duckdb fetches; part of the library's place.
inline constexpr char kDuckDbVersion[] = "1.5.6-r.1";

/// What a query may use of the machine.
struct DuckDbLimits {
  /// Memory, e.g. "4GB". If empty, DuckDB takes up to 80 % of the machine's.
  std::string memory;
  /// Where sorts and joins go that do not fit; must exist. If empty, they fail instead.
  std::filesystem::path temp_folder;
};

/// A column of a query's result.
struct DuckDbColumn {
  std::string name;
  bool is_list = false;    ///< lists, structs and maps: the fields are JSON
  bool is_time = false;    ///< dates and timestamps: the fields are 2023-11-14 22:13:20 in UTC
  bool is_number = false;  ///< whole numbers and floats
  bool is_whole = false;   ///< whole numbers
  bool is_bytes = false;   ///< BLOB: the fields may be any bytes
};

/// The rows of one SELECT, chunk by chunk. DuckDB runs in threads of its own, and one of ours takes
/// a few chunks ahead, so memory does not grow with the result. Rows come in the query's order.
///
/// The library libduckdb.so is opened at run time, because a `tsugi` that reads no Parquet need not
/// have it. It is looked for at $TSUGI_DUCKDB, next to the program, in
/// ${TSUGI_CACHE:-~/.cache/tsugi}/duckdb-VERSION, where `./dev` puts it, and where the system
/// keeps libraries. Queries never reach the network: no extension is installed or loaded.
class DuckDbQuery {
 public:
  /// Prepares `sql`, a SELECT. `what` names it in messages, e.g. a file.
  /// Errors: kUnsupported if the library cannot be found; kInvalidArgument if `sql` is not one
  /// SELECT, or DuckDB refuses it.
  static Result<DuckDbQuery> Prepare(const std::string& what, const std::string& sql,
                                     const DuckDbLimits& limits);
  ~DuckDbQuery();
  DuckDbQuery(DuckDbQuery&&) noexcept;
  DuckDbQuery& operator=(DuckDbQuery&&) noexcept;

  /// Prepares a query for the first `count` rows of this one, in the same DuckDB. Errors: as above.
  Result<DuckDbQuery> First(size_t count) const;

  const std::vector<DuckDbColumn>& columns() const;

  /// Runs the query for the columns at these positions, in this order. Those of them in `typed`
  /// are read by time() or number(), the others by field(). Requires: not called before.
  Status Start(const std::vector<size_t>& columns, const std::vector<size_t>& typed = {});
  /// Fetches the next chunk and returns its number of rows; 0 at the end. Requires: Start.
  /// Errors: kInvalidArgument for what DuckDB meets on the way, e.g. a damaged file.
  Result<size_t> NextChunk();
  /// The field of row `row` of the chunk; "" for NULL. `column` counts those of Start. The view is
  /// valid until the next row's field of that column.
  std::string_view field(size_t column, size_t row) const;
  /// Likewise, without the way through text; nothing for NULL and times that no calendar has.
  std::optional<LogTime> time(size_t column, size_t row) const;
  std::optional<double> number(size_t column, size_t row) const;

 private:
  struct Impl;
  explicit DuckDbQuery(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// What DuckDB was last asked to read, on one line, e.g. a file; "" before it was asked. Some
/// damaged files crash it, and then a signal handler can name them: this allocates nothing.
const char* LastReadByDuckDb();

/// `text` as a literal of SQL: it's -> 'it''s'.
std::string SqlQuoted(std::string_view text);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_DUCKDB_H_
