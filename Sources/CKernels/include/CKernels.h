// What Swift cannot reach: prefetch, the spin-loop hint, vector division and root, and the affinity mask (a GNU
// extension).
#ifndef TICKBOOST_CKERNELS_H
#define TICKBOOST_CKERNELS_H

#include "BinKernels.h"
#include "ColumnKernels.h"
#include "CycleKernels.h"
#include "DensityKernels.h"
#include "ElementKernels.h"
#include "GradientKernels.h"
#include "NumberKernels.h"
#include "ScoreKernels.h"
#include "SplitKernels.h"
#include "StreamKernels.h"
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

/// The angle from 0 to π/2 whose tangent is a / b, of numbers that are not negative and not both 0; within 1e-13 of it.
///
/// For recursions that wait for it: no branches, no table, and a polynomial whose halves do not wait for each other.
static inline __attribute__((always_inline)) double kernel_angle(double a, double b) {
  const double q = kernel_smaller(a, b) / kernel_larger(a, b), z = q * q, z2 = z * z, z4 = z2 * z2, z8 = z4 * z4;
  const double p0 = (0.9999999999999531 + -0.33333333330931053 * z) + (0.19999999793953457 + -0.14285707246677826 * z) * z2;
  const double p1 = (0.11110983774951416 + -0.09089502508922077 * z) + (0.07681984915647817 + -0.0661349449454961 * z) * z2;
  const double p2 = (0.05682646505935399 + -0.047005235852178445 * z) + (0.035447830427332544 + -0.02279206373513732 * z) * z2;
  const double p3 = (0.011594725992738732 + -0.004269501090697474 * z) + (0.0009961348988638584 + -0.00010950133752636186 * z) * z2;
  const double angle = q * ((p0 + p1 * z4) + (p2 + p3 * z4) * z8);
  return __builtin_fabs(kernel_if_above(a, b, 1.5707963267948966) - angle);
}

/// The number with its sign turned once for each of a and b that is negative.
static inline __attribute__((always_inline)) double kernel_signed_like(double v, double a, double b) {
  typedef double one __attribute__((vector_size(16)));
  typedef long long one_mask __attribute__((vector_size(16)));
  const one x = {a}, y = {b}, z = {v}, zero = {-0.0};
  return ((one)((one_mask)z ^ (((one_mask)x ^ (one_mask)y) & (one_mask)zero)))[0];
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
