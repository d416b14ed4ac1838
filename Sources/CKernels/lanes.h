// Sums that are counted anew every eight rows, four blocks in the lanes of a vector: what the kernels over them share.
#ifndef TICKBOOST_LANES_H
#define TICKBOOST_LANES_H

#include "prefetch.h"
#include "vectors.h"

#include <stdint.h>

// A fused multiplication and addition rounds once where the twins round twice.
#pragma STDC FP_CONTRACT OFF

typedef double lanes __attribute__((vector_size(32)));
typedef long long lanes_mask __attribute__((vector_size(32)));
typedef double lanes_in_memory __attribute__((vector_size(32), aligned(8)));

#define LOAD(p) (*(const lanes_in_memory *)(p))
#define STORE(p, v) (*(lanes_in_memory *)(p) = (v))

// Lane b of a row's vector is block b's: blocks begin 8 apart. Rows come and go in pairs, two halves at a time.
typedef double half __attribute__((vector_size(16), aligned(8)));
#define HALVES(p, q) __builtin_shufflevector(*(const half *)(p), *(const half *)(q), 0, 1, 2, 3)
#define READ_PAIR(row, p, q)                                                        \
  lanes p, q;                                                                       \
  {                                                                                 \
    const lanes even = HALVES(x + row, x + 16 + row), odd = HALVES(x + 8 + row, x + 24 + row);                                \
    p = __builtin_shufflevector(even, odd, 0, 4, 2, 6);                             \
    q = __builtin_shufflevector(even, odd, 1, 5, 3, 7);                             \
  }
#define READ_LANES(from, v)                                                         \
  {                                                                                 \
    const double *const from_ = (from), *const x = from_;                                                         \
    for (int j_ = 0; j_ < 8; j_ += 2) {                                             \
      READ_PAIR(j_, even_, odd_)                                                    \
      v[j_] = even_;                                                                \
      v[j_ + 1] = odd_;                                                             \
    }                                                                               \
  }
#define WRITE_PAIR(row, p, q)                                                       \
  {                                                                                 \
    const lanes even = __builtin_shufflevector(p, q, 0, 4, 2, 6);                   \
    const lanes odd = __builtin_shufflevector(p, q, 1, 5, 3, 7);                    \
    WRITE_HALF(row, __builtin_shufflevector(even, even, 0, 1))                      \
    WRITE_HALF(8 + row, __builtin_shufflevector(odd, odd, 0, 1))                    \
    WRITE_HALF(16 + row, __builtin_shufflevector(even, even, 2, 3))                 \
    WRITE_HALF(24 + row, __builtin_shufflevector(odd, odd, 2, 3))                   \
  }
typedef double aligned_half __attribute__((vector_size(16)));
#define WRITE_HALF(row, v)                                                          \
  if (past) __builtin_nontemporal_store((aligned_half)(v), (aligned_half *)(y + (row)));                                    \
  else *(half *)(y + (row)) = (v);
// Whether halves may go past the caches; the bodies are made for both.
#define IS_PAST(y) (goes_past(y) && !((uintptr_t)(y) & 15))
#define ALL(v) ((lanes){v, v, v, v})

// The steps of one sum from rows a to i.
#define STEPS(p, w, r)                                                              \
  p[0] = zero + a * w;                                                              \
  p[1] = p[0] * r + b * w;                                                          \
  p[2] = p[1] * r + c * w;                                                          \
  p[3] = p[2] * r + d * w;                                                          \
  p[4] = p[3] * r + e * w;                                                          \
  p[5] = p[4] * r + f * w;                                                          \
  p[6] = p[5] * r + h * w;                                                          \
  p[7] = p[6] * r + i * w;
#define ANCHORS(from, anchor, step, i)                                              \
  {                                                                                 \
    const double s1 = anchor * step + i[0], s2 = s1 * step + i[1], s3 = s2 * step + i[2];                                   \
    from = (lanes){anchor, s1, s2, s3};                                             \
    anchor = s3 * step + i[3];                                                      \
  }

// Groups of 32 rows that are taken at a time: first what waits for nothing, then the results, so that the processor has the steps
// of several groups before it.
enum { GROUPS = 8 };

