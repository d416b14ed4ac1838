#include "ColumnKernels.h"
#include "prefetch.h"
#include "vectors.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

// A fused multiplication and addition rounds once where the twins round twice.
#pragma STDC FP_CONTRACT OFF

typedef double lanes __attribute__((vector_size(32)));
typedef long long lanes_mask __attribute__((vector_size(32)));
typedef double lanes_in_memory __attribute__((vector_size(32), aligned(8)));

#define LOAD(p) (*(const lanes_in_memory *)(p))
#define STORE(p, v) (*(lanes_in_memory *)(p) = (v))

// Columns in turns of a few lines: memory is read as fast only from several places at once.
INLINE int moderate_body(const double *const *columns, long width, long n) {
  lanes sum = {0};
  long start = 0;
  for (; start + 64 <= n; start += 64)
    for (long c = 0; c < width; c++) {
      const double *x = columns[c] + start;
      lanes p = {0}, q = {0};
      for (long i = 0; i < 64; i += 8) {
        p += LOAD(x + i) * LOAD(x + i);
        q += LOAD(x + i + 4) * LOAD(x + i + 4);
      }
      sum += p + q;
    }
  double total = (sum[0] + sum[1]) + (sum[2] + sum[3]);
  for (long c = 0; c < width; c++)
    for (long i = start; i < n; i++) total += columns[c][i] * columns[c][i];
  return total < 1e200;
}
TWICE(int, moderate, (const double *const *columns, long width, long n), (columns, width, n))
int kernel_are_moderate(const double *const *columns, long width, long count)
    DISPATCH(moderate, columns, width, count)

_Thread_local struct prefetch_plan kernel_plan;

void kernel_plan_ahead(
    const double *const *columns, long reads, const double *const *results, long writes, long first, long count,
    int writes_past) {
  struct prefetch_plan *plan = &kernel_plan;
  plan->line = 0;
  plan->lines = 0;
  if (plan->pasts && reads == 0) FENCE
  plan->pasts = 0;
  if (reads + writes > PLANNED_COLUMNS) return;
  plan->lines = count / 8;
  plan->reads = reads;
  plan->width = reads;
  for (long c = 0; c < reads; c++) plan->columns[c] = (const char *)(columns[c] + first);
  if (writes_past) {
    plan->past = first * (long)sizeof(double);
    plan->pasts = writes;
    for (long c = 0; c < writes; c++) plan->results[c] = (const char *)results[c];
  } else {
    plan->width += writes;
    for (long c = 0; c < writes; c++) plan->columns[reads + c] = (const char *)(results[c] + first);
  }
}

// Lane b of a row's vector is block b's: blocks begin 8 apart. Rows come and go in pairs, two halves at a time.
typedef double half __attribute__((vector_size(16), aligned(8)));
#define HALVES(p, q) __builtin_shufflevector(*(const half *)(p), *(const half *)(q), 0, 1, 2, 3)
#define READ_PAIR(row, p, q)                                                        \
  lanes p, q;                                                                       \
  {                                                                                 \
    const lanes even = HALVES(x + row, x + 16 + row), odd = HALVES(x + 8 + row, x + 24 + row);                                \
    p = __builtin_shufflevector(even, odd, 0, 4, 2, 6);                             \
    q = __builtin_shufflevector(even, odd, 1, 5, 3, 7);                             \
  }
#define WHOLE _Pragma("clang loop unroll(full)")
#define READ_LANES(from, v)                                                         \
  {                                                                                 \
    const double *const from_ = (from), *const x = from_;                                                         \
    for (int j_ = 0; j_ < 8; j_ += 2) {                                             \
      READ_PAIR(j_, even_, odd_)                                                    \
      v[j_] = even_;                                                                \
      v[j_ + 1] = odd_;                                                             \
    }                                                                               \
  }
#define WRITE_PAIR(row, p, q)                                                       \
  {                                                                                 \
    const lanes even = __builtin_shufflevector(p, q, 0, 4, 2, 6);                   \
    const lanes odd = __builtin_shufflevector(p, q, 1, 5, 3, 7);                    \
    WRITE_HALF(row, __builtin_shufflevector(even, even, 0, 1))                      \
    WRITE_HALF(8 + row, __builtin_shufflevector(odd, odd, 0, 1))                    \
    WRITE_HALF(16 + row, __builtin_shufflevector(even, even, 2, 3))                 \
    WRITE_HALF(24 + row, __builtin_shufflevector(odd, odd, 2, 3))                   \
  }
