#include "StreamKernels.h"

#include "lanes.h"

#pragma STDC FP_CONTRACT OFF

#define MAGNITUDE(a) ((lanes)((lanes_mask)(a) & 0x7fffffffffffffffll))
#define PICK(where, a, b) ((lanes)(((lanes_mask)(a) & (where)) | ((lanes_mask)(b) & ~(where))))
#define WHERE(where, a) ((lanes)((lanes_mask)(a) & (where)))
#define PUT(p, v)                                                                   \
  {                                                                                 \
    if (past) __builtin_nontemporal_store(v, (lanes *)(p));                         \
    else STORE(p, v);                                                               \
  }

// Rows of a block: so few that the processor has the next block's reads before it while it computes this one's sums.
enum { BLOCK = 128 };
#define BLOCKS for (long n; (n = SMALLER(BLOCK, (count - at) & ~31l)) > 0; at += n)
#define EACH for (long i = 0; i < n; i += 4)
// Where `size`, that of all that was read and found, is missing or enormous.
#define WATCH(size) bad |= ~((size) < ALL(1e200));
#define IS_BAD ((bad[0] | bad[1] | bad[2] | bad[3]) != 0)
#define SPACE(name) double name[BLOCK] __attribute__((aligned(64)));
// A body for results past the caches, and one for others.
#define EITHER(type, name, parameters, aligned, ...)                                \
  INLINE type name##_body parameters {                                              \
    if (past && !((uintptr_t)(aligned) & 31)) {                                     \
      const type taken = name##_rows(__VA_ARGS__, 1);                               \
      FENCE                                                                         \
      return taken;                                                                 \
    }                                                                               \
    return name##_rows(__VA_ARGS__, 0);                                             \
  }

INLINE double sum_rows(const double *x, const struct kernel_sum *s, double anchor, long n, const int past, double *y) {
  return decay_groups(x, s->weight, s->rest, s->powers, anchor, n / 32, past, y);
}

// MARK: True ranges

INLINE int find_ranges(const double *h, const double *l, const double *c, long n, const int past, double *y) {
  lanes_mask bad = {0};
  EACH {
    const lanes high = LOAD(h + i), low = LOAD(l + i), before = LOAD(c + i - 1), own = high - low;
    const lanes up = MAGNITUDE(before - high), down = MAGNITUDE(before - low), reach = PICK(up > down, up, down);
    const lanes found = PICK(own > reach, own, reach);
    WATCH(MAGNITUDE(high + low + LOAD(c + i)) + MAGNITUDE(found))
    PUT(y + i, found)
  }
  return IS_BAD;
}

INLINE long ranges_rows(const double *h, const double *l, const double *c, long count, double *y, const int past) {
  long at = 0;
  BLOCKS if (find_ranges(h + at, l + at, c + at, n, past, y + at)) break;
  return at;
}
#define RANGES (const double *h, const double *l, const double *c, long count, int past, double *y)
EITHER(long, ranges, RANGES, y, h, l, c, count, y)
TWICE(long, ranges, RANGES, (h, l, c, count, past, y))
long kernel_true_ranges RANGES DISPATCH(ranges, h, l, c, count, past, y)

INLINE long range_sums_rows(
    const double *h, const double *l, const double *c, long count, struct kernel_sum *s, int percent, double *y,
    const int past) {
  SPACE(found)
  double anchor = s->anchor;
  long at = 0;
  BLOCKS {
    if (find_ranges(h + at, l + at, c + at, n, 0, found)) break;
    if (!percent) {
      anchor = sum_rows(found, s, anchor, n, past, y + at);
      continue;
    }
    anchor = sum_rows(found, s, anchor, n, 0, found);
    EACH {
      const lanes close = LOAD(c + at + i), part = LOAD(found + i) / close * ALL(100);
      PUT(y + at + i, WHERE(close != 0, part))
    }
  }
  s->anchor = anchor;
  return at;
}
#define RANGE_SUMS                                                                  \
  (const double *h, const double *l, const double *c, long count, struct kernel_sum *s, int percent, int past, double *y)
