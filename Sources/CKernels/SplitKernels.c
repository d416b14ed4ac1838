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

// A leaf in steps, for screening: only what passes is looked at exactly.
typedef struct {
  numbers gradient, hessian, lambda_l1, lambda_l2;
  // Least hessian of a side: what is asked for, and what too few rows cannot have.
  double least_hessian, least_by_rows, step;
  // The gain to beat in steps, a hair less, for screening compares products in place of quotients.
  numbers limit;
} screen;

// T(G)^2 with the soft threshold T by the L1 penalty.
INLINE numbers squares(numbers gradient, const screen *screen, const int has_l1) {
  if (!has_l1) return gradient * gradient;
  const numbers size = (numbers)((words)gradient & INT64_MAX) - screen->lambda_l1;
  const numbers positive = (numbers)((words)size & (size > 0.0));
  return positive * positive;
}

INLINE numbers limit(const kernel_leaf *leaf, const kernel_found *best) {
  const double gain = best->exists ? best->gain : leaf->floor;
  return gain * leaf->hessian_step / (leaf->gradient_step * leaf->gradient_step) * (1 - 1e-11);
}

INLINE screen start(const kernel_leaf *leaf, const kernel_found *best) {
  screen screen;
  screen.gradient = (double)(leaf->total >> 32);
  screen.hessian = (double)(leaf->total & 0xffffffff);
  screen.lambda_l1 = leaf->lambda_l1 / leaf->gradient_step * (1 - 1e-11);
  screen.lambda_l2 = leaf->lambda_l2 / leaf->hessian_step;
  screen.least_hessian = leaf->min_hessian / leaf->hessian_step * (1 - 1e-11);
  // Each bin that the scan has passed is rounded by at most half a row.
  const double per_row = leaf->min_data > 0 ? 1 / (leaf->rows_per_hessian * leaf->hessian_step) : 0;
  screen.least_by_rows = (double)leaf->min_data * per_row * (1 - 1e-11);
  screen.step = 2 * per_row * (1 + 1e-11);
  screen.limit = limit(leaf, best);
  return screen;
}

// Which of four splits may be better than the best; `side` is the sum of the side that the scan has passed.
INLINE words candidates(words side, screen *screen, const int has_l1) {
  screen->least_by_rows -= screen->step;
  const numbers least = screen->least_by_rows > screen->least_hessian ? screen->least_by_rows : screen->least_hessian;
  const numbers hessian = hessians(side), gradient = gradients(side);
  const numbers other_hessian = screen->hessian - hessian, other_gradient = screen->gradient - gradient;
  const numbers square = squares(gradient, screen, has_l1), other_square = squares(other_gradient, screen, has_l1);
  const numbers scale = hessian + screen->lambda_l2, other_scale = other_hessian + screen->lambda_l2;
  return (square * other_scale + other_square * scale >= scale * other_scale * screen->limit) &
         (hessian >= least) & (other_hessian >= least);
}

// The rows that a scan has passed, told bin by bin from their hessians; counted only as far as somebody asks.
typedef struct {
  long next, step, rows;
} counter;

INLINE long count_to(counter *counter, long last, const int64_t *bins, const kernel_leaf *leaf) {
  while (counter->step > 0 ? counter->next <= last : counter->next >= last) {
    const double hessian = (double)(bins[counter->next] & 0xffffffff) * leaf->hessian_step;
    counter->rows += (long)(hessian * leaf->rows_per_hessian + 0.5);
    counter->next += counter->step;
  }
  return counter->rows;
}

typedef enum { too_early, enough, too_late } verdict;

// Whether both sides have enough rows when the scan has passed the bin `last`.
INLINE verdict rows_verdict(
    counter *counter, long last, double hessian, const int64_t *bins, const kernel_leaf *leaf) {
  if (leaf->min_data <= 0) return enough;
  const double rows = hessian * leaf->rows_per_hessian, least = (double)leaf->min_data + 129;
  if (rows >= least && (double)leaf->rows - rows >= least) return enough;
  const long passed = count_to(counter, last, bins, leaf);
  if (leaf->rows - passed < leaf->min_data) return too_late;
  return passed >= leaf->min_data ? enough : too_early;
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
  if (side_hessian < leaf->min_hessian || other_hessian < leaf->min_hessian || side == 0 || other == 0) return 1;
  const double gain =
      square(side, leaf) / (side_hessian + leaf->lambda_l2) + square(other, leaf) / (other_hessian + leaf->lambda_l2);
  if (!(gain > best->gain) && (best->exists || !(gain > leaf->floor))) return 1;
  const verdict rows = rows_verdict(counter, last, side_hessian, bins, leaf);
  if (rows != enough) return rows == too_early;
  best->exists = 1;
  if (!(gain > best->gain)) return 1;
  best->gain = gain;
  best->bin = counter->step > 0 ? last : last - 1;
  best->left = counter->step > 0 ? side : other;
  return 1;
}

