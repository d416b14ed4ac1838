#include "ElementKernels.h"

#include "CKernels.h"
#include "prefetch.h"
#include "vectors.h"

#include <dlfcn.h>
#include <math.h>
#include <stdatomic.h>
#include <stdint.h>

#pragma STDC FP_CONTRACT OFF

typedef double (*scalar_function)(double);
static const scalar_function scalars[] = {acos, asin, atan, cos, cosh, exp, log, log10, sin, sinh, tan, tanh};
enum { FUNCTIONS = sizeof scalars / sizeof scalars[0] };

// MARK: Functions of one number

#if defined(__x86_64__) && defined(__linux__)
typedef double quad __attribute__((vector_size(32)));
typedef double quad_in_memory __attribute__((vector_size(32), aligned(8)));
typedef quad (*vector_function)(quad);

static const char *const names[] = {
    "_ZGVdN4v_acos", "_ZGVdN4v_asin", "_ZGVdN4v_atan", "_ZGVdN4v_cos", "_ZGVdN4v_cosh", "_ZGVdN4v_exp",
    "_ZGVdN4v_log", "_ZGVdN4v_log10", "_ZGVdN4v_sin", "_ZGVdN4v_sinh", "_ZGVdN4v_tan", "_ZGVdN4v_tanh"};

// All or none: a machine without AVX2 or without the library takes the ordinary functions for all.
static _Atomic(vector_function) vectors[FUNCTIONS];
static atomic_int state;  // 0 unknown, 1 there, 2 not there

static int find_vectors(void) {
  int there = 2;
  void *library = has_avx2() ? dlopen("libmvec.so.1", RTLD_NOW | RTLD_LOCAL) : 0;
  if (library) {
    there = 1;
    for (int i = 0; i < FUNCTIONS; i++) {
      vector_function function;
      *(void **)&function = dlsym(library, names[i]);
      if (!function) there = 2;
      atomic_store_explicit(&vectors[i], function, memory_order_relaxed);
    }
  }
  atomic_store_explicit(&state, there, memory_order_release);
  return there;
}

INLINE int have_vectors(void) {
  const int known = atomic_load_explicit(&state, memory_order_acquire);
  return (known ? known : find_vectors()) == 1;
}

WIDE static void apply_wide(int function, const double *x, long n, double *y) {
  const vector_function f = atomic_load_explicit(&vectors[function], memory_order_relaxed);
  long i = 0;
  if (function == kernel_acos || function == kernel_asin) {
    // Outside the domain the library leaves vectors: there the answer is known.
    for (; i + 4 <= n; i += 4) {
      const quad v = *(const quad_in_memory *)(x + i);
      typedef long long quad_mask __attribute__((vector_size(32)));
      const quad_mask inside = (v >= -1) & (v <= 1);
      const quad found = f((quad)((quad_mask)v & inside));
      *(quad_in_memory *)(y + i) = (quad)((quad_mask)found | ~inside);
    }
  }
  for (; i + 4 <= n; i += 4) *(quad_in_memory *)(y + i) = f(*(const quad_in_memory *)(x + i));
  for (; i < n; i++) {
    const quad v = {x[i], x[i], x[i], x[i]};
    y[i] = f(v)[0];
  }
}
#else
static int have_vectors(void) { return 0; }
static void apply_wide(int function, const double *x, long n, double *y) {}
#endif

void kernel_apply(int function, const double *values, long count, double *results) {
  if (have_vectors()) return apply_wide(function, values, count, results);
  const scalar_function f = scalars[function];
  for (long i = 0; i < count; i++) results[i] = f(values[i]);
}

double kernel_apply_one(int function, double value) {
  double result;
  kernel_apply(function, &value, 1, &result);
  return result;
}

// MARK: Operations row by row

typedef double four __attribute__((vector_size(32)));
typedef double four_in_memory __attribute__((vector_size(32), aligned(8)));
typedef long long four_mask __attribute__((vector_size(32)));

