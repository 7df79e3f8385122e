// The life of an open connection: statements, transactions, and what becomes of SQLite's result
// codes. Opening stands in database_open.cpp, copies and checks in database_backup.cpp.

#include "execution_broker/storage/database.h"

#include <sqlite3.h>

#include <utility>

#include "execution_broker/storage/fail_stop.h"
#include "trading/base/invariant.h"

namespace broker {
namespace {

// SQL texts are constants of the program, so the cache is as large as the program has statements.
// More than this means that someone builds SQL from values.
constexpr std::size_t kMaxCachedStatements = 512;

// The result codes that callers can do something about.
std::optional<trading::Error> value_of(int primary, const std::string& what) {
  switch (primary) {
    case SQLITE_FULL:
      return trading::make_error(
          "DISK_FULL", what,
          "nothing of this transaction was kept; free space, or release the ballast",
          trading::Retry::kSafe);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return trading::make_error("STORAGE_BUSY", what,
                                 "another program has the file open: close it and try again",
                                 trading::Retry::kSafe);
    case SQLITE_CONSTRAINT:
      return trading::make_error("STORAGE_CONSTRAINT", what, "", trading::Retry::kNo);
    case SQLITE_TOOBIG:
      return trading::make_error("STORAGE_TOO_BIG", what, "send less in one value");
    default:
      return std::nullopt;
  }
}

// The disk, or what stands on it, cannot be trusted. Everything else is a bug of ours.
bool is_storage_failure(int primary) {
  switch (primary) {
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_NOLFS:
    case SQLITE_NOMEM:
      return true;
    default:
      return false;
  }
}

}  // namespace

Database::Database(std::filesystem::path path, std::optional<LockFile> lock)
    : path_(std::move(path)), lock_(std::move(lock)) {}

Database::~Database() {
  for (auto& [sql, slot] : cache_) {
    INVARIANT(!slot->is_lent, "a statement outlives its database");
    sqlite3_finalize(slot->handle);
  }
  sqlite3_finalize(begin_);
  sqlite3_finalize(commit_);
  sqlite3_close(handle_);
}

Statement Database::statement(std::string_view sql) {
  const auto found = cache_.find(sql);
  if (found != cache_.end() && !found->second->is_lent) {
    return Statement(*this, found->second.get(), found->second->handle);
  }
  // Not seen yet, or in use further up the stack: then a second one for this scope only.
  const bool keep = found == cache_.end();
  sqlite3_stmt* prepared = nullptr;
  const int rc = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                    keep ? SQLITE_PREPARE_PERSISTENT : 0, &prepared, nullptr);
  if (rc != SQLITE_OK) return Statement(*this, error_of(rc, sql));
  INVARIANT(prepared != nullptr, "an empty statement");
  if (!keep) return Statement(*this, nullptr, prepared);
  INVARIANT(cache_.size() < kMaxCachedStatements,
            "SQL is being built from values: bind them instead");
  auto slot = std::make_unique<Statement::Slot>();
  slot->sql = std::string(sql);
  slot->handle = prepared;
  Statement::Slot* kept = slot.get();
  cache_.emplace(std::string_view(kept->sql), std::move(slot));
  return Statement(*this, kept, prepared);
}

trading::Status Database::admit(sqlite3_stmt* handle) {
  if (!transaction_open_) {
    INVARIANT(sqlite3_stmt_readonly(handle) != 0, "a write outside a Transaction");
    return {};
  }
  INVARIANT(std::this_thread::get_id() == transaction_thread_,
            "a transaction is used from another thread");
  if (transaction_lost_) return *transaction_lost_;
  return {};
}

trading::Status Database::begin() {
  INVARIANT(!transaction_open_, "a transaction inside a transaction");
  RETURN_IF_ERROR(step_once(begin_, "BEGIN IMMEDIATE"));
  transaction_open_ = true;
  transaction_thread_ = std::this_thread::get_id();
  transaction_lost_.reset();
  return {};
}

trading::Status Database::commit() {
  INVARIANT(transaction_open_, "no transaction to commit");
  if (!transaction_lost_) {
    auto committed = step_once(commit_, "COMMIT");
    if (committed) {
      transaction_open_ = false;
      is_log_ahead_ = is_sync_deferred_;
      return {};
    }
    transaction_lost_ = std::move(committed.error());
  }
  trading::Error why = *transaction_lost_;
  rollback();
  return why;
}

