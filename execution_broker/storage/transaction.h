#pragma once

// All writes stand in one. BEGIN IMMEDIATE at the start, rolled back at the end of its scope unless
// commit() succeeded. One at a time for a Database; not nested (INVARIANT). Belongs to the thread
// that began it.

#include "execution_broker/storage/database.h"
#include "trading/base/result.h"

namespace broker {

class Transaction {
 public:
  // Errors: STORAGE_BUSY, DISK_FULL.
  static trading::Result<Transaction> begin(Database& database);

  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  // When it returns success, everything is on the disk (WAL, synchronous=FULL), or, after
  // Database::defer_sync(), in the log and on the disk with the next sync(). Errors: DISK_FULL,
  // STORAGE_BUSY, STORAGE_CONSTRAINT (deferred foreign keys); nothing of it is kept then, and the
  // transaction is over.
  trading::Status commit();

  [[nodiscard]] Database& database() const { return *database_; }
  Statement statement(std::string_view sql) { return database_->statement(sql); }

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;  // null after a move
  bool is_over_ = false;
};

}  // namespace broker
