// Scores of sixteen rows at a time. The twin is the walk down the trees in Swift.
#ifndef TICKBOOST_SCORE_KERNELS_H
#define TICKBOOST_SCORE_KERNELS_H

#include <stdint.h>

/// A split as a test that rules leaves out: bits of the leaves that stay possible when a row goes right.
typedef struct {
  uint64_t stays;
  float threshold;
  int32_t feature;
} kernel_split;

/// A tree of at most 64 leaves: its splits, those first in which a missing value goes left; leaves from left to right.
typedef struct {
  int32_t first_split;
  int32_t missing_left;
  int32_t missing_right;
  int32_t first_leaf;
  int32_t leaves;
  int32_t score;
} kernel_tree;

/// Whether this processor has the instructions on vectors of 512 bits that the kernel needs (AVX-512 F, CD, DQ, VL).
int kernel_has_vectors(void);

/// Adds the trees' values for sixteen rows.
///
/// values: values[feature * 16 + row]. scores: scores[score * 16 + row]. width: 512 where kernel_has_vectors() says 1, 256
/// where kernel_has_avx2() does, else 0.
void kernel_score_rows(
    const float *values, const kernel_tree *trees, long tree_count, const kernel_split *splits, const double *leaves,
    double *scores, int width);

/// The same for values in double precision; thresholds[i] is that of splits[i].
void kernel_score_double_rows(
    const double *values, const kernel_tree *trees, long tree_count, const kernel_split *splits,
    const double *thresholds, const double *leaves, double *scores, int width);

#endif
