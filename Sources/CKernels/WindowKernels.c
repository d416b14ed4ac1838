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
long kernel_window_scratch(struct kernel_window window) { return 12 * stride(window.top) + front(window.top) + 8; }

typedef double four __attribute__((vector_size(32), aligned(8)));
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

// MARK: Sums

INLINE void sum_body(
    struct kernel_window window, const double *values, long count, double *levels, double factor,
    double *scratch, double *results) {
  TILES {
    double *c = ROOM(0);
    RESULTS(y, results, 1)
    const double *x = values + start;
    long k = 1, taken = 0;
    if (top > 1) {
      // Level 2 from the values themselves, before results may take their place.
      c[0] = x[0] + levels[1];
      ONES c[i] = x[i] + x[i - 1];
      FOURS STORE(c + i, LOAD(x + i) + LOAD(x + i - 1));
      levels[1] = x[n - 1];
      if (length & 1) {
        if (x != y) copy(y, x, n);
        taken = 1;
      }
      k = 2;
    } else {
      copy(c, x, n);
    }
    for (;; k *= 2) {
      exchange(levels + k, k, t, c, n);
      if (k == top) {
        const four f = ALL(factor);
        if (taken == 0) UP STORE(y + i, LOAD(c + i) * f);
        else UP STORE(y + i, (LOAD(y + i) + LOAD(c + i - taken)) * f);
        break;
      }
      if (length & k) {
        if (taken == 0) UP STORE(y + i, LOAD(c + i));
        else UP STORE(y + i, LOAD(y + i) + LOAD(c + i - taken));
        taken += k;
      }
      DOWN STORE(c + i, LOAD(c + i) + LOAD(c + i - k));
    }
    DELIVER(y, results)
  }
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

INLINE void weighted_body(
    struct kernel_window window, const double *values, long count, double *levels, double *weighted_levels,
    double *scratch, double *weighted, double *sums) {
  TILES {
    double *s = ROOM(0), *w = ROOM(1);
    RESULTS(y, sums, 2)
    RESULTS(v, weighted, 3)
    const double *x = values + start;
    long k = 1, taken = 0;
    if (top > 1) {
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
      levels[1] = weighted_levels[1] = x[n - 1];
      if (length & 1) {
        copy(y, x, n);
        copy(v, x, n);
        taken = 1;
      }
      k = 2;
    } else {
      copy(s, x, n);
      copy(w, x, n);
    }
    for (;; k *= 2) {
      const four more = ALL((double)k);
      exchange(levels + k, k, t, s, n);
      exchange(weighted_levels + k, k, t, w, n);
      if (length & k) {
        if (taken == 0) {
          UP {
            STORE(y + i, LOAD(s + i));
            STORE(v + i, LOAD(w + i));
          }
        } else {
          UP {
            const four own = LOAD(y + i);
            STORE(v + i, LOAD(v + i) + own * more + LOAD(w + i - taken));
            STORE(y + i, own + LOAD(s + i - taken));
          }
        }
        taken += k;
      }
      if (k == top) break;
      DOWN {
        const four own = LOAD(s + i);
        STORE(w + i, LOAD(w + i) + own * more + LOAD(w + i - k));
        STORE(s + i, own + LOAD(s + i - k));
      }
    }
    DELIVER(y, sums)
    DELIVER(v, weighted)
  }
}
#define WEIGHTED                                                                    \
  (struct kernel_window window, const double *values, long count, double *levels, double *weighted_levels,                  \
   double *scratch, double *weighted, double *sums)
TWICE(void, weighted, WEIGHTED, (window, values, count, levels, weighted_levels, scratch, weighted, sums))
void kernel_window_weighted WEIGHTED
    DISPATCH(weighted, window, values, count, levels, weighted_levels, scratch, weighted, sums)

// MARK: Extrema

INLINE void join_largest(const double *a, const double *b, long n, double *restrict y) {
  for (long i = 0; i < n; i++) y[i] = LARGER(a[i], b[i]);
}
INLINE void first_largest(const double *x, double sign, long n, double *restrict y) {
  for (long i = 1; i < n; i++) y[i] = LARGER(x[i] * sign, x[i - 1] * sign);
}
// + 0 makes one zero of two.
INLINE void last_largest(const double *a, const double *b, double sign, long n, double *restrict y) {
  for (long i = 0; i < n; i++) y[i] = LARGER(a[i], b[i]) * sign + 0.0;
}

INLINE void extremum_body(
    struct kernel_window window, double sign, const double *values, long count, double *levels, double *scratch,
    double *results) {
  TILES {
    double *c = ROOM(0), *next = ROOM(1);
    const double *x = values + start;
    long k = 1;
    if (top > 1) {
      const double first = x[0] * sign;
      c[0] = LARGER(first, levels[1]);
      first_largest(x, sign, n, c);
      levels[1] = x[n - 1] * sign;
      k = 2;
    } else {
      for (long i = 0; i < n; i++) c[i] = x[i] * sign;
    }
    for (;; k *= 2) {
      exchange(levels + k, k, t, c, n);
      ask_ahead(8);
      if (k == top) break;
      join_largest(c, c - k, n, next);
      double *other = c;
      c = next;
      next = other;
    }
    // Two of the largest level, which may overlap.
    last_largest(c, c - (length - top), sign, n, results + start);
  }
}
#define EXTREMUM                                                                    \
  (struct kernel_window window, double sign, const double *values, long count, double *levels, double *scratch,             \
   double *results)
TWICE(void, extremum, EXTREMUM, (window, sign, values, count, levels, scratch, results))
void kernel_window_extremum EXTREMUM DISPATCH(extremum, window, sign, values, count, levels, scratch, results)

// MARK: Places of extrema

// Of the newer number and the older the one that counts, and its place.
#define JOIN_PLACE(ROWS, IS, lag, y, place)                                         \
  ROWS {                                                                            \
    const four newer = LOAD(c + i), older = LOAD(c + i - (lag));                    \
    const four_mask is = newer IS older;                                            \
    STORE(place + i, CHOOSE(is, LOAD(at + i), LOAD(at + i - (lag))));               \
    STORE(y + i, CHOOSE(is, newer, older));                                         \
  }

INLINE void place_body(
    struct kernel_window window, double sign, int newest, const double *values, long count, double *levels,
    double *index_levels, double *scratch, double *extrema, double *places) {
  TILES {
    double *c = ROOM(0), *at = ROOM(1);
    RESULTS(y, extrema, 2)
    RESULTS(place, places, 3)
    const double *x = values + start;
    for (long i = 0; i < n; i++) c[i] = x[i] * sign;
    const four from = {0, 1, 2, 3};
    UP STORE(at + i, ALL((double)(t + i)) + from);
    for (long k = 1;; k *= 2) {
      exchange(levels + k, k, t, c, n);
      exchange(index_levels + k, k, t, at, n);
      if (k == top) break;
      if (newest) JOIN_PLACE(DOWN, >=, k, c, at)
      else JOIN_PLACE(DOWN, >, k, c, at)
    }
    if (newest) JOIN_PLACE(UP, >=, length - top, y, place)
    else JOIN_PLACE(UP, >, length - top, y, place)
    DELIVER(y, extrema)
    DELIVER(place, places)
  }
}
#define PLACE                                                                       \
  (struct kernel_window window, double sign, int newest, const double *values, long count, double *levels,                  \
   double *index_levels, double *scratch, double *extrema, double *places)
TWICE(void, place, PLACE, (window, sign, newest, values, count, levels, index_levels, scratch, extrema, places))
void kernel_window_place PLACE
    DISPATCH(place, window, sign, newest, values, count, levels, index_levels, scratch, extrema, places)

typedef double pair __attribute__((vector_size(16)));
typedef long long mask __attribute__((vector_size(16)));

double kernel_window_held(
    struct kernel_window window, double sign, double held, const double *values, const double *extrema, long count,
    double *places) {
  // Chosen by masks: which of the three it is cannot be predicted.
  pair h = {held}, at = {(double)window.seen}, gone = {(double)(window.seen - window.length)};
  const pair one = {1};
  for (long i = 0; i < count; i++) {
    const pair x = {values[i] * sign}, y = {extrema[i]}, oldest = {places[i]};
    const mask comes = x >= y, leaves = h <= gone;
    const mask stays = ((mask)at & comes) | ((mask)h & ~comes);
    h = (pair)(((mask)oldest & leaves) | (stays & ~leaves));
    places[i] = h[0];
    at += one;
    gone += one;
  }
  return h[0];
}

// MARK: Squared deviations

// Differences of two sums that are within rounding of each other count as none, so that equal values vary by nothing.
#define ROUNDING 8.881784197001252e-16

#define WHERE_IT_COUNTS(gap, of)                                                    \
  ((four)((four_mask)(gap) & (MAGNITUDE(gap) > MAGNITUDE(of) * ALL(ROUNDING))))

INLINE void spread_body(
    struct kernel_window window, const double *values, long count, double *levels, double *square_levels,
    double *scratch, double *sums, double *squares) {
  TILES {
    double *s = ROOM(0), *q = ROOM(1);
    RESULTS(y, sums, 2)
    RESULTS(v, squares, 3)
    const double *x = values + start;
    long k = 1, taken = 0;
    if (top > 1) {
      const double gap = x[0] - levels[1];
      s[0] = x[0] + levels[1];
      q[0] = gap * (gap * 0.5);
      const four half = ALL(0.5);
      ONES {
        const double gap = x[i] - x[i - 1];
        q[i] = gap * (gap * 0.5);
        s[i] = x[i] + x[i - 1];
      }
      FOURS {
        const four own = LOAD(x + i), older = LOAD(x + i - 1), gap = own - older;
        STORE(q + i, gap * (gap * half));
        STORE(s + i, own + older);
      }
      levels[1] = x[n - 1];
      if (length & 1) {
        if (x != y) copy(y, x, n);
        UP STORE(v + i, ALL(0));
        taken = 1;
      }
      k = 2;
    } else {
      copy(s, x, n);
    }
    for (;; k *= 2) {
      exchange(levels + k, k, t, s, n);
      if (k > 1) exchange(square_levels + k, k, t, q, n);
      if (length & k) {
        if (taken == 0) {
          UP STORE(y + i, LOAD(s + i));
          if (k > 1) UP STORE(v + i, LOAD(q + i));
          else UP STORE(v + i, ALL(0));
        } else {
          const double m = (double)taken, l = (double)k;
          const four by = ALL(l), other = ALL(m), share = ALL(1 / (m * l * (m + l)));
          UP {
            const four own = LOAD(y + i), older = LOAD(s + i - taken), scaled = own * by;
            const four gap = scaled - older * other;
            const four there = WHERE_IT_COUNTS(gap, scaled);
            STORE(v + i, LOAD(v + i) + LOAD(q + i - taken) + there * (there * share));
            STORE(y + i, own + older);
          }
        }
        taken += k;
      }
      if (k == top) break;
      const four share = ALL(1 / (2 * (double)k));
      DOWN {
        const four own = LOAD(s + i), older = LOAD(s + i - k), gap = own - older;
        STORE(q + i, LOAD(q + i) + LOAD(q + i - k) + gap * (gap * share));
        STORE(s + i, own + older);
      }
    }
    DELIVER(y, sums)
    DELIVER(v, squares)
  }
}
#define SPREAD                                                                      \
  (struct kernel_window window, const double *values, long count, double *levels, double *square_levels,                    \
   double *scratch, double *sums, double *squares)
TWICE(void, spread, SPREAD, (window, values, count, levels, square_levels, scratch, sums, squares))
void kernel_window_spread SPREAD
    DISPATCH(spread, window, values, count, levels, square_levels, scratch, sums, squares)

// MARK: Products of two columns

INLINE void products_body(
    struct kernel_window window, const double *xs, const double *ys, long count, double *levels, double *scratch,
    double *xx, double *yy, double *xy) {
  TILES {
    double *x = ROOM(0), *y = ROOM(1), *a = ROOM(2), *b = ROOM(3), *c = ROOM(4);
    double *sx = ROOM(5), *sy = ROOM(6);
    RESULTS(ra, xx, 7)
    RESULTS(rb, yy, 8)
    RESULTS(rc, xy, 9)
    copy(x, xs + start, n);
    copy(y, ys + start, n);
    for (long k = 1, taken = 0;; k *= 2) {
      exchange(levels + k, k, t, x, n);
      exchange(levels + 2 * top + k, k, t, y, n);
      if (k > 1) {
        exchange(levels + 4 * top + k, k, t, a, n);
        exchange(levels + 6 * top + k, k, t, b, n);
        exchange(levels + 8 * top + k, k, t, c, n);
      }
      if (length & k) {
        if (taken == 0) {
          UP {
            STORE(sx + i, LOAD(x + i));
            STORE(sy + i, LOAD(y + i));
            STORE(ra + i, k > 1 ? LOAD(a + i) : ALL(0));
            STORE(rb + i, k > 1 ? LOAD(b + i) : ALL(0));
            STORE(rc + i, k > 1 ? LOAD(c + i) : ALL(0));
          }
        } else {
          const double m = (double)taken, l = (double)k;
          const four by = ALL(l), other = ALL(m), share = ALL(1 / (m * l * (m + l)));
          UP {
            const four ox = LOAD(sx + i), oy = LOAD(sy + i), px = LOAD(x + i - taken), py = LOAD(y + i - taken);
            const four wx = ox * by, wy = oy * by;
            const four dx = wx - px * other, dy = wy - py * other;
            const four gx = WHERE_IT_COUNTS(dx, wx), gy = WHERE_IT_COUNTS(dy, wy);
            const four fx = gx * share, fy = gy * share;
            STORE(ra + i, LOAD(ra + i) + LOAD(a + i - taken) + gx * fx);
            STORE(rb + i, LOAD(rb + i) + LOAD(b + i - taken) + gy * fy);
            STORE(rc + i, LOAD(rc + i) + LOAD(c + i - taken) + gx * fy);
            STORE(sx + i, ox + px);
            STORE(sy + i, oy + py);
          }
        }
        taken += k;
      }
      if (k == top) break;
      const four share = ALL(1 / (2 * (double)k));
      DOWN {
        const four ox = LOAD(x + i), oy = LOAD(y + i), px = LOAD(x + i - k), py = LOAD(y + i - k);
        const four gx = ox - px, gy = oy - py, fx = gx * share, fy = gy * share;
        STORE(x + i, ox + px);
        STORE(y + i, oy + py);
        if (k == 1) {
          STORE(a + i, gx * fx);
          STORE(b + i, gy * fy);
          STORE(c + i, ALL(0) + gx * fy);
        } else {
          STORE(a + i, LOAD(a + i) + LOAD(a + i - k) + gx * fx);
          STORE(b + i, LOAD(b + i) + LOAD(b + i - k) + gy * fy);
          STORE(c + i, LOAD(c + i) + LOAD(c + i - k) + gx * fy);
        }
      }
    }
    DELIVER(ra, xx)
    DELIVER(rb, yy)
    DELIVER(rc, xy)
  }
}
#define PRODUCTS                                                                    \
  (struct kernel_window window, const double *x, const double *y, long count, double *levels, double *scratch,              \
   double *xx, double *yy, double *xy)
TWICE(void, products, PRODUCTS, (window, x, y, count, levels, scratch, xx, yy, xy))
void kernel_window_products PRODUCTS DISPATCH(products, window, x, y, count, levels, scratch, xx, yy, xy)
