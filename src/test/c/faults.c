/*
 * Storage that fails on command: a library to be preloaded, which stands between a process and the
 * C library and makes chosen calls on the files below one directory fail, kill the process, or take
 * long. All other files are left alone.
 *
 * Set in the environment:
 *
 *   FAULTS_BELOW    the directory, absolute and without symbolic links. Without it nothing is done.
 *   FAULTS_CONTROL  a file of at least 256 bytes that is mapped, so that a test can arm a fault while
 *                   the process runs and read what has been called; see the layout below. Optional.
 *   FAULTS_LOG      a file to which a line is appended for each call, before it is made. Optional:
 *                   <number> <kind> <file> <offset> <length>
 *                   The number counts the calls of that kind from 1, the file is named without its
 *                   directory; what has no offset or length says 0.
 *   FAULTS_ARM      a fault to begin with: <kinds> <N> <action> [<files>] [ever]. Optional.
 *                   kinds:  open, write, sync, truncate, unlink, close, read, several joined by commas
 *                   N:      the Nth call from now on of these kinds to these files is hit
 *                   action: eio, enospc, erofs, short, kill, kill-half, kill-after, slow:<ms>
 *                   files:  db, wal, shm, lock, other, several joined by commas; default is all
 *                   ever:   all calls after the Nth are hit, too
 *                   "write 17 kill" ends the process by SIGKILL at the 17th write, before anything is
 *                   written; "write 17 kill-half" after half of its bytes; "sync 3 eio wal ever" lets
 *                   every fsync of the log from the third on fail.
 *
 * The control file holds numbers of 8 bytes in the byte order of the machine, by their index:
 *
 *   0  action: 0 none, 1 eio, 2 enospc, 3 short, 4 kill, 5 kill-half, 6 kill-after, 7 slow, 8 erofs.
 *      To be written last; a fault that hits once and has hit leaves 0 here.
 *   1  kinds, added up: 1 open, 2 write, 4 sync, 8 truncate, 16 unlink, 32 close, 64 read
 *   2  N, from 1
 *   3  1 = for ever
 *   4  milliseconds, for slow
 *   5  files, added up: 1 database, 2 log, 4 shared memory, 8 lock, 16 other
 *   6  calls that matched since the fault was armed; to be set to 0 by whoever arms
 *   7  calls that were hit, in all
 *   8  on: the number of calls so far, one number for each kind in the order of 1
 *
 * Kinds: open is open, open64, openat and openat64; write is write, writev, pwrite and pwrite64; sync
 * is fsync and fdatasync; truncate is ftruncate and ftruncate64; read is read, pread and pread64.
 * What is mapped into memory (SQLite's shared memory) is seen only when it is opened or made longer.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define FILES_MAX 65536

enum kind { OPEN, WRITE, SYNC, TRUNCATE, UNLINK, CLOSE, READ, KINDS };
enum action { NONE, EIO_, ENOSPC_, SHORT, KILL, KILL_HALF, KILL_AFTER, SLOW, EROFS_, ACTIONS };
enum file { DATABASE = 1, LOG = 2, SHARED = 4, LOCK = 8, OTHER = 16, ALL_FILES = 31 };

static const char *const kind_names[KINDS] = {"open",   "write", "sync", "truncate",
                                              "unlink", "close", "read"};
static const char *const action_names[ACTIONS] = {
    "none", "eio", "enospc", "short", "kill", "kill-half", "kill-after", "slow", "erofs"};
static const char *const file_names[] = {"db", "wal", "shm", "lock", "other"};

struct control {
  _Atomic int64_t action, kinds, nth, ever, millis, files, matched, hits;
  _Atomic int64_t calls[KINDS];
};

static struct control private_control;
static struct control *control = &private_control;
static char below[PATH_MAX];
static size_t below_length;
static int log_file = -1;
static char *_Atomic names[FILES_MAX];
static _Atomic int ready;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) {
    abort();
  }
  return found;
}

/* The bit of each word of a list that is joined by commas; all bits for a word that is unknown. */
static int64_t bits(const char *list, const char *const *words, int count) {
  int64_t found = 0;
  char copy[256];
  snprintf(copy, sizeof copy, "%s", list);
  char *rest = NULL;
  for (char *word = strtok_r(copy, ",", &rest); word; word = strtok_r(NULL, ",", &rest)) {
    int bit = 0;
    while (bit < count && strcmp(word, words[bit])) {
      bit++;
    }
    if (bit == count) {
      fprintf(stderr, "faults: \"%s\" is not known\n", word);
      abort();
    }
    found |= INT64_C(1) << bit;
  }
  return found;
}

