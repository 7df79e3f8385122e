#include "execution_broker/exchange/smartapi/adapter/smartapi_exchange.h"

#include "execution_broker/exchange/event_log.h"
#include "execution_broker/exchange/smartapi/wire/order_requests.h"

namespace broker {

using trading::make_error;
using trading::OrderType;
using trading::Product;
using trading::Quantity;
using trading::Result;
using trading::Side;
using trading::Status;

namespace {

constexpr std::int64_t kBooksPatienceUs = 45'000'000;  // a log-in may have to wait 30 seconds for the next one-time password

Outcome not_sent(const trading::Error& error) { return {Outcome::Kind::kNotSent, "", error.text()}; }
Outcome rejected(const trading::Error& error) { return {Outcome::Kind::kRejected, "", error.text()}; }

trading::Error not_spelled(const std::string& what) {
  return make_error("ORDER_NOT_SENDABLE", what + " is not sent to this exchange by any path",
                    "use LIMIT or SL; a delivery sale is placed by hand");
}

Result<smartapi::OrderTerms> terms_of(OrderType type, const std::optional<trading::Price>& limit,
                                      const std::optional<trading::Price>& trigger) {
  if (type == OrderType::kLimit && limit) return smartapi::OrderTerms(smartapi::LimitTerms{*limit});
  if (type == OrderType::kStopLimit && limit && trigger) return smartapi::OrderTerms(smartapi::StopLimitTerms{*limit, *trigger});
  return not_spelled("an order of type " + std::string(name_of(type)));
}

smartapi::Lane lane_of(trading::OrderClass cls) {
  return cls == trading::OrderClass::kEntry ? smartapi::Lane::kEntry : smartapi::Lane::kProtection;
}

Result<smartapi::OrderInstrument> instrument_of(const InstrumentMaster& instruments, const std::string& symbol) {
  ASSIGN_OR_RETURN(const trading::Instrument* instrument, instruments.find(symbol));
  return smartapi::OrderInstrument{instrument->exchange, instrument->trading_symbol, instrument->token};
}

}  // namespace

SmartApiExchange::SmartApiExchange(Database& database, const InstrumentMaster& instruments, const Clock& clock, RemoteBook book,
                                   std::unique_ptr<smartapi::HttpTransport> transport, smartapi::ClientSetup writer,
                                   std::unique_ptr<smartapi::HttpTransport> watch_transport, OrderWatchSetup watch)
    : database_(database),
      instruments_(instruments),
      clock_(clock),
      book_(std::move(book)),
      transport_(std::move(transport)),
      writer_(std::move(writer)),
      watch_transport_(std::move(watch_transport)),
      watch_(std::make_unique<OrderWatch>(std::move(watch))) {}

Result<std::unique_ptr<SmartApiExchange>> SmartApiExchange::open(Database& database, const InstrumentMaster& instruments,
                                                                 const Clock& clock,
                                                                 std::unique_ptr<smartapi::HttpTransport> transport,
                                                                 smartapi::ClientSetup writer,
                                                                 std::unique_ptr<smartapi::HttpTransport> watch_transport,
                                                                 OrderWatchSetup watch) {
  ASSIGN_OR_RETURN(RemoteBook book, RemoteBook::open(database, instruments));
  return std::unique_ptr<SmartApiExchange>(new SmartApiExchange(database, instruments, clock, std::move(book), std::move(transport),
                                                                std::move(writer), std::move(watch_transport), std::move(watch)));
}

// --- commands -------------------------------------------------------------------------------------------------------

Result<smartapi::WireRequest> SmartApiExchange::wire_of(const ExchangeOrder& order) const {
  ASSIGN_OR_RETURN(const smartapi::OrderTag tag, smartapi::OrderTag::parse(order.ordertag));
  ASSIGN_OR_RETURN(auto instrument, instrument_of(instruments_, order.symbol));
  switch (order.product) {
    case Product::kIntraday: {
      ASSIGN_OR_RETURN(const auto terms, terms_of(order.type, order.limit_price, order.trigger_price));
      return smartapi::place_order(smartapi::IntradayOrder{std::move(instrument), order.side, order.quantity, terms}, tag);
    }
    case Product::kDelivery:
      if (order.side != Side::kBuy) return not_spelled("a delivery sale");
      if (order.type != OrderType::kLimit || !order.limit_price) return not_spelled("a delivery order that is no LIMIT");
      return smartapi::place_order(smartapi::DeliveryBuy{std::move(instrument), order.quantity, {*order.limit_price}}, tag);
  }
  return not_spelled("an order of an unknown product");
}

Outcome SmartApiExchange::place(const ExchangeOrder& order) {
  const auto request = wire_of(order);
  if (!request) return rejected(request.error());
  if (const Status kept = book_.begin(order); !kept) return not_sent(kept.error());
  const Outcome outcome = writer_.write(*request, lane_of(order.cls), order.may_leave);
  watch_->set_active(true);
  switch (outcome.kind) {
    case Outcome::Kind::kAccepted:
      // What cannot be kept here is found again in the books by its tag.
      (void)book_.taken(order.ordertag, outcome.exchange_order_id);
      break;
    case Outcome::Kind::kRejected:
    case Outcome::Kind::kNotSent:
      (void)book_.not_taken(order.ordertag);
      break;
    case Outcome::Kind::kUnknown: break;
  }
  watch_->ask();
  return outcome;
}

Result<smartapi::WireRequest> SmartApiExchange::wire_of(const RemoteOrder& placed, const ExchangeModification& wanted) const {
  ASSIGN_OR_RETURN(const smartapi::OrderId id, smartapi::OrderId::parse(placed.exchange_order_id));
  ASSIGN_OR_RETURN(auto instrument, instrument_of(instruments_, placed.order.symbol));
  if (placed.order.product == Product::kIntraday) {
    ASSIGN_OR_RETURN(const auto before, terms_of(placed.order.type, placed.order.limit_price, placed.order.trigger_price));
    ASSIGN_OR_RETURN(const auto terms, terms_of(wanted.type, wanted.limit_price, wanted.trigger_price));
    return smartapi::modify_order(smartapi::IntradayOrder{std::move(instrument), placed.order.side, placed.order.quantity, before}, id,
                                  wanted.quantity, terms);
  }
  if (placed.order.side != Side::kBuy || wanted.type != OrderType::kLimit || !wanted.limit_price)
    return not_spelled("such a change of a delivery order");
  return smartapi::modify_order(smartapi::DeliveryBuy{std::move(instrument), placed.order.quantity, {*wanted.limit_price}}, id,
                                wanted.quantity, {*wanted.limit_price});
}

Outcome SmartApiExchange::modify(const ExchangeModification& wanted) {
  const RemoteOrder* placed = book_.find(wanted.ordertag);
  if (placed == nullptr || placed->exchange_order_id.empty())
    return rejected(make_error("ORDER_NOT_KNOWN", "the exchange has not named this order yet", "wait until its outcome is known"));
  const auto request = wire_of(*placed, wanted);
  if (!request) return rejected(request.error());
  const auto lane = lane_of(placed->order.cls);
  if (const Status kept = book_.begin_modification(wanted); !kept) return not_sent(kept.error());
  const Outcome outcome = writer_.write(*request, lane);
  if (outcome.kind == Outcome::Kind::kRejected || outcome.kind == Outcome::Kind::kNotSent)
    (void)book_.drop_modification(wanted.ordertag);
  watch_->ask();
  return outcome;
}

Outcome SmartApiExchange::cancel(const std::string& ordertag) {
  const RemoteOrder* placed = book_.find(ordertag);
  if (placed == nullptr || placed->exchange_order_id.empty())
    return rejected(make_error("ORDER_NOT_KNOWN", "the exchange has not named this order yet", "wait until its outcome is known"));
  const auto id = smartapi::OrderId::parse(placed->exchange_order_id);
  if (!id) return rejected(id.error());
  const Outcome outcome = writer_.write(smartapi::cancel_order(*id, placed->order.type == OrderType::kStopLimit), smartapi::Lane::kCancel);
  watch_->ask();
  return outcome;
}

// --- what came ------------------------------------------------------------------------------------------------------

Result<std::vector<ExchangeEvent>> SmartApiExchange::events(std::int64_t after, std::size_t limit) {
  return event_log::read(database_, after, limit);
}

Status SmartApiExchange::take_in(const std::shared_ptr<const AccountReading>& reading) {
  RETURN_IF_ERROR(book_.merge(reading->orders, reading->trades, clock_.market_now()));
  newest_ = reading;
  return {};
}

Status SmartApiExchange::collect() {
  const Sightings seen = watch_->take();
  if (!seen.rows.empty()) {
    static const std::vector<smartapi::TradeRow> kNoTrades;
    const auto& trades = newest_ ? newest_->trades : kNoTrades;
    RETURN_IF_ERROR(book_.merge(seen.rows, trades, clock_.market_now()));
  }
  for (const auto& reading : seen.readings) RETURN_IF_ERROR(take_in(reading));
  watch_->set_active(book_.is_active());
  return {};
}

Result<std::vector<ExchangeBookRow>> SmartApiExchange::order_book() {
  ASSIGN_OR_RETURN(const auto reading, watch_->read_now(kBooksPatienceUs));
  RETURN_IF_ERROR(take_in(reading));
  std::vector<ExchangeBookRow> rows;
  for (const smartapi::OrderRow& row : reading->orders)
    if (auto ours = book_.book_row(row)) rows.push_back(std::move(*ours));
  return rows;
}

std::optional<BookReading> SmartApiExchange::newest_reading(std::int64_t after) {
  if (!newest_ || newest_->number <= after) return std::nullopt;
  BookReading reading;
  reading.number = newest_->number;
  reading.begun_steady_us = newest_->begun_steady_us;
  for (const smartapi::OrderRow& row : newest_->orders)
    if (auto ours = book_.book_row(row)) reading.order_book.push_back(std::move(*ours));
  for (const smartapi::PositionRow& row : newest_->positions) {
    const std::string symbol = book_.symbol_of(row.trading_symbol);
    if (symbol.empty() || row.net_quantity == 0) continue;
    const bool is_delivery = row.product == "DELIVERY" || row.product == "CNC";
    reading.positions.push_back({symbol, is_delivery ? Product::kDelivery : Product::kIntraday, Quantity(row.net_quantity)});
  }
  return reading;
}

AccountStanding SmartApiExchange::standing() const {
  AccountStanding standing;
  standing.is_remote = true;
  standing.session_problem = watch_->session_problem();
  standing.book_problem = watch_->problem();
  if (newest_) standing.available_cash = newest_->funds.available_cash;
  return standing;
}

}  // namespace broker
