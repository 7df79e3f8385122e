#pragma once

// The port of market data. Implementers: simulated/, csv/, smartapi/. All methods are safe from any thread; none but the
// two prepare_... waits for a network, and those are never called by the desk.
//
// A virtual source (simulated, csv) is a function of market time: asked twice for the same instant it gives the same
// answer, whatever was asked between.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trading/bars/bar.h"
#include "trading/base/result.h"
#include "trading/instruments/instrument.h"
#include "trading/time/exchange_calendar.h"

namespace broker {

// The instruments a source knows.
class InstrumentMaster {
 public:
  explicit InstrumentMaster(std::vector<trading::Instrument> instruments);  // symbols must be unique
  // UNKNOWN_SYMBOL with "did you mean" candidates in `fix` for an unknown one; never the first match.
  [[nodiscard]] trading::Result<const trading::Instrument*> find(std::string_view symbol) const;
  // Best matches by symbol, then by company name; at most `limit`.
  [[nodiscard]] std::vector<const trading::Instrument*> search(std::string_view query, std::size_t limit) const;
  [[nodiscard]] const std::vector<trading::Instrument>& all() const { return instruments_; }  // by symbol

 private:
  std::vector<trading::Instrument> instruments_;
};

struct BarQuery {
  std::string symbol;
  trading::Timeframe timeframe = trading::Timeframe::kOneDay;
  std::optional<trading::Timestamp> from;  // bars starting at or after
  std::optional<trading::Timestamp> to;    // bars starting at or before
  std::size_t max_rows = 0;                // the newest rows win; 0 = all
  bool is_adjusted = true;                 // for splits and dividends known as of `as_of`
  trading::Timestamp as_of;                // the market clock: nothing that ends after it is history
  bool ignore_clock = false;               // backtests: the whole file
};

struct BarReply {
  trading::BarSeries bars;
  std::size_t total = 0;                 // rows that matched before max_rows cut
  bool is_last_unfinished = false;       // the last bar still runs at as_of (only where the timeframe asks for it)
  std::vector<std::string> gaps;         // "2024-01-20: no bars although the exchange traded"
  std::vector<std::string> notes;        // repairs, modelled figures, adjustments: said in every reply that uses them
  std::string source;                    // "simulated", "csv:TCS_nse_5m.csv"
};

struct CorporateAction {
  std::string symbol;
  trading::TradingDate ex_date;
  // split: one old share becomes numerator/denominator new ones; 1/1 = no split.
  std::int64_t split_numerator = 1;
  std::int64_t split_denominator = 1;
  trading::Price dividend;  // a share, before the split of the same day
};

// What a source knows of a question beside prices. What it keeps and does not know is unknown, never good.
struct Standing {
  enum class State { kNotKept, kUnknown, kGood, kBad };
  State state = State::kNotKept;
  std::string why;  // good: empty
};

class MarketSource {
 public:
  virtual ~MarketSource() = default;

  [[nodiscard]] virtual std::string name() const = 0;  // "simulated" | "csv" | "smartapi"
  [[nodiscard]] virtual bool is_simulated() const = 0; // replies say SIMULATED
  [[nodiscard]] virtual const InstrumentMaster& instruments() const = 0;
  [[nodiscard]] virtual const trading::ExchangeCalendar& calendar() const = 0;
  // Where market time begins when the settings do not say: the first intraday session.
  [[nodiscard]] virtual trading::Timestamp first_session() const = 0;
  // Where the data end; nothing prints after it. Simulated: the end of the exchange calendar.
  [[nodiscard]] virtual trading::Timestamp last_print() const = 0;

  // For threads that may wait (a service's): has a source over a network fetch what quote() or bars() would lack, for at
  // most `patience`. An error says why it is still missing. Sources that hold everything return at once.
  virtual trading::Status prepare_quote(std::string_view symbol, trading::Duration patience) const {
    (void)symbol, (void)patience;
    return {};
  }
  virtual trading::Status prepare_bars(const BarQuery& query, trading::Duration patience) const {
    (void)query, (void)patience;
    return {};
  }

  // The market as of `now`: the newest print at or before it. UNKNOWN_SYMBOL, NO_MARKET_DATA.
  [[nodiscard]] virtual trading::Result<trading::Quote> quote(std::string_view symbol,
                                                              trading::Timestamp now) const = 0;
  // The first print strictly after `after` and not later than `until`; empty when there is none.
  [[nodiscard]] virtual std::optional<trading::MarketSlice> next_slice(std::string_view symbol,
                                                                       trading::Timestamp after,
                                                                       trading::Timestamp until) const = 0;
  [[nodiscard]] virtual trading::Result<BarReply> bars(const BarQuery& query) const = 0;
  // Mean daily volume of the last 20 finished days before `date`; 0 = unknown.
  [[nodiscard]] virtual std::int64_t average_daily_volume(std::string_view symbol, trading::TradingDate date) const = 0;
  // Actions with from < ex_date <= to.
  [[nodiscard]] virtual std::vector<CorporateAction> corporate_actions(std::string_view symbol,
                                                                       trading::TradingDate from,
                                                                       trading::TradingDate to) const = 0;
  // False for symbols with daily bars alone: they take no entries.
  [[nodiscard]] virtual bool has_intraday(std::string_view symbol) const = 0;
  // Is the symbol on a list of the exchange that keeps careful people away?
  [[nodiscard]] virtual Standing surveillance(std::string_view symbol, trading::TradingDate date) const {
    (void)symbol, (void)date;
    return {Standing::State::kNotKept, "this market source carries no surveillance list"};
  }
  // Do today's quotes continue the stored bars, or did a corporate action that corporate_actions() does not tell of come
  // between?
  [[nodiscard]] virtual Standing continuity(std::string_view symbol, trading::TradingDate date) const {
    (void)symbol, (void)date;
    return {Standing::State::kNotKept, "corporate actions are listed by this source"};
  }
  // Is the clock that market time follows sane?
  [[nodiscard]] virtual Standing clock_sanity() const {
    return {Standing::State::kNotKept, "the market's clock is virtual"};
  }
  // Findings about the data (file and row), for the log, doctor and replies.
  [[nodiscard]] virtual std::vector<std::string> findings() const = 0;
};

}  // namespace broker