typedef double aligned_half __attribute__((vector_size(16)));
#define WRITE_HALF(row, v)                                                          \
  if (past) __builtin_nontemporal_store((aligned_half)(v), (aligned_half *)(y + (row)));                                    \
  else *(half *)(y + (row)) = (v);
// Whether halves may go past the caches; the bodies are made for both.
#define IS_PAST(y) (goes_past(y) && !((uintptr_t)(y) & 15))
#define ALL(v) ((lanes){v, v, v, v})

// The steps of one sum from rows a to i.
#define STEPS(p, w, r)                                                              \
  p[0] = zero + a * w;                                                              \
  p[1] = p[0] * r + b * w;                                                          \
  p[2] = p[1] * r + c * w;                                                          \
  p[3] = p[2] * r + d * w;                                                          \
  p[4] = p[3] * r + e * w;                                                          \
  p[5] = p[4] * r + f * w;                                                          \
  p[6] = p[5] * r + h * w;                                                          \
  p[7] = p[6] * r + i * w;
#define ANCHORS(from, anchor, step, i)                                              \
  {                                                                                 \
    const double s1 = anchor * step + i[0], s2 = s1 * step + i[1], s3 = s2 * step + i[2];                                   \
    from = (lanes){anchor, s1, s2, s3};                                             \
    anchor = s3 * step + i[3];                                                      \
  }

// Groups of 32 rows that are taken at a time: first what waits for nothing, then the results, so that the processor has the steps
// of several groups before it.
enum { GROUPS = 8 };

INLINE double decay_groups(
    const double *x, double weight, double rest, const double *powers, double anchor, long groups, const int past,
    double *y) {
  const lanes w = ALL(weight), r = ALL(rest), zero = {0};
  const double step = powers[7];
  lanes power[8], partial[GROUPS][8], from[GROUPS];
  for (int j = 0; j < 8; j++) power[j] = ALL(powers[j]);
  for (; groups > 0; groups -= GROUPS) {
    const long n = groups < GROUPS ? groups : GROUPS;
    for (long g = 0; g < n; g++, x += 32) {
      ask_ahead(2);
      READ_PAIR(0, a, b)
      READ_PAIR(2, c, d)
      READ_PAIR(4, e, f)
      READ_PAIR(6, h, i)
      lanes *restrict p = partial[g];
      STEPS(p, w, r)
      // The anchors wait for each other only: lane b of the last row is block b's last partial.
      ANCHORS(from[g], anchor, step, p[7])
    }
    for (long g = 0; g < n; g++, y += 32) {
      const lanes *restrict p = partial[g];
      const lanes s = from[g];
      WRITE_PAIR(0, (s * power[0] + p[0]), (s * power[1] + p[1]))
      WRITE_PAIR(2, (s * power[2] + p[2]), (s * power[3] + p[3]))
      WRITE_PAIR(4, (s * power[4] + p[4]), (s * power[5] + p[5]))
      WRITE_PAIR(6, (s * power[6] + p[6]), (s * power[7] + p[7]))
    }
  }
  return anchor;
}
INLINE double decay_body(
    const double *x, double weight, double rest, const double *powers, double anchor, long groups, double *y) {
  if (IS_PAST(y)) return decay_groups(x, weight, rest, powers, anchor, groups, 1, y);
  return decay_groups(x, weight, rest, powers, anchor, groups, 0, y);
}
TWICE(double, decay,
      (const double *x, double weight, double rest, const double *powers, double anchor, long groups, double *y),
      (x, weight, rest, powers, anchor, groups, y))
double kernel_decay(
    const double *values, double weight, double rest, const double *powers, double anchor, long groups, double *results)
    DISPATCH(decay, values, weight, rest, powers, anchor, groups, results)

#define DIFFERENCE(j) ((s * power[j] + p[j]) - (t * other[j] + q[j]))

