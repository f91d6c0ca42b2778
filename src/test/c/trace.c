/*
 * Preloaded into a process, it writes down in one order everything that decides what a power cut
 * leaves behind, and everything that the process has told to others:
 *
 *   - below the directory TRACE_DISK: files opened, written, truncated, synced, closed, renamed and
 *     deleted, directories made and synced;
 *   - below the directory TRACE_NOTES: what is written, as lines of a ledger that never gets lost;
 *   - on sockets: what is received and sent, and when one is closed.
 *
 * The trace goes to the file TRACE_TO, which must lie elsewhere.
 *
 * The order never flatters: a sync counts from after its success, for what had been written before
 * it began; what is sent or noted counts from before the call. One lock is held over each call on
 * the disk and its record, so that no two of them can be recorded the wrong way round; it is not
 * held while a sync or a socket waits.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind {
  OPENED = 1,     /* a: open flags, b: 1 if it was created, payload: path */
  WRITTEN = 2,    /* a: offset, payload: bytes */
  SYNC_BEGUN = 3, /* fd, thread */
  SYNCED = 4,     /* fd, thread */
  TRUNCATED = 5,  /* a: length */
  UNLINKED = 6,   /* payload: path */
  RENAMED = 7,    /* a: length of the old path, payload: old path, new path */
  CLOSED = 8,
  MADE_DIRECTORY = 9, /* payload: path */
  NOTED = 10,         /* payload: bytes written to a ledger */
  SENT = 11,          /* payload: bytes about to be sent */
  RECEIVED = 12,      /* payload: bytes that have come */
  UNKNOWN = 13        /* payload: the name of a call that this library can not replay */
};

struct record {
  uint32_t length;
  uint8_t kind;
  uint8_t unused[3];
  int32_t fd;
  int32_t thread;
  uint64_t a;
  uint64_t b;
} __attribute__((packed));

enum interest { NOTHING, DISK, NOTES };

#define FDS 65536

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int trace = -1;
static char disk[PATH_MAX];
static char notes[PATH_MAX];
static uint8_t interests[FDS];

#define REAL(name) ((__typeof__(&name))real(&name##_real, #name))
#define DECLARE(name) static void *name##_real;

static void *real(void **cached, const char *name) {
  if (*cached == NULL) *cached = dlsym(RTLD_NEXT, name);
  if (*cached == NULL) abort();
  return *cached;
}

static void take_directory(char *to, const char *name) {
  const char *value = getenv(name);
  if (value == NULL || realpath(value, to) == NULL) to[0] = 0;
}

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("TRACE_TO");
  take_directory(disk, "TRACE_DISK");
  take_directory(notes, "TRACE_NOTES");
  if (path != NULL) {
    trace = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  }
}