// What an expression is made of, for one row and for four.
#define ONE_AT(p) ((p)[i])
#define ONE_WHERE(is, a) ((is) ? (a) : 0)
#define ONE_LARGER(a, b) LARGER(a, b)
#define ONE_MAGNITUDE(a) fabs(a)
#define ONE_PICK(is, a, b) ((is) ? (a) : (b))
#define ONE_ALL(v) (v)
#define ONE_TYPE double
#define FOUR_AT(p) (*(const four_in_memory *)((p) + i))
#define FOUR_WHERE(is, a) ((four)((four_mask)(a) & (is)))
#define FOUR_LARGER(a, b) ((four)(((four_mask)(a) & ((a) > (b))) | ((four_mask)(b) & ~((a) > (b)))))
#define FOUR_MAGNITUDE(a) ((four)((four_mask)(a) & 0x7fffffffffffffffll))
#define FOUR_PICK(is, a, b) ((four)(((four_mask)(a) & (is)) | ((four_mask)(b) & ~(is))))
#define FOUR_ALL(v) ((four){v, v, v, v})
#define FOUR_TYPE four

// Results that no cache could hold are written past it: else each line would first be read. From 2^20 rows on.
enum { LONG = 1 << 20 };

// y = expression for each row, four at a time from where the results are aligned. Results may be the place of a column.
#define ROWS(name, parameters, arguments, expression)                               \
  INLINE void name##_body parameters {                                              \
    long i = 0;                                                                     \
    for (; i < n && ((uintptr_t)(y + i) & 31); i++) y[i] = expression(ONE);         \
    if (n >= LONG || goes_past(y)) {                                                \
      for (; i + 64 <= n; ask_ahead(1))                                             \
        for (long end = i + 64; i < end; i += 4) {                                  \
          const four found_ = expression(FOUR);                                     \
          __builtin_nontemporal_store(found_, (four *)(y + i));                     \
        }                                                                           \
      if (n >= LONG) FENCE                                                          \
      for (; i + 4 <= n; i += 4) *(four *)(y + i) = expression(FOUR);               \
    } else {                                                                        \
      for (; i + 64 <= n; ask_ahead(1))                                             \
        for (long end = i + 64; i < end; i += 4) *(four *)(y + i) = expression(FOUR);                                         \
      for (; i + 4 <= n; i += 4) *(four *)(y + i) = expression(FOUR);               \
    }                                                                               \
    for (; i < n; i++) y[i] = expression(ONE);                                      \
  }                                                                                 \
  TWICE(void, name, parameters, arguments)                                          \
  static void name parameters DISPATCH_TO(name, arguments)
#define DISPATCH_TO(name, arguments) DISPATCH(name, EXPAND arguments)
#define EXPAND(...) __VA_ARGS__

#define TWO (const double *a, const double *b, long n, double *y)
#define TWO_NAMES (a, b, n, y)
#define PLUS(K) (K##_AT(a) + K##_AT(b))
#define MINUS(K) (K##_AT(a) - K##_AT(b))
#define TIMES(K) (K##_AT(a) * K##_AT(b))
#define OVER(K) (K##_AT(a) / K##_AT(b))
ROWS(plus, TWO, TWO_NAMES, PLUS)
ROWS(minus, TWO, TWO_NAMES, MINUS)
ROWS(times, TWO, TWO_NAMES, TIMES)
ROWS(over, TWO, TWO_NAMES, OVER)
void kernel_combine(int operation, const double *a, const double *b, long count, double *results) {
  switch (operation) {
    case kernel_sum_of: plus(a, b, count, results); break;
    case kernel_difference_of: minus(a, b, count, results); break;
    case kernel_product_of: times(a, b, count, results); break;
    default: over(a, b, count, results);
  }
}
void kernel_subtract(const double *a, const double *b, long count, double *results) { minus(a, b, count, results); }

