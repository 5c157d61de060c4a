#include "native/log/duckdb_library.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "native/log/duckdb.h"

namespace tsugi {
namespace {

template <typename Function>
bool Load(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

// All functions or none. A library that lacks one is of another version, and the first call of it
// would end the process.
bool LoadFunctions(void* library, DuckDbLibrary& f) {
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
         TSUGI_LOAD(vector_get_data) && TSUGI_LOAD(vector_get_validity) && TSUGI_LOAD(interrupt) &&
         TSUGI_LOAD(free);
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

}  // namespace

// Opened once and kept: DuckDB's threads must not outlive their code.
Result<const DuckDbLibrary*> OpenDuckDbLibrary() {
  static const DuckDbLibrary* loaded = [] {
    for (const std::filesystem::path& place : Places()) {
      void* library = dlopen(place.c_str(), RTLD_LAZY | RTLD_LOCAL);
      static DuckDbLibrary functions;
      if (library != nullptr && LoadFunctions(library, functions)) return &functions;
    }
    return static_cast<DuckDbLibrary*>(nullptr);
  }();
  if (loaded != nullptr) return loaded;
  return Unsupported(
      "DuckDB's library libduckdb.so, which reads Parquet files and SQL, is not here. Try: ./dev "
      "setup npm, or set TSUGI_DUCKDB to the library's path (npm has it in "
      "@duckdb/node-bindings-linux-x64 and -linux-arm64, version " +
      std::string(kDuckDbVersion) + ")");
}

}  // namespace tsugi
