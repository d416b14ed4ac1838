#include "ScoreKernels.h"

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

// Up to 32 leaves: sixteen rows in one vector of bits.
VECTORS static inline void score_small(
    const float *values, const kernel_tree *tree, const kernel_split *split, const double *leaves, double *scores) {
  __m512i bits = _mm512_set1_epi32(-1);
  const kernel_split *end = split + tree->missing_left;
  for (; split < end; split++) {
    const __m512 value = _mm512_loadu_ps(values + (long)split->feature * 16);
    const __mmask16 right = _mm512_cmp_ps_mask(value, _mm512_set1_ps(split->threshold), _CMP_GT_OQ);
    bits = _mm512_mask_and_epi32(bits, right, bits, _mm512_set1_epi32((int)split->stays));
  }
  end = split + tree->missing_right;
  for (; split < end; split++) {
    const __m512 value = _mm512_loadu_ps(values + (long)split->feature * 16);
    const __mmask16 right = _mm512_cmp_ps_mask(value, _mm512_set1_ps(split->threshold), _CMP_NLE_UQ);
    bits = _mm512_mask_and_epi32(bits, right, bits, _mm512_set1_epi32((int)split->stays));
  }
  // The lowest bit is the leftmost leaf that is still possible: the row's own.
  const __m512i lowest = _mm512_and_si512(bits, _mm512_sub_epi32(_mm512_setzero_si512(), bits));
  const __m512i leaf = _mm512_sub_epi32(_mm512_set1_epi32(31), _mm512_lzcnt_epi32(lowest));
  add_values(scores, _mm512_castsi512_si256(leaf), _mm512_extracti64x4_epi64(leaf, 1), leaves);
}

// Up to 64 leaves: eight rows a vector.
VECTORS static inline void score_large(
    const float *values, const kernel_tree *tree, const kernel_split *split, const double *leaves, double *scores) {
  __m512i low = _mm512_set1_epi64(-1), high = low;
  const kernel_split *end = split + tree->missing_left;
  for (; split < end; split++) {
    const __m512 value = _mm512_loadu_ps(values + (long)split->feature * 16);
    const __mmask16 right = _mm512_cmp_ps_mask(value, _mm512_set1_ps(split->threshold), _CMP_GT_OQ);
    const __m512i stays = _mm512_set1_epi64((long long)split->stays);
    low = _mm512_mask_and_epi64(low, (__mmask8)right, low, stays);
    high = _mm512_mask_and_epi64(high, (__mmask8)(right >> 8), high, stays);
  }
  end = split + tree->missing_right;
  for (; split < end; split++) {
    const __m512 value = _mm512_loadu_ps(values + (long)split->feature * 16);
    const __mmask16 right = _mm512_cmp_ps_mask(value, _mm512_set1_ps(split->threshold), _CMP_NLE_UQ);
    const __m512i stays = _mm512_set1_epi64((long long)split->stays);
    low = _mm512_mask_and_epi64(low, (__mmask8)right, low, stays);
    high = _mm512_mask_and_epi64(high, (__mmask8)(right >> 8), high, stays);
  }
  const __m512i zero = _mm512_setzero_si512(), last = _mm512_set1_epi64(63);
  low = _mm512_sub_epi64(last, _mm512_lzcnt_epi64(_mm512_and_si512(low, _mm512_sub_epi64(zero, low))));
  high = _mm512_sub_epi64(last, _mm512_lzcnt_epi64(_mm512_and_si512(high, _mm512_sub_epi64(zero, high))));
  add_values(scores, _mm512_cvtepi64_epi32(low), _mm512_cvtepi64_epi32(high), leaves);
}

VECTORS void kernel_score_rows(
    const float *values, const kernel_tree *trees, long tree_count, const kernel_split *splits, const double *leaves,
    double *scores) {
  for (const kernel_tree *tree = trees; tree < trees + tree_count; tree++) {
    double *own = scores + (long)tree->score * 16;
    if (tree->leaves <= 32)
      score_small(values, tree, splits + tree->first_split, leaves + tree->first_leaf, own);
    else
      score_large(values, tree, splits + tree->first_split, leaves + tree->first_leaf, own);
  }
}

#else

int kernel_has_vectors(void) { return 0; }

// Never called where there are no vectors.
void kernel_score_rows(
    const float *values, const kernel_tree *trees, long tree_count, const kernel_split *splits, const double *leaves,
    double *scores) {
  (void)values, (void)trees, (void)tree_count, (void)splits, (void)leaves, (void)scores;
}

#endif
