/// Kernels for cycles: the operations of their Swift twins in the same order, so the same bits on every processor.
#ifndef TICKBOOST_CYCLE_KERNELS_H
#define TICKBOOST_CYCLE_KERNELS_H

/// What the homodyne discriminator takes from row to row: the period, and the smoothed parts of the signal and their product.
struct kernel_cycle {
  double period;
  double in_phase;
  double quadrature;
  double real;
  double imaginary;
};

/// Ehlers' homodyne discriminator over `n` finite values: smoothed values, detrended ones (3 rows later the in-phase part),
/// quadrature parts and periods.
///
/// Columns hold what was before their first row: 3 values, 6 smoothed ones, 9 detrended ones and 6 quadrature parts. `unscaled`
/// is used on the way.
void kernel_hilbert(
    const double *x, long n, struct kernel_cycle *cycle, double *smooth, double *unscaled, double *detrended,
    double *quadratures, double *periods);

#endif
