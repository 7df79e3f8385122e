#include "execution_broker/service/to_wire.h"

#include <string>

#include "proto/convert/market_values.h"
#include "proto/convert/order_terms.h"
#include "trading/base/canonical_json.h"

namespace broker::to_wire {
namespace {

std::string text(std::string_view view) {
  return std::string(view);
}

// The id of another order of the same ledger: ids are a prefix and the sequence number, padded to
// six digits.
std::string id_of_seq(std::int64_t seq, const std::string& id_of_same_ledger) {
  constexpr std::size_t kDigits = 6;
  const std::string digits = std::to_string(seq);
  const std::string padding(digits.size() < kDigits ? kDigits - digits.size() : 0, '0');
  return id_of_same_ledger.substr(0, id_of_same_ledger.find('-') + 1) + padding + digits;
}

trading::OrderClass class_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::kEntry:
      return trading::OrderClass::kEntry;
    case Purpose::kExit:
      return trading::OrderClass::kExit;
    case Purpose::kStop:
    case Purpose::kTarget:
    case Purpose::kSquareOff:
      return trading::OrderClass::kProtection;
  }
  return trading::OrderClass::kEntry;
}

// The ledger keeps the denials of an order as the JSON they were decided with.
void write_kept_denials(const std::string& json, Denials& out) {
  if (json.empty() || json == "[]") return;
  const auto parsed = trading::CanonicalJson::parse(json);
  const trading::CanonicalJson::Array* rows = parsed ? parsed->if_array() : nullptr;
  if (rows == nullptr) return;
  for (const trading::CanonicalJson& row : *rows) {
    const auto field = [&row](std::string_view key) {
      const trading::CanonicalJson* value = row.find(key);
      const std::string* string = value == nullptr ? nullptr : value->if_string();
      return string == nullptr ? std::string() : *string;
    };
    v1::Denial& denial = *out.Add();
    denial.set_code(field("code"));
    denial.set_value(field("value"));
    denial.set_limit(field("limit"));
    denial.set_fix(field("fix"));
    denial.set_message(field("message"));
  }
}

std::string kept_text(const risk::LimitRow& row, const std::optional<risk::SourcedValue>& kept) {
  return kept ? risk::format_limit_value(row, kept->value) : std::string();
}

std::string source_text(risk::LimitSource source, const risk::SourcedValue& said) {
  return said.is_default ? "default" : text(risk::name_of(source));
}

// What waits for its day; of several the first source in the table's order is told.
void write_pending(const LimitsView& limits, const risk::LimitRow& row, v1::LimitRow& out) {
  for (std::size_t i = 0; i < risk::kLimitSources; ++i) {
    const auto& pending = limits.sources.at(row.id, static_cast<risk::LimitSource>(i)).pending;
    if (!pending) continue;
    out.set_pending(risk::format_limit_value(row, pending->value));
    out.set_pending_from(pending->effective.iso());
    out.set_pending_source(source_text(static_cast<risk::LimitSource>(i), *pending));
    return;
  }
}

}  // namespace

void write(const broker::Provenance& provenance, v1::Provenance& out) {
  out.set_mode(provenance.mode);
  out.set_as_of_us(provenance.as_of.us);
  out.set_source(provenance.source);
  out.set_is_simulated(provenance.is_simulated);
  for (const std::string& note : provenance.notes) out.add_notes(note);
}

void write_provenance(const ServiceContext& context, trading::Timestamp now, v1::Provenance& out) {
  out.set_mode(text(trading::name_of(context.session.mode)));
  out.set_as_of_us(now.us);
  out.set_source(context.market.name());
  out.set_is_simulated(context.market.is_simulated());
}

void write(const OrderRecord& order, v1::Order& out) {
  out.set_order_id(order.order_id);
  out.set_request_id(order.request.request_id);
  out.set_status(text(trading::name_of(order.state)));
  wire::write(order.request, *out.mutable_terms());
  out.set_filled_quantity(order.filled.value());
  out.set_average_price_e4(order.average_price().value());
  out.set_charges_e4(order.charges.total().value());
  wire::write(order.charges, *out.mutable_charge_lines());
  out.set_order_class(text(trading::name_of(order.order_class)));
  out.set_reason(order.reason);
  out.set_created_us(order.created.us);
  out.set_updated_us(order.updated.us);
  out.set_ordertag(order.ordertag);
  out.set_purpose(text(name_of(order.purpose)));
  if (order.parent_seq != 0) out.set_parent_order_id(id_of_seq(order.parent_seq, order.order_id));
  out.set_order_seq(order.order_seq);
  write_kept_denials(order.denials, *out.mutable_denials());
}

void write(const FillRecord& fill, v1::Fill& out) {
  out.set_order_id(fill.order_id);
  out.set_symbol(fill.symbol);
  out.set_side(wire::wire_of(fill.side));
  out.set_product(wire::wire_of(fill.product));
  out.set_quantity(fill.quantity.value());
  out.set_price_e4(fill.price.value());
  out.set_market_us(fill.market_ts.us);
  out.set_bar_us(fill.bar_ts.us);
  out.set_charges_e4(fill.charges.total().value());
  out.set_realized_e4(fill.realized.value());
  out.set_strategy(fill.strategy);
  out.set_reason(text(name_of(fill.purpose)));
  out.set_order_class(text(trading::name_of(class_of(fill.purpose))));
}

