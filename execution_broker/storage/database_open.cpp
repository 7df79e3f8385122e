// Opening: lock, file, switches set and read back, identity, schema.

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "execution_broker/storage/database.h"
#include "execution_broker/storage/folder_sync.h"
#include "execution_broker/storage/whole_commits.h"
#include "trading/base/invariant.h"

namespace broker {
namespace {

trading::Error open_error(const std::filesystem::path& path, const std::string& why) {
  return trading::make_error("STORAGE_OPEN", "cannot open " + path.string() + ": " + why,
                             "check that the folder exists and belongs to the broker's user");
}

// The folder without symbolic links, so that SQLite can be told to follow none: a link in place of
// the file would let someone else choose what is opened.
trading::Result<std::filesystem::path> real_path(const std::filesystem::path& path) {
  std::error_code failed;
  const auto folder =
      std::filesystem::canonical(path.has_parent_path() ? path.parent_path() : ".", failed);
  if (failed) return open_error(path, failed.message());
  return folder / path.filename();
}

// An empty file is a valid empty database. Made here and not by SQLite: the mode is 0600 from the
// first moment, and its name is durable before anything is promised.
trading::Status create_if_missing(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    if (errno == EEXIST) return {};
    return open_error(path, std::strerror(errno));
  }
  ::close(fd);
  return sync_folder(path.parent_path());
}

void check_options(const DatabaseOptions& options) {
  INVARIANT(options.application_id > 0, "a database has an application_id");
  INVARIANT(!options.migrations.empty(), "a database has a schema");
  for (std::size_t i = 0; i < options.migrations.size(); ++i) {
    INVARIANT(options.migrations[i].version == static_cast<int>(i) + 1,
              "migrations are numbered 1, 2, 3...");
  }
}

}  // namespace

trading::Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path,
                                                          const DatabaseOptions& options) {
  check_options(options);
  ASSIGN_OR_RETURN(const std::filesystem::path file, real_path(path));
  ASSIGN_OR_RETURN(LockFile lock, LockFile::acquire(file.string() + ".lock"));
  RETURN_IF_ERROR(create_if_missing(file));
  std::unique_ptr<Database> database(new Database(file, std::move(lock)));
  RETURN_IF_ERROR(database->connect(options, false));
  RETURN_IF_ERROR(database->check_identity(options, false));
  RETURN_IF_ERROR(database->set_switches(options, false));
  RETURN_IF_ERROR(database->migrate(options));
  database->is_opening_ = false;
  return database;
}

trading::Result<std::unique_ptr<Database>> Database::open_reader(const std::filesystem::path& path,
                                                                 const DatabaseOptions& options) {
  check_options(options);
  ASSIGN_OR_RETURN(const std::filesystem::path file, real_path(path));
  std::unique_ptr<Database> database(new Database(file, std::nullopt));
  RETURN_IF_ERROR(database->connect(options, true));
  RETURN_IF_ERROR(database->check_identity(options, true));
  RETURN_IF_ERROR(database->set_switches(options, true));
  database->is_opening_ = false;
  return database;
}

// SQLite counts its memory under a lock, at each allocation; nothing here asks for the count. Whoever
// used SQLite before (a VFS of a test) leaves it as it was.
static void leave_memory_uncounted() {
  static const int kept = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(kept);
}

