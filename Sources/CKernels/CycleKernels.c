#include "CycleKernels.h"

#include "CKernels.h"
#include "vectors.h"

#include <math.h>

#pragma STDC FP_CONTRACT OFF

static const double weight = 0.0962;

// What waits for no period first, then row by row what does.
INLINE void hilbert_body(
    const double *x, long n, struct kernel_cycle *cycle, double *restrict s, double *restrict unscaled, double *restrict d,
    double *restrict q, double *restrict periods) {
  for (long i = 0; i < n; i++) s[i] = (4 * x[i] + 3 * x[i - 1] + 2 * x[i - 2] + x[i - 3]) * 0.1;
  for (long i = 0; i < n; i++)
    unscaled[i] = (0.5769 * s[i - 2] - 0.5769 * s[i - 4] - weight * s[i - 6]) + weight * s[i];
  double period = cycle->period, in_phase = cycle->in_phase, quadrature = cycle->quadrature;
  double real = cycle->real, imaginary = cycle->imaginary;
  for (long i = 0; i < n; i++) {
    const double own = d[i - 3];
    const double ahead = (0.5769 * d[i - 5] - 0.5769 * d[i - 7] - weight * d[i - 9]) + weight * own;
    const double known = 0.5769 * d[i - 2] - 0.5769 * d[i - 4] - weight * d[i - 6];
    const double known_ahead = 0.5769 * q[i - 2] - 0.5769 * q[i - 4] - weight * q[i - 6];
    const double share = 0.2 * in_phase, other_share = 0.2 * quadrature, second = weight * unscaled[i];
    const double fixed = 0.2 * own + 0.8 * in_phase, linear = 0.2 * known_ahead;
    const double square = (0.2 * weight) * known, cube = (0.2 * weight) * second;
    const double other_linear = 0.2 * (known + ahead);
    const double adjustment = 0.075 * period + 0.54, adjustment2 = adjustment * adjustment;
    d[i] = unscaled[i] * adjustment;
    q[i] = (known + second * adjustment) * adjustment;
    quadrature = (0.8 * quadrature + other_linear * adjustment) + (0.2 * second) * adjustment2;
    in_phase = (fixed - linear * adjustment) - (square + cube * adjustment) * adjustment2;
    const double real_known = 0.8 * real + quadrature * other_share;
    const double imaginary_known = 0.8 * imaginary - quadrature * share;
    real = in_phase * share + real_known;
    imaginary = in_phase * other_share + imaginary_known;
    const double before = period, turn = kernel_signed_like(2 * M_PI, imaginary, real);
    const double angle = kernel_angle(fabs(imaginary), fabs(real));
    const double found = ((imaginary != 0) & (real != 0)) ? turn / angle : before;
    const double limited =
        kernel_smaller(kernel_larger(kernel_smaller(found, 1.5 * before), kernel_larger(0.67 * before, 6)), 50);
    period = 0.2 * limited + 0.8 * before;
    periods[i] = period;
  }
  *cycle = (struct kernel_cycle){period, in_phase, quadrature, real, imaginary};
}
#define HILBERT                                                                     \
  (const double *x, long n, struct kernel_cycle *cycle, double *smooth, double *unscaled, double *detrended,               \
   double *quadratures, double *periods)
TWICE(void, hilbert, HILBERT, (x, n, cycle, smooth, unscaled, detrended, quadratures, periods))
void kernel_hilbert HILBERT DISPATCH(hilbert, x, n, cycle, smooth, unscaled, detrended, quadratures, periods)
