#pragma once

// Statements on their way to a signature and back. A card is issued with a nonce and lives 60 seconds, in memory alone: none
// outlives the broker's boot. What comes back must be those very bytes, signed by the enrolled key, in time, unused; the nonce
// is used up in the transaction of what the signature does.
//
// Refusals: NO_APPROVER, STATEMENT_INVALID, KEY_NOT_ENROLLED, SIGNATURE_INVALID, STATEMENT_OTHER_BOOT, STATEMENT_OTHER_LEDGER,
// STATEMENT_USED, STATEMENT_UNKNOWN, STATEMENT_ALTERED, STATEMENT_EXPIRED, STATEMENT_TOO_LARGE, SECOND_FACTOR_MISSING, TOTP_*,
// APPROVER_FILE_INVALID.

#include <map>
#include <string>

#include "execution_broker/approval/approver.h"
#include "execution_broker/approval/format/statement.h"
#include "execution_broker/desk/book.h"
#include "execution_broker/desk/live_desk.h"
#include "execution_broker/desk/order_card.h"

namespace broker {

inline constexpr std::int64_t kSigningWindowUs = 60'000'000;
inline constexpr std::int64_t kQuickWindowUs = 900'000'000;  // after an unlock with everything
inline constexpr std::size_t kMostOpenCards = 32;

struct OpenCard {
  approval_format::Kind kind = approval_format::Kind::kOrder;
  std::string nonce;
  std::string statement;
  std::string subject;              // order id, "limits", ...
  std::int64_t expires_steady_us = 0;
  std::int64_t order_seq = 0;       // of an order
  trading::Accrual value;           // of an order: decides whether it may be quick
  CardStanding standing;            // of an order
  std::string shown;                // of limits and of resuming: what stood on the card, written canonically
  StatementAsk ask;
};

class Statements {
 public:
  struct Setup {
    std::string boot_id;
    std::string account;  // masked
    trading::Money quick_value;
    bool needs_second_factor = false;  // nothing is signed by an approver without one-time passwords, but his replacement
  };
  Statements(Book& book, const Market& market, Approver& approver, ApprovalRecords& records, Setup setup)
      : book_(book), market_(market), approver_(approver), records_(records), setup_(std::move(setup)) {}

  // Completes `fields` with what every statement has, and keeps the card.
  trading::Result<StatementCard> issue(OpenCard card, trading::CanonicalJson fields);

  // The card that this signature is for. It is gone from here: a second signature finds nothing.
  struct Checked {
    OpenCard card;
    std::optional<std::int64_t> totp_step;
    bool is_quick = false;
  };
  trading::Result<Checked> check(const SignedStatement& signed_statement);

  // Inside the unit of what the signature does.
  trading::Status use(Ledger::Unit& unit, const Requester& who, const Checked& checked, const SignedStatement& signed_statement);
  // Where the signature did nothing after all: its one-time password is used up all the same.
  trading::Status burn(Ledger::Unit& unit, const Checked& checked);
  // After that unit: everything was asked for, so small orders need less for a while.
  void unlocked(const Checked& checked);
  // Another approver: what was shown to the one before, and what he unlocked, is over.
  void forget();

  [[nodiscard]] bool needs_totp(approval_format::Kind kind, trading::Accrual value) const;
  [[nodiscard]] const std::string& account() const { return setup_.account; }

 private:
  [[nodiscard]] trading::Error no_approver() const;
  [[nodiscard]] bool is_quick(approval_format::Kind kind, trading::Accrual value) const;

  Book& book_;
  const Market& market_;
  Approver& approver_;
  ApprovalRecords& records_;
  Setup setup_;
  std::map<std::string, OpenCard> open_;  // by nonce
  std::optional<std::int64_t> unlocked_steady_us_;
};

}  // namespace broker
