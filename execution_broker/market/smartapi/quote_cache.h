#pragma once

// What is known of prices, fed by the market stream and by REST, read by everybody. A price is worth
// something only with its age and with the line it came over:
//   age     the largest of the time since it was received, since the exchange said it, and - where
//           market time is the machine's - of the steady time that passed since the receipt, so that
//           a clock which is set back makes nothing younger
//   stale   the stream was lost after it came and nothing newer has come since, or the exchange's
//           time lies in our future
//   line    the connection of the stream that brought it, 0 for an answer to a request
// A packet older than what is known (by exchange time, then by sequence) changes nothing. Answers to
// requests are prints, too, while they are newer than the stream's: with the stream down they are
// what stops are watched by. Nobody knows what traded before them: they give a resting order nothing
// of the volume.
//
// Safe from any thread.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "execution_broker/clock/clock.h"
#include "execution_broker/exchange/smartapi/wire/market_packet.h"
#include "execution_broker/exchange/smartapi/wire/quote_wire.h"
#include "execution_broker/market/market_source.h"

namespace broker {

class QuoteCache {
 public:
  static constexpr std::size_t kSlicesKept = 256;  // of one symbol, for a desk that is behind
  static constexpr trading::Duration kFreshFor = trading::seconds(3);
  // How far the exchange's whole seconds and our clock may disagree.
  static constexpr trading::Duration kClockTolerance = trading::seconds(2);

  // `steady` is asked for steady time alone; null where market time does not run with the machine's.
  QuoteCache(const InstrumentMaster& master, const trading::ExchangeCalendar& calendar, const Clock* steady);

  // Another day's instruments. What is known of an instrument that kept its symbol and token stays.
  // The old master has to outlive whoever holds a pointer of it.
  void adopt(const InstrumentMaster& master);

  // `now`: market time at receipt.
  void on_packet(const smartapi::MarketPacket& packet, trading::Timestamp now);
  void on_row(const smartapi::QuoteRow& row, trading::Timestamp now);
  void on_line();  // the stream was opened: its packets belong to the next line
  void on_gap();   // the stream was lost

  // NO_MARKET_DATA while nothing came. UNKNOWN_SYMBOL.
  [[nodiscard]] trading::Result<trading::Quote> quote(std::string_view symbol, trading::Timestamp now) const;
  [[nodiscard]] bool is_fresh(std::string_view symbol, trading::Timestamp now) const;
  // What comes later than this question is later in time, too: a slice
  // is never behind what a reader has passed.
  [[nodiscard]] std::optional<trading::MarketSlice> next_slice(std::string_view symbol, trading::Timestamp after,
                                                               trading::Timestamp until) const;
  // Waits until the symbol is fresh; `now` is asked again and again.
  bool wait_until_fresh(std::string_view symbol, const Clock& clock, trading::Duration patience) const;

  [[nodiscard]] std::int64_t outdated_packets() const;

 private:
  struct Entry {
    const trading::Instrument* instrument = nullptr;
    std::optional<trading::MarketSlice> newest;
    std::deque<trading::MarketSlice> slices;  // of the stream, ascending by ts
    trading::Timestamp exchange_time;
    trading::Timestamp received;
    std::int64_t received_steady_us = 0;
    std::int64_t sequence = 0;
    bool is_cut = false;     // a gap since
    bool is_streamed = false;  // the newest came by the stream
    trading::Timestamp minute;
    trading::Price minute_low, minute_high;
    mutable trading::Timestamp asked_until;
  };

  Entry* find(std::string_view symbol) const;
  [[nodiscard]] bool is_fresh(const Entry& entry, trading::Timestamp now) const;
  [[nodiscard]] trading::Duration age_of(const Entry& entry, trading::Timestamp now) const;
  void keep(Entry& entry, trading::MarketSlice slice, trading::Timestamp exchange_time, trading::Timestamp now,
            bool is_streamed);

  const trading::ExchangeCalendar& calendar_;
  const Clock* const steady_;
  mutable std::mutex mutex_;
  mutable std::condition_variable news_;
  const InstrumentMaster* master_;                          // guarded by mutex_
  mutable std::vector<Entry> entries_;                      // guarded by mutex_; as master_->all()
  std::unordered_map<std::string, std::size_t> by_token_;  // guarded by mutex_
  std::int64_t line_ = 0;                                   // guarded by mutex_
  std::int64_t outdated_ = 0;                               // guarded by mutex_
};

}  // namespace broker