static void arm(const char *text) {
  char kinds[256] = "", action[64] = "", files[256] = "", ever[16] = "";
  long nth = 0;
  if (sscanf(text, "%255s %ld %63s %255s %15s", kinds, &nth, action, files, ever) < 3 || nth < 1) {
    fprintf(stderr, "faults: FAULTS_ARM can not be read: %s\n", text);
    abort();
  }
  if (!strcmp(files, "ever")) {
    strcpy(ever, files);
    files[0] = 0;
  }
  char *millis = strchr(action, ':');
  if (millis) {
    *millis++ = 0;
    control->millis = atol(millis);
  }
  int64_t chosen = bits(action, action_names, ACTIONS);
  int number = 0;
  while (chosen >>= 1) {
    number++;
  }
  control->kinds = bits(kinds, kind_names, KINDS);
  control->nth = nth;
  control->ever = !strcmp(ever, "ever");
  control->files = files[0] ? bits(files, file_names, 5) : ALL_FILES;
  control->matched = 0;
  control->action = number;
}

static void map_control(const char *path) {
  int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
  void *mapped =
      file < 0 ? MAP_FAILED
               : mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (mapped == MAP_FAILED) {
    perror("faults: FAULTS_CONTROL");
    abort();
  }
  syscall(SYS_close, file);
  control = mapped;
}

__attribute__((constructor)) static void start(void) {
  const char *directory = getenv("FAULTS_BELOW");
  if (!directory || !*directory) {
    return;
  }
  below_length = (size_t)snprintf(below, sizeof below, "%s/", directory);
  const char *path = getenv("FAULTS_CONTROL");
  if (path) {
    map_control(path);
  }
  path = getenv("FAULTS_LOG");
  if (path) {
    log_file = (int)syscall(SYS_openat, AT_FDCWD, path,
                            O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  }
  const char *first = getenv("FAULTS_ARM");
  if (first) {
    arm(first);
  }
  ready = 1;
}

static int is_below(const char *path) {
  return ready && !strncmp(path, below, below_length);
}

static int ends_with(const char *name, const char *end) {
  size_t length = strlen(name), tail = strlen(end);
  return length >= tail && !strcmp(name + length - tail, end);
}

static int64_t file_of(const char *name) {
  return ends_with(name, "-wal")    ? LOG
         : ends_with(name, "-shm")  ? SHARED
         : ends_with(name, ".lock") ? LOCK
         : ends_with(name, ".db")   ? DATABASE
                                    : OTHER;
}

static const char *name_of(int file) {
  return ready && file >= 0 && file < FILES_MAX ? names[file] : NULL;
}

static void remember(int file, const char *path) {
  if (file >= 0 && file < FILES_MAX) {
    /* What stood here before is not freed: another thread may be reading it. Opens are few. */
    names[file] = path ? strdup(path) : NULL;
  }
}

static void note(int64_t number, enum kind kind, const char *name, off_t offset, size_t length) {
  if (log_file >= 0) {
    char line[PATH_MAX];
    const char *last = strrchr(name, '/');
    int size = snprintf(line, sizeof line, "%lld %s %s %lld %zu\n", (long long)number,
                        kind_names[kind], last ? last + 1 : name, (long long)offset, length);
    syscall(SYS_write, log_file, line, (size_t)size);
  }
}

static void wait_for(int64_t millis) {
  struct timespec left = {millis / 1000, (millis % 1000) * 1000000L};
  while (nanosleep(&left, &left) && errno == EINTR) {
  }
}

static void die(void) {
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) {
    pause();
  }
}

