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

/// The largest of high - low, |close before - high| and |close before - low|; closes[i] is the close before bar i.
void kernel_true_range(const double *high, const double *low, const double *closes, long count, double *results);

/// Gains and losses of values against the ones before.
void kernel_gain_loss(const double *values, const double *before, long count, double *gains, double *losses);

/// 100 * a / (a + b), or 100 * ((a - b) / (a + b)) where `difference` is not 0; 0 where the sum is.
void kernel_share(const double *a, const double *b, int difference, long count, double *results);

/// How a value is compared with an earlier one.
enum kernel_change { kernel_percent, kernel_fraction, kernel_ratio, kernel_ratio_percent, kernel_change_difference };

/// The change of values against earlier ones; 0 where an earlier one is 0 and divides.
void kernel_changes(const double *values, const double *before, int kind, long count, double *results);

/// (a + b) * factor.
void kernel_add(const double *a, const double *b, double factor, long count, double *results);

/// a - b.
void kernel_subtract(const double *a, const double *b, long count, double *results);

/// a * factor, in place.
void kernel_scale(double *values, double factor, long count);

/// a / b * factor, 0 where b is 0; results may be a's place.
void kernel_divide_columns(const double *a, const double *b, double factor, long count, double *results);

/// Square root (0), next whole number below (1) and above (2).
void kernel_round(const double *values, int kind, long count, double *results);

/// How many of `count` values are below a limit.
long kernel_count_below(const double *values, long count, double limit);

#endif
