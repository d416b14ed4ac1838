// The search for the best split of one feature, four bins at a time. The twin is the scan in Swift; both find the same
// split with the same bits.
#ifndef TICKBOOST_SPLIT_KERNELS_H
#define TICKBOOST_SPLIT_KERNELS_H

#include <stdint.h>

/// What all splits of a leaf share. Sums hold gradients in the high 32 bits and hessians in the low 32, in steps.
typedef struct {
  double gradient_step;
  double hessian_step;
  double lambda_l1;
  double lambda_l2;
  double min_hessian;
  /// Rows that a hessian of 1 stands for, 0 for a leaf without curvature; used where min_data is above 0.
  double rows_per_hessian;
  /// What a gain must exceed to count as a split at all: at least what the unsplit leaf saves.
  double floor;
  int64_t total;
  int64_t rows;
  int64_t min_data;
  /// What kernel_complete works out once for all features, in steps.
  double l1_steps;
  double l2_steps;
  double per_gain;
  double per_total;
  double parent;
} kernel_leaf;

/// The gain to beat, at least the floor, and the split that beats it; bin is -1 as long as none does. `exists` becomes 1
/// when a gain exceeds the floor.
typedef struct {
  double gain;
  int64_t left;
  int64_t bin;
  int64_t exists;
} kernel_found;

/// Fills in the last part of a leaf.
void kernel_complete(kernel_leaf *leaf);

/// Splits from the highest value bin down, missing values with the left side. bins: value_bins sums of values;
/// words up to the next multiple of four behind them are read, whatever they hold.
void kernel_split_from_right(
    const int64_t *bins, long value_bins, const kernel_leaf *leaf, kernel_found *best, int use_avx2);

/// Splits from bin 0 up to bin end - 1 as the last on the left, missing values with the right side.
void kernel_split_from_left(const int64_t *bins, long end, const kernel_leaf *leaf, kernel_found *best, int use_avx2);

#endif
