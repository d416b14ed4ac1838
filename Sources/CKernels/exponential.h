// The exponential in plain arithmetic, so that compilers make vectors of it and every processor gives the same bits.
#ifndef TICKBOOST_EXPONENTIAL_H
#define TICKBOOST_EXPONENTIAL_H

#include "vectors.h"

#include <stdint.h>
#include <string.h>

// A fused multiply-add would round otherwise on processors that have one.
#pragma STDC FP_CONTRACT OFF

// e^x for |x| <= 700: x = k ln 2 + r, then the series of e^r, which is right to 2e-16 for |r| <= ln(2)/2. Of one number or a vector,
// with the whole numbers as wide.
#define EXPONENTIAL(name, number, whole)                                            \
  INLINE number name(number x) {                                                    \
    const double shifter = 0x1.8p52;                                                \
    const number shifted = x * 0x1.71547652b82fep0 + shifter;                       \
    const number k = shifted - shifter;                                             \
    const number r = (x - k * 0x1.62e42fefa38p-1) - k * 0x1.ef35793c7673p-45;       \
    number sum = r * (1.0 / 479001600) + 1.0 / 39916800;                            \
    sum = sum * r + 1.0 / 3628800;                                                  \
    sum = sum * r + 1.0 / 362880;                                                   \
    sum = sum * r + 1.0 / 40320;                                                    \
    sum = sum * r + 1.0 / 5040;                                                     \
    sum = sum * r + 1.0 / 720;                                                      \
    sum = sum * r + 1.0 / 120;                                                      \
    sum = sum * r + 1.0 / 24;                                                       \
    sum = sum * r + 1.0 / 6;                                                        \
    sum = sum * r + 0.5;                                                            \
    sum = sum * r + 1.0;                                                            \
    sum = sum * r + 1.0;                                                            \
    /* 2^k: the low bits of the shifted number hold k. */                           \
    whole bits;                                                                     \
    memcpy(&bits, &shifted, sizeof bits);                                           \
    const whole power = (bits + 1023) << 52;                                        \
    number scale;                                                                   \
    memcpy(&scale, &power, sizeof scale);                                           \
    return sum * scale;                                                             \
  }

EXPONENTIAL(exponential, double, int64_t)

#endif
