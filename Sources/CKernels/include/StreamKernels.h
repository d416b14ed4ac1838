/// Kernels that look at each value while they work on it: a check before would read memory twice, and reads and writes would
/// take turns. The operations of their Swift twins in the same order, so the same bits on every processor.
///
/// They take rows in groups of 32 and return how many: fewer than there are groups for where a value is missing or enormous. Sums
/// are at the start of a block, and stay so. The row before the first is read where a close before is needed. With `past` not
/// 0 results are written past the caches, which are too small for long columns.
#ifndef TICKBOOST_STREAM_KERNELS_H
#define TICKBOOST_STREAM_KERNELS_H

/// s = s * rest + value * weight, counted anew from an anchor every 8: `powers` are rest to 1...8.
struct kernel_sum {
  double weight;
  double rest;
  double anchor;
  double powers[8];
};

/// The largest of high - low, |high - close before| and |low - close before|.
long kernel_true_ranges(const double *high, const double *low, const double *close, long count, int past, double *results);

/// Sums of those; of each 100 times what part of the close it is where `percent` is not 0, 0 where that is 0.
long kernel_range_sums(
    const double *high, const double *low, const double *close, long count, struct kernel_sum *sum, int percent, int past,
    double *results);

/// Sums of the values.
long kernel_sums(const double *values, long count, struct kernel_sum *sum, int past, double *results);

/// Running totals, from an anchor, of ((close - low) - (high - close)) / (high - low) * volume, 0 where high is not above low;
/// with two `sums`, the first of the totals less the second.
long kernel_flow_totals(
    const double *const *columns, long count, double *anchor, struct kernel_sum *sums, int past, double *results);

/// Running totals of the close's change as a part of the close before, times the volume; without an anchor sums of the change
/// itself times the volume.
long kernel_change_sums(
    const double *close, const double *volume, long count, double *anchor, struct kernel_sum *sum, int past,
    double *results);

/// A sum of the values less another, to the first column; a third sum of that difference to the second; the difference less that to
/// the third.
long kernel_convergence(
    const double *values, long count, struct kernel_sum *sums, int past, double *const *results);

/// high - low, summed, over the sum's own sum; 1 where that is 0. Never past the caches.
long kernel_range_ratios(const double *high, const double *low, long count, struct kernel_sum *sums, double *results);

#endif
