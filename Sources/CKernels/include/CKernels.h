// What Swift cannot reach: prefetch, the spin-loop hint, vector division and root, and the affinity mask (a GNU
// extension).
#ifndef TICKBOOST_CKERNELS_H
#define TICKBOOST_CKERNELS_H

#include "BinKernels.h"
#include "ColumnKernels.h"
#include "ElementKernels.h"
#include "GradientKernels.h"
#include "ScoreKernels.h"
#include "SplitKernels.h"
#include "WalkKernels.h"
#include "WindowKernels.h"

/// Asks for the cache line at `address` to be brought close (all cache levels). A hint: any address is allowed.
static inline __attribute__((always_inline)) void kernel_prefetch(const void *address) {
  __builtin_prefetch(address, 0, 2);
}

/// Tells the processor that this is a spin-wait loop.
static inline __attribute__((always_inline)) void kernel_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

/// Four numbers; Swift's SIMD4<Double>.
typedef double kernel_lanes __attribute__((ext_vector_type(4)));

/// a / b in every lane, rounded as of single numbers: Swift's operator divides lane after lane.
static inline __attribute__((always_inline)) kernel_lanes kernel_divide(kernel_lanes a, kernel_lanes b) {
  return a / b;
}

/// The larger of two numbers; b where one is NaN. One instruction, never a branch that could be mispredicted.
static inline __attribute__((always_inline)) double kernel_larger(double a, double b) { return a > b ? a : b; }

/// The smaller of two numbers; b where one is NaN. One instruction, never a branch.
static inline __attribute__((always_inline)) double kernel_smaller(double a, double b) { return a < b ? a : b; }

/// The same number, which the compiler must not load together with its neighbour in memory: two numbers just stored one by one
/// come late when they are loaded as a pair.
static inline __attribute__((always_inline)) double kernel_apart(double v) {
#if defined(__x86_64__)
  __asm__("" : "+x"(v));
#elif defined(__aarch64__)
  __asm__("" : "+w"(v));
#endif
  return v;
}

/// v where a is above b, else 0: by a mask, never a branch.
static inline __attribute__((always_inline)) double kernel_if_above(double a, double b, double v) {
  typedef double one __attribute__((vector_size(16)));
  typedef long long one_mask __attribute__((vector_size(16)));
  const one x = {a}, y = {b}, z = {v};
  return ((one)((one_mask)z & (x > y)))[0];
}

/// The square root in every lane, rounded as of single numbers; NaN of a negative number.
static inline __attribute__((always_inline)) kernel_lanes kernel_square_root(kernel_lanes a) {
  return __builtin_elementwise_sqrt(a);
}

/// Processors that this process may run on by its affinity mask; 0 where the system does not tell.
int kernel_affinity_count(void);

/// Remembers the processors that the calling thread may use, for kernel_run_anywhere, and returns the thread's number
/// for kernel_start_elsewhere; 0 where the system has no such numbers.
int kernel_remember_affinity(void);

/// Keeps a sleeping thread from waking on the caller's processor, where it would wait until the caller is done: some
/// schedulers put a woken thread beside its waker though another processor is idle, and leave it there for milliseconds.
/// Holds until that thread calls kernel_run_anywhere. Only Linux has this; elsewhere nothing happens.
void kernel_start_elsewhere(int thread);

/// Lets the calling thread run on every processor again that it could use when it called kernel_remember_affinity.
void kernel_run_anywhere(void);

/// Exchanges what two paths name, in one step that nobody sees half done; 0 on success, else errno says why.
int kernel_exchange_paths(const char *a, const char *b);

#endif