INLINE void decay_difference_groups(
    const double *x, const double *weights, const double *rests, const double *powers, double *anchors, long groups,
    const int past, double *y) {
  const lanes w = ALL(weights[0]), r = ALL(rests[0]), v = ALL(weights[1]), u = ALL(rests[1]), zero = {0};
  const double step = powers[7], other_step = powers[15];
  double anchor = anchors[0], other_anchor = anchors[1];
  lanes power[8], other[8], partial[GROUPS][8], other_partial[GROUPS][8], from[GROUPS], other_from[GROUPS];
  for (int j = 0; j < 8; j++) {
    power[j] = ALL(powers[j]);
    other[j] = ALL(powers[8 + j]);
  }
  for (; groups > 0; groups -= GROUPS) {
    const long n = groups < GROUPS ? groups : GROUPS;
    for (long g = 0; g < n; g++, x += 32) {
      ask_ahead(3);
      READ_PAIR(0, a, b)
      READ_PAIR(2, c, d)
      READ_PAIR(4, e, f)
      READ_PAIR(6, h, i)
      lanes *restrict p = partial[g], *restrict q = other_partial[g];
      STEPS(p, w, r)
      STEPS(q, v, u)
      ANCHORS(from[g], anchor, step, p[7])
      ANCHORS(other_from[g], other_anchor, other_step, q[7])
    }
    for (long g = 0; g < n; g++, y += 32) {
      const lanes *restrict p = partial[g], *restrict q = other_partial[g];
      const lanes s = from[g], t = other_from[g];
      WRITE_PAIR(0, DIFFERENCE(0), DIFFERENCE(1))
      WRITE_PAIR(2, DIFFERENCE(2), DIFFERENCE(3))
      WRITE_PAIR(4, DIFFERENCE(4), DIFFERENCE(5))
      WRITE_PAIR(6, DIFFERENCE(6), DIFFERENCE(7))
    }
  }
  anchors[0] = anchor;
  anchors[1] = other_anchor;
}
INLINE void decay_difference_body(
    const double *x, const double *weights, const double *rests, const double *powers, double *anchors, long groups,
    double *y) {
  if (IS_PAST(y)) decay_difference_groups(x, weights, rests, powers, anchors, groups, 1, y);
  else decay_difference_groups(x, weights, rests, powers, anchors, groups, 0, y);
}
#define DECAY_DIFFERENCE                                                            \
  (const double *values, const double *weights, const double *rests, const double *powers, double *anchors, long groups,    \
   double *results)
TWICE(void, decay_difference, DECAY_DIFFERENCE, (values, weights, rests, powers, anchors, groups, results))
void kernel_decay_difference DECAY_DIFFERENCE
    DISPATCH(decay_difference, values, weights, rests, powers, anchors, groups, results)

// Rests of their own for each row: the powers of a block are products.
INLINE double follow_groups(
    const double *rests, const double *terms, double anchor, long groups, const int past, double *y) {
  lanes power[GROUPS][8], partial[GROUPS][8], from[GROUPS];
  for (; groups > 0; groups -= GROUPS) {
    const long n = groups < GROUPS ? groups : GROUPS;
    for (long g = 0; g < n; g++, rests += 32, terms += 32) {
      ask_ahead(2);
      lanes *restrict q = power[g], *restrict p = partial[g];
      READ_LANES(rests, q)
      READ_LANES(terms, p)
      for (int j = 1; j < 8; j++) {
        p[j] = p[j - 1] * q[j] + p[j];
        q[j] = q[j - 1] * q[j];
      }
      const lanes step = q[7], added = p[7];
      const double s1 = anchor * step[0] + added[0], s2 = s1 * step[1] + added[1], s3 = s2 * step[2] + added[2];
      from[g] = (lanes){anchor, s1, s2, s3};
      anchor = s3 * step[3] + added[3];
    }
    for (long g = 0; g < n; g++, y += 32)
      for (int j = 0; j < 8; j += 2)
        WRITE_PAIR(j, (from[g] * power[g][j] + partial[g][j]), (from[g] * power[g][j + 1] + partial[g][j + 1]))
  }
  return anchor;
}
INLINE double follow_body(const double *rests, const double *terms, double anchor, long groups, double *y) {
  if (IS_PAST(y)) return follow_groups(rests, terms, anchor, groups, 1, y);
  return follow_groups(rests, terms, anchor, groups, 0, y);
}
TWICE(double, follow, (const double *rests, const double *terms, double anchor, long groups, double *y),
      (rests, terms, anchor, groups, y))
