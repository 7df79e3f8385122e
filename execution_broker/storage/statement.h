#pragma once

// A prepared statement, borrowed from the database's cache for a scope. SQL is a constant of the
// program: text that does not compile is our own bug and aborts. Parameters are ?1, ?2...; columns
// count from 0. Belongs to the thread of its Database. Must not outlive it, nor the Transaction it
// runs in.

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "trading/base/result.h"

struct sqlite3_stmt;

namespace broker {

class Database;
using Blob = std::span<const std::uint8_t>;

class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();  // reset, parameters cleared, back into the cache

  // Values are copied. Each returns *this so that binds can be chained.
  Statement& bind(int index, std::nullopt_t);
  Statement& bind(int index, std::string_view text);
  Statement& bind(int index, const char* text) { return bind(index, std::string_view(text)); }
  Statement& bind(int index, const std::string& text) {
    return bind(index, std::string_view(text));
  }
  Statement& bind(int index, Blob blob);
  template <std::integral Integer>
  Statement& bind(int index, Integer value) {
    static_assert(std::is_signed_v<Integer> || sizeof(Integer) < 8,
                  "SQLite integers are signed 64 bits");
    return bind_int64(index, static_cast<std::int64_t>(value));
  }
  template <typename T>
  Statement& bind(int index, const std::optional<T>& value) {
    return value ? bind(index, *value) : bind(index, std::nullopt);
  }
  // bind_all(a, b, c) = bind(1, a), bind(2, b), bind(3, c)
  template <typename... Values>
  Statement& bind_all(const Values&... values) {
    int index = 0;
    (bind(++index, values), ...);
    return *this;
  }

  // true: a row is there, read it with the functions below; false: no more rows.
  // Errors: STORAGE_CONSTRAINT (what = SQLite's or the trigger's words), STORAGE_BUSY, DISK_FULL
  // (the transaction is rolled back already), STORAGE_TOO_BIG. I/O errors do not return: fail_stop.
  // A statement that writes needs an open Transaction (INVARIANT).
  trading::Result<bool> step();
  // For statements without rows: one step, then reset, ready to bind again.
  trading::Status run();
  void reset();  // forget rows, keep parameters

  // Columns of the current row. A type that is not the column's aborts: tables are STRICT, so it is
  // our own bug.
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::int64_t int64(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::string_view text_view(
      int column) const;                      // until the next step, reset or end of scope
  [[nodiscard]] Blob blob(int column) const;  // same lifetime
  [[nodiscard]] std::optional<std::int64_t> optional_int64(int column) const;
  [[nodiscard]] std::optional<std::string> optional_text(int column) const;

 private:
  friend class Database;
  struct Slot {  // a cache entry
    std::string sql;
    sqlite3_stmt* handle = nullptr;
    bool is_lent = false;
  };
  Statement(Database& database, Slot* slot, sqlite3_stmt* handle);
  Statement(Database& database, trading::Error error);

  Statement& bind_int64(int index, std::int64_t value);
  void check_bind(int rc) const;
  void check_type(int column, int wanted) const;

  Database* database_;
  Slot* slot_ = nullptr;            // null: not from the cache, finalized at the end
  sqlite3_stmt* handle_ = nullptr;  // null: preparing failed, error_ says how
  std::optional<trading::Error> error_;
  bool has_row_ = false;
};

// First row's integer of a statement that has at most one row, or nullopt when there is none (or it
// is NULL).
trading::Result<std::optional<std::int64_t>> single_int64(Statement statement);

}  // namespace broker
