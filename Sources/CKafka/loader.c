#include "CKafka.h"

#include <dlfcn.h>
#include <stdio.h>

const char *kafka_load(const char *path, kafka_functions *functions) {
  static char message[512];
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *reason = dlerror();
    snprintf(message, sizeof message, "%s", reason ? reason : "unknown reason");
    return message;
  }
#define KAFKA_FIND(result, name, parameters)                                       \
  functions->name = (result(*) parameters)dlsym(library, "rd_kafka_" #name);       \
  if (!functions->name) {                                                          \
    snprintf(message, sizeof message, "%s has no function rd_kafka_" #name, path); \
    return message;                                                                \
  }
  KAFKA_FUNCTIONS(KAFKA_FIND)
#undef KAFKA_FIND
#define KAFKA_LOOK(result, name, parameters) functions->name = (result(*) parameters)dlsym(library, "rd_kafka_" #name);
  KAFKA_OPTIONAL_FUNCTIONS(KAFKA_LOOK)
#undef KAFKA_LOOK
  return NULL;
}
