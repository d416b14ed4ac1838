#include "CDuckDB.h"

#include <dlfcn.h>
#include <stdio.h>

const char *duckdb_load(const char *path, duckdb_functions *functions) {
  static char message[512];
  void *library = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
  if (!library) {
    const char *reason = dlerror();
    snprintf(message, sizeof message, "%s", reason ? reason : "unknown reason");
    return message;
  }
#define DUCKDB_FIND(result, name, parameters)                                      \
  functions->name = (result(*) parameters)dlsym(library, "duckdb_" #name);         \
  if (!functions->name) {                                                          \
    snprintf(message, sizeof message, "%s has no function duckdb_" #name, path);   \
    return message;                                                                \
  }
  DUCKDB_FUNCTIONS(DUCKDB_FIND)
#undef DUCKDB_FIND
  return NULL;
}
