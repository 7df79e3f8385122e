#include "execution_broker/storage/transaction.h"

#include <utility>

#include "trading/base/invariant.h"

namespace broker {

trading::Result<Transaction> Transaction::begin(Database& database) {
  RETURN_IF_ERROR(database.begin());
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)), is_over_(other.is_over_) {}

Transaction::~Transaction() {
  if (database_ != nullptr && !is_over_) database_->rollback();
}

trading::Status Transaction::commit() {
  INVARIANT(database_ != nullptr && !is_over_, "a transaction is committed twice");
  is_over_ = true;
  return database_->commit();
}

}  // namespace broker
