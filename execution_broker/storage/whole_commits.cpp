#include "execution_broker/storage/whole_commits.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

#include "trading/base/invariant.h"

namespace broker {
namespace {

// The log's format (sqlite.org, "WAL-mode file format"): a frame is a header of 24 bytes and a page; bytes 4 to 7
// of the header are the size of the database after the commit in the commit's last frame, and 0 in others.
constexpr int kFrameHeader = 24;
// A VFS is never asked by SQLite to write more than its largest page at once, and the one for Unix relies on it (it
// takes a size modulo 128 KB). A commit larger than this leaves in parts, the last of them its end.
constexpr std::size_t kLargestWrite = 65'536;

bool ends_commit(const std::uint8_t* header) {
  return (header[4] | header[5] | header[6] | header[7]) != 0;
}

// What SQLite allocates for an open log: this, then the real VFS's file.
struct Log {
  sqlite3_file base;
  sqlite3_file* real;
  std::vector<std::uint8_t>* kept;  // frames not yet written...
  sqlite3_int64 kept_at;            // ...from here on
  sqlite3_int64 end;                // behind the last frame that SQLite appended
  bool page_follows;                // the last write was a frame's header
  bool is_last_frame;               // ...and that frame ends a commit
};

Log& log_of(sqlite3_file* file) { return *reinterpret_cast<Log*>(file); }

// Kept bytes are given up when their write fails: SQLite then gives up the commit.
int write_kept(Log& log) {
  int rc = SQLITE_OK;
  for (std::size_t done = 0; done < log.kept->size() && rc == SQLITE_OK;) {
    const std::size_t size = std::min(log.kept->size() - done, kLargestWrite);
    rc = log.real->pMethods->xWrite(log.real, log.kept->data() + done, static_cast<int>(size),
                                    log.kept_at + static_cast<sqlite3_int64>(done));
    done += size;
  }
  log.kept->clear();
  return rc;
}

int on_write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
  Log& log = log_of(file);
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  const sqlite3_int64 kept_end = log.kept_at + static_cast<sqlite3_int64>(log.kept->size());
  // A header before the end is written again (its checksum changed), without its page.
  const bool is_header = size == kFrameHeader && !log.page_follows && at >= log.end;
  const bool is_page = log.page_follows && at == kept_end;
  log.page_follows = is_header;
  if (!is_header && !is_page) {
    const int rc = write_kept(log);
    if (rc != SQLITE_OK) return rc;
    if (at == 0) log.end = size;  // the log begins anew with its own header
    return log.real->pMethods->xWrite(log.real, data, size, at);
  }
  if (is_header) {
    const bool is_full = log.kept->size() >= kLargestWrite;
    if (!log.kept->empty() && (at != kept_end || is_full)) {
      const int rc = write_kept(log);
      if (rc != SQLITE_OK) return rc;
    }
    if (log.kept->empty()) log.kept_at = at;
    log.is_last_frame = ends_commit(bytes);
  }
  log.kept->insert(log.kept->end(), bytes, bytes + size);
  log.end = at + size;
  return is_page && log.is_last_frame ? write_kept(log) : SQLITE_OK;
}

int on_read(sqlite3_file* file, void* out, int size, sqlite3_int64 at) {
  const int rc = write_kept(log_of(file));
  sqlite3_file* real = log_of(file).real;
  return rc != SQLITE_OK ? rc : real->pMethods->xRead(real, out, size, at);
}

int on_truncate(sqlite3_file* file, sqlite3_int64 size) {
  const int rc = write_kept(log_of(file));
  sqlite3_file* real = log_of(file).real;
  log_of(file).end = 0;
  return rc != SQLITE_OK ? rc : real->pMethods->xTruncate(real, size);
}

int on_sync(sqlite3_file* file, int flags) {
  const int rc = write_kept(log_of(file));
  sqlite3_file* real = log_of(file).real;
  return rc != SQLITE_OK ? rc : real->pMethods->xSync(real, flags);
}

int on_file_size(sqlite3_file* file, sqlite3_int64* size) {
  const int rc = write_kept(log_of(file));
  sqlite3_file* real = log_of(file).real;
  return rc != SQLITE_OK ? rc : real->pMethods->xFileSize(real, size);
}

int on_close(sqlite3_file* file) {
  Log& log = log_of(file);
  const int written = write_kept(log);
  delete log.kept;
  const int closed = log.real->pMethods->xClose(log.real);
  return written != SQLITE_OK ? written : closed;
}

int on_control(sqlite3_file* file, int op, void* arg) {
  sqlite3_file* real = log_of(file).real;
  return real->pMethods->xFileControl(real, op, arg);
}
int on_sector_size(sqlite3_file* file) {
  sqlite3_file* real = log_of(file).real;
  return real->pMethods->xSectorSize(real);
}
int on_characteristics(sqlite3_file* file) {
  sqlite3_file* real = log_of(file).real;
  return real->pMethods->xDeviceCharacteristics(real);
}
// A log is locked through the database's file.
int on_lock(sqlite3_file*, int) { return SQLITE_OK; }
int on_check_lock(sqlite3_file*, int* held) {
  *held = 0;
  return SQLITE_OK;
}

const sqlite3_io_methods kLogMethods = {
    1,          on_close, on_read,       on_write,   on_truncate,    on_sync,           on_file_size,
    on_lock,    on_lock,  on_check_lock, on_control, on_sector_size, on_characteristics, nullptr,
    nullptr,    nullptr,  nullptr,       nullptr,    nullptr,
};

struct Registration {
  std::string inner;  // empty: the default
  std::string name;
  sqlite3_vfs vfs{};
};

sqlite3_vfs* inner_of(sqlite3_vfs* vfs) {
  const auto* registration = static_cast<const Registration*>(vfs->pAppData);
  return sqlite3_vfs_find(registration->inner.empty() ? nullptr : registration->inner.c_str());
}

int on_open(sqlite3_vfs* vfs, sqlite3_filename path, sqlite3_file* file, int flags, int* out_flags) {
  sqlite3_vfs* inner = inner_of(vfs);
  file->pMethods = nullptr;
  if (inner == nullptr) return SQLITE_CANTOPEN;
  if ((flags & SQLITE_OPEN_WAL) == 0) return inner->xOpen(inner, path, file, flags, out_flags);
  auto* real = reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(Log));
  real->pMethods = nullptr;
  const int rc = inner->xOpen(inner, path, real, flags, out_flags);
  if (real->pMethods == nullptr) return rc;
  new (file) Log{{&kLogMethods}, real, new std::vector<std::uint8_t>, 0, 0, false, false};
  return rc;
}

