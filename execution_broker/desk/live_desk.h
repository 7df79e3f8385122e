#pragma once

// The desk where a human signs: proposals of the agent, statements of the human, mandates, recommendations. A second face of
// the one desk (order_desk.h); all its methods run on the desk's thread.
//
// The way of an entry: prepare_order checks and keeps it, AWAITING_APPROVAL. open() makes a card of it: a statement (canonical
// JSON, approval/format) with a nonce that is good for 60 seconds. sign() takes those very bytes with a signature, checks
// everything once more, uses the nonce up in the transaction that writes SUBMITTING, and sends. The agent only ever asks.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "execution_broker/desk/order_desk.h"
#include "execution_broker/ledger/approval_records.h"

namespace broker {

struct ProposalRequest {
  trading::OrderRequest order;
  std::string reason;              // the agent's words: shown last, quoted, never believed
  std::vector<std::string> cites;  // hashes of the data it relied on
};

struct ProposalView {
  OrderRecord order;
  ProposalRow row;
  std::optional<trading::Price> last;  // now, by the broker's own quote
  trading::Bps drift;                  // of it since the proposal, either way
};

struct ProposalReply {
  Provenance provenance;
  OrderReply order;                    // as kept; on paper a dry run without an id
  std::optional<ProposalView> proposal;  // empty: refused, an exit, or sent under a mandate
  std::string note;                    // what happens next, in a sentence
  bool is_dry_run = false;
};

struct ProposalsReply {
  Provenance provenance;
  std::vector<ProposalView> proposals;  // newest first
};

struct MandateLine {
  std::string symbol;
  trading::Side side = trading::Side::kBuy;
  trading::Price worst_price;       // BUY: no limit above it; SELL: none below
  trading::Quantity most_quantity;  // of one entry
};
struct MandateTerms {
  std::vector<MandateLine> lines;
  std::int64_t most_entries = 0;
  trading::Accrual most_value;  // gross, counted cumulatively
  trading::Accrual most_loss;   // worst losses, counted cumulatively
  trading::Timestamp until;     // market time, today
};

// What a human asks to be shown for his signature: exactly one of them.
struct StatementAsk {
  std::string order_id;
  std::optional<MandateTerms> mandate;
  std::map<std::string, std::string> limits;  // looser values of the operator's own
  std::map<std::string, std::string> accept;  // looser values of the file, as shown
  bool is_resume = false;
  std::string resume_reason;
  std::string enrol_public;  // hex: the key that takes the place of the one that signs
  bool enrol_wants_totp = false;
};

struct StatementCard {
  std::string statement;  // the bytes to render and to sign
  bool needs_totp = false;
  bool is_quick = false;      // unlocked lately and small: the typed challenge is enough
  std::int64_t valid_us = 0;  // steady time left
  // Of an order: what is not signed, for it is only told.
  std::optional<ProposalView> proposal;
};

struct SignedStatement {
  std::string statement;
  std::string signature;  // hex
  std::string key_id;
  std::string totp;       // empty: none given
};

struct SignOutcome {
  std::string kind;
  std::string note;  // in a sentence
  std::optional<OrderReply> order;
  std::optional<OperatorStateView> operator_state;
  std::vector<risk::LimitRow> limits;
  std::optional<MandateRow> mandate;
  std::string totp_address;  // of an enrolment
};

struct ApproverView {
  bool is_enrolled = false;
  std::string key_id;
  std::string public_key;  // hex
  std::int64_t enrolled_us = 0;
  bool has_totp = false;
  bool wants_second_factor = false;  // this home is meant for live: enrol with one-time passwords
};

class LiveDesk {
 public:
  virtual ~LiveDesk() = default;

  // --- the agent's ----------------------------------------------------------------------------------------------
  virtual trading::Result<ProposalReply> prepare_order(const Requester& who, const ProposalRequest& request) = 0;
  // UNKNOWN_APPROVAL.
  virtual trading::Result<ProposalReply> approval_status(const Requester& who, const std::string& token) = 0;
  virtual trading::Result<ProposalsReply> proposals(bool only_waiting, std::size_t limit) = 0;
  virtual trading::Result<ProposalReply> withdraw_proposal(const Requester& who, const std::string& token) = 0;
  virtual trading::Result<RecommendationRow> block_delivery_sell(const Requester& who, const std::string& symbol,
                                                                 trading::Quantity quantity, const std::string& reason) = 0;
  virtual trading::Result<OrderReply> cancel_live_order(const Requester& who, const std::string& order_id,
                                                        const std::string& request_id) = 0;

  // --- the human's ----------------------------------------------------------------------------------------------
  virtual ApproverView approver() = 0;
  // The first key of a home; later ones are signed for (StatementAsk::enrol_public). Returns the otpauth address.
  virtual trading::Result<std::string> enrol(const Requester& who, const std::string& public_key, bool wants_totp) = 0;
  virtual trading::Result<StatementCard> open(const Requester& who, const StatementAsk& ask) = 0;
  virtual trading::Result<SignOutcome> sign(const Requester& who, const SignedStatement& signed_statement) = 0;
  virtual trading::Result<ProposalView> reject(const Requester& who, const std::string& order_id, const std::string& reason) = 0;
  virtual trading::Result<std::vector<MandateRow>> mandates() = 0;
  virtual trading::Result<MandateRow> revoke_mandate(const Requester& who, std::int64_t mandate_id) = 0;
  virtual trading::Result<std::vector<RecommendationRow>> recommendations() = 0;
  virtual trading::Status close_recommendation(const Requester& who, std::int64_t recommendation_id) = 0;
  virtual trading::Result<OrderRecord> settle_order(const Requester& who, const std::string& order_id) = 0;
};

}  // namespace broker