#define MEAN2(K) ((K##_AT(a) + K##_AT(b)) * 0.5)
#define MEAN3(K) ((K##_AT(a) + K##_AT(b) + K##_AT(c)) / 3)
#define MEAN4(K) ((K##_AT(a) + K##_AT(b) + K##_AT(c) + K##_AT(d)) * 0.25)
#define THREE (const double *a, const double *b, const double *c, long n, double *y)
#define THREE_NAMES (a, b, c, n, y)
ROWS(mean2, TWO, TWO_NAMES, MEAN2)
ROWS(mean3, THREE, THREE_NAMES, MEAN3)
ROWS(mean4, (const double *a, const double *b, const double *c, const double *d, long n, double *y), (a, b, c, d, n, y),
     MEAN4)
void kernel_mean_price(
    int width, const double *a, const double *b, const double *c, const double *d, long count, double *results) {
  if (width == 2) mean2(a, b, count, results);
  else if (width == 3) mean3(a, b, c, count, results);
  else mean4(a, b, c, d, count, results);
}

#define BODY(K) (K##_AT(c) - K##_AT(o))
#define BALANCE_OF_POWER(K) ({                                                      \
  const K##_TYPE own = K##_AT(h) - K##_AT(l), body = BODY(K), q = body / own, none = (body + own) * 0 + 0;                 \
  K##_PICK(own > 0, q, none); })
ROWS(balance_of_power, (const double *o, const double *h, const double *l, const double *c, long n, double *y),
     (o, h, l, c, n, y), BALANCE_OF_POWER)
void kernel_balance_of_power(
    const double *open, const double *high, const double *low, const double *close, long count, double *results) {
  balance_of_power(open, high, low, close, count, results);
}

#define WEIGHTED(K) ((K##_AT(a) + K##_AT(b) + K##_AT(c) * 2) * 0.25)
ROWS(weighted, THREE, THREE_NAMES, WEIGHTED)
void kernel_weighted_close(const double *a, const double *b, const double *c, long count, double *results) {
  weighted(a, b, c, count, results);
}

#define ROOT(K) __builtin_elementwise_sqrt(K##_AT(a))
#define BELOW(K) __builtin_elementwise_floor(K##_AT(a))
#define ABOVE(K) __builtin_elementwise_ceil(K##_AT(a))
#define ALONE (const double *a, long n, double *y)
ROWS(root, ALONE, (a, n, y), ROOT)
ROWS(below, ALONE, (a, n, y), BELOW)
ROWS(above, ALONE, (a, n, y), ABOVE)
void kernel_round(const double *values, int kind, long count, double *results) {
  if (kind == 0) root(values, count, results);
  else if (kind == 1) below(values, count, results);
  else above(values, count, results);
}

// h and l are a bar's, c the close before it.
#define OWN(K) (K##_AT(h) - K##_AT(l))
#define REACH(K) K##_LARGER(K##_MAGNITUDE(K##_AT(c) - K##_AT(h)), K##_MAGNITUDE(K##_AT(c) - K##_AT(l)))
#define RANGE(K) ({ const K##_TYPE own = OWN(K), reach = REACH(K); K##_LARGER(own, reach); })
ROWS(range, (const double *h, const double *l, const double *c, long n, double *y), (h, l, c, n, y), RANGE)
void kernel_true_range(const double *high, const double *low, const double *closes, long count, double *results) {
  range(high, low, closes, count, results);
}

#define SHARE(K) ({                                                                 \
  const K##_TYPE total = K##_AT(a) + K##_AT(b), found = 100 * (K##_AT(a) / total);  \
  K##_WHERE(total > 0, found); })
#define BALANCE(K) ({                                                               \
  const K##_TYPE total = K##_AT(a) + K##_AT(b), found = 100 * ((K##_AT(a) - K##_AT(b)) / total);                          \
  K##_WHERE(total > 0, found); })
