#include "ColumnKernels.h"
#include "lanes.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

// A fused multiplication and addition rounds once where the twins round twice.
#pragma STDC FP_CONTRACT OFF

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
