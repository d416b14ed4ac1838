// What the kernels that are compiled twice from the same lines share: for AVX2, and for whatever the target has.
#ifndef TICKBOOST_VECTORS_H
#define TICKBOOST_VECTORS_H

#define INLINE static inline __attribute__((always_inline))
#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2,fma")))
#else
#define AVX2
#endif

// For kernels whose bits must be those of their twins: AVX2 without FMA, which rounds once where the twins round twice.
// TWICE(type, name, parameters, arguments) makes both from name_body, DISPATCH(name, arguments...) is the body of what
// chooses between them.
#if defined(__x86_64__)
#define WIDE __attribute__((target("avx2")))
INLINE int has_avx2(void) { return __builtin_cpu_supports("avx2"); }
#define DISPATCH(name, ...)                                                         \
  {                                                                                 \
    if (has_avx2()) return name##_wide(__VA_ARGS__);                                \
    return name##_any(__VA_ARGS__);                                                 \
  }
#define TWICE(type, name, parameters, arguments)                                    \
  WIDE static type name##_wide parameters { return name##_body arguments; }         \
  static type name##_any parameters { return name##_body arguments; }
#else
#define WIDE
#define DISPATCH(name, ...)                                                         \
  { return name##_any(__VA_ARGS__); }
#define TWICE(type, name, parameters, arguments)                                    \
  static type name##_any parameters { return name##_body arguments; }
#endif

// Before a loop that the compiler is to write out as a whole.
#define WHOLE _Pragma("clang loop unroll(full)")

// After writes past the caches, so that other threads see them in order.
#if defined(__x86_64__)
#define FENCE __builtin_ia32_sfence();
#else
#define FENCE ;
#endif

// The larger and the smaller of two numbers; b where they are equal or one is missing.
#define LARGER(a, b) ((a) > (b) ? (a) : (b))
#define SMALLER(a, b) ((a) < (b) ? (a) : (b))

#endif
