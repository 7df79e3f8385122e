// The market as of the clock. Nothing here waits for the desk: a source answers any thread,
// whatever the books do.

#include <algorithm>
#include <memory>

#include "broker/v1/market.grpc.pb.h"
#include "execution_broker/service/rpc_guard.h"
#include "execution_broker/service/service_context.h"
#include "execution_broker/service/services.h"
#include "execution_broker/service/to_wire.h"
#include "proto/channel/protocol.h"
#include "proto/convert/market_values.h"
#include "proto/convert/order_terms.h"
#include "proto/convert/text.h"

namespace broker {
namespace {

constexpr std::int32_t kMaxSearchResults = 100;
constexpr std::int32_t kDefaultSearchResults = 20;
constexpr std::size_t kMaxQueryLength = 100;

trading::Result<BarQuery> bar_query_of(const v1::FetchHistoricalDataRequest& request,
                                       trading::Timestamp now) {
  wire::FieldErrors errors;
  BarQuery query;
  wire::check_symbol(request.symbol(), errors);
  query.symbol = request.symbol();
  const auto timeframe = trading::parse_timeframe(request.timeframe());
  if (timeframe) {
    query.timeframe = *timeframe;
  } else {
    errors.add("timeframe", "is not one: " + timeframe.error().fix);
  }
  query.from =
      wire::optional_time_of("start_date", request.has_from_us(), request.from_us(), errors);
  query.to = wire::optional_time_of("end_date", request.has_to_us(), request.to_us(), errors);
  errors.require(!query.from || !query.to || *query.from <= *query.to, "start_date",
                 "must not be after end_date");
  errors.require(request.max_rows() >= 0, "max_rows", "must not be negative");
  RETURN_IF_ERROR(errors.status());
  query.max_rows = static_cast<std::size_t>(request.max_rows());
  query.is_adjusted = !request.is_raw();
  query.as_of = now;
  query.ignore_clock = request.ignore_clock();
  return query;
}

// When the running session ends. Of a stock with derivatives' hours only where the others are closed.
trading::Timestamp end_of_session(const trading::TradingDay& day, trading::Timestamp now) {
  for (const auto* sessions : {&day.continuous, &day.continuous_cas})
    for (const trading::SessionHours& session : *sessions)
      if (session.begin <= now && now < session.end) return session.end;
  return now;
}

// The day's phase for stocks and for stocks with derivatives, and what comes next.
void write_calendar(const trading::ExchangeCalendar& calendar, trading::Timestamp now,
                    v1::FetchMarketStatusReply& reply) {
  const auto phase = calendar.phase(now, false);
  const auto phase_derivatives = calendar.phase(now, true);
  reply.set_phase(std::string(trading::name_of(phase)));
  reply.set_phase_derivative_stocks(std::string(trading::name_of(phase_derivatives)));
  reply.set_is_open(phase == trading::SessionPhase::kContinuous ||
                    phase_derivatives == trading::SessionPhase::kContinuous);
  const trading::DayStatus day = calendar.status(trading::date_of(now));
  reply.set_reason(day.reason);
  switch (day.kind) {
    case trading::DayStatus::Kind::kTrading:
      reply.set_day_kind("trading");
      break;
    case trading::DayStatus::Kind::kHoliday:
      reply.set_day_kind("holiday");
      break;
    case trading::DayStatus::Kind::kUnknown:
      reply.set_day_kind("unknown");
      break;
  }
  if (day.day) {
    reply.set_calendar_source(day.day->source);
    if (now < day.day->close(false)) reply.set_close_us(day.day->close(false).us);
    if (now < day.day->close(true)) reply.set_close_derivative_stocks_us(day.day->close(true).us);
  }
  // The session after the one that runs: next_open answers `now` itself while one does.
  auto next_open = calendar.next_open(now);
  if (next_open && *next_open == now && day.day)
    next_open = calendar.next_open(end_of_session(*day.day, now));
  if (next_open) reply.set_next_open_us(next_open->us);
  reply.set_calendar_valid_through_days(calendar.valid_through().days);
}

// How long a caller waits for a source over a network; sources that hold everything do not.
constexpr trading::Duration kQuotePatience = trading::seconds(3);
constexpr trading::Duration kBarPatience = trading::seconds(8);

class MarketService final : public v1::MarketService::Service {
 public:
  MarketService(ServiceContext& context, RpcGuard& guard) : context_(context), guard_(guard) {}

