#include "GradientKernels.h"
#include "exponential.h"

int kernel_has_avx2(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return 0;
#endif
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