INLINE void from_right(
    const int64_t *bins, long value_bins, const kernel_leaf *leaf, kernel_found *best, const int has_l1) {
  const words zero = 0, steps = {0, 1, 2, 3};
  words sum = 0;
  counter counter = {value_bins - 1, -1, 0};
  screen screen = start(leaf, best);
  for (long first = (value_bins - 1) & ~3L; first >= 0; first -= 4) {
    words own = *(const unaligned_words *)(bins + first);
    if (first + 4 > value_bins) own &= steps + first < value_bins;
    words sums = own + __builtin_shufflevector(own, zero, 1, 2, 3, 4);
    sums = sums + __builtin_shufflevector(sums, zero, 2, 3, 4, 5) + sum;
    const words found = candidates(sums, &screen, has_l1);
    if (__builtin_reduce_or(found)) {
      for (int lane = 3; lane >= 0; lane--) {
        const long last = first + lane;
        if (!found[lane] || last < 1 || last >= value_bins) continue;
        if (!look(last, sums[lane], bins, leaf, best, &counter)) return;
      }
      screen.limit = limit(leaf, best);
    }
    sum = __builtin_shufflevector(sums, sums, 0, 0, 0, 0);
  }
}

INLINE void from_left(const int64_t *bins, long end, const kernel_leaf *leaf, kernel_found *best, const int has_l1) {
  const words zero = 0, steps = {0, 1, 2, 3};
  words sum = 0;
  counter counter = {0, 1, 0};
  screen screen = start(leaf, best);
  for (long first = 0; first < end; first += 4) {
    words own = *(const unaligned_words *)(bins + first);
    if (first + 4 > end) own &= steps + first < end;
    words sums = own + __builtin_shufflevector(own, zero, 4, 0, 1, 2);
    sums = sums + __builtin_shufflevector(sums, zero, 4, 5, 0, 1) + sum;
    const words found = candidates(sums, &screen, has_l1);
    if (__builtin_reduce_or(found)) {
      for (int lane = 0; lane < 4; lane++) {
        if (!found[lane] || first + lane >= end) continue;
        if (!look(first + lane, sums[lane], bins, leaf, best, &counter)) return;
      }
      screen.limit = limit(leaf, best);
    }
    sum = __builtin_shufflevector(sums, sums, 3, 3, 3, 3);
  }
}

INLINE void scan(const int64_t *bins, long bound, const kernel_leaf *leaf, kernel_found *best, const int is_left) {
  const kernel_leaf own = *leaf;
  kernel_found found = *best;
  if (is_left) {
    if (own.lambda_l1 > 0)
      from_left(bins, bound, &own, &found, 1);
    else
      from_left(bins, bound, &own, &found, 0);
  } else {
    if (own.lambda_l1 > 0)
      from_right(bins, bound, &own, &found, 1);
    else
      from_right(bins, bound, &own, &found, 0);
  }
  *best = found;
}

AVX2 static void right_avx2(const int64_t *bins, long bound, const kernel_leaf *leaf, kernel_found *best) {
  scan(bins, bound, leaf, best, 0);
}

AVX2 static void left_avx2(const int64_t *bins, long bound, const kernel_leaf *leaf, kernel_found *best) {
  scan(bins, bound, leaf, best, 1);
}

void kernel_split_from_right(
    const int64_t *bins, long value_bins, const kernel_leaf *leaf, kernel_found *best, int use_avx2) {
  if (use_avx2)
    right_avx2(bins, value_bins, leaf, best);
  else
    scan(bins, value_bins, leaf, best, 0);
}

void kernel_split_from_left(const int64_t *bins, long end, const kernel_leaf *leaf, kernel_found *best, int use_avx2) {
  if (use_avx2)
    left_avx2(bins, end, leaf, best);
  else
    scan(bins, end, leaf, best, 1);
}
