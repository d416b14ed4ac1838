#include "WalkKernels.h"
#include "vectors.h"

#include <math.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Every function with vectors is inlined, so how they would be handed over does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

typedef double lanes __attribute__((ext_vector_type(4)));
typedef double unaligned_lanes __attribute__((ext_vector_type(4), aligned(8)));
typedef int64_t counts __attribute__((ext_vector_type(4)));

// Minus the number of bounds below the value, lane by lane.
INLINE counts below(lanes value, const double *bounds) {
  return (counts)(value > (lanes)*(const unaligned_lanes *)bounds);
}

INLINE long total(counts lanes) { return -(long)(lanes[0] + lanes[1] + lanes[2] + lanes[3]); }

INLINE int is_missing(double value, const kernel_slot *slot) {
  return (value != value) | (fabs(value) <= slot->zero);
}

INLINE void rank(
    const double *row, const kernel_slot *slots, long count, const double *heads, long head_count, const double *bounds,
    uint8_t *ranks) {
  for (long index = 0; index < count; index++) {
    const double single = row[slots[index].feature];
    const lanes value = single;
    counts passed = below(value, heads);
    for (long head = 4; head < head_count; head += 4) passed += below(value, heads + head);
    const long group = total(passed);
    const double *own = bounds + group * 16;
    const counts inside =
        (below(value, own) + below(value, own + 4)) + (below(value, own + 8) + below(value, own + 12));
    const long found = group * 16 + total(inside);
    ranks[index] = (uint8_t)(is_missing(single, slots + index) ? slots[index].missing : found);
    heads += head_count;
    bounds += head_count * 16;
  }
}

#if defined(__x86_64__)
// The same with comparisons that become bits: a third fewer instructions.
__attribute__((target("avx2,popcnt"))) static void rank_avx2(
    const double *row, const kernel_slot *slots, long count, const double *heads, long head_count, const double *bounds,
    uint8_t *ranks) {
  for (long index = 0; index < count; index++) {
    const double single = row[slots[index].feature];
    const __m256d value = _mm256_set1_pd(single);
    long group = 0;
    for (long head = 0; head < head_count; head += 4)
      group += __builtin_popcount(
          (unsigned)_mm256_movemask_pd(_mm256_cmp_pd(value, _mm256_loadu_pd(heads + head), _CMP_GT_OQ)));
    const double *own = bounds + group * 16;
    __m256i below[4];
    for (int part = 0; part < 4; part++)
      below[part] = _mm256_castpd_si256(_mm256_cmp_pd(value, _mm256_loadu_pd(own + 4 * part), _CMP_GT_OQ));
    const __m256i both =
        _mm256_packs_epi32(_mm256_packs_epi32(below[0], below[1]), _mm256_packs_epi32(below[2], below[3]));
    // A bound that is below leaves two bits.
    const long found = group * 16 + (__builtin_popcount((unsigned)_mm256_movemask_epi8(both)) >> 1);
    ranks[index] = (uint8_t)(is_missing(single, slots + index) ? slots[index].missing : found);
    heads += head_count;
    bounds += head_count * 16;
  }
}
#else
static void rank_avx2(
    const double *row, const kernel_slot *slots, long count, const double *heads, long head_count, const double *bounds,
    uint8_t *ranks) {
  rank(row, slots, count, heads, head_count, bounds, ranks);
}
#endif

void kernel_rank(
    const double *row, const kernel_slot *slots, long count, const double *heads, long head_count, const double *bounds,
    uint8_t *ranks, int use_avx2) {
  if (use_avx2)
    rank_avx2(row, slots, count, heads, head_count, bounds, ranks);
  else
    rank(row, slots, count, heads, head_count, bounds, ranks);
}

void kernel_rank_wide(
    const double *row, const kernel_slot *slots, long count, const double *bounds, uint16_t *ranks) {
  for (long index = 0; index < count; index++) {
    const kernel_slot *slot = slots + index;
    const double value = row[slot->feature];
    long low = 0, high = slot->count;
    while (low < high) {
      const long middle = (low + high) / 2;
      if (value > bounds[slot->first + middle])
        low = middle + 1;
      else
        high = middle;
    }
    ranks[index] = (uint16_t)(is_missing(value, slot) ? slot->missing : low);
  }
}

// One step of eight trees each turn; which child is next is added, not guessed. A node is loaded as one word, for loads are what
// limits.
#define STEP(PLACE, NODE, RANK, BITS)                                                                               \
  {                                                                                                                 \
    const NODE node = own[PLACE];                                                                                   \
    PLACE = (uint32_t)(node >> 2 * BITS) + (ranks[node & ((1 << BITS) - 1)] > (RANK)(node >> BITS));                \
  }