ROWS(share, TWO, TWO_NAMES, SHARE)
ROWS(balance, TWO, TWO_NAMES, BALANCE)
void kernel_share(const double *a, const double *b, int difference, long count, double *results) {
  if (difference) balance(a, b, count, results); else share(a, b, count, results);
}

#define PERCENT(K) ({ const K##_TYPE q = (K##_AT(a) / K##_AT(b) - 1) * 100; K##_WHERE(K##_AT(b) != 0, q); })
#define FRACTION(K) ({ const K##_TYPE q = (K##_AT(a) - K##_AT(b)) / K##_AT(b); K##_WHERE(K##_AT(b) != 0, q); })
#define RATIO(K) ({ const K##_TYPE q = K##_AT(a) / K##_AT(b); K##_WHERE(K##_AT(b) != 0, q); })
#define RATIO100(K) ({ const K##_TYPE q = K##_AT(a) / K##_AT(b) * 100; K##_WHERE(K##_AT(b) != 0, q); })
ROWS(percent, TWO, TWO_NAMES, PERCENT)
ROWS(fraction, TWO, TWO_NAMES, FRACTION)
ROWS(ratio, TWO, TWO_NAMES, RATIO)
ROWS(ratio100, TWO, TWO_NAMES, RATIO100)
void kernel_changes(const double *values, const double *before, int kind, long count, double *results) {
  switch (kind) {
    case kernel_percent: percent(values, before, count, results); break;
    case kernel_fraction: fraction(values, before, count, results); break;
    case kernel_ratio: ratio(values, before, count, results); break;
    case kernel_ratio_percent: ratio100(values, before, count, results); break;
    default: minus(values, before, count, results);
  }
}

#define FACTOR (const double *a, const double *b, double f, long n, double *y)
#define FACTOR_NAMES (a, b, f, n, y)
#define PLUS_TIMES(K) ((K##_AT(a) + K##_AT(b)) * f)
#define QUOTIENT(K) ({ const K##_TYPE q = K##_AT(a) / K##_AT(b) * f; K##_WHERE(K##_AT(b) != 0, q); })
#define SCALED(K) (K##_AT(a) * f)
ROWS(plus_times, FACTOR, FACTOR_NAMES, PLUS_TIMES)
ROWS(quotient, FACTOR, FACTOR_NAMES, QUOTIENT)
ROWS(scaled, (const double *a, double f, long n, double *y), (a, f, n, y), SCALED)
void kernel_add(const double *a, const double *b, double factor, long count, double *results) {
  plus_times(a, b, factor, count, results);
}
void kernel_divide_columns(const double *a, const double *b, double factor, long count, double *results) {
  quotient(a, b, factor, count, results);
}
void kernel_scale(double *values, double factor, long count) { scaled(values, factor, count, values); }

#define DISTANCE(K) K##_MAGNITUDE(K##_AT(a) - K##_AT(b))
ROWS(distance, TWO, TWO_NAMES, DISTANCE)
void kernel_distances(const double *a, const double *b, long count, double *results) { distance(a, b, count, results); }

#define SINCE(K) (K##_AT(a) - (K##_AT(b) + K##_AT(b) * 0))
ROWS(since, TWO, TWO_NAMES, SINCE)
void kernel_differences(const double *a, const double *b, long count, double *results) { since(a, b, count, results); }

#define SIZE(K) K##_MAGNITUDE(K##_AT(a))
ROWS(size, ALONE, (a, n, y), SIZE)
void kernel_magnitudes(const double *a, long count, double *results) { size(a, count, results); }

#define EFFICIENCY(K) ({                                                            \
  const K##_TYPE q = DISTANCE(K) / K##_AT(c);                                       \
  K##_PICK(K##_AT(c) == 0, K##_ALL(1.0), q); })
ROWS(efficiency, THREE, THREE_NAMES, EFFICIENCY)
void kernel_efficiency(const double *a, const double *b, const double *c, long count, double *results) {
  efficiency(a, b, c, count, results);
}