int on_delete(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  return inner_of(vfs)->xDelete(inner_of(vfs), path, sync_folder);
}
int on_access(sqlite3_vfs* vfs, const char* path, int flags, int* out) {
  return inner_of(vfs)->xAccess(inner_of(vfs), path, flags, out);
}
int on_full_path(sqlite3_vfs* vfs, const char* path, int size, char* out) {
  return inner_of(vfs)->xFullPathname(inner_of(vfs), path, size, out);
}
int on_randomness(sqlite3_vfs* vfs, int size, char* out) {
  return inner_of(vfs)->xRandomness(inner_of(vfs), size, out);
}
int on_sleep(sqlite3_vfs* vfs, int microseconds) {
  return inner_of(vfs)->xSleep(inner_of(vfs), microseconds);
}
int on_time(sqlite3_vfs* vfs, double* day) {
  return inner_of(vfs)->xCurrentTime(inner_of(vfs), day);
}
int on_last_error(sqlite3_vfs* vfs, int size, char* out) {
  return inner_of(vfs)->xGetLastError(inner_of(vfs), size, out);
}

}  // namespace

std::string whole_commits_over(const std::string& vfs) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<Registration>> registered;
  const std::lock_guard lock(mutex);
  std::unique_ptr<Registration>& slot = registered[vfs];
  if (slot != nullptr) return slot->name;
  slot = std::make_unique<Registration>();
  slot->inner = vfs;
  slot->name = vfs.empty() ? "whole-commits" : "whole-commits-over-" + vfs;
  const sqlite3_vfs* inner = sqlite3_vfs_find(vfs.empty() ? nullptr : vfs.c_str());
  INVARIANT(inner != nullptr, "the VFS below is registered first");
  sqlite3_vfs& ours = slot->vfs;
  ours.iVersion = 1;
  ours.szOsFile = static_cast<int>(sizeof(Log)) + inner->szOsFile;
  ours.mxPathname = inner->mxPathname;
  ours.zName = slot->name.c_str();
  ours.pAppData = slot.get();
  ours.xOpen = on_open;
  ours.xDelete = on_delete;
  ours.xAccess = on_access;
  ours.xFullPathname = on_full_path;
  ours.xRandomness = on_randomness;
  ours.xSleep = on_sleep;
  ours.xCurrentTime = on_time;
  ours.xGetLastError = on_last_error;
  INVARIANT(sqlite3_vfs_register(&ours, 0) == SQLITE_OK, "a VFS cannot be registered");
  return slot->name;
}

}  // namespace broker