EITHER(long, range_sums, RANGE_SUMS, y, h, l, c, count, s, percent, y)
TWICE(long, range_sums, RANGE_SUMS, (h, l, c, count, s, percent, past, y))
long kernel_range_sums RANGE_SUMS DISPATCH(range_sums, h, l, c, count, s, percent, past, y)

// MARK: Values

INLINE long sums_rows(const double *x, long count, struct kernel_sum *s, double *y, const int past) {
  double anchor = s->anchor;
  long at = 0;
  BLOCKS {
    lanes_mask bad = {0};
    EACH WATCH(MAGNITUDE(LOAD(x + at + i)))
    if (IS_BAD) break;
    anchor = sum_rows(x + at, s, anchor, n, past, y + at);
  }
  s->anchor = anchor;
  return at;
}
#define SUMS (const double *x, long count, struct kernel_sum *s, int past, double *y)
EITHER(long, sums, SUMS, y, x, count, s, y)
TWICE(long, sums, SUMS, (x, count, s, past, y))
long kernel_sums SUMS DISPATCH(sums, x, count, s, past, y)

// MARK: Flows

INLINE int find_flows(
    const double *h, const double *l, const double *c, const double *v, long n, double *y) {
  lanes_mask bad = {0};
  EACH {
    const lanes high = LOAD(h + i), low = LOAD(l + i), close = LOAD(c + i), volume = LOAD(v + i), own = high - low;
    const lanes inside = (close - low) - (high - close), part = inside / own * volume, found = WHERE(own > 0, part);
    WATCH(MAGNITUDE(high + low + close + volume) + MAGNITUDE(found))
    STORE(y + i, found);
  }
  return IS_BAD;
}

// Two sums as decay_difference_groups takes them.
INLINE void gather_pair(const struct kernel_sum *s, double *sums, double *powers, double *weights, double *rests) {
  for (long k = 0; k < 2; k++) {
    sums[k] = s[k].anchor;
    weights[k] = s[k].weight;
    rests[k] = s[k].rest;
    for (long j = 0; j < 8; j++) powers[8 * k + j] = s[k].powers[j];
  }
}

INLINE long flow_totals_rows(
    const double *const *x, long count, double *anchor, struct kernel_sum *s, double *y, const int past) {
  SPACE(found)
  double sums[2] = {0}, total = *anchor, powers[16], weights[2], rests[2];
  if (s) gather_pair(s, sums, powers, weights, rests);
  long at = 0;
  BLOCKS {
    if (find_flows(x[0] + at, x[1] + at, x[2] + at, x[3] + at, n, found)) break;
    if (s) {
      total = total_groups(found, total, n / 32, 0, found);
      decay_difference_groups(found, weights, rests, powers, sums, n / 32, past, y + at);
    } else {
      total = total_groups(found, total, n / 32, past, y + at);
    }
  }
  *anchor = total;
  for (long k = 0; s && k < 2; k++) s[k].anchor = sums[k];
  return at;
}
#define FLOW_TOTALS (const double *const *x, long count, double *anchor, struct kernel_sum *s, int past, double *y)
EITHER(long, flow_totals, FLOW_TOTALS, y, x, count, anchor, s, y)
TWICE(long, flow_totals, FLOW_TOTALS, (x, count, anchor, s, past, y))
long kernel_flow_totals FLOW_TOTALS DISPATCH(flow_totals, x, count, anchor, s, past, y)

