/*
 * A wall clock that a test sets: preloaded before a process, it adds an offset to what the process
 * reads from CLOCK_REALTIME, and leaves CLOCK_MONOTONIC alone. The offset is nanoseconds, eight
 * bytes in the machine's order, at the start of the file that TORTURE_CLOCK names; it is mapped, so
 * that a change is seen at once. What the kernel compares with its own clock is not shifted.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL

static const int64_t none = 0;
static const volatile int64_t *offset = &none;
static int (*real_clock_gettime)(clockid_t, struct timespec *);

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

static void shift(struct timespec *ts)
{
  int64_t by = *offset;
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
    shift(ts);
  return result;
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
