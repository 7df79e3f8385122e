#pragma once

// What a trading day does to a book by itself, in market time:
//   open        before the pre-open session: corporate actions, T+1, the purse, stops of what is held overnight
//   square-off  intraday positions leave, some minutes before continuous trading ends (two groups of stocks)
//   close       day orders end, the day's equity is marked
//   note        the contract note turns the day's accruals into money
// Times come from the exchange calendar and the limits; a skipped span runs each of them in order.

#include <optional>
#include <string>

#include "execution_broker/desk/limit_book.h"
#include "execution_broker/desk/protection.h"
#include "execution_broker/desk/submission.h"

namespace broker {

enum class DayEvent { kOpen, kSquareOffClosingAuction, kSquareOff, kClose, kNote };
std::string_view name_of(DayEvent event);  // "square_off"

struct DayTimer {
  trading::Timestamp at;
  DayEvent event = DayEvent::kOpen;
  trading::TradingDate date;
};

class DayCycle {
 public:
  DayCycle(Book& book, const Market& market, LimitBook& limits, DayCounters& counters, Submission& submission,
           Protection& protection)
      : book_(book), market_(market), limits_(limits), counters_(counters), submission_(submission), protection_(protection) {}

  // The first event strictly after `after`. Empty when the calendar does not know a trading day ahead.
  [[nodiscard]] std::optional<DayTimer> next(trading::Timestamp after) const;
  trading::Status run(const DayTimer& timer);
  // Square-off by the clock's level, not by its edge: whatever moved the time of it (a tightened limit, a restart), an
  // intraday position whose time has come leaves.
  trading::Status enforce_square_off();
  // At a start in the middle of a day: the day's record, if it is missing.
  trading::Status ensure_day();

 private:
  trading::Status open_day(trading::TradingDate date);
  trading::Status apply_corporate_actions(Ledger::Unit& unit, trading::TradingDate after, trading::TradingDate until);
  trading::Status pay_dividend(Ledger::Unit& unit, const PositionRecord& record, const CorporateAction& action,
                               trading::CanonicalJson& body);
  trading::Status split(Ledger::Unit& unit, const PositionRecord& before, const CorporateAction& action,
                        trading::CanonicalJson& body);
  trading::Status settle_deliveries(Ledger::Unit& unit);
  trading::Status close_day(trading::TradingDate date);
  trading::Status post_contract_note(trading::TradingDate date);

  Book& book_;
  const Market& market_;
  LimitBook& limits_;
  DayCounters& counters_;
  Submission& submission_;
  Protection& protection_;
};

}  // namespace broker
