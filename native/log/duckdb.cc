#include "native/log/duckdb.h"

#include <dlfcn.h>

#include <cstdlib>
#include <cstring>
#include <utility>

namespace tsugi {
namespace {

// The part of DuckDB's C API that is used here; it is stable. Names and layouts are DuckDB's.
using Handle = void*;
struct QueryResult {
  uint64_t deprecated[3];
  void* deprecated_columns;
  char* deprecated_error;
  void* internal;
};
// A text of up to 12 bytes lies in place, a longer one where `longer.data` points.
union Text {
  struct {
    uint32_t bytes;
    char prefix[4];
    const char* data;
  } longer;
  struct {
    uint32_t bytes;
    char data[12];
  } inlined;
};
enum Type : int { kVarchar = 17, kBlob = 18, kFloat = 10, kDouble = 11 };
constexpr int kTimeTypes[] = {12, 13, 20, 21, 22, 31};  // TIMESTAMP, DATE, ..._S, _MS, _NS, _TZ
constexpr int kNestedTypes[] = {24, 25, 26, 28, 33};    // LIST, STRUCT, MAP, UNION, ARRAY
constexpr int kSelect = 1;                              // a statement's type

// Pointers and no link: only Parquet files and SQL need DuckDB, so tsugi must start without it.
struct Library {
  int (*create_config)(Handle*);
  int (*set_config)(Handle, const char*, const char*);
  void (*destroy_config)(Handle*);
  int (*open_ext)(const char*, Handle*, Handle, char**);
  void (*close)(Handle*);
  int (*connect)(Handle, Handle*);
  void (*disconnect)(Handle*);
  int (*query)(Handle, const char*, QueryResult*);
  int (*prepare)(Handle, const char*, Handle*);
  const char* (*prepare_error)(Handle);
  void (*destroy_prepare)(Handle*);
  int (*prepared_statement_type)(Handle);
  uint64_t (*prepared_statement_column_count)(Handle);
  const char* (*prepared_statement_column_name)(Handle, uint64_t);
  int (*prepared_statement_column_type)(Handle, uint64_t);
  int (*execute_prepared_streaming)(Handle, QueryResult*);
  const char* (*result_error)(QueryResult*);
  void (*destroy_result)(QueryResult*);
  Handle (*fetch_chunk)(QueryResult);
  void (*destroy_data_chunk)(Handle*);
  uint64_t (*data_chunk_get_size)(Handle);
  Handle (*data_chunk_get_vector)(Handle, uint64_t);
  void* (*vector_get_data)(Handle);
  uint64_t* (*vector_get_validity)(Handle);
  void (*free)(void*);
};

template <typename Function>
bool Load(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

// All functions or none. A library that lacks one is of another version, and the first call of it
// would end the process.
bool LoadFunctions(void* library, Library& f) {
#define TSUGI_LOAD(name) Load(library, "duckdb_" #name, f.name)
  return TSUGI_LOAD(create_config) && TSUGI_LOAD(set_config) && TSUGI_LOAD(destroy_config) &&
         TSUGI_LOAD(open_ext) && TSUGI_LOAD(close) && TSUGI_LOAD(connect) &&
         TSUGI_LOAD(disconnect) && TSUGI_LOAD(query) && TSUGI_LOAD(prepare) &&
         TSUGI_LOAD(prepare_error) && TSUGI_LOAD(destroy_prepare) &&
         TSUGI_LOAD(prepared_statement_type) && TSUGI_LOAD(prepared_statement_column_count) &&
         TSUGI_LOAD(prepared_statement_column_name) && TSUGI_LOAD(prepared_statement_column_type) &&
         TSUGI_LOAD(execute_prepared_streaming) && TSUGI_LOAD(result_error) &&
         TSUGI_LOAD(destroy_result) && TSUGI_LOAD(fetch_chunk) && TSUGI_LOAD(destroy_data_chunk) &&
         TSUGI_LOAD(data_chunk_get_size) && TSUGI_LOAD(data_chunk_get_vector) &&
         TSUGI_LOAD(vector_get_data) && TSUGI_LOAD(vector_get_validity) && TSUGI_LOAD(free);
#undef TSUGI_LOAD
}

// The places where the library may lie, best first.
std::vector<std::filesystem::path> Places() {
  std::vector<std::filesystem::path> places;
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::filesystem::path(value == nullptr ? "" : value);
  };
  // A library that the user names is the only place: going on to another would hide a wrong path.
  if (!variable("TSUGI_DUCKDB").empty()) return {variable("TSUGI_DUCKDB")};
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) places.push_back(program.parent_path() / "libduckdb.so");
  std::filesystem::path cache = variable("TSUGI_CACHE");
  if (cache.empty() && !variable("XDG_CACHE_HOME").empty()) {
    cache = variable("XDG_CACHE_HOME") / "tsugi";
  }
  if (cache.empty()) cache = variable("HOME") / ".cache" / "tsugi";
  places.push_back(cache / ("duckdb-" + std::string(kDuckDbVersion)) / "libduckdb.so");
  places.push_back("libduckdb.so");  // the system's folders
  return places;
}

// Opened once and kept: DuckDB's threads must not outlive their code.
Result<const Library*> OpenLibrary() {
  static const Library* loaded = [] {
    for (const std::filesystem::path& place : Places()) {
      void* library = dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL);
      static Library functions;
      if (library != nullptr && LoadFunctions(library, functions)) return &functions;
    }
    return static_cast<Library*>(nullptr);
  }();
  if (loaded != nullptr) return loaded;
  return Unsupported(
      "DuckDB's library libduckdb.so, which reads Parquet files and SQL, is not here. Try: ./dev "
      "setup npm, or set TSUGI_DUCKDB to the library's path (npm has it in "
      "@duckdb/node-bindings-linux-x64 and -linux-arm64, version " +
      std::string(kDuckDbVersion) + ")");
}

