// What Swift cannot reach: prefetch, the spin-loop hint, and the affinity mask (a GNU extension).
#ifndef TICKBOOST_CKERNELS_H
#define TICKBOOST_CKERNELS_H

/// Asks for the cache line at `address` to be brought close (all cache levels). A hint: any address is allowed.
static inline __attribute__((always_inline)) void kernel_prefetch(const void *address) {
  __builtin_prefetch(address, 0, 3);
}

/// Tells the processor that this is a spin-wait loop.
static inline __attribute__((always_inline)) void kernel_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

/// Processors that this process may run on by its affinity mask; 0 where the system does not tell.
int kernel_affinity_count(void);

/// Exchanges what two paths name, in one step that nobody sees half done; 0 on success, else errno says why.
int kernel_exchange_paths(const char *a, const char *b);

#endif