  grpc::Status FetchLivePrice(grpc::ServerContext* call, const v1::FetchLivePriceRequest* request,
                              v1::FetchLivePriceReply* reply) override {
    return guard_.run(*call, "/broker.v1.MarketService/FetchLivePrice",
                      [&](const RpcCall&) -> trading::Status {
                        wire::FieldErrors errors;
                        wire::check_symbol(request->symbol(), errors);
                        RETURN_IF_ERROR(errors.status());
                        RETURN_IF_ERROR(
                            context_.market.prepare_quote(request->symbol(), kQuotePatience));
                        const trading::Timestamp now = context_.clock.market_now();
                        ASSIGN_OR_RETURN(const trading::Quote quote,
                                         context_.market.quote(request->symbol(), now));
                        wire::write(quote.slice, *reply);
                        v1::Provenance& provenance = *reply->mutable_provenance();
                        to_wire::write_provenance(context_, now, provenance);
                        provenance.set_source(quote.source);
                        provenance.set_age_us(quote.age.us);
                        if (!quote.note.empty()) provenance.add_notes(quote.note);
                        return {};
                      });
  }

  grpc::Status FetchHistoricalData(grpc::ServerContext* call,
                                   const v1::FetchHistoricalDataRequest* request,
                                   grpc::ServerWriter<v1::BarChunk>* writer) override {
    return guard_.run(*call, "/broker.v1.MarketService/FetchHistoricalData",
                      [&](const RpcCall&) -> trading::Status {
                        const trading::Timestamp now = context_.clock.market_now();
                        ASSIGN_OR_RETURN(const BarQuery query, bar_query_of(*request, now));
                        // What is there is served all the same; the reply names what is missing.
                        const trading::Status prepared =
                            context_.market.prepare_bars(query, kBarPatience);
                        trading::Result<BarReply> found = context_.market.bars(query);
                        if (!found) return prepared ? found.error() : prepared.error();
                        BarReply reply = std::move(*found);
                        if (!prepared) reply.notes.push_back(prepared.error().text());
                        v1::BarChunk chunk;
                        write_facts(reply, now, chunk);
                        const std::size_t rows = reply.bars.size();
                        for (std::size_t begin = 0; begin < std::max<std::size_t>(rows, 1);
                             begin += wire::kMaxChunkRows) {
                          if (begin > 0) chunk.Clear();
                          wire::write_rows(reply.bars, begin,
                                           std::min(begin + wire::kMaxChunkRows, rows), chunk);
                          if (!writer->Write(chunk)) {
                            return trading::make_error("CALL_CANCELLED", "the caller went away", "",
                                                       trading::Retry::kSafe);
                          }
                        }
                        return {};
                      });
  }

  grpc::Status FetchMarketStatus(grpc::ServerContext* call,
                                 const v1::FetchMarketStatusRequest* request,
                                 v1::FetchMarketStatusReply* reply) override {
    return guard_.run(*call, "/broker.v1.MarketService/FetchMarketStatus",
                      [&](const RpcCall&) -> trading::Status {
                        wire::FieldErrors errors;
                        errors.require(request->exchange().empty() || request->exchange() == "NSE",
                                       "exchange",
                                       "must be NSE, not " + wire::quoted(request->exchange()));
                        RETURN_IF_ERROR(errors.status());
                        const trading::Timestamp now = context_.clock.market_now();
                        reply->set_exchange("NSE");
                        reply->set_market_us(now.us);
                        write_calendar(context_.market.calendar(), now, *reply);
                        reply->set_is_virtual_clock(context_.session.is_virtual_clock);
                        reply->set_clock_speed(context_.session.clock_speed);
                        to_wire::write_provenance(context_, now, *reply->mutable_provenance());
                        return {};
                      });
  }

