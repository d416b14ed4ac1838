#include "SplitKernels.h"
#include "vectors.h"

// A fused multiply-add would round otherwise than the twin.
#pragma STDC FP_CONTRACT OFF
// Every function with vectors is inlined, so how they would be handed over does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

// Vectors of which every target makes what it has.
typedef double numbers __attribute__((ext_vector_type(4)));
typedef int64_t words __attribute__((ext_vector_type(4)));
typedef uint64_t naturals __attribute__((ext_vector_type(4)));
typedef int64_t unaligned_words __attribute__((ext_vector_type(4), aligned(8)));

// Whole numbers of 32 bits as doubles: put below the exponent of 2^52, which is then taken away.
INLINE numbers hessians(words sums) { return (numbers)((sums & 0xffffffff) | 0x4330000000000000) - 0x1p52; }

INLINE numbers gradients(words sums) {
  return (numbers)((words)((naturals)sums >> 32) ^ 0x4330000080000000) - (0x1p52 + 0x1p31);
}

// A leaf in steps, for screening: only what passes is looked at exactly. With s = H + lambda of the side that the scan has passed,
// o of the other and T = s + o, a split beats the gain L where g^2 / s + (G - g)^2 / o > L, which is
//   g^2 > s (L - G^2 / T + 2 G g / T - L s / T):
// a product and three multiplications by constants.
typedef struct {
  double lambda_l2;
  // L - G^2 / T, 2 G / T and L / T, with L a hair less than asked for, since all this is rounded.
  double offset, by_gradient, by_side;
  // For the soft threshold, which spoils the shape above.
  double gradient, hessian, lambda_l1, limit;
} screen;

INLINE void set_limit(screen *screen, const kernel_leaf *leaf, const kernel_found *best) {
  const double limit = (best->exists ? best->gain : leaf->floor) * leaf->per_gain;
  // The terms of the test are at most a few times L, and their rounding a few 1e-16 of that.
  screen->offset = limit * (1 - 1e-12) - leaf->parent;
  screen->by_side = limit * leaf->per_total;
  screen->limit = limit;
}

INLINE screen start(const kernel_leaf *leaf, const kernel_found *best) {
  screen screen;
  screen.gradient = (double)(leaf->total >> 32);
  screen.hessian = (double)(leaf->total & 0xffffffff);
  screen.lambda_l1 = leaf->l1_steps * (1 - 1e-11);
  screen.lambda_l2 = leaf->l2_steps;
  screen.by_gradient = 2 * screen.gradient * leaf->per_total;
  set_limit(&screen, leaf, best);
  return screen;
}

// Which kind of test is compiled.
enum { has_l1 = 1, has_l2 = 2, has_fma = 4 };

INLINE numbers multiply_add(numbers a, numbers b, numbers c, const int kind) {
  return kind & has_fma ? __builtin_elementwise_fma(a, b, c) : a * b + c;
}

// T(G)^2 with the soft threshold T by the L1 penalty.
INLINE numbers squares(numbers gradient, const screen *screen) {
  const numbers size = (numbers)((words)gradient & INT64_MAX) - screen->lambda_l1;
  const numbers positive = (numbers)((words)size & (size > 0.0));
  return positive * positive;
}

// Which of four splits may be better than the best; `side` is the sum of the side that the scan has passed. An empty side never
// is.
INLINE words candidates(words side, const screen *screen, const int kind) {
  const numbers hessian = hessians(side), gradient = gradients(side);
  const numbers scale = kind & has_l2 ? hessian + screen->lambda_l2 : hessian;
  if (kind & has_l1) {
    const numbers square = squares(gradient, screen), other_square = squares(screen->gradient - gradient, screen);
    const numbers other_scale = screen->hessian - hessian + screen->lambda_l2;
    return square * other_scale + other_square * scale > scale * other_scale * screen->limit;
  }
  const numbers least = multiply_add(
      gradient, screen->by_gradient, multiply_add(scale, (numbers)(-screen->by_side), screen->offset, kind), kind);
  return gradient * gradient > scale * least;
}

// A scan from the bin `next` on in steps of 1 or -1, with the rows that it has passed, told bin by bin from their hessians.
typedef struct {
  long next, step, rows;
} counter;