static int below(const char *directory, const char *path) {
  size_t length = strlen(directory);
  return length > 0 && strncmp(path, directory, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static enum interest interest_in(const char *path) {
  if (trace < 0 || path == NULL) return NOTHING;
  return below(disk, path) ? DISK : below(notes, path) ? NOTES : NOTHING;
}

static enum interest interest_of(int fd) {
  return fd >= 0 && fd < FDS ? (enum interest)interests[fd] : NOTHING;
}

/* A trace with a hole in it would prove nothing, so the process ends instead. */
static void put(struct iovec *parts, int count) {
  while (count > 0) {
    ssize_t done = syscall(SYS_writev, trace, parts, count);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) abort();
    while (count > 0 && (size_t)done >= parts->iov_len) {
      done -= (ssize_t)parts->iov_len;
      parts++;
      count--;
    }
    if (count > 0) {
      parts->iov_base = (char *)parts->iov_base + done;
      parts->iov_len -= (size_t)done;
    }
  }
}

static void log_pair(enum kind kind, int fd, uint64_t a, uint64_t b, const void *one, size_t one_length,
                     const void *two, size_t two_length) {
  struct record record = {.length = (uint32_t)(one_length + two_length), .kind = (uint8_t)kind, .fd = fd, .a = a, .b = b};
  struct iovec parts[3] = {{&record, sizeof record}, {(void *)one, one_length}, {(void *)two, two_length}};
  int before = errno;
  record.thread = (int32_t)syscall(SYS_gettid);
  put(parts, 3);
  errno = before;
}

static void log_bytes(enum kind kind, int fd, uint64_t a, uint64_t b, const void *bytes, size_t length) {
  log_pair(kind, fd, a, b, bytes, length, NULL, 0);
}

static void log_path(enum kind kind, int fd, uint64_t a, uint64_t b, const char *path) {
  log_bytes(kind, fd, a, b, path, strlen(path));
}

static void locked_log(enum kind kind, int fd, const void *bytes, size_t length) {
  pthread_mutex_lock(&lock);
  log_bytes(kind, fd, 0, 0, bytes, length);
  pthread_mutex_unlock(&lock);
}

/* Ends the replay with a sentence, if it happens to a file that matters. */
static void cannot_replay(const char *call) {
  locked_log(UNKNOWN, -1, call, strlen(call));
}

static int is_socket(int fd) {
  struct stat found;
  int before = errno;
  int answer = trace >= 0 && fd >= 0 && fstat(fd, &found) == 0 && S_ISSOCK(found.st_mode);
  errno = before;
  return answer;
}

static int exists(const char *path) {
  struct stat found;
  int before = errno;
  int answer = lstat(path, &found) == 0;
  errno = before;
  return answer;
}

/* Opening and closing */

DECLARE(openat64)
DECLARE(close)
DECLARE(dup2)
DECLARE(dup3)

static int opened(int directory, const char *path, int flags, mode_t mode) {
  enum interest interest = directory == AT_FDCWD || path[0] == '/' ? interest_in(path) : NOTHING;
  if (interest == NOTHING) return REAL(openat64)(directory, path, flags, mode);
  pthread_mutex_lock(&lock);
  int known = exists(path);
  int fd = REAL(openat64)(directory, path, flags, mode);
  if (fd >= FDS) abort();
  if (fd >= 0) {
    interests[fd] = (uint8_t)interest;
    if (interest == DISK) log_path(OPENED, fd, (uint64_t)flags, (uint64_t)!known, path);
  }
  pthread_mutex_unlock(&lock);
  return fd;
}

static mode_t mode_of(int flags, va_list rest) {
  return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(rest, mode_t) : 0;
}

#define WITH_MODE(last, call)          \
  va_list rest;                        \
  va_start(rest, last);                \
  mode_t mode = mode_of(flags, rest);  \
  va_end(rest);                        \
  return call

int open(const char *path, int flags, ...) { WITH_MODE(flags, opened(AT_FDCWD, path, flags, mode)); }
int open64(const char *path, int flags, ...) { WITH_MODE(flags, opened(AT_FDCWD, path, flags, mode)); }
int openat(int at, const char *path, int flags, ...) { WITH_MODE(flags, opened(at, path, flags, mode)); }
int openat64(int at, const char *path, int flags, ...) { WITH_MODE(flags, opened(at, path, flags, mode)); }
int __open_2(const char *path, int flags) { return opened(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return opened(AT_FDCWD, path, flags, 0); }
int creat(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

static void let_go(int fd) {
  if (interest_of(fd) == DISK || is_socket(fd)) log_bytes(CLOSED, fd, 0, 0, NULL, 0);
  if (fd >= 0 && fd < FDS) interests[fd] = NOTHING;
}

int close(int fd) {
  if (interest_of(fd) == NOTHING && !is_socket(fd)) return REAL(close)(fd);
  pthread_mutex_lock(&lock);
  let_go(fd);
  int answer = REAL(close)(fd);
  pthread_mutex_unlock(&lock);
  return answer;
}

int dup2(int from, int to) {
  if (interest_of(from) != NOTHING) cannot_replay("dup2");
  pthread_mutex_lock(&lock);
  if (from != to) let_go(to);
  int answer = REAL(dup2)(from, to);
  pthread_mutex_unlock(&lock);
  return answer;
}

int dup3(int from, int to, int flags) {
  if (interest_of(from) != NOTHING) cannot_replay("dup3");
  pthread_mutex_lock(&lock);
  let_go(to);
  int answer = REAL(dup3)(from, to, flags);
  pthread_mutex_unlock(&lock);
  return answer;
}

/* Files: writing, truncating, syncing */

DECLARE(write)
DECLARE(writev)
DECLARE(pwrite64)
DECLARE(fsync)
DECLARE(fdatasync)
DECLARE(ftruncate64)
DECLARE(truncate64)

static void log_parts(enum kind kind, int fd, uint64_t a, const struct iovec *parts, int count, size_t length) {
  char *all = malloc(length + 1);
  size_t at = 0;
  if (all == NULL) abort();
  for (int i = 0; i < count && at < length; i++) {
    size_t part = parts[i].iov_len < length - at ? parts[i].iov_len : length - at;
    memcpy(all + at, parts[i].iov_base, part);
    at += part;
  }
  log_bytes(kind, fd, a, 0, all, at);
  free(all);
}

static size_t length_of(const struct iovec *parts, int count) {
  size_t length = 0;
  for (int i = 0; i < count; i++) length += parts[i].iov_len;
  return length;
}

/* Where a write without an offset goes. */
static uint64_t place_of(int fd) {
  struct stat found;
  int flags = (int)syscall(SYS_fcntl, fd, F_GETFL);
  if ((flags & O_APPEND) != 0 && fstat(fd, &found) == 0) return (uint64_t)found.st_size;
  return (uint64_t)lseek64(fd, 0, SEEK_CUR);
}

static ssize_t write_on(int fd, const struct iovec *parts, int count) {
  pthread_mutex_lock(&lock);
  ssize_t done;
  if (interest_of(fd) == NOTES) {
    log_parts(NOTED, fd, 0, parts, count, length_of(parts, count));
    done = REAL(writev)(fd, parts, count);
  } else {
    uint64_t place = place_of(fd);
    done = REAL(writev)(fd, parts, count);
    if (done > 0) log_parts(WRITTEN, fd, place, parts, count, (size_t)done);
  }
  pthread_mutex_unlock(&lock);
  return done;
}

static void log_sent(int fd, const struct iovec *parts, int count) {
  if (!is_socket(fd)) return;
  pthread_mutex_lock(&lock);
  log_parts(SENT, fd, 0, parts, count, length_of(parts, count));
  pthread_mutex_unlock(&lock);
}

ssize_t write(int fd, const void *bytes, size_t length) {
  struct iovec part = {(void *)bytes, length};
  if (interest_of(fd) != NOTHING) return write_on(fd, &part, 1);
  log_sent(fd, &part, 1);
  return REAL(write)(fd, bytes, length);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (interest_of(fd) != NOTHING) return write_on(fd, parts, count);
  log_sent(fd, parts, count);
  return REAL(writev)(fd, parts, count);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
  enum interest interest = interest_of(fd);
  if (interest == NOTHING) return REAL(pwrite64)(fd, bytes, length, offset);
  pthread_mutex_lock(&lock);
  if (interest == NOTES) log_bytes(NOTED, fd, 0, 0, bytes, length);
  ssize_t done = REAL(pwrite64)(fd, bytes, length, offset);
  if (interest == DISK && done > 0) log_bytes(WRITTEN, fd, (uint64_t)offset, 0, bytes, (size_t)done);
  pthread_mutex_unlock(&lock);
  return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return pwrite64(fd, bytes, length, offset); }

static int synced(int fd, int (*sync)(int)) {
  if (interest_of(fd) != DISK) return sync(fd);
  locked_log(SYNC_BEGUN, fd, NULL, 0);
  int answer = sync(fd);
  if (answer == 0) locked_log(SYNCED, fd, NULL, 0);
  return answer;
}

int fsync(int fd) { return synced(fd, REAL(fsync)); }
int fdatasync(int fd) { return synced(fd, REAL(fdatasync)); }

int ftruncate64(int fd, off64_t length) {
  if (interest_of(fd) != DISK) return REAL(ftruncate64)(fd, length);
  pthread_mutex_lock(&lock);
  int answer = REAL(ftruncate64)(fd, length);
  if (answer == 0) log_bytes(TRUNCATED, fd, (uint64_t)length, 0, NULL, 0);
  pthread_mutex_unlock(&lock);
  return answer;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

/* Names */

DECLARE(unlink)
DECLARE(unlinkat)
DECLARE(rmdir)
DECLARE(rename)
DECLARE(renameat)
DECLARE(mkdir)

#define ON_NAMES(path, call, log)              \
  if (interest_in(path) != DISK) return call;  \
  pthread_mutex_lock(&lock);                   \
  int answer = call;                           \
  if (answer == 0) log;                        \
  pthread_mutex_unlock(&lock);                 \
  return answer

int unlink(const char *path) {
  ON_NAMES(path, REAL(unlink)(path), log_path(UNLINKED, -1, 0, 0, path));
}

int unlinkat(int at, const char *path, int flags) {
  ON_NAMES(path, REAL(unlinkat)(at, path, flags), log_path(UNLINKED, -1, 0, 0, path));
}

int rmdir(const char *path) {
  ON_NAMES(path, REAL(rmdir)(path), log_path(UNLINKED, -1, 0, 0, path));
}

int mkdir(const char *path, mode_t mode) {
  ON_NAMES(path, REAL(mkdir)(path, mode), log_path(MADE_DIRECTORY, -1, 0, 0, path));
}

static void log_rename(const char *from, const char *to) {
  log_pair(RENAMED, -1, strlen(from), 0, from, strlen(from), to, strlen(to));
}

int rename(const char *from, const char *to) {
  ON_NAMES(from, REAL(rename)(from, to), log_rename(from, to));
}

int renameat(int at, const char *from, int other, const char *to) {
  ON_NAMES(from, REAL(renameat)(at, from, other, to), log_rename(from, to));
}

/* Sockets */

DECLARE(send)
DECLARE(sendto)
DECLARE(sendmsg)
DECLARE(read)
DECLARE(readv)
DECLARE(recv)
DECLARE(recvfrom)
DECLARE(recvmsg)

ssize_t send(int fd, const void *bytes, size_t length, int flags) {
  struct iovec part = {(void *)bytes, length};
  log_sent(fd, &part, 1);
  return REAL(send)(fd, bytes, length, flags);
}

ssize_t sendto(int fd, const void *bytes, size_t length, int flags, const struct sockaddr *to, socklen_t to_length) {
  struct iovec part = {(void *)bytes, length};
  log_sent(fd, &part, 1);
  return REAL(sendto)(fd, bytes, length, flags, to, to_length);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  log_sent(fd, message->msg_iov, (int)message->msg_iovlen);
  return REAL(sendmsg)(fd, message, flags);
}

static ssize_t received(int fd, const struct iovec *parts, int count, ssize_t done) {
  if (done > 0 && is_socket(fd)) {
    pthread_mutex_lock(&lock);
    log_parts(RECEIVED, fd, 0, parts, count, (size_t)done);
    pthread_mutex_unlock(&lock);
  }
  return done;
}

ssize_t read(int fd, void *bytes, size_t length) {
  struct iovec part = {bytes, length};
  return received(fd, &part, 1, REAL(read)(fd, bytes, length));
}

ssize_t readv(int fd, const struct iovec *parts, int count) {
  return received(fd, parts, count, REAL(readv)(fd, parts, count));
}

ssize_t recv(int fd, void *bytes, size_t length, int flags) {
  struct iovec part = {bytes, length};
  return received(fd, &part, 1, REAL(recv)(fd, bytes, length, flags));
}

ssize_t recvfrom(int fd, void *bytes, size_t length, int flags, struct sockaddr *from, socklen_t *from_length) {
  struct iovec part = {bytes, length};
  return received(fd, &part, 1, REAL(recvfrom)(fd, bytes, length, flags, from, from_length));
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags) {
  return received(fd, message->msg_iov, (int)message->msg_iovlen, REAL(recvmsg)(fd, message, flags));
}

/* What would change a file behind the replay's back; nothing calls it so far. */

DECLARE(fallocate64)
DECLARE(posix_fallocate64)
DECLARE(pwritev64)
DECLARE(sendfile64)
DECLARE(link)
DECLARE(symlink)

int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
  if (interest_of(fd) == DISK) cannot_replay("fallocate");
  return REAL(fallocate64)(fd, mode, offset, length);
}

int fallocate(int fd, int mode, off_t offset, off_t length) { return fallocate64(fd, mode, offset, length); }

int posix_fallocate64(int fd, off64_t offset, off64_t length) {
  if (interest_of(fd) == DISK) cannot_replay("posix_fallocate");
  return REAL(posix_fallocate64)(fd, offset, length);
}

int posix_fallocate(int fd, off_t offset, off_t length) { return posix_fallocate64(fd, offset, length); }

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
  if (interest_of(fd) == DISK) cannot_replay("pwritev");
  return REAL(pwritev64)(fd, parts, count, offset);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) { return pwritev64(fd, parts, count, offset); }

ssize_t sendfile64(int to, int from, off64_t *offset, size_t count) {
  if (interest_of(to) == DISK) cannot_replay("sendfile");
  return REAL(sendfile64)(to, from, offset, count);
}

ssize_t sendfile(int to, int from, off_t *offset, size_t count) { return sendfile64(to, from, offset, count); }

int truncate64(const char *path, off64_t length) {
  if (interest_in(path) == DISK) cannot_replay("truncate");
  return REAL(truncate64)(path, length);
}

int truncate(const char *path, off_t length) { return truncate64(path, length); }

int link(const char *from, const char *to) {
  if (interest_in(to) == DISK) cannot_replay("link");
  return REAL(link)(from, to);
}

int symlink(const char *from, const char *to) {
  if (interest_in(to) == DISK) cannot_replay("symlink");
  return REAL(symlink)(from, to);
}
