#pragma once

// A market made from a seed: the Nifty 50 and a few names without derivatives, from 1 January 2024
// to the end of the exchange calendar. Everything is a pure function of (seed, symbol, time) in
// integers: two instances, asked in any order, in any build type, give the same answers. Daily
// bars, minutes and prints agree exactly with one another.
//
// Memory: the days of all names (about 2 MB) and two days of minutes a name (about 2 MB) are kept;
// everything else is made again when asked for.
//
// The future of a simulated market is nobody's history: `ignore_clock` reaches past `as_of` only
// when no clock is given (as_of = 0).

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "execution_broker/market/market_source.h"
#include "execution_broker/market/simulated/daily_chain.h"
#include "execution_broker/market/simulated/day_path.h"

namespace broker {

class SimulatedSource final : public MarketSource {
 public:
  explicit SimulatedSource(std::uint64_t seed);  // SIM_SEED, with NSE's calendar
  // `calendar` outlives the source.
  SimulatedSource(std::uint64_t seed, const trading::ExchangeCalendar& calendar);

  [[nodiscard]] std::string name() const override { return "simulated"; }
  [[nodiscard]] bool is_simulated() const override { return true; }
  [[nodiscard]] const InstrumentMaster& instruments() const override { return master_; }
  [[nodiscard]] const trading::ExchangeCalendar& calendar() const override { return calendar_; }
  [[nodiscard]] trading::Timestamp first_session() const override;
  [[nodiscard]] trading::Timestamp last_print() const override;
  [[nodiscard]] trading::Result<trading::Quote> quote(std::string_view symbol,
                                                      trading::Timestamp now) const override;
  [[nodiscard]] std::optional<trading::MarketSlice> next_slice(
      std::string_view symbol, trading::Timestamp after, trading::Timestamp until) const override;
  [[nodiscard]] trading::Result<BarReply> bars(const BarQuery& query) const override;
  [[nodiscard]] std::int64_t average_daily_volume(std::string_view symbol,
                                                  trading::TradingDate date) const override;
  [[nodiscard]] std::vector<CorporateAction> corporate_actions(
      std::string_view symbol, trading::TradingDate from, trading::TradingDate to) const override;
  [[nodiscard]] bool has_intraday(std::string_view symbol) const override;
  [[nodiscard]] std::vector<std::string> findings() const override { return {}; }

 private:
  using PathPointer = std::shared_ptr<const simulated::DayPath>;
  struct Slot {
    std::size_t day = 0;
    PathPointer path;
  };
  // One name's share of the market.
  struct Book {
    const KnownInstrument* known = nullptr;
    const trading::Instrument* instrument = nullptr;
    std::uint64_t number = 0;
    std::mutex mutex;                                    // guards the two below
    std::unique_ptr<const simulated::DailyChain> chain;  // made at first use, then never changed
    std::array<Slot, 2> slots;  // newest use first: today's minutes and yesterday's
  };

  [[nodiscard]] Book* book_of(std::string_view symbol) const;  // null = unknown
  [[nodiscard]] const simulated::DailyChain& chain_of(Book& book) const;
  [[nodiscard]] PathPointer path_of(Book& book, std::size_t day) const;           // cached
  [[nodiscard]] simulated::DayPath make_path(Book& book, std::size_t day) const;  // not cached
  [[nodiscard]] std::uint64_t day_key(const Book& book, std::size_t day) const;
  [[nodiscard]] const std::vector<trading::SessionHours>& sessions_of(const Book& book,
                                                                      std::size_t day) const;
  [[nodiscard]] DayTerms terms_on(Book& book, std::size_t day) const;
  [[nodiscard]] trading::SessionPhase phase_at(const Book& book, trading::Timestamp t) const;
  // The slice of the newest print of `minute` at or before `t`.
  [[nodiscard]] trading::MarketSlice slice_in(Book& book, std::size_t day, std::size_t minute,
                                              trading::Timestamp t) const;
  [[nodiscard]] std::optional<trading::MarketSlice> first_slice_after(
      Book& book, std::size_t day, std::size_t minute, trading::Timestamp after,
      trading::Timestamp until) const;
  [[nodiscard]] BarReply daily_bars(Book& book, const BarQuery& query,
                                    trading::Timestamp end) const;
  [[nodiscard]] BarReply intraday_bars(Book& book, const BarQuery& query,
                                       trading::Timestamp end) const;

  std::uint64_t seed_;
  const trading::ExchangeCalendar& calendar_;
  InstrumentMaster master_;
  simulated::TradingDays days_;
  std::vector<simulated::DayPlan> plans_;  // by instrument
  simulated::Factors factors_;
  mutable std::vector<std::unique_ptr<Book>> books_;  // by instrument
};

}  // namespace broker
