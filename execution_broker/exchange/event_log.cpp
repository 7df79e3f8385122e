#include "execution_broker/exchange/event_log.h"

#include "trading/base/invariant.h"

namespace broker::event_log {

using Kind = ExchangeEvent::Kind;
using trading::Result;
using trading::Status;

namespace {

constexpr Kind kKinds[] = {Kind::kOpen, Kind::kTriggerPending, Kind::kTriggered, Kind::kFill,
                           Kind::kModified, Kind::kCancelled, Kind::kRejected};

Kind read_kind(std::string_view text) {
  for (const Kind kind : kKinds)
    if (name_of(kind) == text) return kind;
  INVARIANT(false, "the book holds only event names that the exchange wrote");
}

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::kOpen: return "open";
    case Kind::kTriggerPending: return "trigger_pending";
    case Kind::kTriggered: return "triggered";
    case Kind::kFill: return "fill";
    case Kind::kModified: return "modified";
    case Kind::kCancelled: return "cancelled";
    case Kind::kRejected: return "rejected";
  }
  INVARIANT(false, "an event has a name");
}

Status append(Transaction& transaction, const ExchangeEvent& event, trading::Timestamp slice_ts) {
  return transaction
      .statement("INSERT INTO exchange_event (seq, kind, ordertag, market_us, bar_us, slice_us, quantity, price_e4, reason, "
                 "heard_us, heard_line) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")
      .bind_all(event.seq, name_of(event.kind), event.ordertag, event.market_ts.us, event.bar_ts.us, slice_ts.us,
                event.quantity.value(), event.price.value(), event.reason,
                event.heard ? std::optional(event.heard->exchange_ts.us) : std::nullopt,
                event.heard ? std::optional(event.heard->line) : std::nullopt)
      .run();
}

Result<std::vector<ExchangeEvent>> read(Database& database, std::int64_t after, std::size_t limit) {
  std::vector<ExchangeEvent> events;
  auto rows = database.statement(
      "SELECT seq, kind, ordertag, market_us, bar_us, quantity, price_e4, reason, slice_us, heard_us, heard_line FROM "
      "exchange_event WHERE seq > ?1 ORDER BY seq LIMIT ?2");
  rows.bind_all(after, static_cast<std::int64_t>(limit));
  while (true) {
    ASSIGN_OR_RETURN(const bool has_row, rows.step());
    if (!has_row) break;
    ExchangeEvent event;
    event.seq = rows.int64(0);
    event.kind = read_kind(rows.text(1));
    event.ordertag = rows.text(2);
    event.market_ts = {rows.int64(3)};
    event.bar_ts = {rows.int64(4)};
    event.quantity = trading::Quantity(rows.int64(5));
    event.price = trading::Price(rows.int64(6));
    event.reason = rows.text(7);
    event.print_ts = {rows.int64(8)};
    if (const auto heard_us = rows.optional_int64(9))
      event.heard = trading::Hearing{{*heard_us}, rows.optional_int64(10).value_or(0)};
    events.push_back(std::move(event));
  }
  return events;
}

Result<std::int64_t> last_seq(Database& database) {
  ASSIGN_OR_RETURN(const auto seq, single_int64(database.statement("SELECT MAX(seq) FROM exchange_event")));
  return seq.value_or(0);
}

}  // namespace broker::event_log
