// Loaded into a broker with LD_PRELOAD by kill_broker.py: ends the process with SIGKILL at an exact step of its ledger.
// The broker itself has no hook for it; the shim stands between SQLite and the C library, where a step is durable.
//
//   DIE_AT=sync:N    right after the Nth fdatasync of the ledger's write-ahead log: a commit has just become durable and
//                    nothing of what follows it has happened
//   DIE_AT=write:N   right after the Nth write to that log: mostly inside a transaction, its commit frame missing
//   DIE_AT=db:N      right after the Nth write to the database file itself: inside a checkpoint
//   DIE_AT=log:N     right after half of the Nth write to trade_logs.jsonl: a torn line in the export
//   DIE_AT=lie:N     a planted fault, for the self-test: from the Nth fdatasync of the log on nothing is written any more,
//                    success is answered all the same, and the process ends 300 ms later
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum what { kNone, kSync, kWrite, kDb, kLog, kLie };

static enum what what_to_count = kNone;
static long at = 0;
static atomic_long counted = 0;
static atomic_int is_lying = 0;

__attribute__((constructor)) static void read_order(void) {
  const char* text = getenv("DIE_AT");
  if (text == NULL) return;
  const char* const names[] = {"", "sync:", "write:", "db:", "log:", "lie:"};
  for (int i = 1; i < 6; ++i)
    if (strncmp(text, names[i], strlen(names[i])) == 0) {
      what_to_count = (enum what)i;
      at = atol(text + strlen(names[i]));
    }
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

static void* die_later(void* unused) {
  (void)unused;
  usleep(300 * 1000);
  die();
  return NULL;
}

static int is_due(void) { return atomic_fetch_add(&counted, 1) + 1 == at; }

int fdatasync(int fd) {
  static int (*real)(int);
  if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  const int code = real(fd);
  if ((what_to_count == kSync || what_to_count == kLie) && is_file(fd, "paper.db-wal") && is_due()) {
    if (what_to_count == kSync) die();
    atomic_store(&is_lying, 1);
    pthread_t thread;
    pthread_create(&thread, NULL, die_later, NULL);
  }
  return code;
}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
  static ssize_t (*real)(int, const void*, size_t, off64_t);
  if (real == NULL) real = (ssize_t(*)(int, const void*, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
  if (atomic_load(&is_lying) && (is_file(fd, "paper.db-wal") || is_file(fd, "paper.db"))) return (ssize_t)size;
  const ssize_t done = real(fd, bytes, size, offset);
  if (what_to_count == kWrite && is_file(fd, "paper.db-wal") && is_due()) die();
  if (what_to_count == kDb && is_file(fd, "paper.db") && is_due()) die();
  return done;
}

ssize_t write(int fd, const void* bytes, size_t size) {
  static ssize_t (*real)(int, const void*, size_t);
  if (real == NULL) real = (ssize_t(*)(int, const void*, size_t))dlsym(RTLD_NEXT, "write");
  if (what_to_count == kLog && is_file(fd, "trade_logs.jsonl") && is_due()) {
    real(fd, bytes, size / 2);
    die();
  }
  return real(fd, bytes, size);
}
