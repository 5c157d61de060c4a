// A library to preload (LD_PRELOAD): it counts what a process and its children do to the files
// under one folder, and at the N-th operation does what the environment asks for.
//
//   FAULT_FOLDER  an absolute path; what lies elsewhere is neither counted nor touched
//   FAULT_COUNT   a file of 64 KiB for all processes of a command: the count, 8 bytes, then a
//   letter
//                 for each operation: w for a write, s for another that needs space, n for the rest
//   FAULT_AT      N; 0 counts alone
//   FAULT_KIND    kill     the process ends before the operation
//                 torn     half of a write is done, or the whole of another operation; then it ends
//                 nospace  from here on nothing that needs space works (ENOSPC)
//                 error    this operation fails (EIO)
//                 short    this write takes one byte alone, as a system may; not an error
//                 signal   SIGINT comes, then the operation is done
//                 term     the same with SIGTERM
//   FAULT_CLOCK   seconds at which the time of day stands still, so that equal work gives equal
//   bytes
//
// An operation is one that changes something: opening for writing, writing, syncing, closing what
// was written, renaming, removing, making a folder, changing a length.
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
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum Kind { kNone, kKill, kTorn, kNoSpace, kError, kShort, kSignal, kTerm };
enum What { kDone, kFail, kHalf, kOneByte, kThenDie };

static const char* const kNames[] = {"",      "kill",  "torn",   "nospace",
                                     "error", "short", "signal", "term"};
enum { kMostFiles = 4096, kCountBytes = 1 << 16 };

static _Atomic uint64_t own_count;
static _Atomic uint64_t* count = &own_count;
static char* letters;
static char folder[PATH_MAX];
static size_t folder_length;
static uint64_t fault_at;
static enum Kind kind;
static time_t clock_s;
static _Atomic char is_written[kMostFiles];  // by descriptor: opened for writing, under the folder

