// Copies and checks of a database.

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "execution_broker/storage/database.h"
#include "execution_broker/storage/folder_sync.h"
#include "trading/base/invariant.h"

namespace broker {
namespace {

struct CloseConnection {
  void operator()(sqlite3* handle) const { sqlite3_close(handle); }
};
using Connection = std::unique_ptr<sqlite3, CloseConnection>;

trading::Error backup_error(const std::filesystem::path& path, int rc, const std::string& why) {
  if ((rc & 0xff) == SQLITE_FULL) {
    return trading::make_error("DISK_FULL", "no room for the copy " + path.string(),
                               "free space and try again", trading::Retry::kSafe);
  }
  return trading::make_error(
      "STORAGE_BACKUP", "the copy " + path.string() + " could not be made: " + why,
      "an existing copy of that name was left as it was", trading::Retry::kSafe);
}

// 0600 from the start: the copy holds what the original holds.
trading::Status create_empty(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return backup_error(path, SQLITE_CANTOPEN, std::strerror(errno));
  ::close(fd);
  return {};
}

// First column of the first row; the error text when it cannot be had.
std::string first_value(sqlite3* handle, const char* sql) {
  sqlite3_stmt* prepared = nullptr;
  std::string value = "no answer";
  if (sqlite3_prepare_v2(handle, sql, -1, &prepared, nullptr) == SQLITE_OK &&
      sqlite3_step(prepared) == SQLITE_ROW) {
    const void* text = sqlite3_column_text(prepared, 0);
    if (text != nullptr) value = static_cast<const char*>(text);
  } else {
    value = sqlite3_errmsg(handle);
  }
  sqlite3_finalize(prepared);
  return value;
}

trading::Status copy_pages(sqlite3* source, const std::filesystem::path& path) {
  sqlite3* raw = nullptr;
  int rc =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  const Connection target(raw);
  if (rc != SQLITE_OK) return backup_error(path, rc, "cannot open it");
  sqlite3_backup* copy = sqlite3_backup_init(target.get(), "main", source, "main");
  if (copy == nullptr)
    return backup_error(path, sqlite3_errcode(target.get()), sqlite3_errmsg(target.get()));
  rc = sqlite3_backup_step(copy, -1);
  const int finished = sqlite3_backup_finish(copy);
  if (rc != SQLITE_DONE) return backup_error(path, rc, sqlite3_errstr(rc));
  if (finished != SQLITE_OK) return backup_error(path, finished, sqlite3_errstr(finished));
  // The pages say "WAL"; a copy that travels as one file must not depend on a second one.
  const std::string mode = first_value(target.get(), "PRAGMA journal_mode = DELETE");
  if (mode != "delete") return backup_error(path, SQLITE_ERROR, "journal mode: " + mode);
  const std::string check = first_value(target.get(), "PRAGMA quick_check(1)");
  if (check != "ok") return backup_error(path, SQLITE_CORRUPT, "quick_check of the copy: " + check);
  return {};
}

}  // namespace

trading::Status Database::backup_to(const std::filesystem::path& path) {
  INVARIANT(!transaction_open_, "a backup inside a transaction");
  const std::filesystem::path part = path.string() + ".part";
  RETURN_IF_ERROR(create_empty(part));
  auto copied = copy_pages(handle_, part);
  if (copied) copied = sync_file(part);
  if (copied && ::rename(part.c_str(), path.c_str()) != 0) {
    copied = backup_error(path, SQLITE_CANTOPEN, std::strerror(errno));
  }
  if (!copied) {
    ::unlink(part.c_str());
    return copied;
  }
  return sync_folder(path.parent_path());
}

trading::Status Database::integrity_check() {
  std::string findings;
  {
    Statement check = statement("PRAGMA integrity_check(5)");
    while (true) {
      ASSIGN_OR_RETURN(const bool has_row, check.step());
      if (!has_row) break;
      if (check.text_view(0) != "ok") findings += check.text(0) + "; ";
    }
  }
  {
    Statement check = statement("PRAGMA foreign_key_check");
    ASSIGN_OR_RETURN(const bool has_row, check.step());
    if (has_row)
      findings +=
          "row of table " + check.text(0) + " points to a missing row of " + check.text(2) + "; ";
  }
  if (findings.empty()) return {};
  return trading::make_error("STORAGE_CORRUPT", path_.string() + ": " + findings,
                             "stop trading on this file and restore the last backup");
}

trading::Status Database::checkpoint_wal() {
  INVARIANT(!transaction_open_, "a WAL checkpoint inside a transaction");
  const int rc =
      sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (rc == SQLITE_OK) return {};
  return error_of(rc, "WAL checkpoint");
}

}  // namespace broker