#define CHANGE_TIMES(K) ((K##_AT(a) - K##_AT(b)) * K##_AT(c))
#define FRACTION_TIMES(K) ({                                                        \
  const K##_TYPE q = (K##_AT(a) - K##_AT(b)) / K##_AT(b) * K##_AT(c);               \
  K##_WHERE(K##_AT(b) != 0, q); })
ROWS(change_times, THREE, THREE_NAMES, CHANGE_TIMES)
ROWS(fraction_times, THREE, THREE_NAMES, FRACTION_TIMES)
void kernel_change_times(const double *a, const double *b, const double *c, long count, double *results) {
  change_times(a, b, c, count, results);
}
void kernel_fraction_times(const double *a, const double *b, const double *c, long count, double *results) {
  fraction_times(a, b, c, count, results);
}

#define RATIO_OR(K) ({ const K##_TYPE q = K##_AT(a) / K##_AT(b); K##_PICK(K##_AT(b) == 0, K##_ALL(f), q); })
#define RATIO_TO_MEAN(K) (K##_AT(a) / (K##_AT(b) / f))
#define PERCENT_OF(K) ({ const K##_TYPE q = 100 * K##_AT(a) / K##_AT(b); K##_WHERE(K##_AT(b) != 0, q); })
ROWS(ratio_or, FACTOR, FACTOR_NAMES, RATIO_OR)
ROWS(ratio_to_mean, FACTOR, FACTOR_NAMES, RATIO_TO_MEAN)
ROWS(percent_of, TWO, TWO_NAMES, PERCENT_OF)
void kernel_ratio_or(const double *a, const double *b, double otherwise, long count, double *results) {
  ratio_or(a, b, otherwise, count, results);
}
#define RATIO_ELSE(K) ({ const K##_TYPE q = K##_AT(a) / K##_AT(b); K##_PICK(K##_AT(b) == 0, K##_AT(c), q); })
ROWS(ratio_else, THREE, THREE_NAMES, RATIO_ELSE)
void kernel_ratio_else(const double *a, const double *b, const double *otherwise, long count, double *results) {
  ratio_else(a, b, otherwise, count, results);
}
void kernel_ratio_to_mean(const double *a, const double *b, double divisor, long count, double *results) {
  ratio_to_mean(a, b, divisor, count, results);
}
void kernel_percent_of(const double *a, const double *b, long count, double *results) {
  percent_of(a, b, count, results);
}

#define DEVIATION(K) (__builtin_elementwise_sqrt(K##_AT(a) * inverse) * factor)
ROWS(deviation, (const double *a, double inverse, double factor, long n, double *y), (a, inverse, factor, n, y), DEVIATION)
void kernel_deviation(const double *a, double inverse, double factor, long count, double *results) {
  deviation(a, inverse, factor, count, results);
}

#define CORRELATION(K) ({                                                           \
  const K##_TYPE scale = __builtin_elementwise_sqrt(K##_AT(a) * K##_AT(b)), q = K##_AT(c) / scale;                         \
  K##_WHERE(scale > 0, q); })
ROWS(correlation, THREE, THREE_NAMES, CORRELATION)
void kernel_correlation(const double *xx, const double *yy, const double *xy, long count, double *results) {
  correlation(xx, yy, xy, count, results);
}

#define SIGNED(K) (K##_WHERE(K##_AT(a) > K##_AT(b), K##_AT(c)) - K##_WHERE(K##_AT(a) < K##_AT(b), K##_AT(c)))
ROWS(signed_by, THREE, THREE_NAMES, SIGNED)
void kernel_signed(const double *a, const double *b, const double *c, long count, double *results) {
  signed_by(a, b, c, count, results);
}

#define FLOW(K) ({                                                                  \
  const K##_TYPE own = OWN(K), inside = (K##_AT(c) - K##_AT(l)) - (K##_AT(h) - K##_AT(c));                                 \
  const K##_TYPE q = inside / own * K##_AT(v);                                      \
  K##_WHERE(own > 0, q); })
