#pragma once

// What one execution does to the book: position, journal lines, charges, the order's sums. One transaction writes all
// of it together with the audit record and the cursor of the exchange's events, so that an event is applied once.

#include "execution_broker/desk/book.h"

namespace broker {

// Applies a fill event to its order inside `unit`. The order is in the ledger and not terminal.
// `new_entry_levels`: an entry's stop and target become the position's; the tighter stop of old and new counts.
trading::Status apply_fill_event(Book& book, Ledger::Unit& unit, OrderRecord& order, const ExchangeEvent& event);

// Cost of a delivery position that is already delivered (T+1 passed), of its total cost: cost x settled / quantity,
// rounded down.
trading::Accrual holdings_cost(const PositionRecord& record);

// The journal accounts of a position.
std::string securities_account(const std::string& symbol, trading::Product product);
std::string holdings_account(const std::string& symbol);
// Lines that bring securities and holdings from `before` to `after`. Their sum is the change of cost.
std::vector<JournalLine> cost_lines(const PositionRecord& before, const PositionRecord& after);

}  // namespace broker
