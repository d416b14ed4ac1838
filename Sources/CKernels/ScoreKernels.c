#include "ScoreKernels.h"
#include "vectors.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define VECTORS __attribute__((target("avx512f,avx512cd,avx512dq,avx512vl")))

int kernel_has_vectors(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

VECTORS static inline void add_values(double *scores, __m256i low, __m256i high, const double *leaves) {
  _mm512_storeu_pd(scores, _mm512_add_pd(_mm512_loadu_pd(scores), _mm512_i32gather_pd(low, leaves, 8)));
  _mm512_storeu_pd(scores + 8, _mm512_add_pd(_mm512_loadu_pd(scores + 8), _mm512_i32gather_pd(high, leaves, 8)));
}

// Which of sixteen rows go right at a split. If is_double, values are doubles, and `threshold` is at that of the split and
// moves on.
VECTORS INLINE __mmask16 goes_right(
    const void *values, const kernel_split *split, const double **threshold, const int is_double,
    const int is_missing_right) {
  const long place = (long)split->feature * 16;
  if (is_double) {
    const double *own = (const double *)values + place;
    const __m512d low = _mm512_loadu_pd(own), high = _mm512_loadu_pd(own + 8), bound = _mm512_set1_pd(*(*threshold)++);
    const __mmask8 low_right = is_missing_right ? _mm512_cmp_pd_mask(low, bound, _CMP_NLE_UQ)
                                                : _mm512_cmp_pd_mask(low, bound, _CMP_GT_OQ);
    const __mmask8 high_right = is_missing_right ? _mm512_cmp_pd_mask(high, bound, _CMP_NLE_UQ)
                                                 : _mm512_cmp_pd_mask(high, bound, _CMP_GT_OQ);
    return _mm512_kunpackb(high_right, low_right);
  }
  const __m512 value = _mm512_loadu_ps((const float *)values + place), bound = _mm512_set1_ps(split->threshold);
  return is_missing_right ? _mm512_cmp_ps_mask(value, bound, _CMP_NLE_UQ)
                          : _mm512_cmp_ps_mask(value, bound, _CMP_GT_OQ);
}

// Up to 32 leaves: sixteen rows in one vector of bits.
VECTORS INLINE void score_small(
    const void *values, const kernel_tree *tree, const kernel_split *split, const double *threshold,
    const double *leaves, double *scores, const int is_double) {
  __m512i bits = _mm512_set1_epi32(-1);
  const kernel_split *end = split + tree->missing_left;
  for (; split < end; split++) {
    const __mmask16 right = goes_right(values, split, &threshold, is_double, 0);
    bits = _mm512_mask_and_epi32(bits, right, bits, _mm512_set1_epi32((int)split->stays));
  }
  end = split + tree->missing_right;
  for (; split < end; split++) {
    const __mmask16 right = goes_right(values, split, &threshold, is_double, 1);
    bits = _mm512_mask_and_epi32(bits, right, bits, _mm512_set1_epi32((int)split->stays));
  }
  // The lowest bit is the leftmost leaf that is still possible: the row's own.
  const __m512i lowest = _mm512_and_si512(bits, _mm512_sub_epi32(_mm512_setzero_si512(), bits));
  const __m512i leaf = _mm512_sub_epi32(_mm512_set1_epi32(31), _mm512_lzcnt_epi32(lowest));
  add_values(scores, _mm512_castsi512_si256(leaf), _mm512_extracti64x4_epi64(leaf, 1), leaves);
}

// Up to 64 leaves: eight rows a vector.
VECTORS INLINE void score_large(
    const void *values, const kernel_tree *tree, const kernel_split *split, const double *threshold,
    const double *leaves, double *scores, const int is_double) {
  __m512i low = _mm512_set1_epi64(-1), high = low;
  const kernel_split *end = split + tree->missing_left;
  for (; split < end; split++) {
    const __mmask16 right = goes_right(values, split, &threshold, is_double, 0);
    const __m512i stays = _mm512_set1_epi64((long long)split->stays);
    low = _mm512_mask_and_epi64(low, (__mmask8)right, low, stays);
    high = _mm512_mask_and_epi64(high, (__mmask8)(right >> 8), high, stays);
  }
  end = split + tree->missing_right;
  for (; split < end; split++) {
    const __mmask16 right = goes_right(values, split, &threshold, is_double, 1);
    const __m512i stays = _mm512_set1_epi64((long long)split->stays);
    low = _mm512_mask_and_epi64(low, (__mmask8)right, low, stays);
    high = _mm512_mask_and_epi64(high, (__mmask8)(right >> 8), high, stays);
  }
  const __m512i zero = _mm512_setzero_si512(), last = _mm512_set1_epi64(63);
  low = _mm512_sub_epi64(last, _mm512_lzcnt_epi64(_mm512_and_si512(low, _mm512_sub_epi64(zero, low))));
  high = _mm512_sub_epi64(last, _mm512_lzcnt_epi64(_mm512_and_si512(high, _mm512_sub_epi64(zero, high))));
  add_values(scores, _mm512_cvtepi64_epi32(low), _mm512_cvtepi64_epi32(high), leaves);
}

VECTORS INLINE void score_rows_wide(
    const void *values, const kernel_tree *trees, long tree_count, const kernel_split *splits,
    const double *thresholds, const double *leaves, double *scores, const int is_double) {
  for (const kernel_tree *tree = trees; tree < trees + tree_count; tree++) {
    double *own = scores + (long)tree->score * 16;
    const kernel_split *split = splits + tree->first_split;
    const double *threshold = is_double ? thresholds + tree->first_split : 0;
    if (tree->leaves <= 32)
      score_small(values, tree, split, threshold, leaves + tree->first_leaf, own, is_double);
    else
      score_large(values, tree, split, threshold, leaves + tree->first_leaf, own, is_double);
  }
}

VECTORS static void score_rows_512(
    const float *values, const kernel_tree *trees, long tree_count, const kernel_split *splits, const double *leaves,
    double *scores) {
  score_rows_wide(values, trees, tree_count, splits, 0, leaves, scores, 0);
}

VECTORS static void score_doubles_512(
    const double *values, const kernel_tree *trees, long tree_count, const kernel_split *splits,
    const double *thresholds, const double *leaves, double *scores) {
  score_rows_wide(values, trees, tree_count, splits, thresholds, leaves, scores, 1);
}

#else

int kernel_has_vectors(void) { return 0; }

#endif

// The same in vectors of eight rows, of which every target makes what it has.

#pragma clang diagnostic ignored "-Wpsabi"

typedef float floats __attribute__((ext_vector_type(8)));
typedef int32_t bits __attribute__((ext_vector_type(8)));
typedef float unaligned_floats __attribute__((ext_vector_type(8), aligned(4)));

// The place of the lowest bit of each lane; -127 where there is none.
INLINE bits lowest_place(bits word) {
  const bits lowest = word & -word;
  // A power of two as a float says its exponent; the highest bit is a negative number of the same exponent.
  const bits exponent = (bits)__builtin_convertvector(lowest, floats) >> 23;
  return (exponent & 255) - 127;
}

// Sixteen rows against the tests of one tree: bits of the leaves that stay, of 32 leaves a word.
INLINE void test(const float *values, const kernel_split *split, long count, const int has_two, const int is_right,
                 bits (*words)[2]) {
  for (const kernel_split *end = split + count; split < end; split++) {
    const float *own = values + (long)split->feature * 16;
    const bits low = (int32_t)split->stays, high = (int32_t)(split->stays >> 32);
    for (int half = 0; half < 2; half++) {
      const floats value = *(const unaligned_floats *)(own + 8 * half);
      // NaN is not above any threshold, and not at or below any.
      const bits stays = is_right ? value <= split->threshold : ~(value > split->threshold);
      words[half][0] &= low | stays;
      if (has_two) words[half][1] &= high | stays;
    }
  }
}

INLINE void score_tree(
    const float *values, const kernel_tree *tree, const kernel_split *split, const double *leaves, double *scores,
    const int has_two) {
  bits words[2][2] = {{-1, -1}, {-1, -1}};
  test(values, split, tree->missing_left, has_two, 0, words);
  test(values, split + tree->missing_left, tree->missing_right, has_two, 1, words);
  for (int half = 0; half < 2; half++) {
    bits place = lowest_place(words[half][0]);
    if (has_two) {
      const bits is_low = words[half][0] != 0;
      place = (place & is_low) | ((lowest_place(words[half][1]) + 32) & ~is_low);
    }
    for (int lane = 0; lane < 8; lane++) scores[8 * half + lane] += leaves[place[lane]];
  }
}

INLINE void score_rows(
    const float *values, const kernel_tree *trees, long tree_count, const kernel_split *splits, const double *leaves,
    double *scores) {
  for (const kernel_tree *tree = trees; tree < trees + tree_count; tree++) {
    double *own = scores + (long)tree->score * 16;
    if (tree->leaves <= 32)
      score_tree(values, tree, splits + tree->first_split, leaves + tree->first_leaf, own, 0);
    else
      score_tree(values, tree, splits + tree->first_split, leaves + tree->first_leaf, own, 1);
  }
}

AVX2 static void score_rows_avx2(
    const float *values, const kernel_tree *trees, long tree_count, const kernel_split *splits, const double *leaves,
    double *scores) {
  score_rows(values, trees, tree_count, splits, leaves, scores);
}

void kernel_score_rows(
    const float *values, const kernel_tree *trees, long tree_count, const kernel_split *splits, const double *leaves,
    double *scores, int width) {
#if defined(__x86_64__)
  if (width == 512) return score_rows_512(values, trees, tree_count, splits, leaves, scores);
#endif
  if (width == 256)
    score_rows_avx2(values, trees, tree_count, splits, leaves, scores);
  else
    score_rows(values, trees, tree_count, splits, leaves, scores);
}

// Doubles: vectors of four rows, and bits of all 64 leaves.

typedef double doubles __attribute__((ext_vector_type(4)));
typedef int64_t wide_bits __attribute__((ext_vector_type(4)));
typedef double unaligned_doubles __attribute__((ext_vector_type(4), aligned(8)));

INLINE void test_doubles(
    const double *values, const kernel_split *split, const double *threshold, long count, const int is_right,
    wide_bits *words) {
  for (const kernel_split *end = split + count; split < end; split++, threshold++) {
    const double *own = values + (long)split->feature * 16;
    const wide_bits left = (int64_t)split->stays;
    for (int part = 0; part < 4; part++) {
      const doubles value = *(const unaligned_doubles *)(own + 4 * part);
      words[part] &= left | (is_right ? value <= *threshold : ~(value > *threshold));
    }
  }
}

INLINE void score_doubles(
    const double *values, const kernel_tree *trees, long tree_count, const kernel_split *splits,
    const double *thresholds, const double *leaves, double *scores) {
  for (const kernel_tree *tree = trees; tree < trees + tree_count; tree++) {
    double *own = scores + (long)tree->score * 16;
    const kernel_split *split = splits + tree->first_split;
    const double *threshold = thresholds + tree->first_split;
    wide_bits words[4] = {-1, -1, -1, -1};
    test_doubles(values, split, threshold, tree->missing_left, 0, words);
    test_doubles(values, split + tree->missing_left, threshold + tree->missing_left, tree->missing_right, 1, words);
    for (int row = 0; row < 16; row++)
      own[row] += leaves[tree->first_leaf + __builtin_ctzll((uint64_t)words[row / 4][row % 4])];
  }
}

AVX2 static void score_doubles_avx2(
    const double *values, const kernel_tree *trees, long tree_count, const kernel_split *splits,
    const double *thresholds, const double *leaves, double *scores) {
  score_doubles(values, trees, tree_count, splits, thresholds, leaves, scores);
}

void kernel_score_double_rows(
    const double *values, const kernel_tree *trees, long tree_count, const kernel_split *splits,
    const double *thresholds, const double *leaves, double *scores, int width) {
#if defined(__x86_64__)
  if (width == 512) return score_doubles_512(values, trees, tree_count, splits, thresholds, leaves, scores);
#endif
  if (width == 256)
    score_doubles_avx2(values, trees, tree_count, splits, thresholds, leaves, scores);
  else
    score_doubles(values, trees, tree_count, splits, thresholds, leaves, scores);
}