double kernel_follow(const double *rests, const double *terms, double anchor, long groups, double *results)
    DISPATCH(follow, rests, terms, anchor, groups, results)

// Each turn takes a group through a stage, the group before it through the next stage and so on: none of them waits for
// another. Step by step for all stages, so that few operations wait at a time.
#define EACH_STAGE WHOLE for (long stage = 0; stage < stages; stage++)
INLINE void cascade_groups(
    const double *x, const long stages, const double *weights, const double *rests, const double *powers, double *anchors,
    const double *shares, const long first, long groups, const int past, double *y) {
  enum { HELD = 8 };
  const lanes zero = {0};
  lanes held[HELD][8] = {{{0}}}, sums[HELD][8];
  for (long turn = 0; turn < groups + stages - 1; turn++) {
    if (turn < groups) {
      ask_ahead(2);
      lanes *v = held[turn % HELD];
      READ_LANES(x, v)
      x += 32;
    }
    lanes *v[HELD], p[HELD], from[HELD];
    double anchor[HELD];
    EACH_STAGE {
      v[stage] = held[(turn - stage) & (HELD - 1)];
      p[stage] = v[stage][0] = zero + v[stage][0] * ALL(weights[stage]);
      anchor[stage] = anchors[stage];
    }
    WHOLE for (int j = 1; j < 8; j++)
      EACH_STAGE v[stage][j] = p[stage] = p[stage] * ALL(rests[stage]) + v[stage][j] * ALL(weights[stage]);
    WHOLE for (int b = 0; b < 4; b++)
      EACH_STAGE {
        from[stage][b] = anchor[stage];
        anchor[stage] = anchor[stage] * powers[8 * stage + 7] + p[stage][b];
      }
    EACH_STAGE {
      if (turn >= stage && turn - stage < groups) anchors[stage] = anchor[stage];
      const double *own = powers + 8 * stage;
      lanes *sum = sums[(turn - stage) & (HELD - 1)];
      WHOLE for (int j = 0; j < 8; j++) {
        const lanes found = v[stage][j] = from[stage] * ALL(own[j]) + v[stage][j];
        if (stage == first) sum[j] = found * ALL(shares[0]);
        if (stage > first) sum[j] = sum[j] + found * ALL(shares[stage - first]);
      }
    }
    if (turn < stages - 1) continue;
    const long slot = (turn - stages + 1) % HELD;
    const lanes *last = first < stages ? sums[slot] : held[slot];
    for (int j = 0; j < 8; j += 2) WRITE_PAIR(j, last[j], last[j + 1])
    y += 32;
  }
}
#define CASCADE                                                                     \
  (const double *x, const double *weights, const double *rests, const double *powers, double *anchors, const double *shares, \
   long groups, double *y)
INLINE void cascade_body CASCADE {
  if (IS_PAST(y)) cascade_groups(x, 6, weights, rests, powers, anchors, shares, 2, groups, 1, y);
  else cascade_groups(x, 6, weights, rests, powers, anchors, shares, 2, groups, 0, y);
}
TWICE(void, cascade, CASCADE, (x, weights, rests, powers, anchors, shares, groups, y))
void kernel_decay_cascade(
    const double *values, const double *weights, const double *rests, const double *powers, double *anchors,
    const double *shares, long groups, double *results)
    DISPATCH(cascade, values, weights, rests, powers, anchors, shares, groups, results)

