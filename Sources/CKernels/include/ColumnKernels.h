/// Kernels over columns of doubles for indicators: the operations of their Swift twins in the same order, so the same bits
/// on every processor; AVX2 where there is one. Columns may be the same where it says so, else they do not overlap.
#ifndef TICKBOOST_COLUMN_KERNELS_H
#define TICKBOOST_COLUMN_KERNELS_H

/// Whether the squares of `count` values of `width` columns sum up to less than 1e200: none is missing, and products of a
/// few are finite.
int kernel_are_moderate(const double *const *columns, long width, long count);

/// s = s * rest + value * weight over `groups` of 32 values, counted anew from an anchor every 8: returns the last sum.
///
/// `powers` are rest to 1...8. Results may be the values' place.
double kernel_decay(
    const double *values, double weight, double rest, const double *powers, double anchor, long groups, double *results);

/// How many of `count` values are below a limit.
long kernel_count_below(const double *values, long count, double limit);

#endif