void write(const BookPosition& position, v1::Position& out) {
  const PositionRecord& record = position.record;
  const trading::Position& held = record.position;
  out.set_symbol(held.symbol);
  out.set_product(wire::wire_of(held.product));
  out.set_quantity(held.quantity.value());
  out.set_average_price_e4(held.average_price().value());
  if (position.last_price) {
    out.set_last_price_e4(position.last_price->value());
    out.set_unrealized_e4(held.unrealized(*position.last_price).value());
  }
  if (record.stop_loss) out.set_stop_loss_e4(record.stop_loss->value());
  if (record.target) out.set_target_e4(record.target->value());
  out.set_realized_e4(held.realized.value());
  out.set_strategy(record.strategy);
  out.set_sector(position.sector);
  out.set_is_holding(held.product == trading::Product::kDelivery &&
                     record.settled == held.quantity && !held.is_flat());
  out.set_cost_e4(held.cost.value());
}

void write(const BookView& book, v1::Book& out) {
  out.set_mode(text(trading::name_of(book.mode)));
  out.set_cash_e4(book.cash.value());
  if (book.equity) out.set_equity_e4(book.equity->value());
  write_all(book.positions, *out.mutable_positions());
  out.set_realized_e4(book.realized.value());
  out.set_charges_e4(book.charges.value());
  if (book.unrealized) out.set_unrealized_e4(book.unrealized->value());
  out.set_margin_blocked_e4(book.margin_blocked.value());
  out.set_margin_available_e4(book.margin_available.value());
  out.set_starting_capital_paise(book.starting_capital.value());
  out.set_epoch(book.epoch);
  out.set_operator_state(book.operator_state);
  if (book.day_pnl) out.set_day_pnl_e4(book.day_pnl->value());
  out.set_purse_e4(book.purse.value());
}

void write(const RoundTrip& trip, v1::RoundTrip& out) {
  out.set_symbol(trip.symbol);
  out.set_product(wire::wire_of(trip.product));
  out.set_strategy(trip.strategy);
  out.set_side(wire::wire_of(trip.side));
  out.set_quantity(trip.quantity.value());
  out.set_opened_us(trip.opened.us);
  out.set_closed_us(trip.closed.us);
  out.set_pnl_e4(trip.pnl.value());
  out.set_charges_e4(trip.charges.value());
  out.set_exit_reason(text(name_of(trip.exit)));
  out.set_entry_value_e4(trip.entry_value.value());
}

void write(const risk::Denial& denial, v1::Denial& out) {
  out.set_code(denial.code);
  out.set_value(denial.value);
  out.set_limit(denial.limit);
  out.set_fix(denial.fix);
  out.set_message(denial.message);
}

void write(const risk::Verdicts& verdicts, CheckVerdicts& out) {
  out.Reserve(static_cast<int>(verdicts.all.size()));
  for (const risk::Verdict& verdict : verdicts.all) {
    v1::CheckVerdict& row = *out.Add();
    row.set_name(text(verdict.check->name));
    row.set_verdict(text(risk::name_of(verdict.kind)));
    row.set_reason(verdict.reason);
    row.set_value(verdict.value);
    row.set_limit(verdict.limit);
    if (verdict.denial) write(*verdict.denial, *row.mutable_denial());
  }
}

void write_denials(const risk::Verdicts& verdicts, Denials& out) {
  for (const risk::Denial& denial : verdicts.denials()) write(denial, *out.Add());
}

void write(const LimitsView& limits, risk::Limit id, v1::LimitRow& out) {
  using risk::LimitSource;
  const risk::LimitRow& row = risk::row_of(id);
  const risk::EffectiveLimit effective =
      risk::effective_limit(limits.sources, id, limits.mode, limits.today);
  out.set_key(text(row.key));
  out.set_unit(text(risk::name_of(row.unit)));
  out.set_effective(risk::format_limit_value(row, effective.value));
  out.set_effective_source(text(risk::source_name_of(effective)));
  const auto said = [&](LimitSource source) {
    return kept_text(row, limits.sources.at(id, source).current);
  };
  const auto& file = limits.sources.at(id, LimitSource::kFile).current;
  if (file && !file->is_default) out.set_file(said(LimitSource::kFile));
  out.set_operator_(said(LimitSource::kOperator));
  out.set_agent(said(LimitSource::kAgent));
  out.set_exchange(said(LimitSource::kExchange));
  const auto& agent = limits.sources.at(id, LimitSource::kAgent).current;
  if (agent) out.set_agent_until(agent->effective.iso());
  write_pending(limits, row, out);
  for (const WaitingLimit& waiting : limits.waiting) {
    if (waiting.id != id) continue;
    out.set_waiting(risk::format_limit_value(row, waiting.value));
    out.set_waiting_source(waiting.is_default ? "default" : "file");
  }
}

void write(const OrderReply& answer, v1::OrderReply& out) {
  write(answer.provenance, *out.mutable_provenance());
  write(answer.order, *out.mutable_order());
  write_all(answer.children, *out.mutable_children());
  write(answer.verdicts, *out.mutable_verdicts());
  // A recorded answer keeps its denials with the order; a fresh one has them in the verdicts.
  if (out.order().denials().empty())
    write_denials(answer.verdicts, *out.mutable_order()->mutable_denials());
  out.set_is_repeated(answer.is_repeated);
}

}  // namespace broker::to_wire
