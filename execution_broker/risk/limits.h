#pragma once

// The limits: what each is called, its unit, its defaults, which direction is tighter, and how one
// may change.
//
// A limit has four sources: the file (.env; a default stands where it has no line), the operator,
// the agent, the exchange. What counts is the tightest of them. Tightening is free and at once.
// Loosening needs the operator's signature and waits for the next trading day; an agent's tightening ends with its trading day and can be
// cleared by the operator. Everything here is a pure function: who signed, what day it is and where
// the state is kept is the caller's business.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "execution_broker/risk/denial.h"
#include "trading/base/money.h"
#include "trading/base/result.h"
#include "trading/orders/order.h"
#include "trading/time/timestamp.h"

namespace broker::risk {

// In the order of the checklist.
enum class Limit : std::uint8_t {
  kEnableIntradayTrading,
  kEnableSwingTrading,
  kAllowIntradayBuy,
  kAllowIntradaySell,
  kAllowDeliveryBuy,
  kMinShortCircuitRoom,
  kMaxTriggerLimitGap,
  kMinRiskRewardRatio,
  kMaxQuoteAge,
  kMaxSpread,
  kMaxPriceCollar,
  kMaxExecutionRange,
  kLiveCapital,
  kMaxOrderValue,
  kMaxOrderQuantity,
  kMaxPositionSize,
  kMaxRiskPerTrade,
  kMaxVolumeShare,
  kMaxDepthShare,
  kMaxOpenPositions,
  kMaxSectorExposure,
  kMaxGrossExposure,
  kMaxOpenEntries,
  kMinMarginHeadroom,
  kMinSameOrderInterval,
  kMaxRepeatsInDirection,
  kRepeatWindow,
  kMaxEntriesPerMinute,
  kMaxEntriesPerDay,
  kMaxMessagesPerSecond,
  kMaxModificationsPerEntry,
  kMaxRejectsInFiveMinutes,
  kMaxDailyLoss,
  kHaltDailyLoss,
  kMaxWeeklyLoss,
  kMaxDrawdown,
  kMaxConsecutiveLosses,
  kLossPause,
  kMaxDailyTurnover,
  kEntryCutoff,
  kEntryCutoffClosingAuction,
  kSquareOff,
  kSquareOffClosingAuction,
  kMinFreeDisk,
  kAgentAlwaysTainted,
  kTaintedMaxOrderValue,
};
inline constexpr std::size_t kLimits = 46;

// How the integer of a limit is to be read.
enum class LimitUnit {
  kRupees,     // paise
  kPercent,    // bps
  kRatio,      // 1/10,000: 15000 = 1.5
  kCount,      // pieces, times, positions
  kShares,     // shares
  kSeconds,    // seconds
  kMinutes,    // minutes
  kMegabytes,  // 1,000,000 bytes
  kSwitch,     // 0 = false, 1 = true
};
std::string_view name_of(LimitUnit unit);  // "rupees", "percent", ...

enum class Tighter { kLower, kHigher };

struct LimitRow {
  Limit id;
  std::string_view key;  // as in .env
  LimitUnit unit;
  Tighter tighter;
  std::int64_t paper_default;
  std::int64_t live_default;
  std::int64_t least;  // bounds of what a file, an operator or an agent may write
  std::int64_t most;
  std::vector<DenialCode> denials;  // what a check says when this limit is crossed
  std::string_view meaning;         // one line
};

// In the order of `Limit`.
const std::vector<LimitRow>& limit_table();
const LimitRow& row_of(Limit id);
const LimitRow* find_limit(std::string_view key);  // nullptr: no such limit
// The same for people's words: LIMIT_UNKNOWN names the nearest key.
trading::Result<const LimitRow*> known_limit(std::string_view key);

// "50000" -> 5000000 for rupees; "1.5" -> 150 for percent; "true" -> 1. LIMIT_VALUE_INVALID names
// the bounds: NaN, infinities, negatives, blanks, line breaks, too many decimals and anything out
// of bounds are refused.
trading::Result<std::int64_t> parse_limit_value(const LimitRow& row, std::string_view text);
// The other way: what parse_limit_value reads. "50000", "1.5", "true".
std::string format_limit_value(const LimitRow& row, std::int64_t value);
// For people: "50,000.00", "1.5 %", "3 s", "1.5".
std::string limit_text(const LimitRow& row, std::int64_t value);

bool is_tighter(const LimitRow& row, std::int64_t candidate, std::int64_t than);

// The limits in force, one integer each.
class EffectiveLimits {
 public:
  static EffectiveLimits defaults(trading::TradingMode mode);  // rehearsal takes live's

  [[nodiscard]] std::int64_t value(Limit id) const { return values_[static_cast<std::size_t>(id)]; }
  void set(Limit id, std::int64_t value) { values_[static_cast<std::size_t>(id)] = value; }

  [[nodiscard]] bool is_on(Limit id) const { return value(id) != 0; }
  [[nodiscard]] trading::Bps bps(Limit id) const { return trading::Bps(value(id)); }
  [[nodiscard]] trading::Accrual amount(Limit id) const {
    return trading::Money(value(id)).accrual();
  }
  // Seconds and minutes.
  [[nodiscard]] trading::Duration duration(Limit id) const;