  grpc::Status FetchSymbolMetadata(grpc::ServerContext* call,
                                   const v1::FetchSymbolMetadataRequest* request,
                                   v1::FetchSymbolMetadataReply* reply) override {
    return guard_.run(*call, "/broker.v1.MarketService/FetchSymbolMetadata",
                      [&](const RpcCall&) -> trading::Status {
                        wire::FieldErrors errors;
                        wire::check_symbol(request->symbol(), errors);
                        RETURN_IF_ERROR(errors.status());
                        ASSIGN_OR_RETURN(const trading::Instrument* instrument,
                                         context_.market.instruments().find(request->symbol()));
                        const trading::Timestamp now = context_.clock.market_now();
                        write_row(*instrument, now, *reply->mutable_instrument());
                        to_wire::write_provenance(context_, now, *reply->mutable_provenance());
                        return {};
                      });
  }

  grpc::Status SearchInstruments(grpc::ServerContext* call,
                                 const v1::SearchInstrumentsRequest* request,
                                 v1::SearchInstrumentsReply* reply) override {
    return guard_.run(
        *call, "/broker.v1.MarketService/SearchInstruments",
        [&](const RpcCall&) -> trading::Status {
          wire::FieldErrors errors;
          errors.require(!request->query().empty() && request->query().size() <= kMaxQueryLength &&
                             wire::is_printable(request->query()),
                         "query", "must be 1 to 100 printable ASCII characters");
          errors.require(request->limit() >= 0 && request->limit() <= kMaxSearchResults, "limit",
                         "must be 1 to 100");
          RETURN_IF_ERROR(errors.status());
          const trading::Timestamp now = context_.clock.market_now();
          const std::int32_t limit =
              request->limit() == 0 ? kDefaultSearchResults : request->limit();
          for (const trading::Instrument* found : context_.market.instruments().search(
                   request->query(), static_cast<std::size_t>(limit))) {
            write_row(*found, now, *reply->add_instruments());
          }
          to_wire::write_provenance(context_, now, *reply->mutable_provenance());
          return {};
        });
  }

 private:
  void write_facts(const BarReply& bars, trading::Timestamp now, v1::BarChunk& chunk) const {
    v1::Provenance& provenance = *chunk.mutable_provenance();
    to_wire::write_provenance(context_, now, provenance);
    provenance.set_source(bars.source);
    for (const std::string& note : bars.notes) provenance.add_notes(note);
    chunk.set_total_rows(static_cast<std::int64_t>(bars.total));
    chunk.set_is_last_unfinished(bars.is_last_unfinished);
    for (const std::string& gap : bars.gaps) chunk.add_gaps(gap);
  }

  // Circuits and tick follow the day's prices; a symbol without a price today goes without them.
  void write_row(const trading::Instrument& instrument, trading::Timestamp now,
                 v1::InstrumentRow& row) const {
    wire::write(instrument, row);
    row.set_has_intraday(context_.market.has_intraday(instrument.symbol));
    const auto quote = context_.market.quote(instrument.symbol, now);
    if (!quote) return;
    row.set_tick_e4(trading::tick_of(instrument, trading::date_of(now), quote->slice.last).value());
    row.set_lower_circuit_e4(quote->slice.band.lower.value());
    row.set_upper_circuit_e4(quote->slice.band.upper.value());
  }

  ServiceContext& context_;
  RpcGuard& guard_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_market_service(ServiceContext& context, RpcGuard& guard) {
  return std::make_unique<MarketService>(context, guard);
}

}  // namespace broker
