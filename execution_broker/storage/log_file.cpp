#include "execution_broker/storage/log_file.h"

#include <sqlite3.h>

#include <cstddef>
#include <utility>
#include <vector>

#include "execution_broker/storage/folder_sync.h"
#include "trading/base/invariant.h"

namespace broker {
namespace {

trading::Error log_error(const char* doing, const std::string& name, int rc) {
  return trading::make_error("STORAGE_IO",
                             std::string("cannot ") + doing + " " + name + ": " +
                                 sqlite3_errstr(rc) + " (SQLite " + std::to_string(rc) + ")",
                             "look at the disk before anything else");
}

}  // namespace

struct LogFile::Handle {
  const char* database = nullptr;  // a name in the form that a VFS expects; owns the log's name
  std::vector<std::max_align_t> memory;
  bool is_open = false;

  [[nodiscard]] sqlite3_file* file() { return reinterpret_cast<sqlite3_file*>(memory.data()); }
  [[nodiscard]] const char* name() const { return sqlite3_filename_wal(database); }

  ~Handle() {
    if (is_open) file()->pMethods->xClose(file());
    sqlite3_free_filename(const_cast<char*>(database));
  }
};

LogFile::LogFile(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
LogFile::~LogFile() = default;

trading::Result<std::unique_ptr<LogFile>> LogFile::open(const std::filesystem::path& path,
                                                        const std::string& vfs_name) {
  sqlite3_vfs* vfs = sqlite3_vfs_find(vfs_name.empty() ? nullptr : vfs_name.c_str());
  INVARIANT(vfs != nullptr, "the database was opened through this VFS");
  auto handle = std::make_unique<Handle>();
  const std::string journal = path.string() + "-journal";
  const std::string log = path.string() + "-wal";
  handle->database =
      sqlite3_create_filename(path.c_str(), journal.c_str(), log.c_str(), 0, nullptr);
  INVARIANT(handle->database != nullptr, "out of memory");
  const auto size = static_cast<std::size_t>(vfs->szOsFile);
  handle->memory.resize(size / sizeof(std::max_align_t) + 1);
  handle->file()->pMethods = nullptr;
  const int rc = vfs->xOpen(vfs, handle->name(), handle->file(),
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_WAL, nullptr);
  handle->is_open = handle->file()->pMethods != nullptr;
  if (rc != SQLITE_OK) return log_error("open", handle->name(), rc);
  // SQLite syncs the folder with its own first sync of the log; that one may never come.
  RETURN_IF_ERROR(sync_folder(path.parent_path()));
  return std::unique_ptr<LogFile>(new LogFile(std::move(handle)));
}

trading::Status LogFile::sync() {
  sqlite3_file* file = handle_->file();
  const int rc = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
  if (rc != SQLITE_OK) return log_error("sync", handle_->name(), rc);
  return {};
}

}  // namespace broker