INLINE long change_sums_rows(
    const double *c, const double *v, long count, double *anchor, struct kernel_sum *s, double *y, const int past) {
  SPACE(found)
  double sum = anchor ? *anchor : s->anchor;
  long at = 0;
  BLOCKS {
    lanes_mask bad = {0};
    EACH {
      const lanes close = LOAD(c + at + i), before = LOAD(c + at + i - 1), volume = LOAD(v + at + i);
      const lanes change = close - before, part = change / before;
      const lanes share = anchor ? WHERE(before != 0, part * volume) : change * volume;
      WATCH(MAGNITUDE(close + volume) + MAGNITUDE(share))
      STORE(found + i, share);
    }
    if (IS_BAD) break;
    sum = anchor ? total_groups(found, sum, n / 32, past, y + at) : sum_rows(found, s, sum, n, past, y + at);
  }
  *(anchor ? anchor : &s->anchor) = sum;
  return at;
}
#define CHANGE_SUMS                                                                 \
  (const double *c, const double *v, long count, double *anchor, struct kernel_sum *s, int past, double *y)
EITHER(long, change_sums, CHANGE_SUMS, y, c, v, count, anchor, s, y)
TWICE(long, change_sums, CHANGE_SUMS, (c, v, count, anchor, s, past, y))
long kernel_change_sums CHANGE_SUMS DISPATCH(change_sums, c, v, count, anchor, s, past, y)

// MARK: Several sums

INLINE long convergence_rows(
    const double *x, long count, struct kernel_sum *s, double *const *y, const int past) {
  SPACE(line)
  SPACE(signal)
  double sums[2], powers[16], weights[2], rests[2], anchor = s[2].anchor;
  gather_pair(s, sums, powers, weights, rests);
  long at = 0;
  BLOCKS {
    lanes_mask bad = {0};
    EACH WATCH(MAGNITUDE(LOAD(x + at + i)))
    if (IS_BAD) break;
    decay_difference_groups(x + at, weights, rests, powers, sums, n / 32, 0, line);
    anchor = sum_rows(line, s + 2, anchor, n, 0, signal);
    // Column after column: the processor has few buffers for lines that go past the caches.
    EACH PUT(y[0] + at + i, LOAD(line + i))
    EACH PUT(y[1] + at + i, LOAD(signal + i))
    EACH PUT(y[2] + at + i, (LOAD(line + i) - LOAD(signal + i)))
  }
  for (long k = 0; k < 2; k++) s[k].anchor = sums[k];
  s[2].anchor = anchor;
  return at;
}
#define CONVERGENCE (const double *x, long count, struct kernel_sum *s, int past, double *const *y)
EITHER(long, convergence, CONVERGENCE, (uintptr_t)y[0] | (uintptr_t)y[1] | (uintptr_t)y[2], x, count, s, y)
TWICE(long, convergence, CONVERGENCE, (x, count, s, past, y))
long kernel_convergence CONVERGENCE DISPATCH(convergence, x, count, s, past, y)

INLINE long range_ratios_body(const double *h, const double *l, long count, struct kernel_sum *s, double *y) {
  SPACE(mean)
  SPACE(smooth)
  double anchor = s[0].anchor, other = s[1].anchor;
  long at = 0;
  BLOCKS {
    lanes_mask bad = {0};
    EACH {
      const lanes own = LOAD(h + at + i) - LOAD(l + at + i);
      WATCH(MAGNITUDE(own))
      STORE(mean + i, own);
    }
    if (IS_BAD) break;
    anchor = sum_rows(mean, s, anchor, n, 0, mean);
    other = sum_rows(mean, s + 1, other, n, 0, smooth);
    EACH {
      const lanes size = LOAD(smooth + i), found = LOAD(mean + i) / size;
      STORE(y + at + i, PICK(size == 0, ALL(1), found));
    }
  }
  s[0].anchor = anchor;
  s[1].anchor = other;
  return at;
}
#define RANGE_RATIOS (const double *h, const double *l, long count, struct kernel_sum *s, double *y)
TWICE(long, range_ratios, RANGE_RATIOS, (h, l, count, s, y))
long kernel_range_ratios RANGE_RATIOS DISPATCH(range_ratios, h, l, count, s, y)
