#include "windows.h"

long kernel_window_scratch(struct kernel_window window) { return 12 * stride(window.top) + front(window.top) + 8; }

// MARK: Extrema

INLINE void join_largest(const double *a, const double *b, long n, double *restrict y) {
  for (long i = 0; i < n; i++) y[i] = LARGER(a[i], b[i]);
}
INLINE void first_largest(const double *x, double sign, long n, double *restrict y) {
  for (long i = 1; i < n; i++) y[i] = LARGER(x[i] * sign, x[i - 1] * sign);
}
// + 0 makes one zero of two.
INLINE void last_largest(const double *a, const double *b, double sign, long n, int past, double *restrict y) {
  long i = 0;
  if (past) {
    const four by = ALL(sign), zero = ALL(0.0);
    UNROLLED for (; i + 4 <= n; i += 4) {
      const four own = LOAD(a + i), other = LOAD(b + i);
      __builtin_nontemporal_store(CHOOSE(own > other, own, other) * by + zero, (aligned_four *)(y + i));
    }
  }
  for (; i < n; i++) y[i] = LARGER(a[i], b[i]) * sign + 0.0;
}

INLINE void extremum_body(
    struct kernel_window window, double sign, const double *values, long count, double *levels, double *scratch,
    double *results) {
  const int is_past = goes_past(results);
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
    last_largest(
        c, c - (length - top), sign, n, is_past && !((uintptr_t)(results + start) & 31), results + start);
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

// The bits of a number that is not negative, or of one below all: they compare as whole numbers do, and these are chosen in a
// step fewer.
INLINE int64_t bits_of(double value) {
  union { double value; int64_t bits; } both = {value};
  return both.bits;
}

double kernel_window_held(
    struct kernel_window window, double sign, double held, const double *values, const double *extrema, long count,
    double *places) {
  double at = (double)window.seen, gone = (double)(window.seen - window.length);
  int64_t h = bits_of(held);
  for (long i = 0; i < count; i++) {
    union { double value; int64_t bits; } place = {places[i]};
    const int64_t stays = __builtin_unpredictable(values[i] * sign >= extrema[i]) ? bits_of(at) : h;
    h = __builtin_unpredictable(h <= bits_of(gone)) ? place.bits : stays;
    place.bits = h;
    places[i] = place.value;
    at += 1;
    gone += 1;
  }
  union { int64_t bits; double value; } last = {h};
  return last.value;
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