INLINE void count(counter *counter, const int64_t *bins, const kernel_leaf *leaf) {
  const double hessian = (double)(bins[counter->next] & 0xffffffff) * leaf->hessian_step;
  counter->rows += (long)(hessian * leaf->rows_per_hessian + 0.5);
  counter->next += counter->step;
}

// Passes bins until their side is large enough, and says whether it becomes so before the bin `end`; adds the side up.
INLINE int skip(counter *counter, long end, const int64_t *bins, const kernel_leaf *leaf, int64_t *side) {
  while (counter->next != end) {
    *side += bins[counter->next];
    count(counter, bins, leaf);
    const int has_rows = leaf->min_data <= 0 || counter->rows >= leaf->min_data;
    if (has_rows && *side != 0 && (double)(*side & 0xffffffff) * leaf->hessian_step >= leaf->min_hessian) return 1;
  }
  return 0;
}

// Whether enough rows are left when the scan has passed the bin `last`; counted only as far as somebody asks.
INLINE int is_enough_left(counter *counter, long last, double hessian, const int64_t *bins, const kernel_leaf *leaf) {
  if (leaf->min_data <= 0) return 1;
  // Each bin is rounded by at most half a row.
  const double rows = hessian * leaf->rows_per_hessian;
  if ((double)leaf->rows - rows >= (double)leaf->min_data + 129) return 1;
  while (counter->next != last + counter->step) count(counter, bins, leaf);
  return leaf->rows - counter->rows >= leaf->min_data;
}

INLINE double square(int64_t sum, const kernel_leaf *leaf) {
  const double size = __builtin_fabs((double)(sum >> 32) * leaf->gradient_step) - leaf->lambda_l1;
  return size > 0 ? size * size : 0;
}

INLINE double hessian(int64_t sum, const kernel_leaf *leaf) {
  return (double)(sum & 0xffffffff) * leaf->hessian_step;
}

// Looks at one split exactly, when the scan has passed the bin `last`; says whether there is sense in going on. Of equal
// gains the first that is met stays.
INLINE int look(
    long last, int64_t side, const int64_t *bins, const kernel_leaf *leaf, kernel_found *best, counter *counter) {
  const int64_t other = leaf->total - side;
  const double side_hessian = hessian(side, leaf), other_hessian = hessian(other, leaf);
  // Where every row has a hessian that counts, nothing comes after nothing.
  if (other == 0) return !(leaf->min_hessian > 0);
  if (side_hessian < leaf->min_hessian || other_hessian < leaf->min_hessian || side == 0) return 1;
  const double gain =
      square(side, leaf) / (side_hessian + leaf->lambda_l2) + square(other, leaf) / (other_hessian + leaf->lambda_l2);
  if (!(gain > best->gain) && (best->exists || !(gain > leaf->floor))) return 1;
  if (!is_enough_left(counter, last, side_hessian, bins, leaf)) return 0;
  best->exists = 1;
  if (!(gain > best->gain)) return 1;
  best->gain = gain;
  best->bin = counter->step > 0 ? last : last - 1;
  best->left = counter->step > 0 ? side : other;
  return 1;
}

INLINE void from_right(
    const int64_t *bins, long value_bins, const kernel_leaf *leaf, kernel_found *best, const int kind) {
  const words zero = 0, steps = {0, 1, 2, 3};
  counter counter = {value_bins - 1, -1, 0};
  int64_t skipped = 0;
  if (!skip(&counter, 0, bins, leaf, &skipped)) return;
  const long start_bin = counter.next + 1;
  screen screen = start(leaf, best);
  long first = start_bin & ~3L;
  words sum = skipped - bins[start_bin];
  words own = *(const unaligned_words *)(bins + first) & (steps + first <= start_bin);
  for (;;) {
    words sums = own + __builtin_shufflevector(own, zero, 1, 2, 3, 4);
    sums = sums + __builtin_shufflevector(sums, zero, 2, 3, 4, 5) + sum;
    const words found = candidates(sums, &screen, kind);
    if (__builtin_reduce_or(found)) {
      for (int lane = 3; lane >= 0; lane--) {
        const long last = first + lane;
        if (!found[lane] || last < 1 || last > start_bin) continue;
        if (!look(last, sums[lane], bins, leaf, best, &counter)) return;
      }
      set_limit(&screen, leaf, best);
    }
    sum = __builtin_shufflevector(sums, sums, 0, 0, 0, 0);
    first -= 4;
    if (first < 0) return;
    own = *(const unaligned_words *)(bins + first);
  }
}

