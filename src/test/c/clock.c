/*
 * A wall clock that a test sets: preloaded before a process, it adds an offset to what the process
 * reads from CLOCK_REALTIME, and leaves CLOCK_MONOTONIC alone. The offset is nanoseconds, eight
 * bytes in the machine's order, at the start of the file that TORTURE_CLOCK names; it is mapped, so
 * that a change is seen at once. A wait until a moment of the wall clock is shifted back for the
 * kernel, whose own clock nobody sets; one that is under way does not learn of a later change.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL

/* Seconds that the wall clock is beyond and that no machine has been up for. */
#define WALL_CLOCK 1000000000LL

static const int64_t none = 0;
static const volatile int64_t *offset = &none;
static int (*real_clock_gettime)(clockid_t, struct timespec *);
static int (*real_timedwait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);

static void find_timedwait(void)
{
  /* Where there are two versions, the one without a name of its own is the older. */
  void *found = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");

  if (found == NULL)
    found = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
  real_timedwait =
      (int (*)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *))found;
}

__attribute__((constructor)) static void map_offset(void)
{
  const char *name = getenv("TORTURE_CLOCK");
  void *at;
  int fd;

  real_clock_gettime = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  if (name == NULL)
    return;
  fd = open(name, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    abort();
  at = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
  close(fd);
  if (at == MAP_FAILED)
    abort();
  offset = at;
}

static void shift(struct timespec *ts, int64_t by)
{
  int64_t nanos = ts->tv_nsec + by % SECOND;

  ts->tv_sec += by / SECOND;
  if (nanos < 0) {
    nanos += SECOND;
    ts->tv_sec--;
  } else if (nanos >= SECOND) {
    nanos -= SECOND;
    ts->tv_sec++;
  }
  ts->tv_nsec = nanos;
}

int clock_gettime(clockid_t clock, struct timespec *ts)
{
  int result;

  if (real_clock_gettime == NULL)
    real_clock_gettime = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  result = real_clock_gettime(clock, ts);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    shift(ts, *offset);
  return result;
}

int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict until)
{
  struct timespec kernels = *until;

  if (real_timedwait == NULL)
    find_timedwait();
  if (kernels.tv_sec > WALL_CLOCK)
    shift(&kernels, -*offset);
  return real_timedwait(cond, mutex, &kernels);
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
  struct timespec ts;

  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &ts) != 0)
    return -1;
  tv->tv_sec = ts.tv_sec;
  tv->tv_usec = ts.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *where)
{
  struct timespec ts;

  if (clock_gettime(CLOCK_REALTIME, &ts) != 0)
    return (time_t)-1;
  if (where != NULL)
    *where = ts.tv_sec;
  return ts.tv_sec;
}
