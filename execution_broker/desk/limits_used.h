#pragma once

// How much of the day's limits is used, whoever may ask next: the figures that the checklist would hold an entry against,
// without one. Reads only.

#include <optional>
#include <vector>

#include "execution_broker/desk/facts_of_book.h"
#include "execution_broker/desk/order_desk.h"
#include "trading/base/money.h"

namespace broker {

// The day's loss (of `day_pnl`, a gain is nothing used), open positions, entries of the day, gross exposure, turnover.
std::vector<LimitUse> limits_used(const DeskView& view, std::optional<trading::Accrual> day_pnl, trading::Accrual day_loss_limit);

}  // namespace broker
