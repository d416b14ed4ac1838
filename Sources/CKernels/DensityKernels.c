#include "DensityKernels.h"

#include "exponential.h"
#include "lanes.h"

#include <math.h>

// Vectors are parameters of what is always inlined only.
#pragma clang diagnostic ignored "-Wpsabi"

EXPONENTIAL(exponentials, lanes, lanes_mask)

INLINE lanes larger(lanes a, lanes b) {
  const lanes_mask is_a = a > b;
  return (lanes)(((lanes_mask)a & is_a) | ((lanes_mask)b & ~is_a));
}

INLINE void add_log_normals_body(
    double x, const double *restrict centres, const double *restrict inverses, const double *restrict scales, long count,
    double *restrict sums) {
  for (long i = 0; i < count; i++) {
    const double distance = (x - centres[i]) * inverses[i];
    sums[i] -= 0.5 * distance * distance + scales[i];
  }
}

INLINE void add_classes_body(
    const double *restrict table, const int32_t *restrict classes, long count, double *restrict sums) {
  for (long i = 0; i < count; i++) sums[i] += table[classes[i]];
}

INLINE double largest_body(const double *values, long count) {
  lanes top = ALL(-INFINITY);
  long i = 0;
  for (; i + 4 <= count; i += 4) top = larger(LOAD(values + i), top);
  double largest = -INFINITY;
  for (int lane = 0; lane < 4; lane++) largest = LARGER(top[lane], largest);
  for (; i < count; i++) largest = LARGER(values[i], largest);
  return largest;
}

INLINE double sum_exponentials_body(const double *values, double top, long count) {
  lanes total = {0};
  const lanes least = ALL(-700.0);
  long i = 0;
  for (; i + 4 <= count; i += 4) total += exponentials(larger(LOAD(values + i) - top, least));
  double sum = (total[0] + total[1]) + (total[2] + total[3]);
  for (; i < count; i++) sum += exponential(LARGER(values[i] - top, -700));
  return sum;
}

TWICE(
    void, add_log_normals,
    (double x, const double *centres, const double *inverses, const double *scales, long count, double *sums),
    (x, centres, inverses, scales, count, sums))
TWICE(
    void, add_classes, (const double *table, const int32_t *classes, long count, double *sums),
    (table, classes, count, sums))
TWICE(double, largest, (const double *values, long count), (values, count))
TWICE(double, sum_exponentials, (const double *values, double top, long count), (values, top, count))

void kernel_add_log_normals(
    double x, const double *centres, const double *inverses, const double *scales, long count, double *sums)
    DISPATCH(add_log_normals, x, centres, inverses, scales, count, sums)

void kernel_add_classes(const double *table, const int32_t *classes, long count, double *sums)
    DISPATCH(add_classes, table, classes, count, sums)

double kernel_largest(const double *values, long count) DISPATCH(largest, values, count)

double kernel_sum_exponentials(const double *values, double top, long count)
    DISPATCH(sum_exponentials, values, top, count)
