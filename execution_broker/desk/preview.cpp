#include "execution_broker/desk/preview.h"

#include "execution_broker/desk/margin.h"
#include "execution_broker/risk/order_figures.h"
#include "execution_broker/risk/sizing.h"
#include "trading/base/decimal.h"

namespace broker {

using trading::Accrual;
using trading::Bps;
using trading::Price;
using trading::Quantity;

namespace {

std::string_view word_of(risk::Unit unit) {
  switch (unit) {
    case risk::Unit::kNone: return "";
    case risk::Unit::kRupees: return "rupees";
    case risk::Unit::kPrice: return "rupees a share";
    case risk::Unit::kPercent: return "percent";
    case risk::Unit::kRatio: return "ratio";
    case risk::Unit::kCount: return "count";
    case risk::Unit::kShares: return "shares";
    case risk::Unit::kSeconds: return "seconds";
    case risk::Unit::kMinutes: return "minutes";
    case risk::Unit::kBytes: return "megabytes";  // as its text is
  }
  return "";
}

// Head-room of every check that holds a figure on one side of a limit: how much is left before it would refuse; below zero
// it refuses by that much.
std::vector<HeadRoom> head_room_of(const risk::Verdicts& verdicts) {
  std::vector<HeadRoom> rooms;
  for (const risk::Verdict& verdict : verdicts.all) {
    if (verdict.bound == risk::Bound::kNone || !verdict.value_number || !verdict.limit_number) continue;
    const std::int64_t left = verdict.bound == risk::Bound::kMost ? *verdict.limit_number - *verdict.value_number
                                                                  : *verdict.value_number - *verdict.limit_number;
    HeadRoom room;
    room.limit = verdict.check->limits.empty() ? std::string(verdict.check->name)
                                               : std::string(risk::row_of(verdict.check->limits.front()).key);
    room.unit = word_of(verdict.unit);
    room.used = verdict.value;
    room.allowed = verdict.limit;
    room.left = risk::text_of(verdict.unit, left);
    rooms.push_back(std::move(room));
  }
  return rooms;
}

// How far the day's circuit is from the price, against the order.
std::optional<Bps> circuit_gap(const risk::Facts& facts, Price price) {
  if (!facts.quote) return std::nullopt;
  const trading::PriceBand& band = facts.quote->slice.band;
  const Price distance = facts.order.side == trading::Side::kBuy ? price - band.lower : band.upper - price;
  if (!distance.is_positive()) return std::nullopt;
  return Bps(trading::mul_div(distance.value(), 10'000, price.value(), trading::Rounding::kUp));
}

}  // namespace

std::string charges_basis_text(trading::TradingDate date) {
  const std::string note(trading::charges_basis(date).note);
  return note.empty() ? "exact" : note;
}

Preview preview_of(const risk::Facts& facts, Quantity position) {
  Preview preview;
  const trading::OrderRequest& order = facts.order;
  preview.order_class = facts.cls;
  preview.verdicts = risk::run_checklist(facts);
  preview.head_room = head_room_of(preview.verdicts);
  preview.largest_passing_quantity = risk::largest_passing_quantity(facts).value_or(Quantity());
  preview.margin_available = facts.margin_available.value_or(Accrual());
  preview.position_after = position + signed_quantity(order.side, order.quantity);
  const trading::TradingDate date = trading::date_of(facts.market_now);
  preview.charges_basis = charges_basis_text(date);
  const auto reference = risk::reference_price(order, facts.quote);
  if (!reference || !risk::are_numbers_in_bounds(order)) return preview;

  preview.reference_price = *reference;
  preview.order_value = value_of(*reference, order.quantity);
  preview.charges_entry = trading::charges_of({.date = date,
                                               .side = order.side,
                                               .product = order.product,
                                               .quantity = order.quantity,
                                               .price = *reference,
                                               .executed_before = Accrual(),
                                               .is_first_delivery_sell = order.side == trading::Side::kSell});
  preview.margin_required = margin_of(order.product, preview.order_value);
  preview.cash_after = facts.tagged.cash.value_or(Accrual()) -
                       value_of(*reference, signed_quantity(order.side, order.quantity)) - preview.charges_entry.total();
  if (facts.cls != trading::OrderClass::kEntry) return preview;

  const Price exit = order.stop_loss.value_or(*reference);
  preview.charges_round_trip = risk::round_trip_charges(order.side, order.product, order.quantity, *reference, exit, date);
  if (const auto loss = risk::worst_loss(facts)) preview.worst_loss = *loss;
  if (const auto ratio = risk::reward_risk(facts)) {
    preview.best_gain = ratio->reward;
    preview.reward_risk = trading::format_decimal(ratio->ratio_e4, 4, 1);
  }
  if (facts.tick)
    if (const auto price = risk::break_even_price(order.side, order.product, order.quantity, *reference, *facts.tick, date))
      preview.break_even_price = *price;
  std::vector<Bps> gaps = {Bps(500), Bps(1'000), Bps(2'000)};
  if (const auto circuit = circuit_gap(facts, *reference)) gaps.push_back(*circuit);
  for (const risk::GapLoss& gap : risk::gap_losses(order.side, order.product, order.quantity, *reference, gaps, date))
    preview.gap_losses.push_back({gap.gap, gap.loss});
  return preview;
}

}  // namespace broker
