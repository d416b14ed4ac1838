// Numbers as JSON writes them (RFC 8259). The twin is the slow way of JSONScanner in Swift.
#ifndef TICKBOOST_NUMBER_KERNELS_H
#define TICKBOOST_NUMBER_KERNELS_H

#include <stdint.h>

/// Reads one number at text[place], to the nearest double.
///
/// Returns the place behind it, or -1, with nothing read, for what is no number, for a number that takes more than 64 bits of
/// digits or one exact operation to settle, and within 16 bytes of the end.
long kernel_read_number(const uint8_t *text, long place, long end, double *value);

/// What kernel_read_numbers read.
typedef struct {
  /// How many numbers.
  long count;
  /// The place behind the last of them and the comma that follows it.
  long place;
  /// Whether no comma was found behind the last of them.
  int is_last;
} kernel_numbers;

/// Reads numbers with commas between them, null as NaN, from text[place] on, where a value is to begin.
///
/// It stops behind a value that no comma follows, before a value that kernel_read_number leaves, and after `room` values.
kernel_numbers kernel_read_numbers(const uint8_t *text, long place, long end, double *values, long room);

#endif
