#pragma once

// The closed list of reasons for which an order is refused: one row each with a stable code, the
// units of its two figures, a sentence, and what to do next. Codes never change their meaning; a
// new reason is a new row.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace broker::risk {

// In the order of the checklist.
enum class DenialCode : std::uint8_t {
  kFactUnknown,
  // permission
  kOperatorHalted,
  kOperatorReduceOnly,
  kModeNotEffective,
  kLiveNotReady,
  kIntradayTradingDisabled,
  kSwingTradingDisabled,
  kIntradayBuyNotAllowed,
  kIntradaySellNotAllowed,
  kDeliveryBuyNotAllowed,
  kDeliverySellBlocked,
  kSymbolDenied,
  kSymbolNotAllowed,
  kSeriesNotAllowed,
  kIntradayInTradeToTrade,
  kSurveillanceScrip,
  kShortNotAllowed,
  kShortNearUpperCircuit,
  kCorporateActionToday,
  kNoIntradayData,
  // form
  kQuantityNotPositive,
  kQuantityOutOfBounds,
  kPriceRequired,
  kTriggerPriceRequired,
  kPriceOutOfBounds,
  kOrderTypeNotAllowed,
  kQuantityNotInLots,
  kPriceNotOnTick,
  kQuantityAboveFreeze,
  kTriggerLimitOnWrongSide,
  kStopLossRequired,
  kStopLossOnWrongSide,
  kTargetRequired,
  kTargetOnWrongSide,
  kTriggerLimitGapTooWide,
  kRewardRiskBelowMinimum,
  // price
  kQuoteStale,
  kQuoteOneSided,
  kSpreadTooWide,
  kPriceOutsideCollar,
  kPriceOutsideBand,
  kPriceOutsideExecutionRange,
  // size
  kPurseEmpty,
  kOrderValueAboveLimit,
  kOrderQuantityAboveLimit,
  kCanaryQuantityAboveLimit,
  kPositionSizeAboveLimit,
  kRiskPerTradeAboveLimit,
  kVolumeShareAboveLimit,
  kDepthShareAboveLimit,
  kOpenPositionsAtLimit,
  kSectorExposureAboveLimit,
  kGrossExposureAboveLimit,
  kOpenEntriesAboveLimit,
  kMarginInsufficient,
  kNotHeld,
  kQuantityAboveHeld,
  // rate
  kSameOrderAgain,
  kEntryAlreadyPending,
  kRepeatedInOneDirection,
  kEntriesPerMinuteAtLimit,
  kEntriesPerDayAtLimit,
  kMessageRateAtLimit,
  kModificationsAtLimit,
  kSelfTrade,
  kTooManyRejects,
  // loss
  kDailyLossLimitReached,
  kDailyLossHaltReached,
  kWeeklyLossLimitReached,
  kDrawdownLimitReached,
  kConsecutiveLossesPause,
  kDailyTurnoverAboveLimit,
  // time
  kCalendarUnknown,
  kMarketHoliday,
  kMarketNotContinuous,
  kIntradayEntryTooLate,
  kClockNotSane,
  // state
  kOrderInDoubt,
  kNotReconciled,
  kBrokerSessionInvalid,
  kWriteProbeNotPassed,
  kAttestNotFresh,
  kProtectionNotPossible,
  kLedgerNotWritable,
  kAuditNotWritable,
  kDiskSpaceLow,
  // taint
  kTaintedOrderValueAboveLimit,
};
inline constexpr std::size_t kDenialCodes = 87;

// How a figure of a denial is to be read and printed.
enum class Unit {
  kNone,     // no figure, or words only
  kRupees,   // 1/10,000 rupee: "1,20,000.00"
  kPrice,    // 1/10,000 rupee a share: "812.05"
  kPercent,  // bps: "1.25 %"
  kRatio,    // 1/10,000: "1.5"
  kCount,    // "5"
  kShares,   // "41"
  kSeconds,  // "3 s"
  kMinutes,  // "60 min"
  kBytes,    // "64 MB"
};
std::string text_of(Unit unit, std::int64_t figure);

struct DenialRow {
  DenialCode id;
  std::string_view code;      // stable, UPPER_SNAKE
  Unit unit;                  // of value and limit
  std::string_view sentence;  // {value} {limit} {subject} {detail}
  std::string_view fix;       // the same, {key} and {reduce}
};
const std::vector<DenialRow>& denial_table();  // in the order of DenialCode
const DenialRow& row_of(DenialCode id);
std::string_view name_of(DenialCode id);              // "ORDER_VALUE_ABOVE_LIMIT"
const DenialRow* find_denial(std::string_view code);  // nullptr: no such code

// What a check measured. Figures in the row's unit; the texts fill the row's sentence.
struct DenialValues {
  std::optional<std::int64_t> value = {};
  std::optional<std::int64_t> limit = {};
  std::string subject = {};  // what it is about: a symbol, a field
  std::string detail = {};   // further words: a reason found elsewhere
  std::string key = {};      // the setting that would have to change; empty: the first of the check
  std::optional<std::int64_t> nearest_quantity =
      {};  // largest quantity that this check lets pass, 0 = none
};

// One reason for people and for programs.
struct Denial {
  DenialCode id = DenialCode::kFactUnknown;
  std::string code;
  std::string value;  // as text for people; empty where there is none
  std::string limit;
  std::string fix;      // what to do next
  std::string message;  // CODE: sentence; fix
  std::string key;      // setting, may be empty
  Unit unit = Unit::kNone;
  std::optional<std::int64_t> value_number;  // in `unit`
  std::optional<std::int64_t> limit_number;
  std::optional<std::int64_t> nearest_quantity;
};
Denial make_denial(DenialCode id, const DenialValues& values);

}  // namespace broker::risk
