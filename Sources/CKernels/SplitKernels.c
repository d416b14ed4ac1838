#include "SplitKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

// A fused multiply-add would round otherwise than the twin.
#pragma STDC FP_CONTRACT OFF

#define VECTORS __attribute__((target("avx512f,avx512cd,avx512dq,avx512vl")))

// The best split so far of each of eight lanes.
typedef struct {
  __m512d gain;
  __m512i bin, side;
} lanes;

VECTORS static inline __m512d hessians(__m512i sums, const kernel_leaf *leaf) {
  const __m512i steps = _mm512_and_si512(sums, _mm512_set1_epi64(0xffffffff));
  return _mm512_mul_pd(_mm512_cvtepi64_pd(steps), _mm512_set1_pd(leaf->hessian_step));
}

// Rows of single bins, told by their hessians.
VECTORS static inline __m512i bin_rows(__m512i sums, const kernel_leaf *leaf) {
  const __m512d rows = _mm512_mul_pd(hessians(sums, leaf), _mm512_set1_pd(leaf->rows_per_hessian));
  return _mm512_cvttpd_epi64(_mm512_add_pd(rows, _mm512_set1_pd(0.5)));
}

VECTORS static inline __m512d gains(__m512i sums, __m512d hessian, const kernel_leaf *leaf) {
  const __m512d gradient =
      _mm512_mul_pd(_mm512_cvtepi64_pd(_mm512_srai_epi64(sums, 32)), _mm512_set1_pd(leaf->gradient_step));
  const __m512d size =
      _mm512_max_pd(_mm512_setzero_pd(), _mm512_sub_pd(_mm512_abs_pd(gradient), _mm512_set1_pd(leaf->lambda_l1)));
  return _mm512_div_pd(_mm512_mul_pd(size, size), _mm512_add_pd(hessian, _mm512_set1_pd(leaf->lambda_l2)));
}

// Takes the splits of eight bins: `side` is the sum of the side that the scan has passed, `rows` its rows.
VECTORS static inline void take(
    lanes *best, __mmask8 valid, __m512i bin, __m512i side, __m512i rows, int is_left, const kernel_leaf *leaf) {
  const __m512i other = _mm512_sub_epi64(_mm512_set1_epi64(leaf->total), side);
  const __m512d side_hessian = hessians(side, leaf), other_hessian = hessians(other, leaf);
  const __m512d least = _mm512_set1_pd(leaf->min_hessian);
  valid &= _mm512_cmp_pd_mask(side_hessian, least, _CMP_GE_OQ) & _mm512_cmp_pd_mask(other_hessian, least, _CMP_GE_OQ);
  valid &= _mm512_test_epi64_mask(side, side) & _mm512_test_epi64_mask(other, other);
  if (leaf->min_data > 0) {
    const __m512i fewest = _mm512_set1_epi64(leaf->min_data);
    valid &= _mm512_cmpge_epi64_mask(rows, fewest);
    valid &= _mm512_cmpge_epi64_mask(_mm512_sub_epi64(_mm512_set1_epi64(leaf->rows), rows), fewest);
  }
  if (!valid) return;
  const __m512d side_gain = gains(side, side_hessian, leaf), other_gain = gains(other, other_hessian, leaf);
  const __m512d gain = is_left ? _mm512_add_pd(side_gain, other_gain) : _mm512_add_pd(other_gain, side_gain);
  const __mmask8 better = _mm512_mask_cmp_pd_mask(valid, gain, best->gain, _CMP_GT_OQ);
  best->gain = _mm512_mask_mov_pd(best->gain, better, gain);
  best->bin = _mm512_mask_mov_epi64(best->bin, better, bin);
  best->side = _mm512_mask_mov_epi64(best->side, better, side);
}

VECTORS static inline __m512i suffix_sums(__m512i v) {
  const __m512i zero = _mm512_setzero_si512();
  v = _mm512_add_epi64(v, _mm512_alignr_epi64(zero, v, 1));
  v = _mm512_add_epi64(v, _mm512_alignr_epi64(zero, v, 2));
  return _mm512_add_epi64(v, _mm512_alignr_epi64(zero, v, 4));
}

