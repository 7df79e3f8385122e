#include "execution_broker/risk/denial.h"

#include <algorithm>

#include "trading/base/decimal.h"
#include "trading/base/invariant.h"

namespace broker::risk {

namespace {

// Words in braces are filled in; an agent is told what it can do, and what only the operator can.
std::vector<DenialRow> make_table() {
  using enum DenialCode;
  return {
      // clang-format off
      {kFactUnknown, "FACT_UNKNOWN", Unit::kNone, "{subject}: {detail}",
       "an entry needs every fact; wait until it is known, or ask the operator to run doctor "
       "--dry-order"},

      {kOperatorHalted, "OPERATOR_HALTED", Unit::kNone, "trading is halted ({detail})",
       "exits and cancels still work; a human resumes with approval_cli resume"},
      {kOperatorReduceOnly, "OPERATOR_REDUCE_ONLY", Unit::kNone,
       "the book is reduce-only ({detail})",
       "close or protect what is held; a human resumes with approval_cli resume"},
      {kModeNotEffective, "MODE_NOT_EFFECTIVE", Unit::kNone,
       "the {subject} book takes no entries: {detail}",
       "send entries to the effective mode's book; positions here can still be closed"},
      {kLiveNotReady, "LIVE_NOT_READY", Unit::kNone, "live trading is not ready: {detail}",
       "only a human can change this; stay on paper, or ask the operator to run doctor"},
      {kIntradayTradingDisabled, "INTRADAY_TRADING_DISABLED", Unit::kNone,
       "intraday trading is switched off", "use DELIVERY, or ask the operator to set {key}"},
      {kSwingTradingDisabled, "SWING_TRADING_DISABLED", Unit::kNone,
       "delivery (swing) trading is switched off",
       "use INTRADAY, or ask the operator to set {key}"},
      {kIntradayBuyNotAllowed, "INTRADAY_BUY_NOT_ALLOWED", Unit::kNone,
       "intraday buys are not permitted", "ask the operator to set {key}"},
      {kIntradaySellNotAllowed, "INTRADAY_SELL_NOT_ALLOWED", Unit::kNone,
       "intraday short sales are not permitted", "ask the operator to set {key}"},
      {kDeliveryBuyNotAllowed, "DELIVERY_BUY_NOT_ALLOWED", Unit::kNone,
       "delivery buys are not permitted", "ask the operator to set {key}"},
      {kDeliverySellBlocked, "DELIVERY_SELL_BLOCKED", Unit::kNone,
       "a delivery sale of {subject} is never sent in {detail} mode",
       "use block_delivery_sell_order: it records a recommendation that a human places by hand"},
      {kSymbolDenied, "SYMBOL_DENIED", Unit::kNone, "{subject} is on the deny list",
       "choose another symbol, or ask the operator to change {key}"},
      {kSymbolNotAllowed, "SYMBOL_NOT_ALLOWED", Unit::kNone, "{subject} is not on the allow list",
       "choose a symbol of the allow list, or ask the operator to change {key}"},
      {kSeriesNotAllowed, "SERIES_NOT_ALLOWED", Unit::kNone,
       "{subject} is of series {detail}, which is not traded here", "choose a stock of series EQ"},
      {kIntradayInTradeToTrade, "INTRADAY_IN_TRADE_TO_TRADE", Unit::kNone,
       "{subject} is of series {detail}: trade-to-trade, no intraday",
       "choose a stock of series EQ"},
      {kSurveillanceScrip, "SURVEILLANCE_SCRIP", Unit::kNone,
       "{subject} is under surveillance: {detail}", "choose another symbol"},
      {kShortNotAllowed, "SHORT_NOT_ALLOWED", Unit::kNone,
       "{subject} has no derivatives: a short could be locked in at the upper circuit",
       "short only stocks with derivatives"},
      {kShortNearUpperCircuit, "SHORT_NEAR_UPPER_CIRCUIT", Unit::kPercent,
       "{subject} is {value} below its upper circuit, a short needs {limit} of room",
       "wait for more room, or choose another symbol"},
      {kCorporateActionToday, "CORPORATE_ACTION_TODAY", Unit::kNone,
       "{subject} has a corporate action today: {detail}",
       "wait for tomorrow: today's prices are not comparable with yesterday's"},
      {kNoIntradayData, "NO_INTRADAY_DATA", Unit::kNone, "{subject} has daily bars alone",
       "choose a symbol with intraday data; daily bars serve backtests and indicators"},

      {kQuantityNotPositive, "QUANTITY_NOT_POSITIVE", Unit::kShares, "quantity is {value}",
       "give at least {limit}"},
      {kQuantityOutOfBounds, "QUANTITY_OUT_OF_BOUNDS", Unit::kShares,
       "quantity is {value}, the largest number handled is {limit}",
       "give a quantity that a market has"},
      {kPriceRequired, "PRICE_REQUIRED", Unit::kNone, "a {subject} order needs a limit price",
       "give price"},
      {kTriggerPriceRequired, "TRIGGER_PRICE_REQUIRED", Unit::kNone,
       "a {subject} order needs a trigger price", "give trigger_price"},
      {kPriceOutOfBounds, "PRICE_OUT_OF_BOUNDS", Unit::kPrice,
       "{subject} is {value}, it must be above 0 and at most {limit}",
       "give a price in rupees a share"},
      {kOrderTypeNotAllowed, "ORDER_TYPE_NOT_ALLOWED", Unit::kNone,
       "{subject} is not allowed in {detail} mode",
       "use LIMIT or SL: since April 2026 orders by program may not be market orders"},
      {kQuantityNotInLots, "QUANTITY_NOT_IN_LOTS", Unit::kShares,
       "quantity {value} is not a multiple of the lot of {limit}", "give a multiple of the lot"},
      {kPriceNotOnTick, "PRICE_NOT_ON_TICK", Unit::kPrice,
       "{subject} {value} is not on the tick of {limit}", "use {detail}"},
      {kQuantityAboveFreeze, "QUANTITY_ABOVE_FREEZE", Unit::kShares,
       "quantity {value} is above the exchange's freeze quantity of {limit}",
       "{reduce}: split it into several orders"},
      {kTriggerLimitOnWrongSide, "TRIGGER_LIMIT_ON_WRONG_SIDE", Unit::kPrice,
       "the limit {value} could never trade once the trigger {limit} is reached",
       "for a BUY put the limit at or above the trigger, for a SELL at or below it"},
      {kStopLossRequired, "STOP_LOSS_REQUIRED", Unit::kNone, "an entry needs a stop loss",
       "give stop_loss"},
      {kStopLossOnWrongSide, "STOP_LOSS_ON_WRONG_SIDE", Unit::kPrice,
       "stop loss {value} is not {detail} {limit}",
       "put the stop loss below the price of a BUY, above the price of a SELL"},
      {kTargetRequired, "TARGET_REQUIRED", Unit::kNone, "an entry needs a target", "give target"},
      {kTargetOnWrongSide, "TARGET_ON_WRONG_SIDE", Unit::kPrice,
       "target {value} is not {detail} {limit}",
       "put the target above the price of a BUY, below the price of a SELL"},
      {kTriggerLimitGapTooWide, "TRIGGER_LIMIT_GAP_TOO_WIDE", Unit::kPercent,
       "trigger and limit are {value} apart, the limit is {limit}",
       "bring the limit price nearer to the trigger"},
      {kRewardRiskBelowMinimum, "REWARD_RISK_BELOW_MINIMUM", Unit::kRatio,
       "reward to risk after charges is {value}, the minimum is {limit}",
       "move the target away or the stop nearer; a very small order may also cost too much in "
       "charges"},

      {kQuoteStale, "QUOTE_STALE", Unit::kSeconds,
       "the quote of {subject} is {value} old, the limit is {limit}", "wait for the next print"},
      {kQuoteOneSided, "QUOTE_ONE_SIDED", Unit::kNone, "{subject} has no {detail}",
       "wait until both sides are quoted; at a circuit limit one side is empty"},
      {kSpreadTooWide, "SPREAD_TOO_WIDE", Unit::kPercent,
       "the spread of {subject} is {value}, the limit is {limit}",
       "wait for a narrower spread, or choose a more liquid symbol"},
      {kPriceOutsideCollar, "PRICE_OUTSIDE_COLLAR", Unit::kPrice,
       "price {value} goes through the market further than {limit}",
       "use a price at or inside {limit}"},
      {kPriceOutsideBand, "PRICE_OUTSIDE_BAND", Unit::kPrice,
       "{subject} {value} is outside the day's band, which ends at {limit}",
       "use a price inside the band"},
      {kPriceOutsideExecutionRange, "PRICE_OUTSIDE_EXECUTION_RANGE", Unit::kPercent,
       "{subject} is {value} away from the last price, the limit is {limit}",
       "use a price nearer to the market"},

      {kPurseEmpty, "PURSE_EMPTY", Unit::kRupees, "the purse is {value}",
       "on paper use reset_paper_account; in live ask the operator to set {key}"},
      {kOrderValueAboveLimit, "ORDER_VALUE_ABOVE_LIMIT", Unit::kRupees,
       "order is worth {value}, the limit is {limit}",
       "{reduce}, or ask the operator to raise {key}"},
      {kOrderQuantityAboveLimit, "ORDER_QUANTITY_ABOVE_LIMIT", Unit::kShares,
       "quantity is {value}, the limit is {limit}", "{reduce}, or ask the operator to raise {key}"},
      {kCanaryQuantityAboveLimit, "CANARY_QUANTITY_ABOVE_LIMIT", Unit::kShares,
       "quantity is {value}, first live orders may have {limit}",
       "{reduce}: size grows once entry, stop, modification and exit have been seen on this "
       "account"},
      {kPositionSizeAboveLimit, "POSITION_SIZE_ABOVE_LIMIT", Unit::kRupees,
       "{subject} would stand at {value}, the limit is {limit}",
       "{reduce}, or ask the operator to raise {key}"},
      {kRiskPerTradeAboveLimit, "RISK_PER_TRADE_ABOVE_LIMIT", Unit::kRupees,
       "the stop would cost {value} with charges, the limit is {limit}",
       "{reduce}, put the stop nearer, or ask the operator to raise {key}"},
      {kVolumeShareAboveLimit, "VOLUME_SHARE_ABOVE_LIMIT", Unit::kShares,
       "quantity is {value}, the share of an average day's volume allows {limit}",
       "{reduce}, or choose a more liquid symbol"},
      {kDepthShareAboveLimit, "DEPTH_SHARE_ABOVE_LIMIT", Unit::kShares,
       "quantity is {value}, the share of what is {detail} allows {limit}",
       "{reduce}, or rest a LIMIT order in the book"},
      {kOpenPositionsAtLimit, "OPEN_POSITIONS_AT_LIMIT", Unit::kCount,
       "it would be position number {value}, the limit is {limit}",
       "close a position first, or ask the operator to raise {key}"},
      {kSectorExposureAboveLimit, "SECTOR_EXPOSURE_ABOVE_LIMIT", Unit::kRupees,
       "sector {subject} would stand at {value}, the limit is {limit}",
       "{reduce}, choose another sector, or ask the operator to raise {key}"},
      {kGrossExposureAboveLimit, "GROSS_EXPOSURE_ABOVE_LIMIT", Unit::kRupees,
       "gross exposure would be {value}, the limit is {limit}",
       "{reduce}, close something, or ask the operator to raise {key}"},
      {kOpenEntriesAboveLimit, "OPEN_ENTRIES_ABOVE_LIMIT", Unit::kRupees,
       "entries that wait for a fill would be worth {value}, the limit is {limit}",
       "{reduce}, cancel a waiting entry, or ask the operator to raise {key}"},
      {kMarginInsufficient, "MARGIN_INSUFFICIENT", Unit::kRupees,
       "margin with head-room is {value}, available are {limit}", "{reduce}, or close something"},
      {kNotHeld, "NOT_HELD", Unit::kShares,
       "there is no {subject} position that this order could close",
       "look at the portfolio: symbol, product and side must match what is held"},
      {kQuantityAboveHeld, "QUANTITY_ABOVE_HELD", Unit::kShares,
       "quantity is {value}, {limit} of {subject} are free to close",
       "{reduce}; to turn a position round send two orders"},

      {kSameOrderAgain, "SAME_ORDER_AGAIN", Unit::kSeconds,
       "the same order was sent {value} ago, the interval is {limit}",
       "look whether the first one went through; use request_id for a retry"},
      {kEntryAlreadyPending, "ENTRY_ALREADY_PENDING", Unit::kNone,
       "an entry in {subject} already waits ({detail})", "modify or cancel that one"},
      {kRepeatedInOneDirection, "REPEATED_IN_ONE_DIRECTION", Unit::kCount,
       "{value} entries in {subject} in this direction lately, the limit is {limit}",
       "wait, or ask the operator to raise {key}"},
      {kEntriesPerMinuteAtLimit, "ENTRIES_PER_MINUTE_AT_LIMIT", Unit::kCount,
       "{value} entries in the last minute, the limit is {limit}", "wait a minute"},
      {kEntriesPerDayAtLimit, "ENTRIES_PER_DAY_AT_LIMIT", Unit::kCount,
       "{value} entries today, the limit is {limit}",
       "wait for the next trading day, or ask the operator to raise {key}"},
      {kMessageRateAtLimit, "MESSAGE_RATE_AT_LIMIT", Unit::kCount,
       "{value} messages in the last second, the limit is {limit}", "wait a second"},
      {kModificationsAtLimit, "MODIFICATIONS_AT_LIMIT", Unit::kCount,
       "this entry was modified {value} times, the limit is {limit}", "cancel it, or leave it"},
      {kSelfTrade, "SELF_TRADE", Unit::kPrice,
       "price {value} would trade with our own order at {limit} ({subject})",
       "cancel that order first"},
      {kTooManyRejects, "TOO_MANY_REJECTS", Unit::kCount,
       "the exchange refused {value} orders in five minutes, the limit is {limit}",
       "a human looks at the reasons and resumes with approval_cli resume"},

      {kDailyLossLimitReached, "DAILY_LOSS_LIMIT_REACHED", Unit::kRupees,
       "today's loss of the {subject} is {value} with charges, the limit is {limit}",
       "no more entries today; exits still work"},
      {kDailyLossHaltReached, "DAILY_LOSS_HALT_REACHED", Unit::kRupees,
       "today's loss of the {subject} is {value} with charges, trading halts at {limit}",
       "a human looks at it and resumes with approval_cli resume"},
      {kWeeklyLossLimitReached, "WEEKLY_LOSS_LIMIT_REACHED", Unit::kRupees,
       "this week's loss of the {subject} is {value} with charges, the limit is {limit}",
       "no more entries this week; exits still work"},
      {kDrawdownLimitReached, "DRAWDOWN_LIMIT_REACHED", Unit::kRupees,
       "the {subject} is {value} below its peak, the limit is {limit}",
       "a human restarts with approval_cli resume"},
      {kConsecutiveLossesPause, "CONSECUTIVE_LOSSES_PAUSE", Unit::kMinutes,
       "{detail} losses in a row, the last {value} ago; the pause is {limit}",
       "wait for the pause to end"},
      {kDailyTurnoverAboveLimit, "DAILY_TURNOVER_ABOVE_LIMIT", Unit::kRupees,
       "today's turnover would be {value}, the limit is {limit}",
       "{reduce}, or wait for the next trading day"},

      {kCalendarUnknown, "CALENDAR_UNKNOWN", Unit::kNone,
       "no trading hours are known for today: {detail}",
       "unknown does not trade; ask the operator to add the day to the calendar"},
      {kMarketHoliday, "MARKET_HOLIDAY", Unit::kNone, "the exchange is closed today: {detail}",
       "wait for the next trading day"},
      {kMarketNotContinuous, "MARKET_NOT_CONTINUOUS", Unit::kNone,
       "{subject} is not in continuous trading: {detail}",
       "wait for continuous trading; fetch_market_status names the next open"},
      {kIntradayEntryTooLate, "INTRADAY_ENTRY_TOO_LATE", Unit::kMinutes,
       "{value} to the end of continuous trading, intraday entries need {limit}",
       "wait for the next trading day"},
      {kClockNotSane, "CLOCK_NOT_SANE", Unit::kNone,
       "the machine's clock cannot be trusted: {detail}", "ask the operator to repair the clock"},

      {kOrderInDoubt, "ORDER_IN_DOUBT", Unit::kNone,
       "the outcome of an order in {subject} is not known yet",
       "wait for reconciliation, or ask a human to settle it with approval_cli settle"},
      {kNotReconciled, "NOT_RECONCILED", Unit::kNone, "ledger and exchange do not agree: {detail}",
       "wait for reconciliation, or ask a human to look"},
      {kBrokerSessionInvalid, "BROKER_SESSION_INVALID", Unit::kNone,
       "there is no valid session at the broker: {detail}",
       "wait for the login to be renewed, or ask the operator"},
      {kWriteProbeNotPassed, "WRITE_PROBE_NOT_PASSED", Unit::kNone,
       "orders from this address are not proven to be accepted: {detail}",
       "ask the operator to check the registered static address"},
      {kAttestNotFresh, "ATTEST_NOT_FRESH", Unit::kNone,
       "the isolation finding is missing or stale: {detail}",
       "ask the operator to run doctor --attest as root"},
      {kProtectionNotPossible, "PROTECTION_NOT_POSSIBLE", Unit::kNone,
       "the position could not be protected: {detail}",
       "use INTRADAY, or have a human sign the warning"},
      {kLedgerNotWritable, "LEDGER_NOT_WRITABLE", Unit::kNone,
       "the ledger cannot be written: {detail}",
       "ask the operator to look at the disk and restart the broker"},
      {kAuditNotWritable, "AUDIT_NOT_WRITABLE", Unit::kNone,
       "the audit log cannot be written: {detail}",
       "ask the operator to look at the disk and restart the broker"},
      {kDiskSpaceLow, "DISK_SPACE_LOW", Unit::kBytes,
       "{value} are free on the ledger's disk, entries need {limit}",
       "ask the operator to free disk space"},

      {kTaintedOrderValueAboveLimit, "TAINTED_ORDER_VALUE_ABOVE_LIMIT", Unit::kRupees,
       "order is worth {value}, after reading outside text the limit is {limit}",
       "{reduce}, or ask the operator to raise {key}"},
      // clang-format on
  };
}

std::string reduce_words(const DenialValues& values) {
  if (!values.nearest_quantity) return "reduce quantity";
  if (*values.nearest_quantity <= 0) return "no quantity passes";
  return "reduce quantity to " + std::to_string(*values.nearest_quantity);
}

std::string fill(std::string_view words, const DenialValues& values, std::string_view value,
                 std::string_view limit) {
  std::string out;
  while (!words.empty()) {
    const auto open = words.find('{');
    out += words.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = words.find('}', open);
    INVARIANT(close != std::string_view::npos, "a denial's sentence has an open brace");
    const std::string_view name = words.substr(open + 1, close - open - 1);
    if (name == "value")
      out += value;
    else if (name == "limit")
      out += limit;
    else if (name == "subject")
      out += values.subject;
    else if (name == "detail")
      out += values.detail;
    else if (name == "key")
      out += values.key;
    else if (name == "reduce")
      out += reduce_words(values);
    else
      INVARIANT(false, "a denial's sentence has an unknown word in braces");
    words.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace

std::string text_of(Unit unit, std::int64_t figure) {
  switch (unit) {
    case Unit::kNone:
      return "";
    case Unit::kRupees:
      return trading::format_rupees(figure);
    case Unit::kPrice:
      return trading::format_decimal(figure, 4, 2);
    case Unit::kPercent:
      return trading::format_decimal(figure, 2) + " %";
    case Unit::kRatio:
      return trading::format_decimal(figure, 4);
    case Unit::kCount:
    case Unit::kShares:
      return std::to_string(figure);
    case Unit::kSeconds:
      return std::to_string(figure) + " s";
    case Unit::kMinutes:
      return std::to_string(figure) + " min";
    case Unit::kBytes:
      return std::to_string(figure / 1'000'000) + " MB";
  }
  return "";
}

const std::vector<DenialRow>& denial_table() {
  static const std::vector<DenialRow> table = make_table();
  return table;
}

const DenialRow& row_of(DenialCode id) {
  const auto& row = denial_table()[static_cast<std::size_t>(id)];
  INVARIANT(row.id == id, "the denial table is not in the order of its codes");
  return row;
}

std::string_view name_of(DenialCode id) {
  return row_of(id).code;
}

const DenialRow* find_denial(std::string_view code) {
  const auto& table = denial_table();
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const DenialRow& row) { return row.code == code; });
  return found == table.end() ? nullptr : &*found;
}

Denial make_denial(DenialCode id, const DenialValues& values) {
  const DenialRow& row = row_of(id);
  Denial out;
  out.id = id;
  out.code = row.code;
  if (values.value) out.value = text_of(row.unit, *values.value);
  if (values.limit) out.limit = text_of(row.unit, *values.limit);
  out.fix = fill(row.fix, values, out.value, out.limit);
  out.message = out.code + ": " + fill(row.sentence, values, out.value, out.limit) + "; " + out.fix;
  out.key = values.key;
  out.unit = row.unit;
  out.value_number = values.value;
  out.limit_number = values.limit;
  out.nearest_quantity = values.nearest_quantity;
  return out;
}

}  // namespace broker::risk
