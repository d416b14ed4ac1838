#include "windows.h"

// MARK: Sums

// Lays what the ring of level k keeps before its values, and keeps what lies there after them.
INLINE void unroll(const double *ring, long k, long t, double *values) {
  const long at = t & (k - 1);
  copy(values - k, ring + at, k - at);
  copy(values - at, ring, at);
}
INLINE void roll(double *ring, long k, long t, const double *values) {
  const long at = t & (k - 1);
  copy(ring + at, values - k, k - at);
  copy(ring, values - at, at);
}

// Levels side by side, each with room for what came before. From one to that which is made from it half a page remains over
// whole pages, or loads wait for stores whose addresses end alike.
enum { SHORT = 512, DEEPEST = 48 };
#define SHORT_TILES                                                                 \
  for (long start = 0, n = count < SHORT ? count : SHORT; start < count;            \
       start += n, n = count - start < SHORT ? count - start : SHORT)

// `width` columns of levels, column by column within a level; returns what is free behind them.
INLINE double *place_levels(double *from, long top, long width, double *(*level)[DEEPEST]) {
  double *at = (double *)(((uintptr_t)from + 63) & ~(uintptr_t)63);
  for (long k = 2, j = 1; k <= top; k *= 2, j++)
    for (long c = 0; c < width; c++) {
      level[c][j] = at + front(k);
      at = level[c][j] + SHORT + 256 / width;
    }
  return at;
}

// y = what the levels that make up the window say, up to four of them at a time; the last time past the caches if asked.
#define JOIN_ROWS(four_expression, one_expression)                                  \
  {                                                                                 \
    long i = 0;                                                                     \
    if (past) {                                                                     \
      UNROLLED for (; i + 4 <= n; i += 4) __builtin_nontemporal_store(four_expression, (aligned_four *)(y + i));             \
    } else {                                                                        \
      UNROLLED for (; i + 4 <= n; i += 4) STORE(y + i, four_expression);            \
    }                                                                               \
    for (; i < n; i++) y[i] = one_expression;                                       \
  }
INLINE void join_sums(const double *const *p, long taps, double factor, long n, int past, double *y) {
  const double *a = p[0], *b = p[1], *c = p[2], *d = p[3];
  const four f = ALL(factor);
  switch (taps) {
    case 1: JOIN_ROWS(LOAD(a + i) * f, a[i] * factor) break;
    case 2: JOIN_ROWS((LOAD(a + i) + LOAD(b + i)) * f, (a[i] + b[i]) * factor) break;
    case 3: JOIN_ROWS((LOAD(a + i) + LOAD(b + i) + LOAD(c + i)) * f, (a[i] + b[i] + c[i]) * factor) break;
    default:
      JOIN_ROWS((LOAD(a + i) + LOAD(b + i) + LOAD(c + i) + LOAD(d + i)) * f, (a[i] + b[i] + c[i] + d[i]) * factor)
  }
}

INLINE void sum_body(
    struct kernel_window window, const double *values, long count, double *levels, double factor,
    double *scratch, double *results) {
  const long top = window.top, length = window.length, t = window.seen;
  const int is_past = goes_past(results);
  double *level[DEEPEST];
  double *joined = place_levels(scratch, top, 1, &level);
  for (long k = 2, j = 1; k <= top; k *= 2, j++) unroll(levels + k, k, t, level[j]);
  SHORT_TILES {
    const double *x = values + start;
    double *y = results + start;
    if (top > 1) {
      // Level 2 from the values themselves, before results may take their place.
      double *c = level[1];
      c[0] = x[0] + levels[1];
      ONES c[i] = x[i] + x[i - 1];
      FOURS STORE(c + i, LOAD(x + i) + LOAD(x + i - 1));
    }
    levels[1] = x[n - 1];
    for (long k = 2, j = 1; k < top; k *= 2, j++) {
      const double *c = level[j];
      double *next = level[j + 1];
      UP STORE(next + i, LOAD(c + i) + LOAD(c + i - k));
    }
    const double *p[4];
    long taps = 0, taken = 0;
    for (long k = 1, j = 0; k <= top; k *= 2, j++) {
      if (!(length & k)) continue;
      if (taps == 4) {
        join_sums(p, 4, 1, n, 0, joined);
        p[0] = joined;
        taps = 1;
      }
      p[taps++] = (j ? level[j] : x) - taken;
      taken += k;
    }
    join_sums(p, taps, factor, n, is_past && !((uintptr_t)y & 31), y);
    for (long k = 2, j = 1; k <= top; k *= 2, j++) copy_down(level[j] - k, level[j] + n - k, k);
  }
  for (long k = 2, j = 1; k <= top; k *= 2, j++) roll(levels + k, k, t + count, level[j]);
}
TWICE(void, sum,
      (struct kernel_window window, const double *values, long count, double *levels, double factor,
    double *scratch, double *results),
      (window, values, count, levels, factor, scratch, results))
