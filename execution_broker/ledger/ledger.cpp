// The book itself: what it is, its units of work, counters, boots and request ids. Orders, fills and states have
// files of their own beside this one.

#include "execution_broker/ledger/ledger.h"

#include "execution_broker/ledger/rows.h"
#include "trading/base/invariant.h"

namespace broker {

using trading::Accrual;
using trading::make_error;
using trading::Result;
using trading::Status;
using trading::Timestamp;

// --- Unit -----------------------------------------------------------------------------------------------------------

Result<Ledger::Unit> Ledger::Unit::begin(Ledger& ledger) {
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(ledger.database_));
  return Unit(ledger, std::move(transaction));
}

Ledger::Unit::Unit(Unit&& other) noexcept
    : ledger_(other.ledger_), transaction_(std::move(other.transaction_)), is_done_(other.is_done_) {
  other.is_done_ = true;
}

Status Ledger::Unit::commit() {
  INVARIANT(!is_done_, "a unit is committed once");
  RETURN_IF_ERROR(ledger_->write_changed_orders());
  RETURN_IF_ERROR(transaction_.commit());
  is_done_ = true;
  return {};
}

Ledger::Unit::~Unit() {
  if (is_done_) return;
  // The rollback must come before the reading: a moved-to temporary ends here.
  { const Transaction rolled_back = std::move(transaction_); }
  const Status reloaded = ledger_->reload();
  INVARIANT(reloaded.has_value(), "a ledger that was open can be read again");
}

// --- the book -------------------------------------------------------------------------------------------------------

Result<std::unique_ptr<Ledger>> Ledger::open(Database& database, trading::TradingMode mode, const std::string& ledger_id,
                                             Timestamp wall_now) {
  std::unique_ptr<Ledger> ledger(new Ledger(database));
  RETURN_IF_ERROR(ledger->establish(mode, ledger_id, wall_now));
  RETURN_IF_ERROR(ledger->reload());
  return ledger;
}

Status Ledger::establish(trading::TradingMode mode, const std::string& ledger_id, Timestamp wall_now) {
  const std::string mode_name(trading::name_of(mode));
  const auto read = [&](const char* key) -> Result<std::optional<std::string>> {
    auto row = database_.statement("SELECT value FROM book WHERE key = ?1");
    ASSIGN_OR_RETURN(const bool has_row, row.bind_all(key).step());
    return has_row ? std::optional(row.text(0)) : std::nullopt;
  };
  ASSIGN_OR_RETURN(const auto kept_mode, read("mode"));
  if (!kept_mode) {
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(database_));
    for (const auto& [key, value] : {std::pair<std::string, std::string>{"ledger_id", ledger_id},
                                     {"mode", mode_name},
                                     {"created_us", std::to_string(wall_now.us)}})
      RETURN_IF_ERROR(transaction.statement("INSERT INTO book (key, value) VALUES (?1, ?2)").bind_all(key, value).run());
    RETURN_IF_ERROR(transaction.commit());
  } else if (*kept_mode != mode_name) {
    return make_error("LEDGER_OTHER_MODE", database_.path().string() + " is the book of " + *kept_mode + " trading, not of " + mode_name,
                      "each mode has a file of its own; move this one back to where it belongs");
  }
  ASSIGN_OR_RETURN(const auto id, read("ledger_id"));
  ASSIGN_OR_RETURN(const auto created, read("created_us"));
  if (!id || !created)
    return make_error("LEDGER_INCOMPLETE", database_.path().string() + " has no identity", "restore it from a backup");
  if (*id != ledger_id)
    return make_error("LEDGER_OTHER_AUDIT", database_.path().string() + " holds the ledger " + *id + " and the audit log of " + ledger_id,
                      "restore the file from a backup: ledger and audit log belong together");
  identity_ = {*id, mode_name, Timestamp{std::stoll(*created)}};
  return {};
}