template <size_t N>
bool HoldsType(int type, const int (&types)[N]) {
  for (const int one : types) {
    if (one == type) return true;
  }
  return false;
}

// The SQL that turns column `name` into text. Whole numbers are written without a fraction: a
// column of ids becomes one of DOUBLE as soon as a table holds a gap, and 7.0 must meet 7.
std::string AsText(const std::string& name, int type) {
  if (HoldsType(type, kNestedTypes)) return "to_json(" + name + ")::VARCHAR";
  if (type == kBlob) return "decode(" + name + ")";
  if (type == kFloat || type == kDouble) {
    return "CASE WHEN abs(" + name + ") < 1e15 AND " + name + " = trunc(" + name + ") THEN " +
           name + "::BIGINT::VARCHAR ELSE " + name + "::VARCHAR END";
  }
  return type == kVarchar ? name : name + "::VARCHAR";
}

}  // namespace

std::string SqlQuoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

struct DuckDbQuery::Impl {
  const Library* f = nullptr;
  std::string what, sql;
  Handle database = nullptr, connection = nullptr, statement = nullptr, chunk = nullptr;
  QueryResult result{};
  bool has_result = false;
  std::vector<DuckDbColumn> columns;
  std::vector<std::string> texts;  // the SQL of each column
  struct Fields {
    const Text* data;
    const uint64_t* validity;
  };
  std::vector<Fields> fields;  // of the chunk

  // In the opposite order to that of their making, since each handle uses the one before it.
  ~Impl() {
    if (f == nullptr) return;
    if (chunk != nullptr) f->destroy_data_chunk(&chunk);
    if (has_result) f->destroy_result(&result);
    if (statement != nullptr) f->destroy_prepare(&statement);
    if (connection != nullptr) f->disconnect(&connection);
    if (database != nullptr) f->close(&database);
  }

  // DuckDB's messages explain the SQL over several lines and propose to install extensions. Their
  // first line says what is wrong.
  Status Refused(const char* reason) const {
    std::string text = reason == nullptr ? "no reason given" : reason;
    const bool is_network = text.find("httpfs") != std::string::npos;
    text = text.substr(0, text.find('\n'));
    if (is_network) {
      return InvalidArgument(what +
                             ": names an address on a network, and tsugi reads files only. " +
                             "Try: download the file first");
    }
    if (text.find("memory") != std::string::npos && text.starts_with("Out of Memory")) {
      return OutOfMemory(what + ": " + text + ". Try: a larger --memory");
    }
    return InvalidArgument(what + ": " + text + ". Try: check the file and the SQL");
  }

  // Extensions are neither fetched nor loaded by themselves: an import reads files and nothing
  // else. Times are shown in UTC, or the same file would give other events in another zone.
  Status Open(const DuckDbLimits& limits) {
    Handle config = nullptr;
    f->create_config(&config);
    const std::pair<const char*, std::string> settings[] = {
        {"autoinstall_known_extensions", "false"},
        {"autoload_known_extensions", "false"},
        {"temp_directory", limits.temp_folder.string()},
        {"memory_limit", limits.memory}};
    for (const auto& [name, value] : settings) {
      if (value.empty() && std::string_view(name) == "memory_limit") continue;
      if (f->set_config(config, name, value.c_str()) != 0) {
        f->destroy_config(&config);
        return InvalidArgument("--memory " + value + ": is no amount of memory. Try: --memory 4GB");
      }
    }
    char* error = nullptr;
    const int code = f->open_ext(nullptr, &database, config, &error);
    f->destroy_config(&config);
    if (code != 0) {
      const Status status = Refused(error);
      if (error != nullptr) f->free(error);
      return status;
    }
    f->connect(database, &connection);
    QueryResult ignored{};
    f->query(connection, "SET TimeZone = 'UTC'", &ignored);
    f->destroy_result(&ignored);
    return {};
  }

