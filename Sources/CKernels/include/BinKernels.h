// The search for bins with 256-bit vectors: two rounds of sixteen bounds at once. The twin is the search of eight steps in
// Swift, which is used where kernel_has_avx2() says 0.
#ifndef TICKBOOST_BIN_KERNELS_H
#define TICKBOOST_BIN_KERNELS_H

#include <stdint.h>

/// Writes the bins of `count` floats, `stride` bytes apart, to `rows` and `column`.
///
/// bounds: 256 floats' bits as whole numbers in the order of the floats, ascending; a value's bin is the first that is not
/// below it. missing: the bin of NaN. row_stride: bytes between the bins in `rows`.
void kernel_bin_floats(
    const void *values, long stride, long count, const int32_t *bounds, uint8_t missing, uint8_t *rows, long row_stride,
    uint8_t *column);

/// The same for rows of `features` floats side by side, `stride` bytes apart: bounds[feature * 256 + bin],
/// rows[row * row_stride + places[feature]] or none for a place of -1, columns[feature * column_stride + row].
void kernel_bin_float_rows(
    const float *values, long stride, long count, long features, const int32_t *bounds, const uint8_t *missing,
    const int32_t *places, uint8_t *rows, long row_stride, uint8_t *columns, long column_stride);

/// The same for doubles.
void kernel_bin_doubles(
    const void *values, long stride, long count, const int64_t *bounds, uint8_t missing, uint8_t *rows, long row_stride,
    uint8_t *column);

#endif
