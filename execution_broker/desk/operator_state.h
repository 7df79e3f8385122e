#pragma once

// open, reduce-only or halted, and why. The state is the strictest of the latches in the ledger; a latch stays over
// restarts until its day comes or a human resumes. HALT is for every book at once.

#include <string>
#include <vector>

#include "execution_broker/desk/book.h"
#include "execution_broker/risk/facts.h"

namespace broker {

// Names of the latches: the only ones there are.
inline constexpr char kLatchOperatorHalt[] = "OPERATOR_HALT";
inline constexpr char kLatchHaltFile[] = "HALT_FILE";
inline constexpr char kLatchOperatorReduceOnly[] = "OPERATOR_REDUCE_ONLY";
inline constexpr char kLatchDailyLoss[] = "DAILY_LOSS";
inline constexpr char kLatchDailyLossHalt[] = "DAILY_LOSS_HALT";
inline constexpr char kLatchWeeklyLoss[] = "WEEKLY_LOSS";
inline constexpr char kLatchDrawdown[] = "DRAWDOWN";
inline constexpr char kLatchRejects[] = "REJECTS";
inline constexpr char kLatchIncident[] = "INCIDENT";
inline constexpr char kLatchLeftForPaper[] = "LEFT_FOR_PAPER";  // an agent wants to be on paper: nothing new begins here

struct OperatorStanding {
  risk::OperatorState state = risk::OperatorState::kOpen;
  std::vector<std::string> reasons;  // one a latch: "DAILY_LOSS: ..."
  std::vector<std::string> latches;  // names
};

OperatorStanding standing_of(const Ledger& ledger, const HaltFlag& halt);

// Puts a latch with its audit record, unless it stands already. `state` is "halted" or "reduce-only".
trading::Status set_latch(Book& book, const Requester& who, const Latch& latch, trading::Timestamp market_ts);
// Lifts the latches whose day has come.
trading::Status lift_expired(Book& book, trading::TradingDate today, trading::Timestamp market_ts);
// A human resumes: every latch goes, inside the caller's unit. Returns their names.
trading::Result<std::vector<std::string>> clear_latches(Book& book, Ledger::Unit& unit, const Requester& who,
                                                        const std::string& reason, bool is_signed, trading::Timestamp market_ts);

}  // namespace broker
