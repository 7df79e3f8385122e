#pragma once

// The trips: when the day, the week or the drawdown has lost too much, or the exchange refuses too often, the desk goes
// reduce-only or halts by itself, and entries that wait are taken back. Exits and protection go on. Which trip is due is
// risk/loss_state.h; here it becomes a latch.

#include "execution_broker/desk/facts_of_book.h"
#include "execution_broker/desk/submission.h"

namespace broker {

struct LossStanding {
  std::optional<trading::Accrual> day_pnl;  // since the day's open, realised + unrealised - charges
  trading::Accrual day_limit;               // positive
  trading::Accrual halt_limit;
  trading::Accrual purse;
};
LossStanding loss_standing(const DeskView& view);

// Called after whatever may have changed the result. Puts the latches that are due and cancels entries with them.
trading::Status check_loss_trips(const DeskView& view, Submission& submission);

// Takes back every entry that waits. Returns how many.
trading::Result<int> cancel_entries(Book& book, Submission& submission, const Requester& who, const std::string& why);

}  // namespace broker