trading::Status Database::step_once(sqlite3_stmt*& prepared, const char* sql) {
  if (prepared == nullptr) {
    const int rc =
        sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
    if (rc != SQLITE_OK) return error_of(rc, sql);
  }
  const int rc = sqlite3_step(prepared);
  trading::Status done;
  if (rc != SQLITE_DONE) done = error_of(rc, sql);
  sqlite3_reset(prepared);
  return done;
}

trading::Status Database::defer_sync() {
  INVARIANT(!transaction_open_, "syncs are deferred between transactions");
  RETURN_IF_ERROR(pragma("PRAGMA synchronous = NORMAL", "PRAGMA synchronous", "1"));
  // Instead of SQLite's own hook, which would do the work inside a commit.
  sqlite3_wal_hook(
      handle_,
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<Database*>(self)->log_pages_ = pages;
        return SQLITE_OK;
      },
      this);
  is_sync_deferred_ = true;
  return {};
}

trading::Status Database::sync_each_commit() {
  sync();
  RETURN_IF_ERROR(pragma("PRAGMA synchronous = FULL", "PRAGMA synchronous", "2"));
  sqlite3_wal_autocheckpoint(handle_, kLongLogPages);
  is_sync_deferred_ = false;
  return {};
}

trading::Status Database::tidy_log() {
  INVARIANT(!transaction_open_, "a WAL checkpoint inside a transaction");
  if (log_pages_ < kLongLogPages) return {};
  int moved = 0;
  const int rc = sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, &moved);
  if (rc != SQLITE_OK) return error_of(rc, "WAL checkpoint");
  if (moved == log_pages_) log_pages_ = 0;  // otherwise a reader stands in the way: with the next call
  return {};
}

void Database::sync() {
  INVARIANT(!transaction_open_, "a transaction is synced before it is committed");
  // A reader cannot know what the writer has committed: it always asks the disk.
  const bool is_writer = lock_.has_value();
  if (is_writer && !is_log_ahead_) return;
  if (!log_file_) {
    auto opened = LogFile::open(path_, vfs_);
    if (!opened) fail_stop(opened.error().text());
    log_file_ = std::move(*opened);
  }
  const trading::Status synced = log_file_->sync();
  if (!synced) fail_stop(synced.error().text());
  is_log_ahead_ = false;
}

void Database::rollback() noexcept {
  transaction_open_ = false;
  transaction_lost_.reset();
  if (sqlite3_get_autocommit(handle_) != 0) return;  // SQLite has rolled back by itself
  const int rc = sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
  if (rc != SQLITE_OK && sqlite3_get_autocommit(handle_) == 0) {
    fail_stop("cannot roll back " + path_.string() + ": " + sqlite3_errmsg(handle_));
  }
}

trading::Status Database::exec(const char* sql) {
  const int rc = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (rc == SQLITE_OK) return {};
  return error_of(rc, sql);
}

trading::Error Database::error_of(int rc, std::string_view doing) {
  const std::string what = path_.string() + ": " + sqlite3_errmsg(handle_) + " (SQLite " +
                           std::to_string(rc) + ") in " + std::string(doing.substr(0, 120));
  const int primary = rc & 0xff;
  std::optional<trading::Error> value = value_of(primary, what);
  if (value) {
    // Whatever SQLite did, a transaction that lost a statement to a full disk must not be committed
    // in part; and one that SQLite has rolled back must not go on statement by statement.
    const bool is_lost = primary == SQLITE_FULL || sqlite3_get_autocommit(handle_) != 0;
    if (transaction_open_ && is_lost) transaction_lost_ = *value;
    return *value;
  }
  if (!is_opening_) {
    if (is_storage_failure(primary)) fail_stop(what);
    trading::invariant_failed("SQLite statement", what.c_str(), __FILE__, __LINE__);
  }
  const char* code = primary == SQLITE_NOTADB    ? "STORAGE_NOT_A_DATABASE"
                     : primary == SQLITE_CORRUPT ? "STORAGE_CORRUPT"
                                                 : "STORAGE_IO";
  return trading::make_error(code, what,
                             "look at the disk; if the file is damaged, restore the last backup");
}

}  // namespace broker
