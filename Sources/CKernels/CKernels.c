#define _GNU_SOURCE
#include "CKernels.h"

#include <stdio.h>

#if defined(__linux__)
#include <fcntl.h>
#include <sched.h>
#endif

int kernel_affinity_count(void) {
#if defined(__linux__)
  cpu_set_t mask;
  if (sched_getaffinity(0, sizeof mask, &mask) == 0) return CPU_COUNT(&mask);
#endif
  return 0;
}

int kernel_exchange_paths(const char *a, const char *b) {
#if defined(__linux__)
  return renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
#elif defined(__APPLE__)
  return renamex_np(a, b, RENAME_SWAP);
#else
  (void)a;
  (void)b;
  return -1;
#endif
}
