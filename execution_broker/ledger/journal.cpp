#include "execution_broker/ledger/journal.h"

#include "trading/base/invariant.h"

namespace broker {

using trading::Accrual;
using trading::Result;
using trading::Status;

Status Journal::load() {
  balances_.clear();
  auto rows = database_.statement("SELECT account, amount_e4 FROM balance");
  while (true) {
    ASSIGN_OR_RETURN(const bool has_row, rows.step());
    if (!has_row) break;
    balances_[rows.text(0)] = rows.int64(1);
  }
  ASSIGN_OR_RETURN(const auto txn, single_int64(database_.statement("SELECT MAX(txn) FROM txn")));
  ASSIGN_OR_RETURN(const auto line, single_int64(database_.statement("SELECT MAX(line) FROM journal")));
  next_txn_ = txn.value_or(0) + 1;
  next_line_ = line.value_or(0) + 1;
  return {};
}

Result<std::int64_t> Journal::post(Transaction& transaction, const Posting& posting) {
  Accrual sum;
  for (const JournalLine& line : posting.lines) sum += line.amount;
  INVARIANT(sum.is_zero(), "the lines of a journal transaction sum to zero");

  const std::int64_t txn = next_txn_++;
  RETURN_IF_ERROR(transaction
                      .statement("INSERT INTO txn (txn, kind, market_us, epoch, order_seq, symbol, side, quantity, "
                                 "price_e4) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
                      .bind_all(txn, posting.kind, posting.market_ts.us, posting.epoch, posting.order_seq,
                                posting.symbol, posting.side ? name_of(*posting.side) : std::string_view(),
                                posting.quantity.value(), posting.price.value())
                      .run());
  for (const JournalLine& line : posting.lines) {
    if (line.amount.is_zero()) continue;
    RETURN_IF_ERROR(transaction.statement("INSERT INTO journal (line, txn, account, amount_e4) VALUES (?1, ?2, ?3, ?4)")
                        .bind_all(next_line_++, txn, line.account, line.amount.value())
                        .run());
    RETURN_IF_ERROR(transaction
                        .statement("INSERT INTO balance (account, amount_e4) VALUES (?1, ?2) ON CONFLICT (account) "
                                   "DO UPDATE SET amount_e4 = amount_e4 + excluded.amount_e4")
                        .bind_all(line.account, line.amount.value())
                        .run());
    std::int64_t& balance = balances_[line.account];
    balance = trading::checked_add(balance, line.amount.value());
  }
  return txn;
}

Accrual Journal::balance(std::string_view account) const {
  const auto found = balances_.find(account);
  return Accrual(found == balances_.end() ? 0 : found->second);
}

Accrual Journal::sum_of(std::string_view prefix) const {
  Accrual sum;
  for (const auto& [account, amount] : balances_)
    if (account.starts_with(prefix)) sum += Accrual(amount);
  return sum;
}

Result<Journal::Proof> Journal::prove() {
  Proof proof;
  {
    auto totals = database_.statement("SELECT (SELECT COUNT(*) FROM txn), COUNT(*), COALESCE(SUM(amount_e4), 0) FROM journal");
    ASSIGN_OR_RETURN(const bool has_row, totals.step());
    INVARIANT(has_row, "an aggregate has a row");
    proof.transactions = totals.int64(0);
    proof.lines = totals.int64(1);
    proof.sum = Accrual(totals.int64(2));
    if (!proof.sum.is_zero()) proof.findings.push_back("the journal sums to " + proof.sum.rupees() + ", not to zero");
  }
  {
    auto uneven = database_.statement(
        "SELECT txn, SUM(amount_e4) FROM journal GROUP BY txn HAVING SUM(amount_e4) <> 0 LIMIT 5");
    while (true) {
      ASSIGN_OR_RETURN(const bool has_row, uneven.step());
      if (!has_row) break;
      proof.findings.push_back("transaction " + std::to_string(uneven.int64(0)) + " sums to " +
                               Accrual(uneven.int64(1)).rupees());
    }
  }
  {
    auto wrong = database_.statement(
        "SELECT account, SUM(kept), SUM(proven) FROM (SELECT account, amount_e4 AS kept, 0 AS proven FROM balance "
        "UNION ALL SELECT account, 0, amount_e4 FROM journal) GROUP BY account HAVING SUM(kept) <> SUM(proven) LIMIT 5");
    while (true) {
      ASSIGN_OR_RETURN(const bool has_row, wrong.step());
      if (!has_row) break;
      proof.findings.push_back("balance of " + wrong.text(0) + " is kept as " + Accrual(wrong.int64(1)).rupees() +
                               ", its journal lines say " + Accrual(wrong.int64(2)).rupees());
    }
  }
  return proof;
}

}  // namespace broker
