#include "NumberKernels.h"

#include <math.h>
#include <string.h>

#include "vectors.h"

// Bytes of a text that are looked at, at most, beyond the place where a read may still begin.
#define MARGIN 16

// A power of ten, and what dividing by it takes.
typedef struct {
  // 10ⁿ, for n up to 19.
  uint64_t power;
  // 5ⁿ, moved up until its first bit is 1. 2ⁿ is left to the exponent.
  uint64_t divisor;
  // ⌊(2¹²⁸ − 1) / divisor⌋ − 2⁶⁴.
  uint64_t reciprocal;
  // How far it was moved.
  int64_t shift;
} scale;

// 5ⁿ has at most 63 bits up to 27.
#define LAST_SCALE 27

static const scale scales[LAST_SCALE + 1] = {
    {1u, 0x8000000000000000u, 0xFFFFFFFFFFFFFFFFu, 63},
    {10u, 0xA000000000000000u, 0x9999999999999999u, 61},
    {100u, 0xC800000000000000u, 0x47AE147AE147AE14u, 59},
    {1000u, 0xFA00000000000000u, 0x0624DD2F1A9FBE76u, 57},
    {10000u, 0x9C40000000000000u, 0xA36E2EB1C432CA57u, 54},
    {100000u, 0xC350000000000000u, 0x4F8B588E368F0846u, 52},
    {1000000u, 0xF424000000000000u, 0x0C6F7A0B5ED8D36Bu, 50},
    {10000000u, 0x9896800000000000u, 0xAD7F29ABCAF48578u, 47},
    {100000000u, 0xBEBC200000000000u, 0x5798EE2308C39DF9u, 45},
    {1000000000u, 0xEE6B280000000000u, 0x12E0BE826D694B2Eu, 43},
    {10000000000u, 0x9502F90000000000u, 0xB7CDFD9D7BDBAB7Du, 40},
    {100000000000u, 0xBA43B74000000000u, 0x5FD7FE17964955FDu, 38},
    {1000000000000u, 0xE8D4A51000000000u, 0x19799812DEA11197u, 36},
    {10000000000000u, 0x9184E72A00000000u, 0xC25C268497681C26u, 33},
    {100000000000000u, 0xB5E620F480000000u, 0x6849B86A12B9B01Eu, 31},
    {1000000000000000u, 0xE35FA931A0000000u, 0x203AF9EE756159B2u, 29},
    {10000000000000000u, 0x8E1BC9BF04000000u, 0xCD2B297D889BC2B6u, 26},
    {100000000000000000u, 0xB1A2BC2EC5000000u, 0x70EF54646D496892u, 24},
    {1000000000000000000u, 0xDE0B6B3A76400000u, 0x2725DD1D243ABA0Eu, 22},
    {10000000000000000000u, 0x8AC7230489E80000u, 0xD83C94FB6D2AC34Au, 19},
    {0u, 0xAD78EBC5AC620000u, 0x79CA10C9242235D5u, 17},
    {0u, 0xD8D726B7177A8000u, 0x2E3B40A0E9B4F7DDu, 15},
    {0u, 0x878678326EAC9000u, 0xE392010175EE5962u, 12},
    {0u, 0xA968163F0A57B400u, 0x82DB34012B25144Eu, 10},
    {0u, 0xD3C21BCECCEDA100u, 0x357C299A88EA76A5u, 8},
    {0u, 0x84595161401484A0u, 0xEF2D0F5DA7DD8AA2u, 5},
    {0u, 0xA56FA5B99019A5C8u, 0x8C240C4AECB13BB5u, 3},
    {0u, 0xCECB8F27F4200F3Au, 0x3CE9A36F23C0FC90u, 1},
};

// The number of eight digits, each a byte from 0 to 9, the first in the lowest byte (Lemire, "Quickly parsing eight
// digits", 2018).
INLINE uint64_t eight_digits(uint64_t digits) {
  digits = (digits * 2561 >> 8) & 0x00FF00FF00FF00FFu;
  digits = (digits * 6553601 >> 16) & 0x0000FFFF0000FFFFu;
  return digits * 42949672960001u >> 32;
}