Status Ledger::reload() {
  changed_.clear();
  RETURN_IF_ERROR(journal_.load());
  counters_.clear();
  auto counters = database_.statement("SELECT name, value FROM counter");
  ASSIGN_OR_RETURN(const auto rows, all_rows(counters, [](const Statement& row) { return std::pair(row.text(0), row.int64(1)); }));
  counters_.insert(rows.begin(), rows.end());
  RETURN_IF_ERROR(load_orders());
  RETURN_IF_ERROR(load_positions());
  RETURN_IF_ERROR(load_days());
  RETURN_IF_ERROR(load_latches());
  return {};
}

// --- counters, boots, requests --------------------------------------------------------------------------------------

std::int64_t Ledger::counter(const std::string& name, std::int64_t missing) const {
  const auto found = counters_.find(name);
  return found == counters_.end() ? missing : found->second;
}

Status Ledger::set_counter(Unit& unit, const std::string& name, std::int64_t value) {
  RETURN_IF_ERROR(unit.transaction()
                      .statement("INSERT INTO counter (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET "
                                 "value = excluded.value")
                      .bind_all(name, value)
                      .run());
  counters_[name] = value;
  return {};
}

Status Ledger::record_boot(Unit& unit, const std::string& boot_id, Timestamp wall, Timestamp market,
                           const std::string& version, const std::string& limits_hash, std::uint32_t uid) {
  RETURN_IF_ERROR(unit.transaction()
                      .statement("INSERT INTO boot (boot_id, started_us, market_us, version, limits_hash, uid) VALUES "
                                 "(?1, ?2, ?3, ?4, ?5, ?6)")
                      .bind_all(boot_id, wall.us, market.us, version, limits_hash, uid)
                      .run());
  boot_id_ = boot_id;
  limits_hash_ = limits_hash;
  return {};
}

Result<std::optional<Ledger::PastRequest>> Ledger::find_request(const RequestNote& asked) {
  auto row = database_.statement(
      "SELECT fingerprint, order_seq, answer FROM request WHERE uid = ?1 AND day = ?2 AND request_id = ?3");
  ASSIGN_OR_RETURN(const bool has_row, row.bind_all(asked.uid, asked.day.days, asked.request_id).step());
  if (!has_row) return std::optional<PastRequest>();
  return std::optional<PastRequest>({row.text(0), row.int64(1), row.text(2)});
}

Status Ledger::record_request(Unit& unit, const RequestNote& asked, std::int64_t order_seq, const std::string& answer) {
  if (!asked.is_named()) return {};
  return unit.transaction()
      .statement("INSERT INTO request (uid, day, request_id, fingerprint, order_seq, answer) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
      .bind_all(asked.uid, asked.day.days, asked.request_id, asked.fingerprint, order_seq, answer)
      .run();
}

Status Ledger::forget_request(Unit& unit, const RequestNote& asked) {
  if (!asked.is_named()) return {};
  return unit.transaction()
      .statement("DELETE FROM request WHERE uid = ?1 AND day = ?2 AND request_id = ?3")
      .bind_all(asked.uid, asked.day.days, asked.request_id)
      .run();
}

Status Ledger::forget_untaken_cancels(Unit& unit) {
  for (const auto& [order_seq, order] : working_)
    RETURN_IF_ERROR(unit.transaction()
                        .statement("DELETE FROM request WHERE order_seq = ?1 AND fingerprint LIKE 'cancel %'")
                        .bind_all(order_seq)
                        .run());
  return {};
}

// --- totals ---------------------------------------------------------------------------------------------------------

Accrual Ledger::book_equity() const {
  Accrual equity = cash() - charges_payable();
  for (const auto& [key, record] : positions_) equity += record.position.cost;
  return equity;
}

Ledger::EpochTotals Ledger::epoch_totals() const {
  return {-journal_.balance("realized"), journal_.sum_of("charges:") + journal_.balance("charges_rounding")};
}

}  // namespace broker