void kernel_window_sum(
    struct kernel_window window, const double *values, long count, double *levels, double factor,
    double *scratch, double *results)
    DISPATCH(sum, window, values, count, levels, factor, scratch, results)

// MARK: Weighted sums

// Of up to four levels the weighted sums, times a factor, and the plain ones where they are wanted: older ones follow, so each
// newer one weighs as much more as there are older.
#define ADD_LEVEL(j)                                                                \
  v = v + s * ALL(more[j]) + LOAD(w_[j] + i);                                       \
  s = s + LOAD(s_[j] + i);
#define ADD_ROW(j)                                                                  \
  v = v + s * more[j] + w_[j][i];                                                   \
  s = s + s_[j][i];
INLINE void join_weighted(
    const double *const *s_, const double *const *w_, const double *more, const long taps, double factor, long n,
    const int past, double *sums, double *y) {
  const four f = ALL(factor);
  long i = 0;
  UNROLLED for (; i + 4 <= n; i += 4) {
    four s = LOAD(s_[0] + i), v = LOAD(w_[0] + i);
    if (taps > 1) { ADD_LEVEL(1) }
    if (taps > 2) { ADD_LEVEL(2) }
    if (taps > 3) { ADD_LEVEL(3) }
    if (sums) STORE(sums + i, s);
    if (past) __builtin_nontemporal_store(v * f, (aligned_four *)(y + i));
    else STORE(y + i, v * f);
  }
  for (; i < n; i++) {
    double s = s_[0][i], v = w_[0][i];
    if (taps > 1) { ADD_ROW(1) }
    if (taps > 2) { ADD_ROW(2) }
    if (taps > 3) { ADD_ROW(3) }
    if (sums) sums[i] = s;
    y[i] = v * factor;
  }
}
#define JOIN_SOME(taps) \
  if (sums) join_weighted(s, w, more, taps, factor, n, 0, sums, y);                 \
  else if (past) join_weighted(s, w, more, taps, factor, n, 1, 0, y);               \
  else join_weighted(s, w, more, taps, factor, n, 0, 0, y);
INLINE void join_levels(
    const double *const *s, const double *const *w, const double *more, long taps, double factor, long n, int past,
    double *sums, double *y) {
  switch (taps) {
    case 1: JOIN_SOME(1) break;
    case 2: JOIN_SOME(2) break;
    case 3: JOIN_SOME(3) break;
    default: JOIN_SOME(4)
  }
}