  // Queries alone: COPY or ATTACH would write files, and an import must not.
  Status PrepareStatement(const std::string& text) {
    if (statement != nullptr) f->destroy_prepare(&statement);
    if (f->prepare(connection, text.c_str(), &statement) != 0) {
      return Refused(f->prepare_error(statement));
    }
    if (f->prepared_statement_type(statement) == kSelect) return {};
    return InvalidArgument(what + ": is not a query. Try: --sql \"SELECT user, item, time FROM " +
                           "'log.parquet'\"");
  }
};

DuckDbQuery::DuckDbQuery(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DuckDbQuery::~DuckDbQuery() = default;
DuckDbQuery::DuckDbQuery(DuckDbQuery&&) noexcept = default;
DuckDbQuery& DuckDbQuery::operator=(DuckDbQuery&&) noexcept = default;

Result<DuckDbQuery> DuckDbQuery::Prepare(const std::string& what, const std::string& sql,
                                         const DuckDbLimits& limits) {
  auto impl = std::make_unique<Impl>();
  impl->what = what;
  // A query at the end of a line often ends with a semicolon, which a subquery must not.
  impl->sql = sql.substr(0, sql.find_last_not_of(" \t\r\n;") + 1);
  TSUGI_ASSIGN_OR_RETURN(impl->f, OpenLibrary());
  TSUGI_RETURN_IF_ERROR(impl->Open(limits));
  TSUGI_RETURN_IF_ERROR(impl->PrepareStatement(impl->sql));
  const Library& f = *impl->f;
  const uint64_t count = f.prepared_statement_column_count(impl->statement);
  for (uint64_t i = 0; i < count; ++i) {
    const int type = f.prepared_statement_column_type(impl->statement, i);
    const char* name = f.prepared_statement_column_name(impl->statement, i);
    impl->columns.push_back(
        {name == nullptr ? "" : name, HoldsType(type, kNestedTypes), HoldsType(type, kTimeTypes)});
    if (name != nullptr) f.free(const_cast<char*>(name));
    impl->texts.push_back(AsText("c" + std::to_string(i), type));
  }
  return DuckDbQuery(std::move(impl));
}

const std::vector<DuckDbColumn>& DuckDbQuery::columns() const { return impl_->columns; }

// A query around the query, so that DuckDB reads only the columns that are wanted and hands all of
// them over as text.
Status DuckDbQuery::Start(const std::vector<size_t>& columns) {
  // The result's columns get names of ours: two of the query's may be equal.
  std::string list, names;
  for (const size_t column : columns) list += (list.empty() ? "" : ", ") + impl_->texts[column];
  for (size_t i = 0; i < impl_->columns.size(); ++i) {
    names += (i ? ", c" : "c") + std::to_string(i);
  }
  TSUGI_RETURN_IF_ERROR(impl_->PrepareStatement("SELECT " + list + " FROM (" + impl_->sql +
                                                "\n) AS t(" + names + ")"));
  impl_->fields.resize(columns.size());
  impl_->has_result = true;
  if (impl_->f->execute_prepared_streaming(impl_->statement, &impl_->result) != 0) {
    return impl_->Refused(impl_->f->result_error(&impl_->result));
  }
  return {};
}

// No chunk means the end or an error, and only the result's message tells which. An error that is
// taken for the end would lose the rest of the log.
Result<size_t> DuckDbQuery::NextChunk() {
  const Library& f = *impl_->f;
  if (impl_->chunk != nullptr) f.destroy_data_chunk(&impl_->chunk);
  impl_->chunk = f.fetch_chunk(impl_->result);
  if (impl_->chunk == nullptr) {
    const char* error = f.result_error(&impl_->result);
    if (error != nullptr && *error != '\0') return impl_->Refused(error);
    return size_t{0};
  }
  for (size_t i = 0; i < impl_->fields.size(); ++i) {
    const Handle vector = f.data_chunk_get_vector(impl_->chunk, i);
    impl_->fields[i] = {static_cast<const Text*>(f.vector_get_data(vector)),
                        f.vector_get_validity(vector)};
  }
  return static_cast<size_t>(f.data_chunk_get_size(impl_->chunk));
}

// The mask has a bit for each row, set if there is a value, and is missing if every row has one.
std::string_view DuckDbQuery::field(size_t column, size_t row) const {
  const Impl::Fields& fields = impl_->fields[column];
  const bool is_null =
      fields.validity != nullptr && (fields.validity[row / 64] >> (row % 64) & 1) == 0;
  if (is_null) return {};
  const Text& text = fields.data[row];
  const bool is_inlined = text.inlined.bytes <= sizeof(text.inlined.data);
  return {is_inlined ? text.inlined.data : text.longer.data, text.inlined.bytes};
}

}  // namespace tsugi