VECTORS static inline __m512i prefix_sums(__m512i v) {
  const __m512i zero = _mm512_setzero_si512();
  v = _mm512_add_epi64(v, _mm512_alignr_epi64(v, zero, 7));
  v = _mm512_add_epi64(v, _mm512_alignr_epi64(v, zero, 6));
  return _mm512_add_epi64(v, _mm512_alignr_epi64(v, zero, 4));
}

// Lanes whose number is at least `from` and below `to`, the first lane being bin `first`.
static inline __mmask8 lanes_between(long first, long from, long to) {
  const long low = from > first ? from - first : 0, high = to - first < 8 ? to - first : 8;
  if (high <= low) return 0;
  return (__mmask8)((0xff >> (8 - high)) & (0xff << low));
}

VECTORS static void finish(const lanes *found, int is_left, const kernel_leaf *leaf, kernel_found *best) {
  double gain[8];
  int64_t bin[8], side[8];
  _mm512_storeu_pd(gain, found->gain);
  _mm512_storeu_si512(bin, found->bin);
  _mm512_storeu_si512(side, found->side);
  int chosen = -1;
  for (int lane = 0; lane < 8; lane++) {
    if (bin[lane] < 0) continue;
    // Of equal gains the one that the scan meets first.
    const int is_first = chosen < 0 || gain[lane] > gain[chosen] ||
                         (gain[lane] == gain[chosen] && (is_left ? bin[lane] < bin[chosen] : bin[lane] > bin[chosen]));
    if (is_first) chosen = lane;
  }
  if (chosen < 0) return;
  best->gain = gain[chosen];
  best->bin = is_left ? bin[chosen] : bin[chosen] - 1;
  best->left = is_left ? side[chosen] : leaf->total - side[chosen];
}

VECTORS void kernel_split_from_right(
    const int64_t *bins, long value_bins, const kernel_leaf *leaf, kernel_found *best) {
  lanes found = {_mm512_set1_pd(best->gain), _mm512_set1_epi64(-1), _mm512_setzero_si512()};
  const __m512i steps = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
  __m512i sum = _mm512_setzero_si512(), rows = sum;
  for (long first = (value_bins - 1) & ~7L; first >= 0; first -= 8) {
    const __m512i own = _mm512_maskz_loadu_epi64(lanes_between(first, 0, value_bins), bins + first);
    const __m512i sums = _mm512_add_epi64(suffix_sums(own), sum);
    if (leaf->min_data > 0) rows = _mm512_add_epi64(suffix_sums(bin_rows(own, leaf)), rows);
    take(&found, lanes_between(first, 1, value_bins), _mm512_add_epi64(steps, _mm512_set1_epi64(first)), sums, rows, 0,
         leaf);
    sum = _mm512_broadcastq_epi64(_mm512_castsi512_si128(sums));
    rows = _mm512_broadcastq_epi64(_mm512_castsi512_si128(rows));
  }
  finish(&found, 0, leaf, best);
}

VECTORS void kernel_split_from_left(const int64_t *bins, long end, const kernel_leaf *leaf, kernel_found *best) {
  lanes found = {_mm512_set1_pd(best->gain), _mm512_set1_epi64(-1), _mm512_setzero_si512()};
  const __m512i steps = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7), last = _mm512_set1_epi64(7);
  __m512i sum = _mm512_setzero_si512(), rows = sum;
  for (long first = 0; first < end; first += 8) {
    const __mmask8 present = lanes_between(first, 0, end);
    const __m512i own = _mm512_maskz_loadu_epi64(present, bins + first);
    const __m512i sums = _mm512_add_epi64(prefix_sums(own), sum);
    if (leaf->min_data > 0) rows = _mm512_add_epi64(prefix_sums(bin_rows(own, leaf)), rows);
    take(&found, present, _mm512_add_epi64(steps, _mm512_set1_epi64(first)), sums, rows, 1, leaf);
    sum = _mm512_permutexvar_epi64(last, sums);
    rows = _mm512_permutexvar_epi64(last, rows);
  }
  finish(&found, 1, leaf, best);
}

#else

// Never called where there are no vectors.
void kernel_split_from_right(const int64_t *bins, long value_bins, const kernel_leaf *leaf, kernel_found *best) {
  (void)bins, (void)value_bins, (void)leaf, (void)best;
}

void kernel_split_from_left(const int64_t *bins, long end, const kernel_leaf *leaf, kernel_found *best) {
  (void)bins, (void)end, (void)leaf, (void)best;
}

#endif
