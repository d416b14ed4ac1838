#include "GradientKernels.h"
#include "vectors.h"

#include <string.h>

// A fused multiply-add would round otherwise on processors that have one.
#pragma STDC FP_CONTRACT OFF


int kernel_has_avx2(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return 0;
#endif
}

// e^x for |x| <= 700: x = k ln 2 + r, then the series of e^r, which is right to 2e-16 for |r| <= ln(2)/2.
INLINE double exponential(double x) {
  const double shifter = 0x1.8p52;
  const double shifted = x * 0x1.71547652b82fep0 + shifter;
  const double k = shifted - shifter;
  const double r = (x - k * 0x1.62e42fefa38p-1) - k * 0x1.ef35793c7673p-45;
  double sum = 1.0 / 479001600;
  sum = sum * r + 1.0 / 39916800;
  sum = sum * r + 1.0 / 3628800;
  sum = sum * r + 1.0 / 362880;
  sum = sum * r + 1.0 / 40320;
  sum = sum * r + 1.0 / 5040;
  sum = sum * r + 1.0 / 720;
  sum = sum * r + 1.0 / 120;
  sum = sum * r + 1.0 / 24;
  sum = sum * r + 1.0 / 6;
  sum = sum * r + 0.5;
  sum = sum * r + 1.0;
  sum = sum * r + 1.0;
  // 2^k: the low bits of the shifted number hold k.
  int64_t bits;
  memcpy(&bits, &shifted, 8);
  const int64_t power = (bits + 1023) << 52;
  double scale;
  memcpy(&scale, &power, 8);
  return sum * scale;
}

INLINE void log_loss(
    const double *scores, const double *labels, const double *weights, long count, double negative, double positive,
    float *pairs) {
  for (long row = 0; row < count; row++) {
    double x = -scores[row];
    x = x > 700 ? 700 : x;
    x = x < -700 ? -700 : x;
    const double p = 1 / (1 + exponential(x));
    const double label = labels[row];
    const double factor = (label > 0 ? positive : negative) * (weights ? weights[row] : 1);
    const double hessian = p * (1 - p);
    pairs[2 * row] = (float)((p - label) * factor);
    pairs[2 * row + 1] = (float)((hessian > 1e-16 ? hessian : 1e-16) * factor);
  }
}

AVX2 static void log_loss_avx2(
    const double *scores, const double *labels, const double *weights, long count, double negative, double positive,
    float *pairs) {
  if (weights)
    log_loss(scores, labels, weights, count, negative, positive, pairs);
  else
    log_loss(scores, labels, 0, count, negative, positive, pairs);
}

void kernel_log_loss(
    const double *scores, const double *labels, const double *weights, long count, double negative, double positive,
    float *pairs, int use_avx2) {
  if (use_avx2)
    log_loss_avx2(scores, labels, weights, count, negative, positive, pairs);
  else
    log_loss(scores, labels, weights, count, negative, positive, pairs);
}

INLINE int64_t pack(
    const float *pairs, uint32_t first, long count, float gradient_scale, float hessian_scale, uint64_t *entries) {
  int64_t gradients = 0, hessians = 0;
  for (long index = 0; index < count; index++) {
    float gradient = pairs[2 * index] * gradient_scale;
    gradient = gradient > 32767 ? 32767 : gradient;
    gradient = gradient < -32767 ? -32767 : gradient;
    float hessian = pairs[2 * index + 1] * hessian_scale + 0.5f;
    hessian = hessian > 65535 ? 65535 : hessian;
    hessian = hessian < 0 ? 0 : hessian;
    const int32_t level = (int32_t)(gradient + (gradient < 0 ? -0.5f : 0.5f));
    const int32_t curvature = (int32_t)hessian;
    gradients += level;
    hessians += curvature;
    entries[index] = (uint64_t)((uint32_t)level << 16 | (uint32_t)curvature) << 32 | (first + (uint32_t)index);
  }
  return (int64_t)((uint64_t)gradients << 32) + hessians;
}

AVX2 static int64_t pack_avx2(
    const float *pairs, uint32_t first, long count, float gradient_scale, float hessian_scale, uint64_t *entries) {
  return pack(pairs, first, count, gradient_scale, hessian_scale, entries);
}

int64_t kernel_pack(
    const float *pairs, uint32_t first, long count, float gradient_scale, float hessian_scale, uint64_t *entries,
    int use_avx2) {
  return use_avx2 ? pack_avx2(pairs, first, count, gradient_scale, hessian_scale, entries)
                  : pack(pairs, first, count, gradient_scale, hessian_scale, entries);
}
