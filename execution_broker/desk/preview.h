#pragma once

// What an order would do, in one answer, by the same functions that the checklist decides with. Pure over its facts.

#include "execution_broker/desk/order_desk.h"
#include "execution_broker/risk/facts.h"

namespace broker {

// Fills everything but the provenance. `position` is the quantity held now in the order's product.
Preview preview_of(const risk::Facts& facts, trading::Quantity position);

}  // namespace broker
