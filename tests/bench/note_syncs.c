// Loaded into a broker with LD_PRELOAD by approval_flood_bench.py: notes when each fdatasync and fsync began and ended, by
// the machine's clock, in a file that is mapped before the broker confines itself. 24 bytes each behind a count: the
// descriptor, begin and end in microseconds.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { kMost = 1 << 18 };
struct note {
  int64_t fd, begin_us, end_us;
};
struct notes {
  _Atomic int64_t count;
  struct note all[kMost];
};
static struct notes* notes = NULL;

__attribute__((constructor)) static void map_notes(void) {
  const char* name = getenv("NOTE_SYNCS");
  if (name == NULL) return;
  const int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return;
  if (ftruncate(fd, sizeof(struct notes)) == 0) {
    void* at = mmap(NULL, sizeof(struct notes), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at != MAP_FAILED) notes = at;
  }
  close(fd);
}

static int64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int noted(const char* name, int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  const int64_t begin = now_us();
  const int result = real(fd);
  if (notes != NULL) {
    const int64_t at = atomic_fetch_add(&notes->count, 1);
    if (at < kMost) notes->all[at] = (struct note){fd, begin, now_us()};
  }
  return result;
}

int fdatasync(int fd) { return noted("fdatasync", fd); }
int fsync(int fd) { return noted("fsync", fd); }