// Changes and their sizes through two stages, in turns as above: chains are the first means of both and the second ones.
INLINE void strength_groups(
    const double *x, const double *weights, const double *rests, const double *powers, double *anchors, long groups,
    const int past, double *y) {
  enum { CHAINS = 4 };
#define EACH_CHAIN WHOLE for (long chain = 0; chain < CHAINS; chain++)
  const lanes zero = {0};
  lanes held[2][2][8] = {{{{0}}}};
  for (long turn = 0; turn <= groups; turn++) {
    if (turn < groups) {
      ask_ahead(2);
      lanes now[8], before[8];
      READ_LANES(x, now)
      READ_LANES(x - 1, before)
      x += 32;
      for (int j = 0; j < 8; j++) {
        const lanes change = held[0][turn & 1][j] = now[j] - before[j];
        held[1][turn & 1][j] = (lanes)((lanes_mask)change & 0x7fffffffffffffffll);
      }
    }
    lanes *v[CHAINS], p[CHAINS], from[CHAINS];
    double anchor[CHAINS];
    EACH_CHAIN {
      v[chain] = held[chain & 1][(turn - chain / 2) & 1];
      p[chain] = v[chain][0] = zero + v[chain][0] * ALL(weights[chain / 2]);
      anchor[chain] = anchors[chain];
    }
    WHOLE for (int j = 1; j < 8; j++)
      EACH_CHAIN v[chain][j] = p[chain] = p[chain] * ALL(rests[chain / 2]) + v[chain][j] * ALL(weights[chain / 2]);
    WHOLE for (int b = 0; b < 4; b++)
      EACH_CHAIN {
        from[chain][b] = anchor[chain];
        anchor[chain] = anchor[chain] * powers[8 * (chain / 2) + 7] + p[chain][b];
      }
    EACH_CHAIN {
      if (turn >= chain / 2 && turn - chain / 2 < groups) anchors[chain] = anchor[chain];
      WHOLE for (int j = 0; j < 8; j++) v[chain][j] = from[chain] * ALL(powers[8 * (chain / 2) + j]) + v[chain][j];
    }
    if (turn == 0) continue;
    for (int j = 0; j < 8; j++) {
      const lanes size = v[3][j], found = ALL(100) * v[2][j] / size;
      v[2][j] = (lanes)((lanes_mask)found & (size != 0));
    }
    for (int j = 0; j < 8; j += 2) WRITE_PAIR(j, v[2][j], v[2][j + 1])
    y += 32;
  }
}
#define STRENGTH                                                                    \
  (const double *values, const double *weights, const double *rests, const double *powers, double *anchors, long groups,    \
   double *results)
INLINE void strength_body STRENGTH {
  if (IS_PAST(results)) strength_groups(values, weights, rests, powers, anchors, groups, 1, results);
  else strength_groups(values, weights, rests, powers, anchors, groups, 0, results);
}
TWICE(void, strength, STRENGTH, (values, weights, rests, powers, anchors, groups, results))
void kernel_strength STRENGTH DISPATCH(strength, values, weights, rests, powers, anchors, groups, results)

// The same with nothing taken away: all powers are 1.
INLINE double total_groups(const double *x, double anchor, long groups, const int past, double *y) {
  const lanes zero = {0};
  for (long g = 0; g < groups; g++, x += 32, y += 32) {
    ask_ahead(2);
    READ_PAIR(0, a, b)
    READ_PAIR(2, c, d)
    READ_PAIR(4, e, f)
    READ_PAIR(6, h, i)
    a = zero + a;
    b = a + b;
    c = b + c;
    d = c + d;
    e = d + e;
    f = e + f;
    h = f + h;
    i = h + i;
    const double s0 = anchor, s1 = s0 + i[0], s2 = s1 + i[1], s3 = s2 + i[2];
    anchor = s3 + i[3];
    const lanes from = {s0, s1, s2, s3};
    WRITE_PAIR(0, (from + a), (from + b))
    WRITE_PAIR(2, (from + c), (from + d))
    WRITE_PAIR(4, (from + e), (from + f))
    WRITE_PAIR(6, (from + h), (from + i))
  }
  return anchor;
}
INLINE double total_body(const double *x, double anchor, long groups, double *y) {
  if (IS_PAST(y)) return total_groups(x, anchor, groups, 1, y);
  return total_groups(x, anchor, groups, 0, y);
}
TWICE(double, total, (const double *x, double anchor, long groups, double *y), (x, anchor, groups, y))
double kernel_running_total(const double *values, double anchor, long groups, double *results)
    DISPATCH(total, values, anchor, groups, results)

INLINE long count_body(const double *x, long n, double limit) {
  long found = 0;
  for (long i = 0; i < n; i++) found += x[i] < limit;
  return found;
}
TWICE(long, count, (const double *x, long n, double limit), (x, n, limit))
long kernel_count_below(const double *values, long count, double limit) DISPATCH(count, values, count, limit)
