#pragma once

// What an order would do, in one answer, by the same functions that the checklist decides with. Pure over its facts.

#include "execution_broker/desk/order_desk.h"
#include "execution_broker/risk/facts.h"

namespace broker {

// Whose dates the charges follow: "exact", or which known table stood in for the day's own.
std::string charges_basis_text(trading::TradingDate date);

// Fills everything but the provenance. `position` is the quantity held now in the order's product.
Preview preview_of(const risk::Facts& facts, trading::Quantity position);

}  // namespace broker
