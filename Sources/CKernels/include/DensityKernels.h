// Densities of mixtures of many normal distributions. The twin is the formula in the tests.
#ifndef TICKBOOST_DENSITY_KERNELS_H
#define TICKBOOST_DENSITY_KERNELS_H

#include <stdint.h>

/// sums[i] -= ((x - centres[i]) * inverses[i])^2 / 2 + scales[i]: the logarithms of normal densities at x.
void kernel_add_log_normals(
    double x, const double *centres, const double *inverses, const double *scales, long count, double *sums);

/// sums[i] += table[classes[i]].
void kernel_add_classes(const double *table, const int32_t *classes, long count, double *sums);

/// The largest of the values, none of which is NaN; negative infinity without one.
double kernel_largest(const double *values, long count);

/// The sum of e^(value - top), where no value is above `top`; terms below e^-700 count as e^-700. In the order of four lanes on
/// every processor, so the bits are the same.
double kernel_sum_exponentials(const double *values, double top, long count);

#endif