/* Whether this call is hit, and by what. What needs nothing of the call itself is done here. */
static enum action hit(enum kind kind, const char *name, off_t offset, size_t length) {
  note(++control->calls[kind], kind, name, offset, length);
  enum action action = (enum action)control->action;
  if (action == NONE || !(control->kinds & (1 << kind)) || !(control->files & file_of(name))) {
    return NONE;
  }
  int64_t matched = ++control->matched;
  if (matched != control->nth && !(matched > control->nth && control->ever)) {
    return NONE;
  }
  control->hits++;
  if (!control->ever) {
    control->action = NONE;
  }
  switch (action) {
  case KILL:
    die();
    return NONE;
  case SLOW:
    wait_for(control->millis);
    return NONE;
  case EIO_:
    errno = EIO;
    return action;
  case ENOSPC_:
    errno = ENOSPC;
    return action;
  case EROFS_:
    errno = EROFS;
    return action;
  default:
    return action;
  }
}

static int fails(enum action action) {
  return action == EIO_ || action == ENOSPC_ || action == EROFS_;
}

/* For calls that can not be done by half: those actions mean before and after. */
static enum action whole(enum action action) {
  if (action == KILL_HALF) {
    die();
  }
  return action == SHORT ? NONE : action;
}

static void after(enum action action) {
  if (action == KILL_AFTER) {
    die();
  }
}

/* open */

static void absolute(int directory, const char *path, char *out) {
  char start_at[PATH_MAX] = "";
  if (path[0] != '/') {
    char link[64];
    snprintf(link, sizeof link, directory == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d",
             directory);
    ssize_t size = readlink(link, start_at, sizeof start_at - 2);
    if (size > 0) {
      start_at[size] = '/';
      start_at[size + 1] = 0;
    }
  }
  size_t length = strlen(start_at);
  memcpy(out, start_at, length + 1);
  snprintf(out + length, PATH_MAX - length, "%s", path);
}

static int open_at(int directory, const char *path, int flags, mode_t mode) {
  char full[PATH_MAX];
  full[0] = 0;
  if (ready) {
    absolute(directory, path, full);
  }
  enum action action = NONE;
  if (is_below(full)) {
    action = whole(hit(OPEN, full, 0, 0));
    if (fails(action)) {
      return -1;
    }
  }
  int file = (int)syscall(SYS_openat, directory, path, flags, mode);
  if (ready) {
    remember(file, is_below(full) ? full : NULL);
  }
  after(action);
  return file;
}

#define MODE(flags, mode)                                                                          \
  mode_t mode = 0;                                                                                 \
  if ((flags) & (O_CREAT | O_TMPFILE)) {                                                           \
    va_list rest;                                                                                  \
    va_start(rest, flags);                                                                         \
    mode = (mode_t)va_arg(rest, int);                                                              \
    va_end(rest);                                                                                  \
  }

EXPORT int open(const char *path, int flags, ...) {
  MODE(flags, mode)
  return open_at(AT_FDCWD, path, flags, mode);
}

