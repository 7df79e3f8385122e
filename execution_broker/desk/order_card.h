#pragma once

// The card of an order: every figure that a human decides by, as the broker derives it, and what makes it void. Pure.

#include <string>

#include "execution_broker/desk/order_desk.h"
#include "execution_broker/risk/facts.h"
#include "trading/base/canonical_json.h"

namespace broker {

// What an approval stands on. When any of it moved, the human has seen another world.
struct CardStanding {
  trading::Quantity intraday, delivery;  // held in the symbol
  trading::Accrual purse;
  std::string limits_hash;
  risk::OperatorState operator_state = risk::OperatorState::kOpen;
  std::string figures;  // the order, its instrument, its costs and losses, written canonically
};

struct CardFrame {
  std::string account;  // masked
  std::string limits_hash;
  std::int64_t ledger_seq = 0;
};

struct OrderCard {
  trading::CanonicalJson fields;  // of the statement
  CardStanding standing;
  trading::Accrual value;
};
// The facts have a quote: the checklist passed.
OrderCard card_of(const OrderRecord& order, const risk::Facts& facts, const Preview& preview, const CardFrame& frame);

// "CODE: what is another", or nothing.
std::string changed_since(const CardStanding& seen, const CardStanding& now, const std::string& symbol);

// How far a price has moved, either way, rounded up; all of it where one of the two is no price.
trading::Bps drift_of(trading::Price last, trading::Price reference);
// "PRICE_MOVED: ..." when an order that would trade at once stands more than 100 bps from where it was proposed.
std::string price_moved(const risk::Facts& facts, trading::Price reference);

}  // namespace broker
