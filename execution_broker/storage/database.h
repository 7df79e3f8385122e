#pragma once

// One SQLite file, opened the one safe way: WAL, synchronous=FULL (unless its writer syncs groups of
// commits, see defer_sync) and the protective switches set and read back, a lock file against a second broker, the schema brought up to date. What it never
// does: hide an I/O error (see fail_stop.h) or let a write happen outside a Transaction.
//
// Threads: one connection = one thread at a time, no locks inside. Each file has ONE writer
// (Debian's SQLite 3.40 can corrupt a WAL that two connections write or checkpoint at once); other
// threads of the same process read through open_reader. Other processes never open a live file:
// they get a backup_to copy. Nobody in the process may open(2) and close(2) the database file by
// other means: POSIX would drop SQLite's locks.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "execution_broker/storage/lock_file.h"
#include "execution_broker/storage/log_file.h"
#include "execution_broker/storage/migration.h"
#include "execution_broker/storage/statement.h"
#include "trading/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace broker {

struct DatabaseOptions {
  std::int32_t application_id = 0;  // > 0; stamped into a new file and demanded of an existing one
  std::vector<Migration> migrations;  // versions 1, 2, 3...
  int busy_timeout_ms = 2'000;
  std::string vfs;  // empty: SQLite's default; tests name a wrapping one
};

class Database {
 public:
  // The writer. Creates the file (0600) when it is missing; the folder must exist.
  // Errors: STORAGE_LOCKED (another process, named by pid), STORAGE_OPEN, STORAGE_NOT_A_DATABASE,
  // STORAGE_CORRUPT, STORAGE_WRONG_FILE (other application_id), STORAGE_NEWER_SCHEMA,
  // STORAGE_PRAGMA (a switch did not take), STORAGE_MIGRATION, STORAGE_IO, DISK_FULL. Nothing has
  // been promised yet, so here I/O errors are values too.
  static trading::Result<std::unique_ptr<Database>> open(const std::filesystem::path& path,
                                                         const DatabaseOptions& options);
  // A read-only connection for another thread, while the writer is open in this process. Takes no
  // lock file, runs no migration; refuses a file whose schema is not at the list's last version.
  static trading::Result<std::unique_ptr<Database>> open_reader(const std::filesystem::path& path,
                                                                const DatabaseOptions& options);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  static constexpr int kLongLogPages = 1'000;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] int schema_version() const { return schema_version_; }
  // The copy made before this open migrated an existing file; empty when none was needed.
  [[nodiscard]] const std::filesystem::path& migration_backup() const { return migration_backup_; }
  [[nodiscard]] bool in_transaction() const { return transaction_open_; }
  // How often a transaction of this connection was undone, by us or by SQLite itself: who remembers what
  // it wrote compares.
  [[nodiscard]] std::int64_t rollbacks() const { return rollbacks_; }

  // Prepared once and cached. Never fails by itself: an error shows at the first step().
  Statement statement(std::string_view sql);
  // One statement without parameters and rows, inside a Transaction when it writes.
  trading::Status run(std::string_view sql) { return statement(sql).run(); }

  // Full check of the file's structure and its foreign keys: STORAGE_CORRUPT with the first
  // findings. Slow on a large file (reads all of it): at start and once a day.
  trading::Status integrity_check();
  // A complete copy in one file (no WAL beside it), quick-checked, synced, then renamed into place:
  // an existing file at `path` is replaced only by a good copy. Not inside a Transaction. Errors:
  // STORAGE_BACKUP, DISK_FULL.
  trading::Status backup_to(const std::filesystem::path& path);

  // Group commit, for the writer. After defer_sync() a commit stands in the log, behind all before
  // it, and reaches the disk with the next sync(). A kill loses nothing; a power cut takes whole
  // transactions from the end, never one from the middle: the log counts up to its first frame
  // that is not whole. Whoever defers calls sync() before anything that rests on a commit leaves
  // the process. Not inside a Transaction. STORAGE_PRAGMA.
  // While syncs are deferred, no commit moves the log into the file either: tidy_log() does, in a
  // quiet moment, once the log is longer than kLongLogPages.
  trading::Status defer_sync();
  trading::Status sync_each_commit();
  trading::Status tidy_log();
  // What this file's connections have committed so far is on the disk when it returns, and
  // otherwise the process ends (fail_stop). Cheap when nothing waits. Not inside a Transaction.
  void sync();

  // Moves the WAL's content into the file and empties it; for quiet moments (end of day).
  trading::Status checkpoint_wal();

 private:
  friend class Statement;
  friend class Transaction;
  Database(std::filesystem::path path, std::optional<LockFile> lock);

  trading::Status connect(const DatabaseOptions& options, bool read_only);
  trading::Status set_switches(const DatabaseOptions& options, bool read_only);
  trading::Status check_identity(const DatabaseOptions& options, bool read_only);
  trading::Status migrate(const DatabaseOptions& options);
  trading::Status apply(const Migration& migration, std::int32_t application_id);
  trading::Status pragma(const char* set, const char* get, std::string_view wanted);
  trading::Result<std::string> pragma_text(const char* sql);
  trading::Status exec(const char* sql);  // trusted script: no write guard
  trading::Status step_once(sqlite3_stmt*& prepared, const char* sql);  // prepared at its first use
  // The verdict on a result code that is not OK, ROW or DONE: an Error, fail_stop, or abort for our
  // own bugs.
  trading::Error error_of(int rc, std::string_view doing);

  // The Transaction's side.
  trading::Status begin();
  trading::Status commit();
  void rollback() noexcept;
  // Before every step: is this statement allowed now?
  trading::Status admit(sqlite3_stmt* handle);

  std::filesystem::path path_;
  std::optional<LockFile> lock_;
  sqlite3* handle_ = nullptr;
  sqlite3_stmt* begin_ = nullptr;
  sqlite3_stmt* commit_ = nullptr;
  std::string vfs_;
  bool is_opening_ = true;  // I/O errors are values until open() returns
  int schema_version_ = 0;
  std::filesystem::path migration_backup_;
  bool is_sync_deferred_ = false;
  int log_pages_ = 0;                 // after the last commit
  bool is_log_ahead_ = false;         // commits that wait for sync()
  std::unique_ptr<LogFile> log_file_;  // opened by the first sync()
  bool transaction_open_ = false;
  std::int64_t rollbacks_ = 0;
  std::optional<trading::Error> transaction_lost_;  // SQLite rolled it back under us (disk full)
  std::thread::id transaction_thread_;
  std::unordered_map<std::string_view, std::unique_ptr<Statement::Slot>>
      cache_;  // keys point into the slots
};

}  // namespace broker
