#include "execution_broker/ledger/approval_records.h"

#include "execution_broker/ledger/rows.h"

namespace broker {

using trading::Accrual;
using trading::Price;
using trading::Quantity;
using trading::Result;
using trading::Status;
using trading::Timestamp;

namespace {

#define PROPOSAL_COLUMNS "order_seq, token, reason, cites, is_tainted, reference_e4, expires_us"
#define MANDATE_COLUMNS "mandate_id, nonce, statement, state, why, until_us, used_entries, used_value_e4, used_loss_e4"

ProposalRow proposal_of_row(const Statement& row) {
  return {row.int64(0), row.text(1), row.text(2), row.text(3), row.int64(4) != 0, Price(row.int64(5)), Timestamp{row.int64(6)}};
}

MandateRow mandate_of_row(const Statement& row) {
  return {row.int64(0), row.text(1),  row.text(2),  row.text(3),           row.text(4),
          Timestamp{row.int64(5)},    row.int64(6), Accrual(row.int64(7)), Accrual(row.int64(8))};
}

RecommendationRow recommendation_of_row(const Statement& row) {
  return {row.int64(0), row.text(1), Quantity(row.int64(2)), row.text(3), static_cast<std::uint32_t>(row.int64(4)),
          Timestamp{row.int64(5)}, row.int64(6) != 0};
}

Result<std::optional<ProposalRow>> one_proposal(Statement row) {
  ASSIGN_OR_RETURN(const bool has_row, row.step());
  return has_row ? std::optional(proposal_of_row(row)) : std::nullopt;
}

}  // namespace

// --- proposals ------------------------------------------------------------------------------------------------------

Status ApprovalRecords::insert_proposal(Ledger::Unit& unit, const ProposalRow& row) {
  return unit.transaction()
      .statement("INSERT INTO proposal (" PROPOSAL_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
      .bind_all(row.order_seq, row.token, row.reason, row.cites, row.is_tainted ? 1 : 0, row.reference.value(), row.expires.us)
      .run();
}

Result<std::optional<ProposalRow>> ApprovalRecords::proposal(std::int64_t order_seq) {
  auto row = ledger_->database().statement("SELECT " PROPOSAL_COLUMNS " FROM proposal WHERE order_seq = ?1");
  row.bind_all(order_seq);
  return one_proposal(std::move(row));
}

Result<std::optional<ProposalRow>> ApprovalRecords::proposal(const std::string& token) {
  auto row = ledger_->database().statement("SELECT " PROPOSAL_COLUMNS " FROM proposal WHERE token = ?1");
  row.bind_all(token);
  return one_proposal(std::move(row));
}

Result<std::vector<ProposalRow>> ApprovalRecords::newest_proposals(std::size_t limit) {
  auto rows = ledger_->database().statement("SELECT " PROPOSAL_COLUMNS " FROM proposal ORDER BY order_seq DESC LIMIT ?1");
  rows.bind_all(static_cast<std::int64_t>(limit));
  return all_rows(rows, proposal_of_row);
}

// --- statements -----------------------------------------------------------------------------------------------------

Status ApprovalRecords::use(Ledger::Unit& unit, const UsedStatement& used, Timestamp market_ts) {
  return unit.transaction()
      .statement("INSERT INTO approval (nonce, kind, subject, statement, key_id, signature, is_quick, market_us) VALUES (?1, ?2, "
                 "?3, ?4, ?5, ?6, ?7, ?8)")
      .bind_all(used.nonce, used.kind, used.subject, used.statement, used.key_id, used.signature, used.is_quick ? 1 : 0, market_ts.us)
      .run();
}

Result<bool> ApprovalRecords::is_used(const std::string& nonce) {
  auto row = ledger_->database().statement("SELECT 1 FROM approval WHERE nonce = ?1");
  return row.bind_all(nonce).step();
}

// --- mandates -------------------------------------------------------------------------------------------------------

Status ApprovalRecords::insert_mandate(Ledger::Unit& unit, MandateRow& row) {
  ASSIGN_OR_RETURN(const auto last, single_int64(ledger_->database().statement("SELECT MAX(mandate_id) FROM mandate")));
  row.mandate_id = last.value_or(0) + 1;
  return unit.transaction()
      .statement("INSERT INTO mandate (" MANDATE_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
      .bind_all(row.mandate_id, row.nonce, row.statement, row.state, row.why, row.until.us, row.used_entries, row.used_value.value(),
                row.used_loss.value())
      .run();
}

Status ApprovalRecords::update_mandate(Ledger::Unit& unit, const MandateRow& row) {
  return unit.transaction()
      .statement("UPDATE mandate SET state = ?2, why = ?3, used_entries = ?4, used_value_e4 = ?5, used_loss_e4 = ?6 WHERE "
                 "mandate_id = ?1")
      .bind_all(row.mandate_id, row.state, row.why, row.used_entries, row.used_value.value(), row.used_loss.value())
      .run();
}

Result<std::vector<MandateRow>> ApprovalRecords::mandates(bool only_active) {
  auto rows = ledger_->database().statement("SELECT " MANDATE_COLUMNS
                                            " FROM mandate WHERE ?1 = 0 OR state = 'active' ORDER BY mandate_id DESC LIMIT 100");
  rows.bind_all(only_active ? 1 : 0);
  return all_rows(rows, mandate_of_row);
}

// --- recommendations ------------------------------------------------------------------------------------------------

Status ApprovalRecords::insert_recommendation(Ledger::Unit& unit, RecommendationRow& row) {
  ASSIGN_OR_RETURN(const auto last,
                   single_int64(ledger_->database().statement("SELECT MAX(recommendation_id) FROM recommendation")));
  row.recommendation_id = last.value_or(0) + 1;
  return unit.transaction()
      .statement("INSERT INTO recommendation (recommendation_id, symbol, quantity, reason, uid, market_us, is_done) VALUES (?1, "
                 "?2, ?3, ?4, ?5, ?6, 0)")
      .bind_all(row.recommendation_id, row.symbol, row.quantity.value(), row.reason, row.uid, row.market_ts.us)
      .run();
}

Status ApprovalRecords::close_recommendation(Ledger::Unit& unit, std::int64_t recommendation_id) {
  return unit.transaction()
      .statement("UPDATE recommendation SET is_done = 1 WHERE recommendation_id = ?1")
      .bind_all(recommendation_id)
      .run();
}

Result<std::vector<RecommendationRow>> ApprovalRecords::recommendations(bool only_open) {
  auto rows = ledger_->database().statement(
      "SELECT recommendation_id, symbol, quantity, reason, uid, market_us, is_done FROM recommendation WHERE ?1 = 0 OR is_done = "
      "0 ORDER BY recommendation_id DESC LIMIT 100");
  rows.bind_all(only_open ? 1 : 0);
  return all_rows(rows, recommendation_of_row);
}

}  // namespace broker
