#pragma once

// The trips: when the day, the week or the drawdown has lost too much, the desk goes reduce-only or halts by itself, and
// entries that wait are taken back. Exits and protection go on.

#include "execution_broker/desk/limit_book.h"
#include "execution_broker/desk/submission.h"

namespace broker {

struct LossStanding {
  std::optional<trading::Accrual> day_pnl;  // since the day's open, realised + unrealised - charges
  trading::Accrual day_limit;               // positive
  trading::Accrual halt_limit;
  trading::Accrual purse;
};
trading::Result<LossStanding> loss_standing(Book& book, const Market& market, const LimitBook& limits);

// Called after whatever may have changed the result. Puts the latches that are due and cancels entries with them.
trading::Status check_loss_trips(Book& book, const Market& market, const LimitBook& limits, const DayCounters& counters,
                                 Submission& submission);

// Takes back every entry that waits. Returns how many.
trading::Result<int> cancel_entries(Book& book, Submission& submission, const Requester& who, const std::string& why);

}  // namespace broker
