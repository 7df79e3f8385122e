#pragma once

// The market of this exchange: for every listing a tape of prints, a ladder of the other traders'
// orders around it, and its bars. Prints come from a seeded walk, from a file of bars, or from a
// hand on the control port. What orders of accounts take from the ladder is gone until the next
// print renews it.

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "tests/sandbox_exchange/dice.h"
#include "tests/sandbox_exchange/listing.h"
#include "tests/sandbox_exchange/recorded_bars.h"
#include "tests/sandbox_exchange/session_rules.h"

namespace sandbox {

inline constexpr std::size_t kLadderDepth = 20;

struct Level {
  trading::Price price;
  std::int64_t quantity = 0;
  std::int64_t orders = 0;
};
using Ladder = std::array<Level, kLadderDepth>;

struct Print {
  trading::Price price;
  std::int64_t quantity = 0;
};

struct Tape {
  const Listing* listing = nullptr;
  trading::Price previous_close;
  trading::Price lower_circuit;
  trading::Price upper_circuit;
  trading::Price year_low;
  trading::Price year_high;
  trading::Price last;
  trading::Price open;  // zero until the day's first print
  trading::Price high;
  trading::Price low;
  std::int64_t volume = 0;
  std::int64_t turnover_e4 = 0;
  std::int64_t last_quantity = 0;
  std::int64_t open_interest = 0;
  std::int64_t sequence = 0;
  trading::Timestamp last_trade;
  trading::Timestamp feed_time;
  Ladder buys;   // best first
  Ladder sells;  // best first
  std::vector<Bar> today;  // one-minute bars; the last one is still forming
  std::map<trading::TradingDate, std::vector<Bar>> past;  // days played since the start
  bool is_halted = false;   // no prints, no trades: by hand
  bool is_frozen = false;   // its feed time stands still while it trades on
  Dice dice{0};

  [[nodiscard]] trading::Price average() const;
  [[nodiscard]] std::int64_t total(const Ladder& ladder) const;
};

class Market {
 public:
  Market(const ListingBook& listings, std::uint64_t seed, const RecordedBars* recorded);

  // Previous closes, bands and ladders of a day that trades. The day before must have been ended.
  void begin_day(const DayPlan& plan);
  void end_day();

  // One print by the seeded walk or the recorded bar that covers `t`; false where there is none. The
  // ladder stays as it was: whoever looks at it next renews it first.
  bool walk(Tape& tape, trading::Timestamp t);
  // A print at this price, and a ladder around it.
  void print(Tape& tape, Print print, trading::Timestamp t);
  // A trade: the tape's last price, volume and bars, without a new ladder.
  void record(Tape& tape, Print print, trading::Timestamp t);
  // The ladder that belongs to the tape's latest print, whether or not those between were looked at.
  void renew_ladder(Tape& tape) const;
  // Takes what stands at `limit` or better on the other side, best first; each take is a print.
  std::vector<Print> take(Tape& tape, bool is_buy, trading::Price limit, std::int64_t quantity,
                          trading::Timestamp t);

  [[nodiscard]] Tape& tape(const Listing& listing) { return *by_listing_.at(&listing); }
  [[nodiscard]] const Tape& tape(const Listing& listing) const { return *by_listing_.at(&listing); }
  [[nodiscard]] std::vector<std::unique_ptr<Tape>>& tapes() { return tapes_; }

  // The minutes of a day: played, recorded, or made up backward from the first close. Empty on days
  // that did not trade and after today.
  [[nodiscard]] std::vector<Bar> minutes_of(const Listing& listing, trading::TradingDate date) const;
  [[nodiscard]] trading::TradingDate first_day() const { return first_day_; }

 private:
  [[nodiscard]] std::vector<Bar> invented_minutes(const Listing& listing, trading::TradingDate date) const;
  [[nodiscard]] trading::Price invented_close(const Listing& listing, trading::TradingDate date) const;

  std::uint64_t seed_;
  const RecordedBars* recorded_;
  trading::TradingDate first_day_;
  bool has_begun_ = false;
  std::vector<std::unique_ptr<Tape>> tapes_;
  std::map<const Listing*, Tape*> by_listing_;
  // Closes made up so far, newest first, from the last day before the start backward.
  mutable std::map<const Listing*, std::map<trading::TradingDate, trading::Price>> closes_;
};

}  // namespace sandbox
