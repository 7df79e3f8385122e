// Loaded into a broker with LD_PRELOAD by kill_broker.py: ends the process with SIGKILL at an exact step of its ledger.
// The broker itself has no hook for it; the shim stands between SQLite and the C library, where a step is durable.
//
// The file named by DIE_ORDER says where; it is read at every step until it exists, and steps are counted from then on.
//   commit:N  right after the last byte of the Nth commit in the ledger's write-ahead log: nothing of what follows it has
//             happened. (The broker writes a commit's frames at once; a frame's header tells a commit by the database's
//             size after it, bytes 4 to 7. A commit of more than 64 KB comes in parts, the last with that frame.)
//   sync:N    right after the Nth fdatasync of that log: a job's commits are on the disk, their answer is not on its way
//   write:N   in the middle of the Nth write to that log: inside a transaction, its commit frame missing
//   db:N      right after the Nth write to the database file itself: inside a checkpoint
//   log:N     right after half of the Nth write to trade_logs.jsonl: a torn line in the export
//   lie:N     a planted fault, for the self-test: the process ends 300 ms after the Nth fdatasync of the log, and log and
//             database are put back to what they were then, as a disk leaves them that only said it had written
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum what { kNone, kCommit, kSync, kWrite, kDb, kLog, kLie };
// The ledger's log: a header, then frames of a header (24 bytes) and a page.
enum { kLogHeader = 32, kFrame = 24 + 2048 };

static const char* order_file = NULL;
static atomic_int what_to_count = kNone;
static long at = 0;
static atomic_long counted = 0;

// A file as it was at the last honest sync. Its descriptor stays open: closing one would drop SQLite's locks on the file.
struct image {
  int fd;
  char* bytes;
  size_t size;
};
static struct image honest_log, honest_database;
static atomic_int is_putting_back = 0;

__attribute__((constructor)) static void find_order(void) {
  // A copy: the broker wipes the environment it was given.
  const char* name = getenv("DIE_ORDER");
  if (name != NULL) order_file = strdup(name);
}

// What is to be counted. The order is written once, by rename: it is there as a whole or not at all.
static enum what counting(void) {
  if (atomic_load(&what_to_count) != kNone || order_file == NULL) return (enum what)atomic_load(&what_to_count);
  FILE* file = fopen(order_file, "r");
  if (file == NULL) return kNone;
  char text[64] = "";
  if (fgets(text, sizeof text, file) != NULL) {
    const char* const names[] = {"", "commit:", "sync:", "write:", "db:", "log:", "lie:"};
    for (int i = 1; i < 7; ++i)
      if (strncmp(text, names[i], strlen(names[i])) == 0) {
        at = atol(text + strlen(names[i]));
        atomic_store(&what_to_count, i);
      }
  }
  fclose(file);
  return (enum what)atomic_load(&what_to_count);
}

static int ends_with(const char* text, const char* end) {
  const size_t n = strlen(text), m = strlen(end);
  return n >= m && strcmp(text + n - m, end) == 0;
}

static int is_file(int fd, const char* end) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t n = readlink(link, path, sizeof path - 1);
  if (n <= 0) return 0;
  path[n] = 0;
  return ends_with(path, end);
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

static struct image image_of(const char* path) {
  struct image image = {open(path, O_RDWR | O_CLOEXEC), NULL, 0};
  struct stat facts;
  if (image.fd < 0 || fstat(image.fd, &facts) != 0) abort();
  image.size = (size_t)facts.st_size;
  image.bytes = malloc(image.size + 1);
  for (size_t done = 0; done < image.size;) {
    const ssize_t n = pread(image.fd, image.bytes + done, image.size - done, (off_t)done);
    if (n <= 0) abort();
    done += (size_t)n;
  }
  return image;
}

static ssize_t really_pwrite(int fd, const void* bytes, size_t size, off64_t offset) {
  static ssize_t (*real)(int, const void*, size_t, off64_t);
  if (real == NULL) real = (ssize_t(*)(int, const void*, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
  return real(fd, bytes, size, offset);
}

static void put_back(const struct image* image) {
  for (size_t done = 0; done < image->size;) {
    const ssize_t n = really_pwrite(image->fd, image->bytes + done, image->size - done, (off64_t)done);
    if (n <= 0) abort();
    done += (size_t)n;
  }
  if (ftruncate(image->fd, (off_t)image->size) != 0) abort();
}

// The log may have been moved into the database and begun again meanwhile: both go back.
static void* die_later(void* unused) {
  (void)unused;
  usleep(300 * 1000);
  atomic_store(&is_putting_back, 1);
  usleep(20 * 1000);  // a write that was on its way has arrived
  put_back(&honest_database);
  put_back(&honest_log);
  die();
  return NULL;
}

static void remember(int log_fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", log_fd);
  const ssize_t n = readlink(link, path, sizeof path - 1);
  if (n <= 4) abort();
  path[n] = 0;
  honest_log = image_of(path);
  path[n - 4] = 0;  // without "-wal"
  honest_database = image_of(path);
}

static int is_due(void) { return atomic_fetch_add(&counted, 1) + 1 == at; }

int fdatasync(int fd) {
  static int (*real)(int);
  if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  const int code = real(fd);
  if (!is_file(fd, "paper.db-wal")) return code;
  const enum what what = counting();
  if ((what == kSync || what == kLie) && is_due()) {
    if (what == kSync) die();
    remember(fd);
    pthread_t thread;
    pthread_create(&thread, NULL, die_later, NULL);
  }
  return code;
}

// Does the frame that ends here end a commit? Asked of the file, which has it by now.
static int ends_commit(int fd, off64_t end) {
  unsigned char size_after[4];
  if (end < kLogHeader + kFrame || (end - kLogHeader) % kFrame != 0) return 0;
  if (pread64(fd, size_after, sizeof size_after, end - kFrame + 4) != (ssize_t)sizeof size_after) abort();
  return (size_after[0] | size_after[1] | size_after[2] | size_after[3]) != 0;
}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
  while (atomic_load(&is_putting_back)) pause();
  const int is_wal = is_file(fd, "paper.db-wal");
  const int is_db = !is_wal && is_file(fd, "paper.db");
  if (is_wal && counting() == kWrite && is_due()) {
    really_pwrite(fd, bytes, size / 2, offset);
    die();
  }
  const ssize_t done = really_pwrite(fd, bytes, size, offset);
  if (is_wal && counting() == kCommit && ends_commit(fd, offset + (off64_t)size) && is_due()) die();
  if (is_db && counting() == kDb && is_due()) die();
  return done;
}

ssize_t write(int fd, const void* bytes, size_t size) {
  static ssize_t (*real)(int, const void*, size_t);
  if (real == NULL) real = (ssize_t(*)(int, const void*, size_t))dlsym(RTLD_NEXT, "write");
  if (fd > 2 && is_file(fd, "trade_logs.jsonl") && counting() == kLog && is_due()) {
    real(fd, bytes, size / 2);
    die();
  }
  return real(fd, bytes, size);
}