ROWS(flow, (const double *h, const double *l, const double *c, const double *v, long n, double *y), (h, l, c, v, n, y),
     FLOW)
void kernel_flow(
    const double *high, const double *low, const double *close, const double *volume, long count, double *results) {
  flow(high, low, close, volume, count, results);
}

#define LOWER(K) K##_PICK(K##_AT(c) < K##_AT(b), K##_AT(c), K##_AT(b))
#define PRESSURE(K) (K##_AT(a) - LOWER(K))
ROWS(pressure, THREE, THREE_NAMES, PRESSURE)
void kernel_pressure(const double *close, const double *low, const double *before, long count, double *results) {
  pressure(close, low, before, count, results);
}

#define PART(K, top, bottom) ({ const K##_TYPE q = K##_AT(top) / K##_AT(bottom); K##_WHERE(K##_AT(bottom) != 0, q); })
#define ULTIMATE(K) (100 * ((4 * PART(K, a, d) + 2 * PART(K, b, e) + PART(K, c, f)) / 7))
#define SIX                                                                         \
  (const double *a, const double *b, const double *c, const double *d, const double *e, const double *f, long n, double *y)
ROWS(ultimate, SIX, (a, b, c, d, e, f, n, y), ULTIMATE)
void kernel_ultimate(const double *const *columns, long count, double *results) {
  ultimate(columns[0], columns[1], columns[2], columns[3], columns[4], columns[5], count, results);
}

#define SLOPE(K) ((K##_AT(a) - K##_AT(b) * middle) * spread)
#define LINE(K) (K##_AT(b) * inverse + SLOPE(K) * place)
ROWS(slope, (const double *a, const double *b, double middle, double spread, long n, double *y), (a, b, middle, spread, n, y),
     SLOPE)
ROWS(line, (const double *a, const double *b, double middle, double spread, double inverse, double place, long n, double *y),
     (a, b, middle, spread, inverse, place, n, y), LINE)
void kernel_slopes(
    const double *weighted, const double *sums, double middle, double inverse_spread, long count, double *results) {
  slope(weighted, sums, middle, inverse_spread, count, results);
}
void kernel_lines(
    const double *weighted, const double *sums, double middle, double inverse_spread, double inverse, double place,
    long count, double *results) {
  line(weighted, sums, middle, inverse_spread, inverse, place, count, results);
}

#define FORECAST_ERROR(K) ({                                                        \
  const K##_TYPE q = 100 * (K##_AT(a) - K##_AT(b)) / K##_AT(a);                     \
  K##_WHERE(K##_AT(a) != 0, q); })
ROWS(forecast_error, TWO, TWO_NAMES, FORECAST_ERROR)
void kernel_forecast_error(const double *a, const double *b, long count, double *results) {
  forecast_error(a, b, count, results);
}

#define KEEP_ABOVE(K) K##_WHERE(K##_AT(a) * f > K##_AT(b) * f, K##_AT(y))
ROWS(keep_above, FACTOR, FACTOR_NAMES, KEEP_ABOVE)
void kernel_keep_above(const double *pivot, const double *other, double sign, long count, double *results) {
  keep_above(pivot, other, sign, count, results);
}

// MARK: Two results a row

// Loops that the compiler makes vectors of.
INLINE void split_body(
    const double *x, const double *before, long n, double *restrict gains, double *restrict losses) {
  for (long i = 0; i < n; i++) {
    const double change = x[i] - before[i], gain = LARGER(change, 0);
    gains[i] = gain;
    losses[i] = gain - change;
  }
}
TWICE(void, split, (const double *x, const double *before, long n, double *gains, double *losses),
      (x, before, n, gains, losses))
void kernel_gain_loss(const double *values, const double *before, long count, double *gains, double *losses)
    DISPATCH(split, values, before, count, gains, losses)

