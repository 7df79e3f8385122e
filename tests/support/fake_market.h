#pragma once

// A market of two stocks whose prices never move, with as many bars as a test wants. Safe from any
// thread.

#include "execution_broker/market/market_source.h"

namespace broker {

class FakeMarket final : public MarketSource {
 public:
  std::size_t rows = 10;
  trading::BarSeries series;        // served instead, as they are, when not empty
  trading::BarSeries five_minutes;  // when not empty: the finest there is

  FakeMarket()
      : instruments_(
            {stock("SBIN", "State Bank of India"), stock("TCS", "Tata Consultancy Services")}) {}

  [[nodiscard]] std::string name() const override { return "fake"; }
  [[nodiscard]] bool is_simulated() const override { return true; }
  [[nodiscard]] const InstrumentMaster& instruments() const override { return instruments_; }
  [[nodiscard]] const trading::ExchangeCalendar& calendar() const override {
    return trading::ExchangeCalendar::nse();
  }
  [[nodiscard]] trading::Timestamp first_session() const override { return {}; }
  [[nodiscard]] trading::Timestamp last_print() const override { return {}; }
  [[nodiscard]] trading::Result<trading::Quote> quote(std::string_view symbol,
                                                      trading::Timestamp now) const override {
    ASSIGN_OR_RETURN(const trading::Instrument* instrument, instruments_.find(symbol));
    trading::Quote quote;
    quote.slice.symbol = instrument->symbol;
    quote.slice.ts = now;
    quote.slice.last = trading::Price(8'120'500);
    quote.slice.open = quote.slice.high = quote.slice.low = quote.slice.previous_close =
        quote.slice.last;
    quote.slice.bids[0] = {trading::Price(8'120'000), trading::Quantity(100)};
    quote.slice.asks[0] = {trading::Price(8'121'000), trading::Quantity(200)};
    quote.slice.band = {trading::Price(7'000'000), trading::Price(9'000'000)};
    quote.source = "fake";
    quote.note = "depth is invented";
    return quote;
  }
  [[nodiscard]] std::optional<trading::MarketSlice> next_slice(std::string_view, trading::Timestamp,
                                                               trading::Timestamp) const override {
    return std::nullopt;
  }
  [[nodiscard]] trading::Result<BarReply> bars(const BarQuery& query) const override {
    RETURN_IF_ERROR(instruments_.find(query.symbol));
    BarReply reply;
    reply.bars.timeframe = query.timeframe;
    reply.total = series.empty() ? rows : series.size();
    reply.source = "fake";
    reply.gaps = {"2024-01-20: no bars although the exchange traded"};
    const bool is_too_fine = query.timeframe == trading::Timeframe::kOneMinute ||
                             query.timeframe == trading::Timeframe::kFiveMinute;
    if (!series.empty() && series.timeframe == trading::Timeframe::kOneDay && is_too_fine &&
        (five_minutes.empty() || query.timeframe == trading::Timeframe::kOneMinute))
      return trading::make_error("NO_MARKET_DATA", "no bars as fine as that", "ask for coarser ones");
    if (!five_minutes.empty() && query.timeframe == trading::Timeframe::kFiveMinute) {
      reply.bars = five_minutes;
      reply.total = five_minutes.size();
      return reply;
    }
    if (!series.empty()) {
      reply.bars = series;
      return reply;
    }
    for (std::size_t i = 0; i < rows; ++i) {
      const auto n = static_cast<std::int64_t>(i) + 1;
      reply.bars.push_back({{n * 60'000'000},
                            trading::Price(n),
                            trading::Price(n),
                            trading::Price(n),
                            trading::Price(n),
                            n});
    }
    return reply;
  }
  [[nodiscard]] std::int64_t average_daily_volume(std::string_view,
                                                  trading::TradingDate) const override {
    return 0;
  }
  [[nodiscard]] std::vector<CorporateAction> corporate_actions(
      std::string_view, trading::TradingDate, trading::TradingDate) const override {
    return {};
  }
  [[nodiscard]] bool has_intraday(std::string_view) const override { return true; }
  [[nodiscard]] std::vector<std::string> findings() const override {
    return {"fake.csv row 3: repaired"};
  }

 private:
  static trading::Instrument stock(std::string symbol, std::string name) {
    trading::Instrument instrument;
    instrument.trading_symbol = symbol + "-EQ";
    instrument.token = "3045";
    instrument.symbol = std::move(symbol);
    instrument.name = std::move(name);
    instrument.sector = "Banks";
    return instrument;
  }
  InstrumentMaster instruments_;
};

}  // namespace broker
