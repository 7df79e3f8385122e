#include "execution_broker/desk/order_card.h"

#include "execution_broker/risk/exposure.h"
#include "execution_broker/risk/order_figures.h"

namespace broker {

using trading::Bps;
using trading::CanonicalJson;
using trading::Price;
using trading::Product;
using trading::Quantity;

namespace {

constexpr Bps kMostDrift(100);
constexpr Bps kWhole(10'000);

CanonicalJson price_or_null(const std::optional<Price>& price) { return price ? CanonicalJson(price->value()) : CanonicalJson(); }

// What would be sent, and what it would cost: nothing of it moves with the market's price.
CanonicalJson figures_of(const OrderRecord& order, const risk::Facts& facts, const Preview& preview, const CardFrame& frame) {
  const trading::OrderRequest& request = order.request;
  CanonicalJson gaps = CanonicalJson::array();
  for (const GapLoss& gap : preview.gap_losses)
    gaps.push_back(CanonicalJson::object({{"gap_bps", gap.gap.value()}, {"loss_e4", gap.loss.value()}}));
  const trading::Accrual worst_gap = preview.gap_losses.empty() ? preview.worst_loss : preview.gap_losses.back().loss;
  return CanonicalJson::object({{"order_id", order.order_id},
                                {"exchange", name_of(facts.instrument.exchange)},
                                {"token", facts.instrument.token},
                                {"trading_symbol", facts.instrument.trading_symbol},
                                {"symbol", request.symbol},
                                {"side", name_of(request.side)},
                                {"quantity", request.quantity.value()},
                                {"product", name_of(request.product)},
                                {"order_type", name_of(request.type)},
                                {"validity", "DAY"},
                                {"limit_price_e4", price_or_null(request.limit_price)},
                                {"trigger_price_e4", price_or_null(request.trigger_price)},
                                {"stop_loss_e4", price_or_null(request.stop_loss)},
                                {"target_e4", price_or_null(request.target)},
                                {"flatten", "none"},
                                {"stop_at_exchange", false},
                                {"value_e4", preview.order_value.value()},
                                {"charges_e4", preview.charges_round_trip.value()},
                                {"margin_e4", preview.margin_required.value()},
                                {"worst_loss_e4", preview.worst_loss.value()},
                                {"worst_loss_gap_e4", worst_gap.value()},
                                {"gap_losses", gaps},
                                {"limits_hash", frame.limits_hash},
                                {"account", frame.account}});
}

}  // namespace

OrderCard card_of(const OrderRecord& order, const risk::Facts& facts, const Preview& preview, const CardFrame& frame) {
  OrderCard card;
  card.fields = figures_of(order, facts, preview, frame);
  card.standing.figures = card.fields.write();
  card.standing.intraday = risk::held_quantity(facts.tagged, order.request.symbol, Product::kIntraday).value_or(Quantity());
  card.standing.delivery = risk::held_quantity(facts.tagged, order.request.symbol, Product::kDelivery).value_or(Quantity());
  card.standing.purse = risk::purse_of(facts).value_or(trading::Accrual());
  card.standing.limits_hash = frame.limits_hash;
  card.standing.operator_state = facts.state.operator_state;
  card.fields.set("reference_price_e4", facts.quote->slice.last.value()).set("ledger_seq", frame.ledger_seq);
  card.value = preview.order_value;
  return card;
}

std::string changed_since(const CardStanding& seen, const CardStanding& now, const std::string& symbol) {
  const std::string since = " since the card was shown";
  if (now.intraday != seen.intraday || now.delivery != seen.delivery) return "POSITION_CHANGED: the position in " + symbol + " is another" + since;
  if (now.purse != seen.purse) return "PURSE_CHANGED: the purse is another" + since;
  if (now.limits_hash != seen.limits_hash) return "LIMITS_CHANGED: the limits are others" + since;
  if (now.operator_state != seen.operator_state) return "STATE_CHANGED: the operator state is another" + since;
  if (now.figures != seen.figures) return "FIGURES_CHANGED: what would be sent, or what it costs, is another" + since;
  return "";
}

Bps drift_of(Price last, Price reference) {
  if (!reference.is_positive() || !last.is_positive()) return kWhole;
  return Bps(trading::mul_div(abs(last - reference).value(), 10'000, reference.value(), trading::Rounding::kUp));
}

std::string price_moved(const risk::Facts& facts, Price reference) {
  const Price last = facts.quote->slice.last;
  const Bps moved = drift_of(last, reference);
  // A resting limit is bounded by its own price; what cannot be told counts as one that trades at once.
  if (moved <= kMostDrift || !risk::takes_liquidity(facts).value_or(true)) return "";
  return "PRICE_MOVED: " + facts.order.symbol + " is at " + last.rupees() + ", " + std::to_string(moved.value()) +
         " hundredths of a percent from " + reference.rupees() + " where it was proposed, and the order would trade at once";
}

}  // namespace broker
