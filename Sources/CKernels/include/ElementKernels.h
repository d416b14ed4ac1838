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

/// (close - open) / (high - low) of each row, 0 where high is not above low; long results go past the caches.
void kernel_balance_of_power(
    const double *open, const double *high, const double *low, const double *close, long count, double *results);

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

/// |a - b|.
void kernel_distances(const double *a, const double *b, long count, double *results);

/// a - b, missing where b is not finite.
void kernel_differences(const double *a, const double *b, long count, double *results);

/// |a|.
void kernel_magnitudes(const double *a, long count, double *results);

/// |a - b| / c, 1 where c is 0; results may be c's place.
void kernel_efficiency(const double *a, const double *b, const double *c, long count, double *results);

/// (a - b) * c.
void kernel_change_times(const double *a, const double *b, const double *c, long count, double *results);

/// (a - b) / b * c, 0 where b is 0.
void kernel_fraction_times(const double *a, const double *b, const double *c, long count, double *results);

/// a / b, `otherwise` where b is 0; results may be the place of either.
void kernel_ratio_or(const double *a, const double *b, double otherwise, long count, double *results);

/// a / b, the row's number of a third column where b is 0; results may be the place of a.
void kernel_ratio_else(const double *a, const double *b, const double *otherwise, long count, double *results);

/// a / (b / divisor).
void kernel_ratio_to_mean(const double *a, const double *b, double divisor, long count, double *results);

/// 100 * a / b, 0 where b is 0; results may be the place of either.
void kernel_percent_of(const double *a, const double *b, long count, double *results);

/// sqrt(a * inverse) * factor; results may be a's place.
void kernel_deviation(const double *a, double inverse, double factor, long count, double *results);

/// xy / sqrt(xx * yy), 0 where that root is not above 0; results may be the place of one.
void kernel_correlation(const double *xx, const double *yy, const double *xy, long count, double *results);

/// c, with the sign of a - b, 0 where they are equal.
void kernel_signed(const double *a, const double *b, const double *c, long count, double *results);

/// ((close - low) - (high - close)) / (high - low) * volume, 0 where high is not above low.
void kernel_flow(
    const double *high, const double *low, const double *close, const double *volume, long count, double *results);

/// close - the smaller of low and the close before.
void kernel_pressure(const double *close, const double *low, const double *before, long count, double *results);

/// 100 * ((4 * a / d + 2 * b / e + c / f) / 7), a quotient being 0 where it divides by 0; columns[0...5] are a to f.
void kernel_ultimate(const double *const *columns, long count, double *results);

/// Slopes of least-squares lines from weighted and plain sums: (weighted - sum * middle) * inverse_spread. Results may be the
/// weighted sums' place.
void kernel_slopes(
    const double *weighted, const double *sums, double middle, double inverse_spread, long count, double *results);

/// The lines' values: sum * inverse + slope * place.
void kernel_lines(
    const double *weighted, const double *sums, double middle, double inverse_spread, double inverse, double place,
    long count, double *results);

/// 100 * (a - b) / a, 0 where a is 0; results may be b's place.
void kernel_forecast_error(const double *a, const double *b, long count, double *results);

/// results where pivot * sign > other * sign, else 0.
void kernel_keep_above(const double *pivot, const double *other, double sign, long count, double *results);

/// From moves |a - b| and their path c: 1 - w and a * w with the weight w of Kaufman's average.
void kernel_adaptive(
    const double *values, const double *before, const double *path, long count, double *rests, double *terms);

/// Heikin-Ashi candles after one whose open and close lie around `middle`: opens, highs, lows and closes to the four results.
/// Returns the last one's middle.
double kernel_candles(
    double middle, const double *open, const double *high, const double *low, const double *close, long count,
    double *const *results);

/// The acceleration of one side of Wilder's parabolic stop.
struct kernel_acceleration {
  double start;
  double step;
  double most;
};

/// State of the stop; while short `extreme` and `stop` are negated, as are the prices they are compared with.
struct kernel_parabola {
  struct kernel_acceleration long_side;
  struct kernel_acceleration short_side;
  double offset;
  double previous_high;
  double previous_low;
  double acceleration;
  double extreme;
  double stop;
  int is_long;
};

/// Wilder's parabolic stop after its second bar; results are negative while short.
void kernel_follow_parabola(
    struct kernel_parabola *parabola, const double *high, const double *low, long count, double *results);

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
