#include "ColumnKernels.h"
#include "vectors.h"

#include <math.h>
#include <string.h>

// A fused multiplication and addition rounds once where the twins round twice.
#pragma STDC FP_CONTRACT OFF

typedef double lanes __attribute__((vector_size(32)));
typedef double lanes_in_memory __attribute__((vector_size(32), aligned(8)));

#define LOAD(p) (*(const lanes_in_memory *)(p))
#define STORE(p, v) (*(lanes_in_memory *)(p) = (v))

// Columns in turns of a few lines: memory is read as fast only from several places at once.
INLINE int moderate_body(const double *const *columns, long width, long n) {
  lanes sum = {0};
  long start = 0;
  for (; start + 64 <= n; start += 64)
    for (long c = 0; c < width; c++) {
      const double *x = columns[c] + start;
      lanes p = {0}, q = {0};
      for (long i = 0; i < 64; i += 8) {
        p += LOAD(x + i) * LOAD(x + i);
        q += LOAD(x + i + 4) * LOAD(x + i + 4);
      }
      sum += p + q;
    }
  double total = (sum[0] + sum[1]) + (sum[2] + sum[3]);
  for (long c = 0; c < width; c++)
    for (long i = start; i < n; i++) total += columns[c][i] * columns[c][i];
  return total < 1e200;
}
TWICE(int, moderate, (const double *const *columns, long width, long n), (columns, width, n))
int kernel_are_moderate(const double *const *columns, long width, long count)
    DISPATCH(moderate, columns, width, count)

// Four rows of four become their columns.
#define TRANSPOSE(r0, r1, r2, r3)                                                   \
  {                                                                                 \
    const lanes t0 = __builtin_shufflevector(r0, r1, 0, 4, 2, 6);                   \
    const lanes t1 = __builtin_shufflevector(r0, r1, 1, 5, 3, 7);                   \
    const lanes t2 = __builtin_shufflevector(r2, r3, 0, 4, 2, 6);                   \
    const lanes t3 = __builtin_shufflevector(r2, r3, 1, 5, 3, 7);                   \
    r0 = __builtin_shufflevector(t0, t2, 0, 1, 4, 5);                               \
    r1 = __builtin_shufflevector(t1, t3, 0, 1, 4, 5);                               \
    r2 = __builtin_shufflevector(t0, t2, 2, 3, 6, 7);                               \
    r3 = __builtin_shufflevector(t1, t3, 2, 3, 6, 7);                               \
  }

INLINE double decay_body(
    const double *x, double weight, double rest, const double *powers, double anchor, long groups, double *y) {
  const lanes w = {weight, weight, weight, weight}, r = {rest, rest, rest, rest};
  const lanes low = LOAD(powers), high = LOAD(powers + 4);
  const double step = powers[7];
  for (long g = 0; g < groups; g++, x += 32, y += 32) {
    // Lane b holds block b: rows 8 b to 8 b + 7.
    lanes a0 = LOAD(x), a1 = LOAD(x + 8), a2 = LOAD(x + 16), a3 = LOAD(x + 24);
    lanes b0 = LOAD(x + 4), b1 = LOAD(x + 12), b2 = LOAD(x + 20), b3 = LOAD(x + 28);
    TRANSPOSE(a0, a1, a2, a3)
    TRANSPOSE(b0, b1, b2, b3)
    const lanes zero = {0};
    a0 = zero * r + a0 * w;
    a1 = a0 * r + a1 * w;
    a2 = a1 * r + a2 * w;
    a3 = a2 * r + a3 * w;
    b0 = a3 * r + b0 * w;
    b1 = b0 * r + b1 * w;
    b2 = b1 * r + b2 * w;
    b3 = b2 * r + b3 * w;
    // The anchors wait for each other, and for nothing else: lane b of b3 is the last partial of block b.
    const double s0 = anchor, s1 = s0 * step + b3[0], s2 = s1 * step + b3[1], s3 = s2 * step + b3[2];
    anchor = s3 * step + b3[3];
    TRANSPOSE(a0, a1, a2, a3)
    TRANSPOSE(b0, b1, b2, b3)
#define BLOCK(place, s, p, q)                                                       \
  {                                                                                 \
    const lanes from = {s, s, s, s};                                                \
    STORE(y + place, from * low + p);                                               \
    STORE(y + place + 4, from * high + q);                                          \
  }
    BLOCK(0, s0, a0, b0)
    BLOCK(8, s1, a1, b1)
    BLOCK(16, s2, a2, b2)
    BLOCK(24, s3, a3, b3)
#undef BLOCK
  }
  return anchor;
}
TWICE(double, decay,
      (const double *x, double weight, double rest, const double *powers, double anchor, long groups, double *y),
      (x, weight, rest, powers, anchor, groups, y))
double kernel_decay(
    const double *values, double weight, double rest, const double *powers, double anchor, long groups, double *results)
    DISPATCH(decay, values, weight, rest, powers, anchor, groups, results)

INLINE long count_body(const double *x, long n, double limit) {
  long found = 0;
  for (long i = 0; i < n; i++) found += x[i] < limit;
  return found;
}
TWICE(long, count, (const double *x, long n, double limit), (x, n, limit))
long kernel_count_below(const double *values, long count, double limit) DISPATCH(count, values, count, limit)
