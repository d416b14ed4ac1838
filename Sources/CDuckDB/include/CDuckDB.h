// DuckDB's C API as a table of functions that is filled at run time, so that the package builds where DuckDB is absent.
// The declarations are those that this package calls, written from the documentation of DuckDB's C API (1.2 to 2.0).
#ifndef TICKBOOST_CDUCKDB_H
#define TICKBOOST_CDUCKDB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t idx_t;
typedef struct _duckdb_database *duckdb_database;
typedef struct _duckdb_connection *duckdb_connection;
typedef struct _duckdb_config *duckdb_config;
typedef struct _duckdb_prepared_statement *duckdb_prepared_statement;
typedef struct _duckdb_pending_result *duckdb_pending_result;
typedef struct _duckdb_appender *duckdb_appender;
typedef struct _duckdb_data_chunk *duckdb_data_chunk;
typedef struct _duckdb_vector *duckdb_vector;
typedef struct _duckdb_logical_type *duckdb_logical_type;
typedef struct _duckdb_table_function *duckdb_table_function;
typedef struct _duckdb_bind_info *duckdb_bind_info;
typedef struct _duckdb_init_info *duckdb_init_info;
typedef struct _duckdb_function_info *duckdb_function_info;

typedef struct {
  idx_t deprecated_column_count;
  idx_t deprecated_row_count;
  idx_t deprecated_rows_changed;
  void *deprecated_columns;
  char *deprecated_error_message;
  void *internal_data;
} duckdb_result;

/// A string in a vector: up to 12 bytes in place, else a pointer.
typedef struct {
  uint32_t length;
  char prefix[4];
  uint64_t rest;
} duckdb_string;

enum { DUCKDB_OK = 0 };
enum {
  DUCKDB_TYPE_BOOLEAN = 1, DUCKDB_TYPE_TINYINT = 2, DUCKDB_TYPE_SMALLINT = 3, DUCKDB_TYPE_INTEGER = 4, DUCKDB_TYPE_BIGINT = 5,
  DUCKDB_TYPE_UTINYINT = 6, DUCKDB_TYPE_FLOAT = 10, DUCKDB_TYPE_DOUBLE = 11, DUCKDB_TYPE_VARCHAR = 17
};

/// The functions; one line a function: result, name, parameters.
#define DUCKDB_FUNCTIONS(F) \
  F(void, free, (void *)) \
  F(int, create_config, (duckdb_config *)) \
  F(int, set_config, (duckdb_config, const char *, const char *)) \
  F(void, destroy_config, (duckdb_config *)) \
  F(int, open_ext, (const char *, duckdb_database *, duckdb_config, char **)) \
  F(void, close, (duckdb_database *)) \
  F(int, connect, (duckdb_database, duckdb_connection *)) \
  F(void, disconnect, (duckdb_connection *)) \
  F(int, query, (duckdb_connection, const char *, duckdb_result *)) \
  F(const char *, result_error, (duckdb_result *)) \
  F(void, destroy_result, (duckdb_result *)) \
  F(idx_t, rows_changed, (duckdb_result *)) \
  F(duckdb_data_chunk, fetch_chunk, (duckdb_result)) \
  F(int, prepare, (duckdb_connection, const char *, duckdb_prepared_statement *)) \
  F(const char *, prepare_error, (duckdb_prepared_statement)) \
  F(void, destroy_prepare, (duckdb_prepared_statement *)) \
  F(int, bind_int64, (duckdb_prepared_statement, idx_t, int64_t)) \
  F(int, bind_varchar_length, (duckdb_prepared_statement, idx_t, const char *, idx_t)) \
  F(int, pending_prepared_streaming, (duckdb_prepared_statement, duckdb_pending_result *)) \
  F(const char *, pending_error, (duckdb_pending_result)) \
  F(int, execute_pending, (duckdb_pending_result, duckdb_result *)) \
  F(void, destroy_pending, (duckdb_pending_result *)) \
  F(idx_t, data_chunk_get_size, (duckdb_data_chunk)) \
  F(void, data_chunk_set_size, (duckdb_data_chunk, idx_t)) \
  F(void, data_chunk_reset, (duckdb_data_chunk)) \
  F(duckdb_vector, data_chunk_get_vector, (duckdb_data_chunk, idx_t)) \
  F(void, destroy_data_chunk, (duckdb_data_chunk *)) \
  F(duckdb_data_chunk, create_data_chunk, (duckdb_logical_type *, idx_t)) \
  F(duckdb_logical_type, create_logical_type, (int)) \
  F(void, destroy_logical_type, (duckdb_logical_type *)) \
  F(void *, vector_get_data, (duckdb_vector)) \
  F(uint64_t *, vector_get_validity, (duckdb_vector)) \
  F(void, vector_ensure_validity_writable, (duckdb_vector)) \
  F(void, vector_assign_string_element_len, (duckdb_vector, idx_t, const char *, idx_t)) \
  F(idx_t, vector_size, (void)) \
  F(int, appender_create, (duckdb_connection, const char *, const char *, duckdb_appender *)) \
  F(const char *, appender_error, (duckdb_appender)) \
  F(int, append_data_chunk, (duckdb_appender, duckdb_data_chunk)) \
  F(int, appender_flush, (duckdb_appender)) \
  F(int, appender_destroy, (duckdb_appender *)) \
  F(duckdb_table_function, create_table_function, (void)) \
  F(void, destroy_table_function, (duckdb_table_function *)) \
  F(void, table_function_set_name, (duckdb_table_function, const char *)) \
  F(void, table_function_set_extra_info, (duckdb_table_function, void *, void (*)(void *))) \
  F(void, table_function_set_bind, (duckdb_table_function, void (*)(duckdb_bind_info))) \
  F(void, table_function_set_init, (duckdb_table_function, void (*)(duckdb_init_info))) \
  F(void, table_function_set_function, (duckdb_table_function, void (*)(duckdb_function_info, duckdb_data_chunk))) \
  F(int, register_table_function, (duckdb_connection, duckdb_table_function)) \
  F(void *, bind_get_extra_info, (duckdb_bind_info)) \
  F(void, bind_add_result_column, (duckdb_bind_info, const char *, duckdb_logical_type)) \
  F(void *, function_get_extra_info, (duckdb_function_info)) \
  F(void, function_set_error, (duckdb_function_info, const char *))

#define DUCKDB_MEMBER(result, name, parameters) result (*name) parameters;
typedef struct {
  DUCKDB_FUNCTIONS(DUCKDB_MEMBER)
} duckdb_functions;
#undef DUCKDB_MEMBER

/// Loads the library at `path` and fills the table.
///
/// Returns NULL on success, else what went wrong; the text is valid until the next call of this function.
const char *duckdb_load(const char *path, duckdb_functions *functions);

#endif
