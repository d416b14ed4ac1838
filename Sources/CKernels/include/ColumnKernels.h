/// Kernels over columns of doubles for indicators: the operations of their Swift twins in the same order, so the same bits
/// on every processor; AVX2 where there is one. Columns may be the same where it says so, else they do not overlap.
#ifndef TICKBOOST_COLUMN_KERNELS_H
#define TICKBOOST_COLUMN_KERNELS_H

/// Whether the squares of `count` values of `width` columns sum up to less than 1e200: none is missing, and products of a
/// few are finite.
int kernel_are_moderate(const double *const *columns, long width, long count);

/// Lets the kernels that follow on this thread ask for `count` rows from row `first` on: of columns that will be read and of
/// results that will be written. With a count of 0 they ask for nothing.
///
/// Where `writes_past` is not 0, each of the results of the rows before is written once, by the last kernel, and not read
/// again: kernels that can write them past the caches, for which the columns are too long. Call it without columns at the end.
void kernel_plan_ahead(
    const double *const *columns, long reads, const double *const *results, long writes, long first, long count,
    int writes_past);

/// s = s * rest + value * weight over `groups` of 32 values, counted anew from an anchor every 8: returns the last sum.
///
/// `powers` are rest to 1...8. Results may be the values' place.
double kernel_decay(
    const double *values, double weight, double rest, const double *powers, double anchor, long groups, double *results);

/// Two such sums of the same values, the first less the second; `anchors` are both, and become the last sums. `powers` are 1 to 8
/// of both shares, those of the first before those of the second.
void kernel_decay_difference(
    const double *values, const double *weights, const double *rests, const double *powers, double *anchors, long groups,
    double *results);

/// Six sums of which each takes the results of the one before, all counted anew at the same rows: `weights`, `rests`,
/// eight `powers` and `anchors` of each, of which the last become the last sums.
///
/// Results are the last four times their `shares`, added up in that order. They may be the values' place.
void kernel_decay_cascade(
    const double *values, const double *weights, const double *rests, const double *powers, double *anchors,
    const double *shares, long groups, double *results);

/// 100 * m / s, 0 where s is 0, of the changes of values and of their sizes, each smoothed by two sums in a row that are counted
/// anew at the same rows; the value before the first is read, too.
///
/// `weights`, `rests` and eight `powers` are those of both sums; `anchors` those of the changes' and of the sizes' first, then of
/// their second sums. Results are another place than the values'.
void kernel_strength(
    const double *values, const double *weights, const double *rests, const double *powers, double *anchors, long groups,
    double *results);

/// s = s * rest + term with a rest for each row, counted anew from an anchor every 8 rows, over `groups` of 32: returns the last
/// sum. Results may be the place of either.
double kernel_follow(const double *rests, const double *terms, double anchor, long groups, double *results);

/// As kernel_decay with weight and rest 1: sums of all values so far.
double kernel_running_total(const double *values, double anchor, long groups, double *results);

/// How many of `count` values are below a limit.
long kernel_count_below(const double *values, long count, double limit);

#endif
