// The loops over all rows of a round: derivatives of the log-loss, and packing. Compiled twice from the same lines, for
// 256-bit vectors and for whatever the target has; both give the same bits, for no operation is fused or reordered.
#ifndef TICKBOOST_GRADIENT_KERNELS_H
#define TICKBOOST_GRADIENT_KERNELS_H

#include <stdint.h>

/// Whether this processor has 256-bit vectors of whole numbers and fused multiply-add (AVX2, FMA).
int kernel_has_avx2(void);

/// Derivatives of the log-loss for `count` rows: g = (p - label) * factor, h = max(p (1 - p), 1e-16) * factor with
/// p = 1 / (1 + e^-score), where the factor is the class's weight times the row's.
///
/// labels: 0 to 1. weights: one a row, or null. pairs: g and h in turn, in single precision.
void kernel_log_loss(
    const double *scores, const double *labels, const double *weights, long count, double negative, double positive,
    float *pairs, int use_avx2);

/// Packs `count` pairs, whose rows are numbered from `first`, to the nearest levels: the row in the low 32 bits, above it
/// the hessian's level in 16 bits and the gradient's in 16. Returns the sum of the levels: gradients in the high 32 bits,
/// hessians in the low ones.
int64_t kernel_pack(
    const float *pairs, uint32_t first, long count, float gradient_scale, float hessian_scale, uint64_t *entries,
    int use_avx2);

#endif
