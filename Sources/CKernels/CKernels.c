#define _GNU_SOURCE
#include "CKernels.h"

#include <stdio.h>
#include <string.h>

#if defined(__linux__)
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

// The processors that the calling thread could use when it called kernel_remember_affinity.
static _Thread_local cpu_set_t remembered;
static _Thread_local int has_remembered;
#endif

int kernel_affinity_count(void) {
#if defined(__linux__)
  cpu_set_t mask;
  if (sched_getaffinity(0, sizeof mask, &mask) == 0) return CPU_COUNT(&mask);
#endif
  return 0;
}

int kernel_remember_affinity(void) {
#if defined(__linux__)
  has_remembered = sched_getaffinity(0, sizeof remembered, &remembered) == 0;
  return has_remembered ? (int)gettid() : 0;
#else
  return 0;
#endif
}

void kernel_start_elsewhere(int thread) {
#if defined(__linux__)
  cpu_set_t mask;
  const int here = sched_getcpu();
  if (thread == 0 || here < 0 || sched_getaffinity(thread, sizeof mask, &mask) != 0) return;
  CPU_CLR(here, &mask);
  if (CPU_COUNT(&mask) > 0) (void)sched_setaffinity(thread, sizeof mask, &mask);
#else
  (void)thread;
#endif
}

void kernel_run_anywhere(void) {
#if defined(__linux__)
  if (!has_remembered || sched_setaffinity(0, sizeof remembered, &remembered) == 0) return;
  // The processors of then are forbidden by now: all that are allowed, which is what the kernel makes of all ones.
  cpu_set_t all;
  memset(&all, 0xff, sizeof all);
  (void)sched_setaffinity(0, sizeof all, &all);
#endif
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