trading::Status Database::connect(const DatabaseOptions& options, bool read_only) {
  leave_memory_uncounted();
  vfs_ = options.vfs;
  const int flags = (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE;
  const int rc = sqlite3_open_v2(path_.c_str(), &handle_, flags, whole_commits_over(vfs_).c_str());
  if (rc != SQLITE_OK)
    return open_error(path_, handle_ != nullptr ? sqlite3_errmsg(handle_) : "out of memory");
  sqlite3_busy_timeout(handle_, options.busy_timeout_ms);
  sqlite3_rollback_hook(
      handle_, [](void* count) { ++*static_cast<std::int64_t*>(count); }, &rollbacks_);
  return {};
}

trading::Result<std::string> Database::pragma_text(const char* sql) {
  sqlite3_stmt* prepared = nullptr;
  int rc = sqlite3_prepare_v2(handle_, sql, -1, &prepared, nullptr);
  std::string value;
  if (rc == SQLITE_OK) {
    rc = sqlite3_step(prepared);
    if (rc == SQLITE_ROW) {
      const void* data = sqlite3_column_text(prepared, 0);
      if (data != nullptr) value = static_cast<const char*>(data);
    }
  }
  sqlite3_finalize(prepared);
  if (rc == SQLITE_ROW || rc == SQLITE_DONE) return value;
  return error_of(rc, sql);
}

trading::Status Database::pragma(const char* set, const char* get, std::string_view wanted) {
  RETURN_IF_ERROR(exec(set));
  ASSIGN_OR_RETURN(const std::string value, pragma_text(get));
  if (value == wanted) return {};
  return trading::make_error("STORAGE_PRAGMA",
                             path_.string() + ": " + set + " was answered with \"" + value + "\"",
                             "use SQLite 3.40 or newer on a local file system that supports WAL");
}

trading::Status Database::set_switches(const DatabaseOptions& options, bool read_only) {
  struct Switch {
    int which;
    int wanted;
    const char* name;
  };
  const Switch switches[] = {
      {SQLITE_DBCONFIG_DEFENSIVE, 1, "DEFENSIVE"},
      {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, "ENABLE_LOAD_EXTENSION"},
      {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0, "WRITABLE_SCHEMA"},
      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, "TRUSTED_SCHEMA"},
      {SQLITE_DBCONFIG_DQS_DML, 0, "DQS_DML"},
      {SQLITE_DBCONFIG_DQS_DDL, 0, "DQS_DDL"},
  };
  for (const Switch& s : switches) {
    int value = -1;
    const int rc = sqlite3_db_config(handle_, s.which, s.wanted, &value);
    if (rc == SQLITE_OK && value == s.wanted) continue;
    return trading::make_error("STORAGE_PRAGMA", path_.string() + ": SQLite did not take " + s.name,
                               "use SQLite 3.40 or newer");
  }
  if (read_only) {
    RETURN_IF_ERROR(pragma("PRAGMA query_only = ON", "PRAGMA query_only", "1"));
    RETURN_IF_ERROR(pragma("PRAGMA journal_mode", "PRAGMA journal_mode", "wal"));
  } else {
    // Of a new file only. Transactions here are small and many: half of SQLite's usual page is half of
    // what each of them writes.
    RETURN_IF_ERROR(exec("PRAGMA page_size = 2048"));
    RETURN_IF_ERROR(pragma("PRAGMA journal_mode = WAL", "PRAGMA journal_mode", "wal"));
    // A burst must not leave a huge WAL behind.
    RETURN_IF_ERROR(
        pragma("PRAGMA journal_size_limit = 67108864", "PRAGMA journal_size_limit", "67108864"));
  }
  RETURN_IF_ERROR(pragma("PRAGMA synchronous = FULL", "PRAGMA synchronous", "2"));
  RETURN_IF_ERROR(pragma("PRAGMA foreign_keys = ON", "PRAGMA foreign_keys", "1"));
  RETURN_IF_ERROR(pragma("PRAGMA recursive_triggers = ON", "PRAGMA recursive_triggers", "1"));
  RETURN_IF_ERROR(pragma("PRAGMA trusted_schema = OFF", "PRAGMA trusted_schema", "0"));
  RETURN_IF_ERROR(pragma("PRAGMA cell_size_check = ON", "PRAGMA cell_size_check", "1"));
  RETURN_IF_ERROR(pragma("PRAGMA mmap_size = 0", "PRAGMA mmap_size",
                         "0"));  // a bad page is an error, not a SIGBUS
  const std::string timeout = std::to_string(options.busy_timeout_ms);
  return pragma("PRAGMA busy_timeout", "PRAGMA busy_timeout", timeout);
}

trading::Status Database::check_identity(const DatabaseOptions& options, bool read_only) {
  ASSIGN_OR_RETURN(const std::string id, pragma_text("PRAGMA application_id"));
  ASSIGN_OR_RETURN(const std::string version, pragma_text("PRAGMA user_version"));
  ASSIGN_OR_RETURN(const std::string tables, pragma_text("SELECT count(*) FROM sqlite_schema"));
  schema_version_ = std::stoi(version);
  const bool is_new = id == "0" && version == "0" && tables == "0";
  if (!(is_new && !read_only) && id != std::to_string(options.application_id)) {
    return trading::make_error(
        "STORAGE_WRONG_FILE",
        path_.string() + " has application_id " + id + ", expected " +
            std::to_string(options.application_id),
        "this file belongs to another program or another book: check the home folder");
  }
  const int known = options.migrations.back().version;
  if (schema_version_ > known) {
    return trading::make_error(
        "STORAGE_NEWER_SCHEMA",
        path_.string() + " has schema " + version + ", this program knows up to " +
            std::to_string(known),
        "start the newer program, or restore the backup made before the upgrade");
  }
  if (read_only && schema_version_ != known) {
    return trading::make_error(
        "STORAGE_MIGRATION",
        path_.string() + " is at schema " + version + ", not yet at " + std::to_string(known),
        "open it for writing first");
  }
  return {};
}

trading::Status Database::migrate(const DatabaseOptions& options) {
  const int before = schema_version_;
  if (before == options.migrations.back().version) return {};
  if (before > 0) {
    migration_backup_ = path_.string() + ".v" + std::to_string(before) + ".bak";
    RETURN_IF_ERROR(backup_to(migration_backup_));
  }
  for (const Migration& migration : options.migrations) {
    if (migration.version <= before) continue;
    auto applied = apply(migration, options.application_id);
    if (applied) continue;
    trading::Error error = std::move(applied.error());
    if (error.code == "DISK_FULL") return error;
    return trading::make_error(
        "STORAGE_MIGRATION",
        "schema step " + std::to_string(migration.version) + " (" + migration.name +
            ") failed, the file is unchanged: " + error.what,
        before > 0 ? "the copy from before is " + migration_backup_.string() : error.fix);
  }
  return {};
}

trading::Status Database::apply(const Migration& migration, std::int32_t application_id) {
  RETURN_IF_ERROR(begin());
  const std::string stamp = "PRAGMA application_id = " + std::to_string(application_id) +
                            "; PRAGMA user_version = " + std::to_string(migration.version);
  auto done = exec(migration.sql.c_str());
  if (done) done = exec(stamp.c_str());
  if (!done) {
    rollback();
    return done;
  }
  RETURN_IF_ERROR(commit());
  schema_version_ = migration.version;
  return {};
}

}  // namespace broker
