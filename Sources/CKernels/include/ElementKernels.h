/// Kernels that compute each result from its own row: four rows at a time, and the same function for one.
#ifndef TICKBOOST_ELEMENT_KERNELS_H
#define TICKBOOST_ELEMENT_KERNELS_H

/// Functions of one number.
enum kernel_function {
  kernel_acos, kernel_asin, kernel_atan, kernel_cos, kernel_cosh, kernel_exp, kernel_ln, kernel_log10, kernel_sin,
  kernel_sinh, kernel_tan, kernel_tanh
};

/// The function of each value: by the vector functions of the system's mathematical library where it has them (glibc's libmvec,
/// within 4 units in the last place), else by the ordinary ones. The bits for one value are those in a column.
void kernel_apply(int function, const double *values, long count, double *results);

/// The function of one value.
double kernel_apply_one(int function, double value);

/// Operations on two columns.
enum kernel_operation { kernel_sum_of, kernel_difference_of, kernel_product_of, kernel_quotient_of };

/// a + b, a - b, a * b or a / b of each row; long results go past the caches.
void kernel_combine(int operation, const double *a, const double *b, long count, double *results);

/// The mean of the first `width` of four columns, 2, 3 or 4, of each row; long results go past the caches.
void kernel_mean_price(
    int width, const double *a, const double *b, const double *c, const double *d, long count, double *results);

/// (a + b + c * 2) * 0.25 of each row.
void kernel_weighted_close(const double *a, const double *b, const double *c, long count, double *results);

/// Square root (0), next whole number below (1) and above (2).
void kernel_round(const double *values, int kind, long count, double *results);

/// The largest of high - low, |close before - high| and |close before - low|; closes[i] is the close before bar i.
void kernel_true_range(const double *high, const double *low, const double *closes, long count, double *results);

/// Gains and losses of values against the ones before.
void kernel_gain_loss(const double *values, const double *before, long count, double *gains, double *losses);

/// 100 * a / (a + b), or 100 * ((a - b) / (a + b)) where `difference` is not 0; 0 where the sum is. Results may be a's place.
void kernel_share(const double *a, const double *b, int difference, long count, double *results);

/// How a value is compared with an earlier one.
enum kernel_change { kernel_percent, kernel_fraction, kernel_ratio, kernel_ratio_percent, kernel_change_difference };

/// The change of values against earlier ones; 0 where an earlier one is 0 and divides.
void kernel_changes(const double *values, const double *before, int kind, long count, double *results);

/// (a + b) * factor; results may be a's place.
void kernel_add(const double *a, const double *b, double factor, long count, double *results);

/// a - b; results may be a's place.
void kernel_subtract(const double *a, const double *b, long count, double *results);

/// a * factor, in place.
void kernel_scale(double *values, double factor, long count);

/// a / b * factor, 0 where b is 0; results may be a's place.
void kernel_divide_columns(const double *a, const double *b, double factor, long count, double *results);

/// Wilder's directional moves of bars against the ones before: how much further up, or down, than the other way.
void kernel_directional_moves(
    const double *high, const double *low, const double *before_high, const double *before_low, long count, double *plus,
    double *minus);

/// Bands that follow a price, and the side it is on.
struct kernel_bands {
  double upper;
  double lower;
  double close;
  int is_up;
};

/// Supertrend: bands at (high + low) / 2 and a width of it either way move only towards the price, or anew once the close
/// before is beyond them; the trend turns where the close crosses the one that holds. Results are that band and 1 or -1.
void kernel_follow_bands(
    struct kernel_bands *bands, const double *high, const double *low, const double *close, const double *widths,
    long count, double *lines, double *trends);

#endif
