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
    TRANSPOSE(a0, a1, a2, a3)
    TRANSPOSE(b0, b1, b2, b3)
#define BLOCK(place, p, q)                                                          \
  {                                                                                 \
    const lanes from = {anchor, anchor, anchor, anchor};                            \
    const lanes last = from * high + q;                                             \
    STORE(y + place, from * low + p);                                               \
    STORE(y + place + 4, last);                                                     \
    anchor = last[3];                                                               \
  }
    BLOCK(0, a0, b0)
    BLOCK(8, a1, b1)
    BLOCK(16, a2, b2)
    BLOCK(24, a3, b3)
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

// Loops that the compiler makes vectors of.
#define COLUMN(name, parameters, arguments, ...)                                    \
  INLINE void name##_body parameters { for (long i = 0; i < n; i++) __VA_ARGS__ }          \
  TWICE(void, name, parameters, arguments)                                          \
  static void name##_run parameters DISPATCH_VOID(name, arguments)
#if defined(__x86_64__)
#define DISPATCH_VOID(name, arguments) { if (has_avx2()) name##_wide arguments; else name##_any arguments; }
#else
#define DISPATCH_VOID(name, arguments) { name##_any arguments; }
#endif
#define TWO (const double *a, const double *b, long n, double *restrict y)
#define TWO_ARGUMENTS (a, b, n, y)
#define FACTOR (const double *a, const double *b, double f, long n, double *y)
#define FACTOR_ARGUMENTS (a, b, f, n, y)

COLUMN(range, (const double *h, const double *l, const double *c, long n, double *restrict y), (h, l, c, n, y), {
  const double up = fabs(c[i] - h[i]), down = fabs(c[i] - l[i]), own = h[i] - l[i];
  const double reach = LARGER(up, down);
  y[i] = LARGER(own, reach);
})
void kernel_true_range(const double *high, const double *low, const double *closes, long count, double *results) {
  range_run(high, low, closes, count, results);
}

COLUMN(split, (const double *x, const double *before, long n, double *restrict g, double *restrict l),
       (x, before, n, g, l), {
  const double change = x[i] - before[i];
  const double gain = LARGER(change, 0);
  g[i] = gain;
  l[i] = gain - change;
})
void kernel_gain_loss(const double *values, const double *before, long count, double *gains, double *losses) {
  split_run(values, before, count, gains, losses);
}

COLUMN(share, TWO, TWO_ARGUMENTS, {
  const double total = a[i] + b[i];
  const double found = 100 * (a[i] / total);
  y[i] = total > 0 ? found : 0;
})
COLUMN(balance, TWO, TWO_ARGUMENTS, {
  const double total = a[i] + b[i];
  const double found = 100 * ((a[i] - b[i]) / total);
  y[i] = total > 0 ? found : 0;
})
void kernel_share(const double *a, const double *b, int difference, long count, double *results) {
  if (difference) balance_run(a, b, count, results); else share_run(a, b, count, results);
}

COLUMN(percent, TWO, TWO_ARGUMENTS, { const double q = (a[i] / b[i] - 1) * 100; y[i] = b[i] == 0 ? 0 : q; })
COLUMN(fraction, TWO, TWO_ARGUMENTS, { const double q = (a[i] - b[i]) / b[i]; y[i] = b[i] == 0 ? 0 : q; })
COLUMN(ratio, TWO, TWO_ARGUMENTS, { const double q = a[i] / b[i]; y[i] = b[i] == 0 ? 0 : q; })
COLUMN(ratio100, TWO, TWO_ARGUMENTS, { const double q = a[i] / b[i] * 100; y[i] = b[i] == 0 ? 0 : q; })
COLUMN(minus, (const double *a, const double *b, long n, double *y), TWO_ARGUMENTS, { y[i] = a[i] - b[i]; })
void kernel_changes(const double *values, const double *before, int kind, long count, double *results) {
  switch (kind) {
    case kernel_percent: percent_run(values, before, count, results); break;
    case kernel_fraction: fraction_run(values, before, count, results); break;
    case kernel_ratio: ratio_run(values, before, count, results); break;
    case kernel_ratio_percent: ratio100_run(values, before, count, results); break;
    default: minus_run(values, before, count, results);
  }
}
void kernel_subtract(const double *a, const double *b, long count, double *results) { minus_run(a, b, count, results); }

COLUMN(plus, FACTOR, FACTOR_ARGUMENTS, { y[i] = (a[i] + b[i]) * f; })
void kernel_add(const double *a, const double *b, double factor, long count, double *results) {
  plus_run(a, b, factor, count, results);
}
COLUMN(quotient, FACTOR, FACTOR_ARGUMENTS, { const double q = a[i] / b[i] * f; y[i] = b[i] == 0 ? 0 : q; })
void kernel_divide_columns(const double *a, const double *b, double factor, long count, double *results) {
  quotient_run(a, b, factor, count, results);
}
COLUMN(times, (double f, long n, double *y), (f, n, y), { y[i] *= f; })
void kernel_scale(double *values, double factor, long count) { times_run(factor, count, values); }

COLUMN(root, (const double *a, long n, double *restrict y), (a, n, y), { y[i] = __builtin_elementwise_sqrt(a[i]); })
COLUMN(below, (const double *a, long n, double *restrict y), (a, n, y), { y[i] = __builtin_elementwise_floor(a[i]); })
COLUMN(above, (const double *a, long n, double *restrict y), (a, n, y), { y[i] = __builtin_elementwise_ceil(a[i]); })
void kernel_round(const double *values, int kind, long count, double *results) {
  if (kind == 0) root_run(values, count, results);
  else if (kind == 1) below_run(values, count, results);
  else above_run(values, count, results);
}

INLINE long count_body(const double *x, long n, double limit) {
  long found = 0;
  for (long i = 0; i < n; i++) found += x[i] < limit;
  return found;
}
TWICE(long, count, (const double *x, long n, double limit), (x, n, limit))
long kernel_count_below(const double *values, long count, double limit) DISPATCH(count, values, count, limit)
