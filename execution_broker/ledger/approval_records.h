#pragma once

// What the ledger keeps of approvals: proposals, used statements, mandates, recommendations. Records and adds up; what they
// allow is the desk's to say.

#include <optional>
#include <string>
#include <vector>

#include "execution_broker/ledger/ledger.h"

namespace broker {

struct ProposalRow {
  std::int64_t order_seq = 0;
  std::string token;   // a reference, no power
  std::string reason;  // the agent's words, cleaned
  std::string cites;   // hashes the agent says it relied on, by a blank between
  bool is_tainted = false;
  trading::Price reference;  // the price that was looked at
  trading::Timestamp expires;  // market time
};

struct UsedStatement {
  std::string nonce, kind, subject, statement, key_id, signature;
  bool is_quick = false;
};

struct MandateRow {
  std::int64_t mandate_id = 0;
  std::string nonce;
  std::string statement;
  std::string state;  // active | used_up | revoked | void | expired
  std::string why;
  trading::Timestamp until;  // market time
  std::int64_t used_entries = 0;
  trading::Accrual used_value;
  trading::Accrual used_loss;
};

struct RecommendationRow {
  std::int64_t recommendation_id = 0;
  std::string symbol;
  trading::Quantity quantity;
  std::string reason;
  std::uint32_t uid = 0;
  trading::Timestamp market_ts;
  bool is_done = false;
};

class ApprovalRecords {
 public:
  explicit ApprovalRecords(Ledger& ledger) : ledger_(&ledger) {}

  trading::Status insert_proposal(Ledger::Unit& unit, const ProposalRow& row);
  [[nodiscard]] trading::Result<std::optional<ProposalRow>> proposal(std::int64_t order_seq);
  [[nodiscard]] trading::Result<std::optional<ProposalRow>> proposal(const std::string& token);
  [[nodiscard]] trading::Result<std::vector<ProposalRow>> newest_proposals(std::size_t limit);

  // The nonce is used up with it.
  trading::Status use(Ledger::Unit& unit, const UsedStatement& used, trading::Timestamp market_ts);
  [[nodiscard]] trading::Result<bool> is_used(const std::string& nonce);

  // Gives mandate_id.
  trading::Status insert_mandate(Ledger::Unit& unit, MandateRow& row);
  trading::Status update_mandate(Ledger::Unit& unit, const MandateRow& row);
  [[nodiscard]] trading::Result<std::vector<MandateRow>> mandates(bool only_active);

  trading::Status insert_recommendation(Ledger::Unit& unit, RecommendationRow& row);
  trading::Status close_recommendation(Ledger::Unit& unit, std::int64_t recommendation_id);
  [[nodiscard]] trading::Result<std::vector<RecommendationRow>> recommendations(bool only_open);

 private:
  Ledger* ledger_;
};

}  // namespace broker
