#pragma once

// The double-entry journal. A transaction's lines sum to zero, always; a balance is the sum of an account's lines,
// kept beside the journal and proven against it by verify(). Debits are positive: assets and expenses grow upward,
// capital, income and debts downward.
//
//   cash                        what the book can spend, at trade date
//   securities:SYMBOL:PRODUCT   cost of the open position (negative for a short)
//   holdings:SYMBOL             cost of delivered shares, after T+1
//   capital                     what the book began with (negative)
//   realized                    profit of closed parts, before charges (negative = profit)
//   dividends                   income (negative)
//   charges:KIND                expense of a charge line
//   charges_payable:KIND        accrued, not yet on a contract note (negative)
//   charges_rounding            what the contract note's rounding took or gave
//
// Owns the tables txn, journal, balance. Belongs to the desk's thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <functional>
#include <map>
#include <vector>

#include "execution_broker/storage/transaction.h"
#include "trading/base/money.h"
#include "trading/orders/order.h"

namespace broker {

struct JournalLine {
  std::string account;
  trading::Accrual amount;
};

struct Posting {
  std::string kind;  // capital | fill | contract_note | settlement | split | dividend | reset
  trading::Timestamp market_ts;
  std::int64_t epoch = 1;
  std::int64_t order_seq = 0;      // fills
  std::string symbol;              // empty where none
  std::optional<trading::Side> side;
  trading::Quantity quantity;
  trading::Price price;
  std::vector<JournalLine> lines;  // zero amounts are left out
};

class Journal {
 public:
  explicit Journal(Database& database) : database_(database) {}

  // Reads the balances: before anything else, and after a transaction that failed.
  trading::Status load();
  // INVARIANT: the lines sum to zero. Returns the transaction's number. The balances in memory follow at once: when
  // the transaction is not committed, load() again.
  trading::Result<std::int64_t> post(Transaction& transaction, const Posting& posting);

  [[nodiscard]] trading::Accrual balance(std::string_view account) const;
  [[nodiscard]] const std::map<std::string, std::int64_t, std::less<>>& balances() const { return balances_; }
  // Sum of the balances of all accounts that begin so ("charges:").
  [[nodiscard]] trading::Accrual sum_of(std::string_view prefix) const;

  struct Proof {
    std::int64_t transactions = 0;
    std::int64_t lines = 0;
    trading::Accrual sum;
    std::vector<std::string> findings;  // empty = every transaction is zero and every balance is its lines' sum
  };
  trading::Result<Proof> prove();

 private:
  Database& database_;
  std::map<std::string, std::int64_t, std::less<>> balances_;
  std::int64_t next_txn_ = 1;
  std::int64_t next_line_ = 1;
};

}  // namespace broker
