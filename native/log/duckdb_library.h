#ifndef TSUGI_NATIVE_LOG_DUCKDB_LIBRARY_H_
#define TSUGI_NATIVE_LOG_DUCKDB_LIBRARY_H_

#include <cstdint>

#include "core/base/status.h"

namespace tsugi {

// The part of DuckDB's C API that is used here; it is stable. Names and layouts are DuckDB's.
using DuckDbHandle = void*;
struct DuckDbResult {
  uint64_t deprecated[3];
  void* deprecated_columns;
  char* deprecated_error;
  void* internal;
};

// Pointers and no link: only Parquet files and SQL need DuckDB, so tsugi must start without it.
struct DuckDbLibrary {
  int (*create_config)(DuckDbHandle*);
  int (*set_config)(DuckDbHandle, const char*, const char*);
  void (*destroy_config)(DuckDbHandle*);
  int (*open_ext)(const char*, DuckDbHandle*, DuckDbHandle, char**);
  void (*close)(DuckDbHandle*);
  int (*connect)(DuckDbHandle, DuckDbHandle*);
  void (*disconnect)(DuckDbHandle*);
  int (*query)(DuckDbHandle, const char*, DuckDbResult*);
  int (*prepare)(DuckDbHandle, const char*, DuckDbHandle*);
  const char* (*prepare_error)(DuckDbHandle);
  void (*destroy_prepare)(DuckDbHandle*);
  int (*prepared_statement_type)(DuckDbHandle);
  uint64_t (*prepared_statement_column_count)(DuckDbHandle);
  const char* (*prepared_statement_column_name)(DuckDbHandle, uint64_t);
  int (*prepared_statement_column_type)(DuckDbHandle, uint64_t);
  int (*execute_prepared_streaming)(DuckDbHandle, DuckDbResult*);
  const char* (*result_error)(DuckDbResult*);
  void (*destroy_result)(DuckDbResult*);
  DuckDbHandle (*fetch_chunk)(DuckDbResult);
  void (*destroy_data_chunk)(DuckDbHandle*);
  uint64_t (*data_chunk_get_size)(DuckDbHandle);
  DuckDbHandle (*data_chunk_get_vector)(DuckDbHandle, uint64_t);
  void* (*vector_get_data)(DuckDbHandle);
  uint64_t* (*vector_get_validity)(DuckDbHandle);
  void (*interrupt)(DuckDbHandle);
  void (*free)(void*);
};

/// Opens libduckdb.so, which DuckDbQuery says where it is looked for. Errors: kUnsupported.
Result<const DuckDbLibrary*> OpenDuckDbLibrary();

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_DUCKDB_LIBRARY_H_