// Takes the digits that come next. Returns where they end; 0 if 64 bits cannot hold them or they go on to `last`.
INLINE const uint8_t *take_digits(const uint8_t *text, const uint8_t *last, uint64_t *number) {
  uint64_t sum = *number;
  while (text < last) {
    uint64_t word;
    memcpy(&word, text, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    // Digits become 0 to 9; the upper bit of a byte in `others` says that it is none.
    const uint64_t digits = word ^ 0x3030303030303030u;
    const uint64_t others = (((digits & 0x7F7F7F7F7F7F7F7Fu) + 0x7676767676767676u) | digits) & 0x8080808080808080u;
    if (!others) {
      if (sum >= 100000000000u) return 0;
      sum = sum * 100000000u + eight_digits(digits);
      text += 8;
      continue;
    }
    const int count = __builtin_ctzll(others) >> 3;
    if (count) {
      uint64_t product;
      // Digits behind zeros.
      const uint64_t rest = eight_digits(digits << (64 - 8 * count));
      if (__builtin_mul_overflow(sum, scales[count].power, &product) || __builtin_add_overflow(product, rest, &sum))
        return 0;
    }
    *number = sum;
    return text + count;
  }
  return 0;
}

// mantissa / 10ⁿ, to the nearest double, ties to even.
//
// Dividing 128 by 64 bits gives 64 bits of the quotient, the first of them 1, and whether there is a rest: all that rounding to
// 53 bits asks for. The division is by a reciprocal (Möller, Granlund, "Improved Division by Invariant Integers", 2011,
// algorithm 4).
INLINE double quotient(uint64_t mantissa, long power) {
  if (!mantissa) return 0;
  const scale *own = scales + power;
  const int shift = __builtin_clzll(mantissa);
  const uint64_t upper = mantissa << shift;
  const int is_large = upper >= own->divisor;
  const uint64_t high = is_large ? upper >> 1 : upper, low = is_large ? upper << 63 : 0;
  const unsigned __int128 estimate =
      (unsigned __int128)own->reciprocal * high + (((unsigned __int128)high << 64) | low);
  uint64_t quotient = (uint64_t)(estimate >> 64) + 1;
  uint64_t rest = low - quotient * own->divisor;
  if (rest > (uint64_t)estimate) {
    quotient--;
    rest += own->divisor;
  }
  if (__builtin_expect(rest >= own->divisor, 0)) {
    quotient++;
    rest -= own->divisor;
  }
  const uint64_t dropped = quotient & 0x7FF;
  const uint64_t is_up = (dropped > 0x400) | ((dropped == 0x400) & ((rest != 0) | ((quotient >> 11) & 1)));
  const int64_t exponent = (is_large ? -63 : -64) + own->shift - shift - power + 11;
  const uint64_t bits = (uint64_t)(exponent + 1023) << 52;
  double factor;
  memcpy(&factor, &bits, 8);
  // Both factors are exact, and the product is far from the limits of a double.
  return (double)(int64_t)((quotient >> 11) + is_up) * factor;
}

// Reads a number, at least MARGIN bytes before the end from `last` on. Returns where it ends; 0 if it is left.
INLINE const uint8_t *read_number(const uint8_t *text, const uint8_t *last, double *value) {
  const int is_negative = *text == '-';
  text += is_negative;
  const uint8_t *first = text;
  uint64_t mantissa = 0;
  text = take_digits(text, last, &mantissa);
  if (!text || text == first || (*first == '0' && text > first + 1)) return 0;
  long exponent = 0;
  if (*text == '.') {
    const uint8_t *fraction = ++text;
    text = take_digits(text, last, &mantissa);
    if (!text || text == fraction) return 0;
    exponent = fraction - text;
  }
  if ((*text | 0x20) == 'e') {
    const uint8_t sign = *++text;
    text += sign == '-' || sign == '+';
    const uint8_t *start = text;
    uint64_t power = 0;
    text = take_digits(text, last, &power);
    if (!text || text == start || power > 1000) return 0;
    exponent += sign == '-' ? -(long)power : (long)power;
  }
  double size;
  if (exponent == 0)
    size = (double)mantissa;
  else if (exponent < 0 && exponent >= -LAST_SCALE)
    size = quotient(mantissa, -exponent);
  else if (exponent > 0 && exponent <= 15 && mantissa < (uint64_t)1 << 53)
    // Both are exact, so their product is rounded once (Clinger 1990).
    size = (double)mantissa * (double)scales[exponent].power;
  else
    return 0;
  *value = is_negative ? -size : size;
  return text;
}

long kernel_read_number(const uint8_t *text, long place, long end, double *value) {
  if (end - place <= MARGIN) return -1;
  const uint8_t *behind = read_number(text + place, text + end - MARGIN, value);
  return behind ? behind - text : -1;
}

static inline int is_space(uint8_t byte) { return byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09; }

kernel_numbers kernel_read_numbers(const uint8_t *text, long place, long end, double *values, long room) {
  kernel_numbers read = {0, place, 0};
  if (end - place <= MARGIN) return read;
  const uint8_t *at = text + place, *last = text + end - MARGIN;
  while (read.count < room) {
    while (at < last && is_space(*at)) at++;
    if (at >= last) break;
    const uint8_t *behind = read_number(at, last, values + read.count);
    if (!behind) {
      if (memcmp(at, "null", 4) != 0) break;
      values[read.count] = NAN;
      behind = at + 4;
    }
    at = behind;
    read.count++;
    while (at < last && is_space(*at)) at++;
    read.place = at - text;
    if (*at != ',') {
      read.is_last = 1;
      break;
    }
    read.place = ++at - text;
  }
  return read;
}
