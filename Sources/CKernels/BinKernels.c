#include "BinKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define VECTORS __attribute__((target("avx2,popcnt")))
#define VECTORS_INLINE static inline __attribute__((always_inline, target("avx2,popcnt")))

// How many of sixteen bounds are below the key: a comparison leaves two bits a bound.
VECTORS_INLINE int below_32(__m256i key, __m256i low, __m256i high) {
  const __m256i both = _mm256_packs_epi32(_mm256_cmpgt_epi32(key, low), _mm256_cmpgt_epi32(key, high));
  return __builtin_popcount((unsigned)_mm256_movemask_epi8(both)) >> 1;
}

VECTORS void kernel_bin_floats(
    const void *values, long stride, long count, const int32_t *bounds, uint8_t missing, uint8_t *rows, long row_stride,
    uint8_t *column) {
  int32_t last[16];
  for (int group = 0; group < 16; group++) last[group] = bounds[16 * group + 15];
  const __m256i low = _mm256_loadu_si256((const __m256i *)last), high = _mm256_loadu_si256((const __m256i *)(last + 8));
  const char *value = values;
  for (long index = 0; index < count; index++, value += stride) {
    int32_t bits;
    memcpy(&bits, value, 4);
    const __m256i key = _mm256_set1_epi32(bits ^ ((bits >> 31) & INT32_MAX));
    // The last bound is infinite, so at most fifteen groups lie below.
    const int group = below_32(key, low, high) & 15;
    const __m256i *own = (const __m256i *)(bounds + 16 * group);
    const int place = 16 * group + below_32(key, _mm256_loadu_si256(own), _mm256_loadu_si256(own + 1));
    const uint8_t bin = (bits & INT32_MAX) > 0x7f800000 ? missing : (uint8_t)place;
    column[index] = bin;
    rows[index * row_stride] = bin;
  }
}

VECTORS void kernel_bin_float_rows(
    const float *values, long stride, long count, long features, const int32_t *bounds, const uint8_t *missing,
    const int32_t *places, uint8_t *rows, long row_stride, uint8_t *columns, long column_stride) {
  for (long feature = 0; feature < features; feature++) {
    // What has no byte of its own goes where nobody looks.
    uint8_t nowhere;
    const int place = places[feature];
    kernel_bin_floats(
        values + feature, stride, count, bounds + 256 * feature, missing[feature], place < 0 ? &nowhere : rows + place,
        place < 0 ? 0 : row_stride, columns + feature * column_stride);
  }
}

VECTORS_INLINE int below_64(__m256i key, const __m256i *bounds) {
  const __m256i first = _mm256_packs_epi32(
      _mm256_cmpgt_epi64(key, _mm256_loadu_si256(bounds)), _mm256_cmpgt_epi64(key, _mm256_loadu_si256(bounds + 1)));
  const __m256i second = _mm256_packs_epi32(
      _mm256_cmpgt_epi64(key, _mm256_loadu_si256(bounds + 2)), _mm256_cmpgt_epi64(key, _mm256_loadu_si256(bounds + 3)));
  return __builtin_popcount((unsigned)_mm256_movemask_epi8(_mm256_packs_epi16(first, second))) >> 1;
}

VECTORS void kernel_bin_doubles(
    const void *values, long stride, long count, const int64_t *bounds, uint8_t missing, uint8_t *rows, long row_stride,
    uint8_t *column) {
  int64_t last[16];
  for (int group = 0; group < 16; group++) last[group] = bounds[16 * group + 15];
  const char *value = values;
  for (long index = 0; index < count; index++, value += stride) {
    int64_t bits;
    memcpy(&bits, value, 8);
    const __m256i key = _mm256_set1_epi64x(bits ^ ((bits >> 63) & INT64_MAX));
    const int group = below_64(key, (const __m256i *)last) & 15;
    const int place = 16 * group + below_64(key, (const __m256i *)(bounds + 16 * group));
    const uint8_t bin = (bits & INT64_MAX) > 0x7ff0000000000000 ? missing : (uint8_t)place;
    column[index] = bin;
    rows[index * row_stride] = bin;
  }
}

#else

// Never called where there are no vectors.
void kernel_bin_floats(
    const void *values, long stride, long count, const int32_t *bounds, uint8_t missing, uint8_t *rows, long row_stride,
    uint8_t *column) {
  (void)values, (void)stride, (void)count, (void)bounds, (void)missing, (void)rows, (void)row_stride, (void)column;
}

void kernel_bin_float_rows(
    const float *values, long stride, long count, long features, const int32_t *bounds, const uint8_t *missing,
    const int32_t *places, uint8_t *rows, long row_stride, uint8_t *columns, long column_stride) {
  (void)values, (void)stride, (void)count, (void)features, (void)bounds, (void)missing, (void)places, (void)rows;
  (void)row_stride, (void)columns, (void)column_stride;
}

void kernel_bin_doubles(
    const void *values, long stride, long count, const int64_t *bounds, uint8_t missing, uint8_t *rows, long row_stride,
    uint8_t *column) {
  (void)values, (void)stride, (void)count, (void)bounds, (void)missing, (void)rows, (void)row_stride, (void)column;
}

#endif
