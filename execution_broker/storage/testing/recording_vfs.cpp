#include "execution_broker/storage/testing/recording_vfs.h"

#include <sqlite3.h>

#include <cstring>
#include <filesystem>
#include <new>
#include <utility>

#include "trading/base/invariant.h"

namespace broker::testing {
namespace {

// What SQLite allocates for each open file: our part, then the real VFS's.
struct RecordingFile {
  sqlite3_file base;
  RecordingVfs* owner;
  const std::string* name;
  sqlite3_file* real;
};

RecordingFile* mine(sqlite3_file* file) {
  return reinterpret_cast<RecordingFile*>(file);
}
sqlite3_file* real(sqlite3_file* file) {
  return mine(file)->real;
}

int on_close(sqlite3_file* file) {
  sqlite3_file* inner = real(file);
  return inner->pMethods != nullptr ? inner->pMethods->xClose(inner) : SQLITE_OK;
}

int on_read(sqlite3_file* file, void* out, int size, sqlite3_int64 at) {
  return real(file)->pMethods->xRead(real(file), out, size, at);
}

int on_write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
  if (const auto failed = mine(file)->owner->count_and_fail()) return *failed;
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  mine(file)->owner->keep(
      {DiskOperation::Kind::kWrite, *mine(file)->name, at, {bytes, bytes + size}});
  return real(file)->pMethods->xWrite(real(file), data, size, at);
}

int on_truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (const auto failed = mine(file)->owner->count_and_fail()) return *failed;
  mine(file)->owner->keep({DiskOperation::Kind::kTruncate, *mine(file)->name, size, {}});
  return real(file)->pMethods->xTruncate(real(file), size);
}

int on_sync(sqlite3_file* file, int flags) {
  if (const auto failed = mine(file)->owner->count_and_fail()) return *failed;
  if (mine(file)->owner->swallows_syncs()) return SQLITE_OK;
  mine(file)->owner->keep({DiskOperation::Kind::kSync, *mine(file)->name, 0, {}});
  return real(file)->pMethods->xSync(real(file), flags);
}

int on_file_size(sqlite3_file* file, sqlite3_int64* size) {
  return real(file)->pMethods->xFileSize(real(file), size);
}
int on_lock(sqlite3_file* file, int level) {
  return real(file)->pMethods->xLock(real(file), level);
}
int on_unlock(sqlite3_file* file, int level) {
  return real(file)->pMethods->xUnlock(real(file), level);
}
int on_check_lock(sqlite3_file* file, int* held) {
  return real(file)->pMethods->xCheckReservedLock(real(file), held);
}
int on_control(sqlite3_file* file, int op, void* arg) {
  return real(file)->pMethods->xFileControl(real(file), op, arg);
}
int on_sector_size(sqlite3_file* file) {
  return real(file)->pMethods->xSectorSize(real(file));
}
int on_characteristics(sqlite3_file* file) {
  return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
int on_shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}
int on_shm_lock(sqlite3_file* file, int offset, int n, int flags) {
  return real(file)->pMethods->xShmLock(real(file), offset, n, flags);
}
void on_shm_barrier(sqlite3_file* file) {
  real(file)->pMethods->xShmBarrier(real(file));
}
int on_shm_unmap(sqlite3_file* file, int remove) {
  return real(file)->pMethods->xShmUnmap(real(file), remove);
}

// Version 2: shared memory (WAL) yes, memory-mapped reads no, so that every byte passes by here.
const sqlite3_io_methods kMethods = {
    2,
    on_close,
    on_read,
    on_write,
    on_truncate,
    on_sync,
    on_file_size,
    on_lock,
    on_unlock,
    on_check_lock,
    on_control,
    on_sector_size,
    on_characteristics,
    on_shm_map,
    on_shm_lock,
    on_shm_barrier,
    on_shm_unmap,
    nullptr,
    nullptr,
};

std::string name_of(const char* path) {
  return path == nullptr ? "" : std::filesystem::path(path).filename().string();
}

}  // namespace

struct RecordingVfs::Registration {
  sqlite3_vfs vfs{};
  sqlite3_vfs* inner = nullptr;
};

namespace {

RecordingVfs* owner_of(sqlite3_vfs* vfs) {
  return static_cast<RecordingVfs*>(vfs->pAppData);
}
sqlite3_vfs* inner_vfs() {
  return sqlite3_vfs_find(nullptr);
}

int on_open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  auto* inner =
      reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(RecordingFile));
  auto* recording = new (file)
      RecordingFile{{nullptr}, owner_of(vfs), owner_of(vfs)->intern(name_of(path)), inner};
  inner->pMethods = nullptr;
  const int rc = inner_vfs()->xOpen(inner_vfs(), path, inner, flags, out_flags);
  if (inner->pMethods != nullptr) recording->base.pMethods = &kMethods;
  return rc;
}

int on_delete(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  if (const auto failed = owner_of(vfs)->count_and_fail()) return *failed;
  owner_of(vfs)->keep({DiskOperation::Kind::kDelete, name_of(path), 0, {}});
  return inner_vfs()->xDelete(inner_vfs(), path, sync_folder);
}

}  // namespace

RecordingVfs::RecordingVfs(std::string name)
    : name_(std::move(name)), registration_(new Registration) {
  sqlite3_vfs* inner = inner_vfs();
  registration_->inner = inner;
  sqlite3_vfs& vfs = registration_->vfs;
  vfs = *inner;  // what is not replaced below goes straight to the real one: none of it looks at
                 // its own vfs
  vfs.iVersion = 1;
  vfs.szOsFile = static_cast<int>(sizeof(RecordingFile)) + inner->szOsFile;
  vfs.pNext = nullptr;
  vfs.zName = name_.c_str();
  vfs.pAppData = this;
  vfs.xOpen = on_open;
  vfs.xDelete = on_delete;
  INVARIANT(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK, "the recording VFS cannot be registered");
}

RecordingVfs::~RecordingVfs() {
  sqlite3_vfs_unregister(&registration_->vfs);
}

std::optional<int> RecordingVfs::count_and_fail() {
  const std::int64_t index = counted_++;
  if (failure_ && failure_->index == index) return failure_->code;
  return std::nullopt;
}

}  // namespace broker::testing