  friend bool operator==(const EffectiveLimits&, const EffectiveLimits&) = default;

 private:
  std::array<std::int64_t, kLimits> values_{};
};

// Canonical JSON of the limits in force, keys sorted, integers only:
// {"MAX_OPEN_POSITIONS":5,"MAX_ORDER_VALUE_paise":..}. Its SHA-256 (the caller's) is the limits
// hash that a signature covers.
std::string canonical_json(const EffectiveLimits& limits);

enum class LimitSource : std::uint8_t { kFile, kOperator, kAgent, kExchange };
inline constexpr std::size_t kLimitSources = 4;
std::string_view name_of(LimitSource source);  // "file", ...

// What one source says about one limit.
struct SourcedValue {
  std::int64_t value = 0;
  trading::Timestamp since;        // when it was said
  trading::TradingDate effective;  // first day it counts
  bool is_default = false;         // the file's word where .env has no line: a default stood in
};
struct SourceState {
  std::optional<SourcedValue> current;
  std::optional<SourcedValue> pending;  // a signed loosening that waits for its day
};

// All sources of all limits: what the ledger keeps and replies show.
struct LimitSources {
  std::array<std::array<SourceState, kLimitSources>, kLimits> states;

  [[nodiscard]] const SourceState& at(Limit id, LimitSource source) const {
    return states[static_cast<std::size_t>(id)][static_cast<std::size_t>(source)];
  }
  SourceState& at(Limit id, LimitSource source) {
    return states[static_cast<std::size_t>(id)][static_cast<std::size_t>(source)];
  }
};

struct EffectiveLimit {
  std::int64_t value = 0;
  LimitSource source =
      LimitSource::kFile;  // whose word it is; the first in the order of LimitSource when equal
  trading::Timestamp since;
  trading::TradingDate effective;
  bool is_default = false;
};
std::string_view source_name_of(const EffectiveLimit& limit);  // "default", "file", "operator"...
// The tightest of what counts on `today`; the mode's default where no source says anything.
EffectiveLimit effective_limit(const LimitSources& sources, Limit id, trading::TradingMode mode,
                               trading::TradingDate today);
EffectiveLimits effective_limits(const LimitSources& sources, trading::TradingMode mode,
                                 trading::TradingDate today);

// One accepted change: what to write into the ledger and the audit log, then to apply.
struct LimitChange {
  // kRestated: the same value, now by a line of .env or now by default.
  enum class Kind { kTightening, kLoosening, kBaseline, kCleared, kRestated };
  Limit id = Limit::kMaxOrderValue;
  LimitSource source = LimitSource::kAgent;
  Kind kind = Kind::kTightening;
  std::optional<std::int64_t> value;  // empty when cleared
  trading::Timestamp since;
  trading::TradingDate effective;
  bool is_default = false;
};
void apply(LimitSources& sources, const LimitChange& change);
// A day has come: loosenings that waited for it are what their source says, and an agent's word of
// another day is gone. What is in force on `today` does not change by it.
void settle_due(LimitSources& sources, trading::TradingDate today);

// What the operator does to make a limit looser than what `in_force` says.
std::string how_to_loosen(const LimitRow& row, const EffectiveLimit& in_force);

struct LimitMoment {
  trading::TradingMode mode = trading::TradingMode::kPaper;
  trading::Timestamp now;                 // market time
  trading::TradingDate today;             // trading day of `now`
  trading::TradingDate next_trading_day;  // when a loosening may count
};

// The agent's word: only tighter than what is in force. LIMIT_UNKNOWN, LIMIT_VALUE_INVALID,
// LIMIT_LOOSENING_REFUSED (names the operator's command).
trading::Result<LimitChange> propose_agent_tightening(const LimitSources& sources,
                                                      std::string_view key, std::string_view value,
                                                      const LimitMoment& moment);
// The operator's word: tighter than the operator's own last word counts at once, looser needs a
// signature (LIMIT_NEEDS_SIGNATURE) and waits for the next trading day.
trading::Result<LimitChange> propose_operator_change(const LimitSources& sources,
                                                     std::string_view key, std::string_view value,
                                                     const LimitMoment& moment, bool is_signed);
// The file's word at a start. The first start of a home is the baseline; later a tighter file
// counts at once and a looser one is LIMIT_NEEDS_SIGNATURE until it is signed, then waits for the
// next trading day. One between what counts and what was signed for a later day takes its place
// there: no more than that was ever signed. Empty: nothing changed.
trading::Result<std::optional<LimitChange>> propose_file_value(const LimitSources& sources,
                                                               Limit id, std::int64_t value,
                                                               const LimitMoment& moment,
                                                               bool is_signed,
                                                               bool is_default = false);
// The exchange's word (its own margin or quantity rules): counts at once, in both directions.
LimitChange exchange_value(Limit id, std::int64_t value, const LimitMoment& moment);
// The operator takes an agent's tightening back: at once.
trading::Result<LimitChange> clear_agent_tightening(const LimitSources& sources,
                                                    std::string_view key,
                                                    const LimitMoment& moment);

}  // namespace broker::risk
