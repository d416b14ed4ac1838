// What the kernels over windows share: rows four at a time, rings and levels.
#ifndef TICKBOOST_WINDOWS_H
#define TICKBOOST_WINDOWS_H

#include "WindowKernels.h"
#include "prefetch.h"
#include "vectors.h"

#include <stdint.h>

#pragma STDC FP_CONTRACT OFF

// Rows that are worked at a time: their levels stay in the nearest cache.
enum { TILE = 1024 };

// Room for earlier values before a tile's, at least so many that each tile begins a line of the cache.
INLINE long front(long top) { return top < 8 ? 8 : top; }

// Doubles from one column of scratch to the next: not near a multiple of a page, or loads wait for stores to another column
// whose addresses end alike.
INLINE long stride(long top) { return ((front(top) + TILE + 511) & ~511l) + 72; }

// Column `i` of the scratch from its first line on, and three more cells than rows.
#define ROOM(i) ((double *)(((uintptr_t)scratch + 63) & ~(uintptr_t)63) + (i) * stride(top) + front(top))

typedef double four __attribute__((vector_size(32), aligned(8)));
typedef double aligned_four __attribute__((vector_size(32)));
typedef long long four_mask __attribute__((vector_size(32), aligned(8)));
#define LOAD(p) (*(const four *)(p))
#define STORE(p, v) (*(four *)(p) = (v))
// Macros, since vectors as arguments of functions mean something else on each target.
#define ALL(v) ((four){v, v, v, v})
#define CHOOSE(where, a, b) ((four)(((four_mask)(a) & (where)) | ((four_mask)(b) & ~(where))))
#define MAGNITUDE(a) ((four)((four_mask)(a) & 0x7fffffffffffffffll))

// Rows of a tile four at a time, up to three of them beyond it. Downwards a level may take the place of the one that it is
// made from: what lies before is read before it is replaced.
#define UNROLLED _Pragma("clang loop unroll_count(4)")
#define UP                                                                          \
  for (long first = 0; first < n; first += 64, ask_ahead(1))                        \
    UNROLLED for (long i = first, end = first + 64 < n ? first + 64 : n; i < end; i += 4)
#define DOWN                                                                        \
  for (long first = (n - 1) & ~63l; first >= 0; first -= 64, ask_ahead(1))          \
    UNROLLED for (long i = first + 64 <= n ? first + 60 : (n - 1) & ~3l; i >= first; i -= 4)

// Rows from the second on of what is made from the values themselves, behind which nothing may be read: those that come in
// fours, and the others.
#define FOURS                                                                       \
  for (long first = 4; first + 4 <= n; first += 64, ask_ahead(1))                   \
    UNROLLED for (long i = first, end = first + 64 < n ? first + 64 : n; i + 4 <= end; i += 4)
#define ONES for (long i = 1; i < n; i = i == 3 ? n & ~3l : i + 1)

// Not memcpy: that of some machines takes several nanoseconds a number at such lengths. The empty line of assembly keeps the
// compiler from putting it there.
INLINE void copy(double *restrict to, const double *restrict from, long n) {
  long i = 0;
  for (; i + 8 <= n; i += 8) {
    STORE(to + i, LOAD(from + i));
    STORE(to + i + 4, LOAD(from + i + 4));
    __asm__ volatile("");
  }
  for (; i < n; i++) {
    to[i] = from[i];
    __asm__ volatile("");
  }
}

// The same to a place before that may overlap: what is moved down is read first.
INLINE void copy_down(double *to, const double *from, long n) {
  long i = 0;
  for (; i + 4 <= n; i += 4) STORE(to + i, LOAD(from + i));
  for (; i < n; i++) {
    to[i] = from[i];
    __asm__ volatile("");
  }
}

// Lays what the ring of level k keeps before a tile's values, and keeps the tile's last ones.
INLINE void exchange(double *ring, long k, long t, double *values, long n) {
  const long at = t & (k - 1);
  copy(values - k, ring + at, k - at);
  copy(values - at, ring, at);
  const long kept = n < k ? n : k;
  const long to = (t + n - kept) & (k - 1);
  const long first = kept < k - to ? kept : k - to;
  copy(ring + to, values + n - kept, first);
  copy(ring, values + n - kept + first, kept - first);
}

// For each tile: results go to their own place where rows come in fours, else to scratch first.
#define TILES                                                                       \
  const long top = window.top, length = window.length;                              \
  long t = window.seen;                                                             \
  for (long start = 0, n = count < TILE ? count : TILE; start < count;              \
       start += n, t += n, n = count - start < TILE ? count - start : TILE)
#define RESULTS(name, column, room) double *name = n & 3 ? ROOM(room) : (column) + start;
#define DELIVER(name, column) if (n & 3) copy((column) + start, name, n);

#endif
