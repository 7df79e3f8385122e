#include "execution_broker/storage/statement.h"

#include <sqlite3.h>

#include <utility>

#include "execution_broker/storage/database.h"
#include "trading/base/invariant.h"

namespace broker {

Statement::Statement(Database& database, Slot* slot, sqlite3_stmt* handle)
    : database_(&database), slot_(slot), handle_(handle) {
  if (slot_ != nullptr) slot_->is_lent = true;
}

Statement::Statement(Database& database, trading::Error error)
    : database_(&database), error_(std::move(error)) {}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      slot_(std::exchange(other.slot_, nullptr)),
      handle_(std::exchange(other.handle_, nullptr)),
      error_(std::move(other.error_)),
      has_row_(std::exchange(other.has_row_, false)) {}

Statement::~Statement() {
  if (handle_ == nullptr) return;
  if (slot_ == nullptr) {
    sqlite3_finalize(handle_);
    return;
  }
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
  slot_->is_lent = false;
}

void Statement::check_bind(int rc) const {
  if (rc == SQLITE_OK) return;
  // Out of range or bound in the middle of a run: our own bug. Nothing here touches the disk.
  trading::invariant_failed("sqlite3_bind", sqlite3_sql(handle_), __FILE__, __LINE__);
}

Statement& Statement::bind(int index, std::nullopt_t) {
  if (handle_ != nullptr) check_bind(sqlite3_bind_null(handle_, index));
  return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
  if (handle_ == nullptr) return *this;
  // An empty view may have no data pointer, which SQLite would read as NULL.
  const char* data = text.data() == nullptr ? "" : text.data();
  check_bind(sqlite3_bind_text64(handle_, index, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind(int index, Blob blob) {
  if (handle_ == nullptr) return *this;
  if (blob.empty()) {
    check_bind(sqlite3_bind_zeroblob(handle_, index, 0));
  } else {
    check_bind(sqlite3_bind_blob64(handle_, index, blob.data(), blob.size(), SQLITE_TRANSIENT));
  }
  return *this;
}

Statement& Statement::bind_int64(int index, std::int64_t value) {
  if (handle_ != nullptr) check_bind(sqlite3_bind_int64(handle_, index, value));
  return *this;
}

trading::Result<bool> Statement::step() {
  if (error_) return *error_;
  INVARIANT(handle_ != nullptr, "a moved-from statement is used");
  has_row_ = false;
  RETURN_IF_ERROR(database_->admit(handle_));
  const int rc = sqlite3_step(handle_);
  if (rc == SQLITE_ROW) {
    has_row_ = true;
    return true;
  }
  if (rc == SQLITE_DONE) return false;
  trading::Error error = database_->error_of(rc, sqlite3_sql(handle_));
  sqlite3_reset(handle_);
  return error;
}

trading::Status Statement::run() {
  auto stepped = step();
  if (!stepped) return std::move(stepped.error());
  INVARIANT(!*stepped, "a statement with rows is run as one without");
  sqlite3_reset(handle_);
  return {};
}

void Statement::reset() {
  has_row_ = false;
  if (handle_ != nullptr) sqlite3_reset(handle_);
}

void Statement::check_type(int column, int wanted) const {
  INVARIANT(has_row_, "a column is read without a row");
  INVARIANT(column >= 0 && column < sqlite3_column_count(handle_), "the column does not exist");
  INVARIANT(sqlite3_column_type(handle_, column) == wanted, "the column holds another type");
}

bool Statement::is_null(int column) const {
  INVARIANT(has_row_, "a column is read without a row");
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

std::int64_t Statement::int64(int column) const {
  check_type(column, SQLITE_INTEGER);
  return sqlite3_column_int64(handle_, column);
}

std::string_view Statement::text_view(int column) const {
  check_type(column, SQLITE_TEXT);
  const auto* data = sqlite3_column_blob(handle_, column);  // the bytes of the UTF-8 text
  const int size = sqlite3_column_bytes(handle_, column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

std::string Statement::text(int column) const {
  return std::string(text_view(column));
}

Blob Statement::blob(int column) const {
  check_type(column, SQLITE_BLOB);
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(handle_, column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::optional<std::int64_t> Statement::optional_int64(int column) const {
  if (is_null(column)) return std::nullopt;
  return int64(column);
}

std::optional<std::string> Statement::optional_text(int column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}

trading::Result<std::optional<std::int64_t>> single_int64(Statement statement) {
  ASSIGN_OR_RETURN(const bool has_row, statement.step());
  if (!has_row) return std::optional<std::int64_t>{};
  const std::optional<std::int64_t> value = statement.optional_int64(0);
  ASSIGN_OR_RETURN(const bool has_more, statement.step());
  INVARIANT(!has_more, "one row was expected");
  return value;
}

}  // namespace broker
