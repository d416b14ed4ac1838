/// Kernels over columns for windows of the last n values: the operations of their Swift twins in the same order, so the same
/// bits.
///
/// A window is put together from levels: level k, a power of two, holds for each input what the newest k say, from two of
/// level k / 2. Those of the powers that make up n follow each other, the smallest newest. State between calls are the last
/// k of each level in a ring, that of input t at place k + t mod k of `levels`; `top` is the largest power not above n.
#ifndef TICKBOOST_WINDOW_KERNELS_H
#define TICKBOOST_WINDOW_KERNELS_H

/// The shape of a window and how many inputs came before.
struct kernel_window {
  long length;
  long top;
  long seen;
};

/// Doubles that the kernels below need as scratch for a window.
long kernel_window_scratch(struct kernel_window window);

/// Sums of the newest `length` values, times a factor; results may be the values' place. `levels` are 2 * top cells.
void kernel_window_sum(
    struct kernel_window window, const double *values, long count, double *levels, double factor, double *scratch,
    double *results);

/// Largest (sign 1) or smallest (sign -1) of the newest `length` values; the levels hold values times sign. Results may be the
/// values' place.
void kernel_window_extremum(
    struct kernel_window window, double sign, const double *values, long count, double *levels, double *scratch,
    double *results);

/// Numbers of the inputs that are the largest (times sign); of equal ones the newest, or the oldest.
///
/// `extrema` get the values themselves times sign. Neither may be the values' place.
void kernel_window_place(
    struct kernel_window window, double sign, int newest, const double *values, long count, double *levels,
    double *index_levels, double *scratch, double *extrema, double *places);

/// What TA-Lib's MAXINDEX makes of places of the oldest of equal extrema, in place: an input that is the extremum takes over;
/// when the place that holds leaves the window, the oldest follows. Returns the place that holds then.
double kernel_window_held(
    struct kernel_window window, double sign, double held, const double *values, const double *extrema, long count,
    double *places);

/// Sums with weights 1 for the oldest to `length` for the newest, times a factor, and plain sums unless `sums` is null; neither
/// may be the values' place.
void kernel_window_weighted(
    struct kernel_window window, const double *values, long count, double *levels, double *weighted_levels, double factor,
    double *scratch, double *weighted, double *sums);

/// Mean distance of the newest `length` values, those before the column among them, from each row's mean; `inverse` is one
/// `length`-th. Results may be the means' place.
void kernel_window_deviation(
    long length, const double *values, const double *means, double inverse, long count, double *results);

/// Sums and squared deviations from the mean; the deviations may not be the values' place.
void kernel_window_spread(
    struct kernel_window window, const double *values, long count, double *levels, double *square_levels,
    double *scratch, double *sums, double *squares);

/// Squared deviations of two columns and their products.
///
/// `levels` are five times 2 * top cells, one column's after the other: sums of x and y, xx, yy, xy.
void kernel_window_products(
    struct kernel_window window, const double *x, const double *y, long count, double *levels, double *scratch,
    double *xx, double *yy, double *xy);

#endif