INLINE void from_left(const int64_t *bins, long end, const kernel_leaf *leaf, kernel_found *best, const int kind) {
  const words zero = 0, steps = {0, 1, 2, 3};
  counter counter = {0, 1, 0};
  int64_t skipped = 0;
  if (!skip(&counter, end, bins, leaf, &skipped)) return;
  const long start_bin = counter.next - 1;
  screen screen = start(leaf, best);
  long first = start_bin & ~3L;
  words sum = skipped - bins[start_bin];
  words own = *(const unaligned_words *)(bins + first) & (steps + first >= start_bin);
  for (;;) {
    words sums = own + __builtin_shufflevector(own, zero, 4, 0, 1, 2);
    sums = sums + __builtin_shufflevector(sums, zero, 4, 5, 0, 1) + sum;
    const words found = candidates(sums, &screen, kind);
    if (__builtin_reduce_or(found)) {
      for (int lane = 0; lane < 4; lane++) {
        const long last = first + lane;
        if (!found[lane] || last < start_bin || last >= end) continue;
        if (!look(last, sums[lane], bins, leaf, best, &counter)) return;
      }
      set_limit(&screen, leaf, best);
    }
    sum = __builtin_shufflevector(sums, sums, 3, 3, 3, 3);
    first += 4;
    if (first >= end) return;
    own = *(const unaligned_words *)(bins + first);
  }
}

INLINE void scan(
    const int64_t *bins, long bound, const kernel_leaf *leaf, kernel_found *best, const int is_left, const int fma) {
  if (bound <= 0) return;
  const kernel_leaf own = *leaf;
  kernel_found found = *best;
  if (own.lambda_l1 > 0)
    is_left ? from_left(bins, bound, &own, &found, has_l1 | has_l2 | fma)
            : from_right(bins, bound, &own, &found, has_l1 | has_l2 | fma);
  else if (own.lambda_l2 > 0)
    is_left ? from_left(bins, bound, &own, &found, has_l2 | fma) : from_right(bins, bound, &own, &found, has_l2 | fma);
  else
    is_left ? from_left(bins, bound, &own, &found, fma) : from_right(bins, bound, &own, &found, fma);
  *best = found;
}

void kernel_complete(kernel_leaf *leaf) {
  const double gradient = (double)(leaf->total >> 32), hessian = (double)(leaf->total & 0xffffffff);
  leaf->l1_steps = leaf->lambda_l1 / leaf->gradient_step;
  leaf->l2_steps = leaf->lambda_l2 / leaf->hessian_step;
  leaf->per_gain = leaf->hessian_step / (leaf->gradient_step * leaf->gradient_step) * (1 - 1e-11);
  leaf->per_total = 1 / (hessian + 2 * leaf->l2_steps);
  leaf->parent = gradient * gradient * leaf->per_total;
}

// Fused only for screening, in which it changes nothing.
#if defined(__x86_64__)
#define FMA has_fma
#else
#define FMA 0
#endif

AVX2 static void right_avx2(const int64_t *bins, long bound, const kernel_leaf *leaf, kernel_found *best) {
  scan(bins, bound, leaf, best, 0, FMA);
}

AVX2 static void left_avx2(const int64_t *bins, long bound, const kernel_leaf *leaf, kernel_found *best) {
  scan(bins, bound, leaf, best, 1, FMA);
}

void kernel_split_from_right(
    const int64_t *bins, long value_bins, const kernel_leaf *leaf, kernel_found *best, int use_avx2) {
  if (use_avx2)
    right_avx2(bins, value_bins, leaf, best);
  else
    scan(bins, value_bins, leaf, best, 0, 0);
}

void kernel_split_from_left(const int64_t *bins, long end, const kernel_leaf *leaf, kernel_found *best, int use_avx2) {
  if (use_avx2)
    left_avx2(bins, end, leaf, best);
  else
    scan(bins, end, leaf, best, 1, 0);
}