INLINE void moves_body(
    const double *h, const double *l, const double *bh, const double *bl, long n, double *restrict plus,
    double *restrict minus) {
  for (long i = 0; i < n; i++) {
    const double up = h[i] - bh[i], down = bl[i] - l[i];
    const double up_only = LARGER(up, 0), down_only = LARGER(down, 0);
    plus[i] = up > down_only ? up : 0;
    minus[i] = down > up_only ? down : 0;
  }
}
#define MOVES                                                                       \
  (const double *high, const double *low, const double *before_high, const double *before_low, long count, double *plus,    \
   double *minus)
TWICE(void, moves, MOVES, (high, low, before_high, before_low, count, plus, minus))
void kernel_directional_moves MOVES DISPATCH(moves, high, low, before_high, before_low, count, plus, minus)

// Efficiency 1 where the path is not longer than the move, as TA-Lib compares them; the slowest and fastest weights are those of
// exponential means of 30 and 2.
INLINE void adaptive_body(
    const double *x, const double *before, const double *path, long n, double *restrict rests, double *restrict terms) {
  const double slow = 2.0 / 31, span = 2.0 / 3 - slow;
  for (long i = 0; i < n; i++) {
    const double change = x[i] - before[i], found = fabs(change / path[i]);
    const int straight = (path[i] <= change) | (path[i] == 0);
    const double efficiency = straight ? 1 : found;
    const double root = efficiency * span + slow, weight = root * root;
    rests[i] = 1 - weight;
    terms[i] = x[i] * weight;
  }
}
#define ADAPTIVE                                                                    \
  (const double *values, const double *before, const double *path, long count, double *rests, double *terms)
TWICE(void, adaptive, ADAPTIVE, (values, before, path, count, rests, terms))
void kernel_adaptive ADAPTIVE DISPATCH(adaptive, values, before, path, count, rests, terms)

// MARK: Bands

typedef double pair __attribute__((vector_size(16)));
typedef long long pair_mask __attribute__((vector_size(16)));

void kernel_follow_bands(
    struct kernel_bands *bands, const double *high, const double *low, const double *close, const double *widths,
    long count, double *lines, double *trends) {
  // The lower band negated is an upper one of negated prices: both take the same steps, without branches.
  const pair sides = {1, -1};
  pair held = {bands->upper, -bands->lower};
  pair before = {bands->close, -bands->close};
  long long up = bands->is_up ? -1 : 0;
  for (long i = 0; i < count; i++) {
    const double middle = (high[i] + low[i]) * 0.5, c = close[i];
    const pair next = sides * middle + widths[i];
    const pair_mask moves = (next < held) | (before > held);
    held = (pair)(((pair_mask)next & moves) | ((pair_mask)held & ~moves));
    const double upper = held[0], lower = 0 - held[1];
    const long long stays = -(long long)(c >= lower), turns = -(long long)(c > upper);
    up = (up & stays) | (~up & turns);
    lines[i] = up ? lower : upper;
    trends[i] = up ? 1 : -1;
    before = sides * c;
  }
  bands->upper = held[0];
  bands->lower = 0 - held[1];
  bands->close = before[0];
  bands->is_up = up != 0;
}

// MARK: Candles