// The next definition of a function, which is the C library's.
#define NEXT(name)               \
  static __typeof__(&name) next; \
  if (next == NULL) next = (__typeof__(next))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void Start(void) {
  const char* given = getenv("FAULT_FOLDER");
  const char* counter = getenv("FAULT_COUNT");
  const char* clock = getenv("FAULT_CLOCK");
  if (clock != NULL) clock_s = atoll(clock);
  if (given == NULL || counter == NULL) return;
  folder_length = strlen(given);
  memcpy(folder, given, folder_length + 1);
  const int fd = (int)syscall(SYS_openat, AT_FDCWD, counter, O_RDWR | O_CLOEXEC, 0);
  if (fd < 0) abort();
  count = mmap(NULL, kCountBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (count == MAP_FAILED) abort();
  letters = (char*)(count + 1);
  syscall(SYS_close, fd);
  const char* at = getenv("FAULT_AT");
  const char* name = getenv("FAULT_KIND");
  fault_at = at == NULL ? 0 : strtoull(at, NULL, 10);
  for (size_t i = 0; name != NULL && i < sizeof kNames / sizeof *kNames; ++i) {
    if (strcmp(name, kNames[i]) == 0) kind = (enum Kind)i;
  }
}

static int IsInside(const char* path) {
  return folder_length > 0 && strncmp(path, folder, folder_length) == 0 &&
         (path[folder_length] == '/' || path[folder_length] == '\0');
}

// Whether `path`, seen from the folder `at`, lies under the folder. Links are not followed.
static int IsWatched(int at, const char* path) {
  if (folder_length == 0 || path == NULL) return 0;
  if (path[0] == '/') return IsInside(path);
  char start[PATH_MAX] = "";
  if (at == AT_FDCWD) {
    if (getcwd(start, sizeof start) == NULL) return 0;
  } else {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", at);
    const ssize_t length = readlink(link, start, sizeof start - 1);
    if (length < 0) return 0;
    start[length] = '\0';
  }
  return IsInside(start);
}

static int IsWatchedFile(int fd) { return IsWatched(fd, "."); }

static void Die(void) {
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

// Counts an operation and says what happens to it.
static enum What Next(char letter) {
  const uint64_t number = atomic_fetch_add(count, 1) + 1;
  if (letters != NULL && number < kCountBytes - 8) letters[number - 1] = letter;
  if (fault_at == 0 || number < fault_at) return kDone;
  if (kind == kNoSpace && letter != 'n') {
    errno = ENOSPC;
    return kFail;
  }
  if (number > fault_at) return kDone;
  switch (kind) {
    case kKill:
      Die();
      return kFail;
    case kTorn:
      return kHalf;
    case kError:
      errno = EIO;
      return kFail;
    case kShort:
      return kOneByte;
    case kSignal:
    case kTerm:
      // To all processes of the command, as a terminal sends it. Any thread may take it.
      syscall(SYS_kill, 0, kind == kTerm ? SIGTERM : SIGINT);
      return kDone;
    default:
      return kDone;
  }
}

// Does CALL as Next says. An operation that is no write is torn by ending after it.
#define DO(type, letter, fail, CALL)     \
  do {                                   \
    const enum What what = Next(letter); \
    if (what == kFail) return fail;      \
    type const result = CALL;            \
    if (what == kHalf) Die();            \
    return result;                       \
  } while (0)

static int Keep(int fd, int flags) {
  if (fd >= 0 && fd < kMostFiles) is_written[fd] = (flags & O_ACCMODE) != O_RDONLY;
  return fd;
}

static int Writes(int flags) {
  return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
}

#define OPEN(name, PARAMETERS, at, ...)                                      \
  int name PARAMETERS {                                                      \
    NEXT(name);                                                              \
    mode_t mode = 0;                                                         \
    if (flags & (O_CREAT | __O_TMPFILE)) {                                   \
      va_list list;                                                          \
      va_start(list, flags);                                                 \
      mode = va_arg(list, mode_t);                                           \
      va_end(list);                                                          \
    }                                                                        \
    const int is_ours = IsWatched(at, path);                                 \
    if (!is_ours || !Writes(flags)) return next(__VA_ARGS__);                \
    DO(int, flags& O_CREAT ? 's' : 'n', -1, Keep(next(__VA_ARGS__), flags)); \
  }
OPEN(open, (const char* path, int flags, ...), AT_FDCWD, path, flags, mode)
OPEN(open64, (const char* path, int flags, ...), AT_FDCWD, path, flags, mode)
OPEN(openat, (int at, const char* path, int flags, ...), at, at, path, flags, mode)
OPEN(openat64, (int at, const char* path, int flags, ...), at, at, path, flags, mode)

// C++ streams open by fopen and write by write.
static FILE* OpenStream(FILE* (*next)(const char*, const char*), const char* path,
                        const char* mode) {
  const int writes = strpbrk(mode, "wa+") != NULL;
  if (!writes || !IsWatched(AT_FDCWD, path)) return next(path, mode);
  const enum What what = Next('s');
  if (what == kFail) return NULL;
  FILE* const file = next(path, mode);
  if (what == kHalf) Die();
  if (file != NULL) Keep(fileno(file), O_WRONLY);
  return file;
}
FILE* fopen(const char* path, const char* mode) {
  NEXT(fopen);
  return OpenStream(next, path, mode);
}
FILE* fopen64(const char* path, const char* mode) {
  NEXT(fopen64);
  return OpenStream(next, path, mode);
}

static int IsOurs(int fd) { return fd >= 0 && fd < kMostFiles && is_written[fd]; }

// How many of `size` bytes a write takes. Less than `size` and torn: the process ends afterwards.
static size_t Share(enum What what, size_t size) {
  if (what == kHalf) return size / 2;
  return what == kOneByte && size > 1 ? 1 : size;
}

ssize_t write(int fd, const void* bytes, size_t size) {
  NEXT(write);
  if (!IsOurs(fd)) return next(fd, bytes, size);
  const enum What what = Next('w');
  if (what == kFail) return -1;
  const ssize_t written = next(fd, bytes, Share(what, size));
  if (what == kHalf) Die();
  return written;
}

ssize_t writev(int fd, const struct iovec* parts, int part_count) {
  NEXT(writev);
  if (!IsOurs(fd)) return next(fd, parts, part_count);
  const enum What what = Next('w');
  if (what == kFail) return -1;
  struct iovec first = parts[0];
  first.iov_len = Share(what, first.iov_len);
  const ssize_t written = what == kDone ? next(fd, parts, part_count) : next(fd, &first, 1);
  if (what == kHalf) Die();
  return written;
}

#define PWRITE(name, type)                                          \
  ssize_t name(int fd, const void* bytes, size_t size, type at) {   \
    NEXT(name);                                                     \
    if (!IsOurs(fd)) return next(fd, bytes, size, at);              \
    const enum What what = Next('w');                               \
    if (what == kFail) return -1;                                   \
    const ssize_t written = next(fd, bytes, Share(what, size), at); \
    if (what == kHalf) Die();                                       \
    return written;                                                 \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define LENGTH(name, type)                  \
  int name(int fd, type size) {             \
    NEXT(name);                             \
    if (!IsOurs(fd)) return next(fd, size); \
    DO(int, 's', -1, next(fd, size));       \
  }
LENGTH(ftruncate, off_t)
LENGTH(ftruncate64, off64_t)

// Returns its error and leaves errno alone.
#define ALLOCATE(name, type)                    \
  int name(int fd, type at, type size) {        \
    NEXT(name);                                 \
    if (!IsOurs(fd)) return next(fd, at, size); \
    DO(int, 's', errno, next(fd, at, size));    \
  }
ALLOCATE(posix_fallocate, off_t)
ALLOCATE(posix_fallocate64, off64_t)

// Not done, since no power is cut here and it would take most of the time. A folder is synced, too.
int fsync(int fd) {
  NEXT(fsync);
  if (!IsWatchedFile(fd)) return next(fd);
  DO(int, 's', -1, 0);
}
int fdatasync(int fd) {
  NEXT(fdatasync);
  if (!IsWatchedFile(fd)) return next(fd);
  DO(int, 's', -1, 0);
}

// A failing close has closed the file nevertheless, and reports what earlier writes lost.
int close(int fd) {
  NEXT(close);
  if (!IsOurs(fd)) return next(fd);
  is_written[fd] = 0;
  const enum What what = Next('s');
  const int error = errno;
  const int result = next(fd);
  if (what == kHalf) Die();
  errno = error;
  return what == kFail ? -1 : result;
}
int fclose(FILE* file) {
  NEXT(fclose);
  const int fd = fileno(file);
  if (!IsOurs(fd)) return next(file);
  is_written[fd] = 0;
  const enum What what = Next('s');
  const int error = errno;
  const int result = next(file);
  if (what == kHalf) Die();
  errno = error;
  return what == kFail ? EOF : result;
}

#define ONE_PATH(name, PARAMETERS, at, letter, ...)     \
  int name PARAMETERS {                                 \
    NEXT(name);                                         \
    if (!IsWatched(at, path)) return next(__VA_ARGS__); \
    DO(int, letter, -1, next(__VA_ARGS__));             \
  }
ONE_PATH(unlink, (const char* path), AT_FDCWD, 'n', path)
ONE_PATH(unlinkat, (int at, const char* path, int flags), at, 'n', at, path, flags)
ONE_PATH(remove, (const char* path), AT_FDCWD, 'n', path)
ONE_PATH(rmdir, (const char* path), AT_FDCWD, 'n', path)
ONE_PATH(mkdir, (const char* path, mode_t mode), AT_FDCWD, 's', path, mode)
ONE_PATH(mkdirat, (int at, const char* path, mode_t mode), at, 's', at, path, mode)
ONE_PATH(truncate, (const char* path, off_t size), AT_FDCWD, 's', path, size)
ONE_PATH(rename, (const char* from, const char* path), AT_FDCWD, 's', from, path)
ONE_PATH(renameat, (int from_at, const char* from, int at, const char* path), at, 's', from_at,
         from, at, path)
ONE_PATH(renameat2, (int from_at, const char* from, int at, const char* path, unsigned flags), at,
         's', from_at, from, at, path, flags)

char* mkdtemp(char* path) {
  NEXT(mkdtemp);
  if (!IsWatched(AT_FDCWD, path)) return next(path);
  DO(char*, 's', NULL, next(path));
}
int mkstemp(char* path) {
  NEXT(mkstemp);
  if (!IsWatched(AT_FDCWD, path)) return next(path);
  DO(int, 's', -1, Keep(next(path), O_RDWR));
}

int clock_gettime(clockid_t clock, struct timespec* time) {
  if (clock != CLOCK_REALTIME || clock_s == 0) return (int)syscall(SYS_clock_gettime, clock, time);
  time->tv_sec = clock_s;
  time->tv_nsec = 0;
  return 0;
}