EXPORT int open64(const char *path, int flags, ...) {
  MODE(flags, mode)
  return open_at(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

EXPORT int openat(int directory, const char *path, int flags, ...) {
  MODE(flags, mode)
  return open_at(directory, path, flags, mode);
}

EXPORT int openat64(int directory, const char *path, int flags, ...) {
  MODE(flags, mode)
  return open_at(directory, path, flags | O_LARGEFILE, mode);
}

/* write */

#define HALF(length) ((length) / 2)

/* Does `half` and dies or returns when that is asked for; does `call` otherwise. */
#define WRITING(name, offset, length, half, call)                                                  \
  do {                                                                                             \
    enum action action = hit(WRITE, name, offset, length);                                         \
    if (fails(action)) {                                                                           \
      return -1;                                                                                   \
    }                                                                                              \
    if (action == SHORT || action == KILL_HALF) {                                                  \
      ssize_t written = half;                                                                      \
      if (action == KILL_HALF) {                                                                   \
        die();                                                                                     \
      }                                                                                            \
      return written;                                                                              \
    }                                                                                              \
    ssize_t written = call;                                                                        \
    after(action);                                                                                 \
    return written;                                                                                \
  } while (0)

EXPORT ssize_t write(int file, const void *bytes, size_t length) {
  const char *name = name_of(file);
  if (!name) {
    return syscall(SYS_write, file, bytes, length);
  }
  WRITING(name, lseek(file, 0, SEEK_CUR), length, syscall(SYS_write, file, bytes, HALF(length)),
          syscall(SYS_write, file, bytes, length));
}

EXPORT ssize_t writev(int file, const struct iovec *parts, int count) {
  const char *name = name_of(file);
  if (!name || count < 1) {
    return REAL(writev)(file, parts, count);
  }
  size_t length = 0;
  for (int i = 0; i < count; i++) {
    length += parts[i].iov_len;
  }
  WRITING(name, lseek(file, 0, SEEK_CUR), length,
          syscall(SYS_write, file, parts[0].iov_base, HALF(parts[0].iov_len)),
          REAL(writev)(file, parts, count));
}

EXPORT ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset) {
  const char *name = name_of(file);
  if (!name) {
    return syscall(SYS_pwrite64, file, bytes, length, offset);
  }
  WRITING(name, offset, length, syscall(SYS_pwrite64, file, bytes, HALF(length), offset),
          syscall(SYS_pwrite64, file, bytes, length, offset));
}

EXPORT ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset) {
  return pwrite(file, bytes, length, offset);
}

/* read; half a read is short, which SQLite takes for the end of the file */

EXPORT ssize_t read(int file, void *bytes, size_t length) {
  const char *name = name_of(file);
  enum action action = name ? hit(READ, name, lseek(file, 0, SEEK_CUR), length) : NONE;
  if (fails(action)) {
    return -1;
  }
  return syscall(SYS_read, file, bytes, action == SHORT ? HALF(length) : length);
}

EXPORT ssize_t pread(int file, void *bytes, size_t length, off_t offset) {
  const char *name = name_of(file);
  enum action action = name ? hit(READ, name, offset, length) : NONE;
  if (fails(action)) {
    return -1;
  }
  return syscall(SYS_pread64, file, bytes, action == SHORT ? HALF(length) : length, offset);
}

EXPORT ssize_t pread64(int file, void *bytes, size_t length, off64_t offset) {
  return pread(file, bytes, length, offset);
}

/* what is done to a file as a whole */

#define DOING(kind, name, offset, call)                                                            \
  do {                                                                                             \
    const char *found = name;                                                                      \
    if (!found) {                                                                                  \
      return (int)(call);                                                                          \
    }                                                                                              \
    enum action action = whole(hit(kind, found, offset, 0));                                       \
    if (fails(action)) {                                                                           \
      return -1;                                                                                   \
    }                                                                                              \
    int done = (int)(call);                                                                        \
    after(action);                                                                                 \
    return done;                                                                                   \
  } while (0)

EXPORT int fsync(int file) { DOING(SYNC, name_of(file), 0, syscall(SYS_fsync, file)); }

EXPORT int fdatasync(int file) { DOING(SYNC, name_of(file), 0, syscall(SYS_fdatasync, file)); }

EXPORT int ftruncate(int file, off_t length) {
  DOING(TRUNCATE, name_of(file), length, syscall(SYS_ftruncate, file, length));
}

EXPORT int ftruncate64(int file, off64_t length) { return ftruncate(file, length); }

EXPORT int unlink(const char *path) {
  char full[PATH_MAX];
  full[0] = 0;
  if (ready) {
    absolute(AT_FDCWD, path, full);
  }
  DOING(UNLINK, is_below(full) ? full : NULL, 0, syscall(SYS_unlink, path));
}

/* A close that fails has closed all the same, as Linux has it. */
EXPORT int close(int file) {
  const char *name = name_of(file);
  if (!name) {
    return (int)syscall(SYS_close, file);
  }
  enum action action = whole(hit(CLOSE, name, 0, 0));
  int failure = errno;
  remember(file, NULL);
  int closed = (int)syscall(SYS_close, file);
  after(action);
  if (fails(action)) {
    errno = failure;
    return -1;
  }
  return closed;
}