INLINE double decay_groups(
    const double *x, double weight, double rest, const double *powers, double anchor, long groups, const int past,
    double *y) {
  const lanes w = ALL(weight), r = ALL(rest), zero = {0};
  const double step = powers[7];
  lanes power[8], partial[GROUPS][8], from[GROUPS];
  for (int j = 0; j < 8; j++) power[j] = ALL(powers[j]);
  for (; groups > 0; groups -= GROUPS) {
    const long n = groups < GROUPS ? groups : GROUPS;
    for (long g = 0; g < n; g++, x += 32) {
      ask_ahead(2);
      READ_PAIR(0, a, b)
      READ_PAIR(2, c, d)
      READ_PAIR(4, e, f)
      READ_PAIR(6, h, i)
      lanes *restrict p = partial[g];
      STEPS(p, w, r)
      // The anchors wait for each other only: lane b of the last row is block b's last partial.
      ANCHORS(from[g], anchor, step, p[7])
    }
    for (long g = 0; g < n; g++, y += 32) {
      const lanes *restrict p = partial[g];
      const lanes s = from[g];
      WRITE_PAIR(0, (s * power[0] + p[0]), (s * power[1] + p[1]))
      WRITE_PAIR(2, (s * power[2] + p[2]), (s * power[3] + p[3]))
      WRITE_PAIR(4, (s * power[4] + p[4]), (s * power[5] + p[5]))
      WRITE_PAIR(6, (s * power[6] + p[6]), (s * power[7] + p[7]))
    }
  }
  return anchor;
}
#define DIFFERENCE(j) ((s * power[j] + p[j]) - (t * other[j] + q[j]))

INLINE void decay_difference_groups(
    const double *x, const double *weights, const double *rests, const double *powers, double *anchors, long groups,
    const int past, double *y) {
  const lanes w = ALL(weights[0]), r = ALL(rests[0]), v = ALL(weights[1]), u = ALL(rests[1]), zero = {0};
  const double step = powers[7], other_step = powers[15];
  double anchor = anchors[0], other_anchor = anchors[1];
  lanes power[8], other[8], partial[GROUPS][8], other_partial[GROUPS][8], from[GROUPS], other_from[GROUPS];
  for (int j = 0; j < 8; j++) {
    power[j] = ALL(powers[j]);
    other[j] = ALL(powers[8 + j]);
  }
  for (; groups > 0; groups -= GROUPS) {
    const long n = groups < GROUPS ? groups : GROUPS;
    for (long g = 0; g < n; g++, x += 32) {
      ask_ahead(3);
      READ_PAIR(0, a, b)
      READ_PAIR(2, c, d)
      READ_PAIR(4, e, f)
      READ_PAIR(6, h, i)
      lanes *restrict p = partial[g], *restrict q = other_partial[g];
      STEPS(p, w, r)
      STEPS(q, v, u)
      ANCHORS(from[g], anchor, step, p[7])
      ANCHORS(other_from[g], other_anchor, other_step, q[7])
    }
    for (long g = 0; g < n; g++, y += 32) {
      const lanes *restrict p = partial[g], *restrict q = other_partial[g];
      const lanes s = from[g], t = other_from[g];
      WRITE_PAIR(0, DIFFERENCE(0), DIFFERENCE(1))
      WRITE_PAIR(2, DIFFERENCE(2), DIFFERENCE(3))
      WRITE_PAIR(4, DIFFERENCE(4), DIFFERENCE(5))
      WRITE_PAIR(6, DIFFERENCE(6), DIFFERENCE(7))
    }
  }
  anchors[0] = anchor;
  anchors[1] = other_anchor;
}
// Nothing taken away: all powers are 1.
INLINE double total_groups(const double *x, double anchor, long groups, const int past, double *y) {
  const lanes zero = {0};
  for (long g = 0; g < groups; g++, x += 32, y += 32) {
    ask_ahead(2);
    READ_PAIR(0, a, b)
    READ_PAIR(2, c, d)
    READ_PAIR(4, e, f)
    READ_PAIR(6, h, i)
    a = zero + a;
    b = a + b;
    c = b + c;
    d = c + d;
    e = d + e;
    f = e + f;
    h = f + h;
    i = h + i;
    const double s0 = anchor, s1 = s0 + i[0], s2 = s1 + i[1], s3 = s2 + i[2];
    anchor = s3 + i[3];
    const lanes from = {s0, s1, s2, s3};
    WRITE_PAIR(0, (from + a), (from + b))
    WRITE_PAIR(2, (from + c), (from + d))
    WRITE_PAIR(4, (from + e), (from + f))
    WRITE_PAIR(6, (from + h), (from + i))
  }
  return anchor;
}
#endif
