// What the kernels that are compiled twice from the same lines share: for AVX2, and for whatever the target has.
#ifndef TICKBOOST_VECTORS_H
#define TICKBOOST_VECTORS_H

#define INLINE static inline __attribute__((always_inline))
#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2,fma")))
#else
#define AVX2
#endif

#endif
