// Preloaded into a process (LD_PRELOAD), it moves the wall clock that the process sees by the nanoseconds in the file of
// CLOCK_STEP_FILE, eight bytes that may change at any time: steps of the clock without touching the machine's own.
// The monotonic clock stays, as it does when an administrator or a time service steps the clock; waits for a time of the
// wall clock are moved back.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *step;
static int (*timed_wait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);

__attribute__((constructor)) static void begin(void) {
  timed_wait = (int (*)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *))dlsym(RTLD_NEXT, "pthread_cond_timedwait");
  const char *path = getenv("CLOCK_STEP_FILE");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *found = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
  if (found != MAP_FAILED) step = found;
  close(file);
}

static void move(struct timespec *time, int64_t nanoseconds) {
  int64_t sum = (int64_t)time->tv_nsec + nanoseconds % 1000000000;
  time->tv_sec += nanoseconds / 1000000000;
  if (sum < 0) { sum += 1000000000; time->tv_sec -= 1; }
  if (sum >= 1000000000) { sum -= 1000000000; time->tv_sec += 1; }
  time->tv_nsec = sum;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = (int)syscall(SYS_clock_gettime, clock, time);
  if (result == 0 && step && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) move(time, *step);
  return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  (void)zone;
  struct timespec now;
  int result = clock_gettime(CLOCK_REALTIME, &now);
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return result;
}

time_t time(time_t *place) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (place) *place = now.tv_sec;
  return now.tv_sec;
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict until) {
  struct timespec own = *until;
  clockid_t clock = CLOCK_REALTIME;
  // Only conditions of the wall clock are moved: those with a monotonic clock are given times since the machine began.
  struct timespec now;
  syscall(SYS_clock_gettime, clock, &now);
  if (step && own.tv_sec > 400000000) move(&own, -*step);
  return timed_wait(condition, mutex, &own);
}