INLINE void weighted_body(
    struct kernel_window window, const double *values, long count, double *levels, double *weighted_levels,
    double factor, double *scratch, double *weighted, double *sums) {
  const long top = window.top, length = window.length, t = window.seen;
  const int is_past = !sums && goes_past(weighted);
  double *both[2][DEEPEST], **level = both[0], **weighted_level = both[1];
  double *joined = place_levels(scratch, top, 2, both);
  double *joined_weighted = joined + SHORT + 128;
  for (long k = 2, j = 1; k <= top; k *= 2, j++) {
    unroll(levels + k, k, t, level[j]);
    unroll(weighted_levels + k, k, t, weighted_level[j]);
  }
  SHORT_TILES {
    const double *x = values + start;
    double *y = weighted + start;
    if (top > 1) {
      double *s = level[1], *w = weighted_level[1];
      s[0] = x[0] + levels[1];
      w[0] = x[0] + x[0] + levels[1];
      ONES {
        s[i] = x[i] + x[i - 1];
        w[i] = x[i] + x[i] + x[i - 1];
      }
      FOURS {
        const four own = LOAD(x + i), older = LOAD(x + i - 1);
        STORE(s + i, own + older);
        STORE(w + i, own + own + older);
      }
    }
    levels[1] = weighted_levels[1] = x[n - 1];
    for (long k = 2, j = 1; k < top; k *= 2, j++) {
      const double *s = level[j], *w = weighted_level[j];
      double *next = level[j + 1], *weighted_next = weighted_level[j + 1];
      const four more = ALL((double)k);
      UP {
        const four own = LOAD(s + i);
        STORE(weighted_next + i, LOAD(w + i) + own * more + LOAD(w + i - k));
        STORE(next + i, own + LOAD(s + i - k));
      }
    }
    const double *s[4], *w[4];
    double more[4];
    long taps = 0, taken = 0;
    for (long k = 1, j = 0; k <= top; k *= 2, j++) {
      if (!(length & k)) continue;
      if (taps == 4) {
        join_levels(s, w, more, 4, 1, n, 0, joined, joined_weighted);
        s[0] = joined;
        w[0] = joined_weighted;
        taps = 1;
      }
      s[taps] = (j ? level[j] : x) - taken;
      w[taps] = (j ? weighted_level[j] : x) - taken;
      more[taps++] = (double)k;
      taken += k;
    }
    join_levels(
        s, w, more, taps, factor, n, is_past && !((uintptr_t)y & 31), sums ? sums + start : 0, y);
    for (long k = 2, j = 1; k <= top; k *= 2, j++) {
      copy_down(level[j] - k, level[j] + n - k, k);
      copy_down(weighted_level[j] - k, weighted_level[j] + n - k, k);
    }
  }
  for (long k = 2, j = 1; k <= top; k *= 2, j++) {
    roll(levels + k, k, t + count, level[j]);
    roll(weighted_levels + k, k, t + count, weighted_level[j]);
  }
}
#define WEIGHTED                                                                    \
  (struct kernel_window window, const double *values, long count, double *levels, double *weighted_levels, double factor,   \
   double *scratch, double *weighted, double *sums)
TWICE(void, weighted, WEIGHTED, (window, values, count, levels, weighted_levels, factor, scratch, weighted, sums))
void kernel_window_weighted WEIGHTED
    DISPATCH(weighted, window, values, count, levels, weighted_levels, factor, scratch, weighted, sums)

// MARK: Distances from the mean

// Two sums: of the newest value, the third newest and so on, and of those between.
INLINE void deviation_body(
    long length, const double *values, const double *means, double inverse, long n, double *results) {
  long i = 0;
  for (; i + 4 <= n; i += 4) {
    const double *x = values + i;
    const four mean = LOAD(means + i);
    four even = ALL(0), odd = ALL(0);
    long age = 0;
    for (; age + 1 < length; age += 2) {
      const four newer = LOAD(x - age) - mean, older = LOAD(x - age - 1) - mean;
      even += MAGNITUDE(newer);
      odd += MAGNITUDE(older);
    }
    if (age < length) {
      const four last = LOAD(x - age) - mean;
      even += MAGNITUDE(last);
    }
    STORE(results + i, (even + odd) * ALL(inverse));
  }
  for (; i < n; i++) {
    double even = 0, odd = 0;
    for (long age = 0; age < length; age += 2) {
      even += __builtin_fabs(values[i - age] - means[i]);
      if (age + 1 < length) odd += __builtin_fabs(values[i - age - 1] - means[i]);
    }
    results[i] = (even + odd) * inverse;
  }
}
#define DEVIATION                                                                   \
  (long length, const double *values, const double *means, double inverse, long count, double *results)
TWICE(void, deviation, DEVIATION, (length, values, means, inverse, count, results))
void kernel_window_deviation DEVIATION DISPATCH(deviation, length, values, means, inverse, count, results)