// Four bars at a time: only the opens wait for each other.
INLINE double candle_body(
    double middle, const double *o, const double *h, const double *l, const double *c, long n, double *const *y) {
  long i = 0;
  const int past = goes_past(y[0]) && goes_past(y[1]) && goes_past(y[2]) && goes_past(y[3])
                   && !(((uintptr_t)y[0] | (uintptr_t)y[1] | (uintptr_t)y[2] | (uintptr_t)y[3]) & 31);
#define CANDLES(store)                                                              \
  for (; i + 4 <= n; i += 4) {                                                      \
    if ((i & 7) == 0) ask_ahead(1);                                                 \
    const four top = FOUR_AT(h), bottom = FOUR_AT(l);                               \
    const four close = (FOUR_AT(o) + top + bottom + FOUR_AT(c)) * 0.25;             \
    const double first = (middle + close[0]) * 0.5, second = (first + close[1]) * 0.5;                                      \
    const double third = (second + close[2]) * 0.5;                                 \
    const four open = {middle, first, second, third};                               \
    middle = (third + close[3]) * 0.5;                                              \
    const four high = FOUR_PICK(open >= top, open, top), low = FOUR_PICK(open < bottom, open, bottom);                      \
    store(y[0], open);                                                              \
    store(y[1], FOUR_PICK(close >= high, close, high));                             \
    store(y[2], FOUR_PICK(close < low, close, low));                                \
    store(y[3], close);                                                             \
  }
#define STORE_PAST(to, v) { const four found_ = v; __builtin_nontemporal_store(found_, (four *)((to) + i)); }
#define STORE_HERE(to, v) *(four_in_memory *)((to) + i) = v
  if (past) CANDLES(STORE_PAST) else CANDLES(STORE_HERE)
  for (; i < n; i++) {
    const double close = (o[i] + h[i] + l[i] + c[i]) * 0.25;
    const double high = middle >= h[i] ? middle : h[i], low = middle < l[i] ? middle : l[i];
    y[0][i] = middle;
    y[1][i] = close >= high ? close : high;
    y[2][i] = close < low ? close : low;
    y[3][i] = close;
    middle = (middle + close) * 0.5;
  }
  return middle;
}
#define CANDLE                                                                      \
  (double middle, const double *open, const double *high, const double *low, const double *close, long count,               \
   double *const *results)
TWICE(double, candle, CANDLE, (middle, open, high, low, close, count, results))
double kernel_candles CANDLE DISPATCH(candle, middle, open, high, low, close, count, results)

// MARK: Parabolic stop

// One side until it turns or the rows end: its own loop, so that all of its state stays in registers.
INLINE long follow_side(
    struct kernel_parabola *p, const double sign, const struct kernel_acceleration own, const double next_start,
    const double *tops, const double *bottoms, double previous_top, double previous_bottom, long i, long n, double *y) {
  double acceleration = p->acceleration, extreme = p->extreme, stop = p->stop;
  for (; i < n; i++) {
    const double top = tops[i] * sign, bottom = bottoms[i] * sign;
    const double roof = LARGER(previous_top, top), floor = SMALLER(previous_bottom, bottom);
    previous_top = top;
    previous_bottom = bottom;
    if (bottom <= stop) {
      double turned = LARGER(extreme, roof);
      if (p->offset != 0) turned += sign * (turned * p->offset);
      acceleration = next_start;
      extreme = -bottom;
      const double moved = -turned + acceleration * (extreme + turned);
      stop = SMALLER(moved, -roof);
      y[i++] = -turned;
      p->is_long = !p->is_long;
      break;
    }
    y[i] = stop;
    const double raised = acceleration + kernel_if_above(top, extreme, own.step);
    acceleration = SMALLER(raised, own.most);
    extreme = LARGER(top, extreme);
    const double moved = stop + acceleration * (extreme - stop);
    stop = SMALLER(moved, floor);
  }
  p->acceleration = acceleration;
  p->extreme = extreme;
  p->stop = stop;
  return i;
}

void kernel_follow_parabola(
    struct kernel_parabola *p, const double *high, const double *low, long count, double *results) {
  for (long i = 0; i < count;) {
    if (p->is_long)
      i = follow_side(
          p, 1, p->long_side, p->short_side.start, high, low, p->previous_high, p->previous_low, i, count, results);
    else
      i = follow_side(
          p, -1, p->short_side, p->long_side.start, low, high, -p->previous_low, -p->previous_high, i, count, results);
    p->previous_high = high[i - 1];
    p->previous_low = low[i - 1];
  }
}