#define WALK(NAME, NODE, RANK, BITS)                                                                                \
  void NAME(                                                                                                        \
      const NODE *nodes, const double *values, const kernel_group *groups, long count, const RANK *ranks,           \
      double *found) {                                                                                              \
    for (const kernel_group *group = groups; group < groups + count; group++) {                                     \
      const NODE *own = nodes + group->first;                                                                       \
      const double *leaves = values + group->first;                                                                 \
      uint32_t a = group->roots[0], b = group->roots[1], c = group->roots[2], d = group->roots[3];                  \
      uint32_t e = group->roots[4], f = group->roots[5], g = group->roots[6], h = group->roots[7];                  \
      for (long step = 0; step < group->depth; step++) {                                                            \
        STEP(a, NODE, RANK, BITS)                                                                                   \
        STEP(b, NODE, RANK, BITS)                                                                                   \
        STEP(c, NODE, RANK, BITS)                                                                                   \
        STEP(d, NODE, RANK, BITS)                                                                                   \
        STEP(e, NODE, RANK, BITS)                                                                                   \
        STEP(f, NODE, RANK, BITS)                                                                                   \
        STEP(g, NODE, RANK, BITS)                                                                                   \
        STEP(h, NODE, RANK, BITS)                                                                                   \
      }                                                                                                             \
      found[group->places[0]] = leaves[a];                                                                          \
      found[group->places[1]] = leaves[b];                                                                          \
      found[group->places[2]] = leaves[c];                                                                          \
      found[group->places[3]] = leaves[d];                                                                          \
      found[group->places[4]] = leaves[e];                                                                          \
      found[group->places[5]] = leaves[f];                                                                          \
      found[group->places[6]] = leaves[g];                                                                          \
      found[group->places[7]] = leaves[h];                                                                          \
    }                                                                                                               \
  }

WALK(kernel_walk, kernel_node, uint8_t, 8)
WALK(kernel_walk_wide, kernel_wide_node, uint16_t, 16)

// Rows that walk side by side, so that steps need not wait for each other's loads.
enum { ABREAST = 8 };

// Which child is next is loaded, not guessed.
INLINE uint32_t byte_step(uint32_t place, const kernel_byte_node *nodes, const uint64_t *tables, const uint8_t *row) {
  const kernel_byte_node *node = nodes + place;
  const uint8_t byte = row[node->byte];
  return node->children[tables[place * 4 + (byte >> 6)] >> (byte & 63) & 1];
}

INLINE void walk_bytes(
    const kernel_byte_node *nodes, long inner, const uint64_t *tables, const double *values, const uint8_t *bytes,
    long stride, const uint32_t *rows, long count, double *scores) {
  long first = 0;
  for (; first + ABREAST <= count; first += ABREAST) {
    const uint8_t *own[ABREAST];
    uint32_t places[ABREAST];
    WHOLE for (int lane = 0; lane < ABREAST; lane++) {
      own[lane] = bytes + (rows ? (long)rows[first + lane] : first + lane) * stride;
      places[lane] = 0;
    }
    uint32_t least;
    do {
      // Two steps, then one look whether all have arrived: a leaf stays where it is.
      WHOLE for (int step = 0; step < 2; step++) {
        WHOLE for (int lane = 0; lane < ABREAST; lane++)
          places[lane] = byte_step(places[lane], nodes, tables, own[lane]);
      }
      least = places[0];
      WHOLE for (int lane = 1; lane < ABREAST; lane++) least = SMALLER(least, places[lane]);
    } while (least < inner);
    WHOLE for (int lane = 0; lane < ABREAST; lane++)
      scores[rows ? (long)rows[first + lane] : first + lane] += values[places[lane]];
  }
  for (; first < count; first++) {
    const long row = rows ? (long)rows[first] : first;
    uint32_t place = 0;
    while (place < inner) place = byte_step(place, nodes, tables, bytes + row * stride);
    scores[row] += values[place];
  }
}

void kernel_walk_bytes(
    const kernel_byte_node *nodes, long inner, const uint64_t *tables, const double *values, const uint8_t *bytes,
    long stride, const uint32_t *rows, long count, double *scores) {
  if (rows)
    walk_bytes(nodes, inner, tables, values, bytes, stride, rows, count, scores);
  else
    walk_bytes(nodes, inner, tables, values, bytes, stride, 0, count, scores);
}
