// Memory that will be needed next is asked for while kernels compute: one processor gets only so many lines a microsecond, and
// computing from the caches leaves it idle.
#ifndef TICKBOOST_PREFETCH_H
#define TICKBOOST_PREFETCH_H

#include "vectors.h"

enum { PLANNED_COLUMNS = 16 };

struct prefetch_plan {
  const char *columns[PLANNED_COLUMNS];
  long reads;    // columns that will be read; those behind them will be written
  long width;
  long line;
  long lines;
  long past;     // bytes of results in this chunk that are written once and that no cache could hold, or 0
  long pasts;    // columns of them
  const char *results[PLANNED_COLUMNS];
};

extern _Thread_local struct prefetch_plan kernel_plan;

// Asks for the next `lines` lines of each planned column.
INLINE void ask_ahead(long lines) {
  struct prefetch_plan *plan = &kernel_plan;
  if (plan->line >= plan->lines) return;
  for (long c = 0; c < plan->width; c++) {
    const char *at = plan->columns[c] + plan->line * 64;
    if (c < plan->reads) {
      for (long l = 0; l < lines; l++) __builtin_prefetch(at + l * 64, 0, 2);
    } else {
      for (long l = 0; l < lines; l++) __builtin_prefetch(at + l * 64, 1, 2);
    }
  }
  plan->line += lines;
}

// Whether results are such that are written past the caches: else each line would first be read.
INLINE int goes_past(const double *results) {
  const struct prefetch_plan *plan = &kernel_plan;
  const char *at = (const char *)results;
  for (long c = 0; c < plan->pasts; c++)
    if (at >= plan->results[c] && at < plan->results[c] + plan->past) return 1;
  return 0;
}

#endif
