#include "execution_broker/risk/limits.h"

#include <algorithm>

#include "execution_broker/risk/nearest_word.h"
#include "trading/base/canonical_json.h"
#include "trading/base/decimal.h"
#include "trading/base/invariant.h"

namespace broker::risk {

using trading::Error;
using trading::make_error;
using trading::Result;

namespace {

constexpr std::int64_t kRupee = 100;  // in paise
constexpr std::int64_t kMostRupees =
    10'000'000'000 * kRupee;             // 1,000 crore: beyond any retail account
constexpr std::int64_t kWhole = 10'000;  // 100 % in bps, 1.0 as a ratio

// key, unit, tighter, paper, live, least, most, denials, meaning. The order is that of `Limit`.
std::vector<LimitRow> make_table() {
  using enum LimitUnit;
  using D = DenialCode;
  using L = Limit;
  constexpr Tighter kLow = Tighter::kLower;
  constexpr Tighter kHigh = Tighter::kHigher;
  return {
      // clang-format off
      {L::kEnableIntradayTrading, "ENABLE_INTRADAY_TRADING", kSwitch, kLow, 1, 1, 0, 1,
       {D::kIntradayTradingDisabled}, "Entries of product INTRADAY may be made at all."},
      {L::kEnableSwingTrading, "ENABLE_SWING_TRADING", kSwitch, kLow, 1, 1, 0, 1,
       {D::kSwingTradingDisabled}, "Entries of product DELIVERY may be made at all."},
      {L::kAllowIntradayBuy, "ALLOW_INTRADAY_BUY", kSwitch, kLow, 1, 1, 0, 1,
       {D::kIntradayBuyNotAllowed}, "Intraday positions may be opened by buying."},
      {L::kAllowIntradaySell, "ALLOW_INTRADAY_SELL", kSwitch, kLow, 1, 1, 0, 1,
       {D::kIntradaySellNotAllowed}, "Intraday positions may be opened by selling short."},
      {L::kAllowDeliveryBuy, "ALLOW_DELIVERY_BUY", kSwitch, kLow, 1, 1, 0, 1,
       {D::kDeliveryBuyNotAllowed}, "Delivery positions may be opened by buying."},
      {L::kMinShortCircuitRoom, "MIN_SHORT_CIRCUIT_ROOM_PERCENT", kPercent, kHigh, 200, 200, 0,
       2'000, {D::kShortNearUpperCircuit},
       "Distance to the upper circuit that a short sale needs."},
      {L::kMaxTriggerLimitGap, "MAX_TRIGGER_LIMIT_GAP_PERCENT", kPercent, kLow, 100, 100, 1, 1'000,
       {D::kTriggerLimitGapTooWide},
       "Largest distance between trigger and limit of a stop-limit entry."},
      {L::kMinRiskRewardRatio, "MIN_RISK_REWARD_RATIO", kRatio, kHigh, 15'000, 15'000, 0, 1'000'000,
       {D::kRewardRiskBelowMinimum}, "Smallest reward for one unit of risk, both after charges."},
      {L::kMaxQuoteAge, "MAX_QUOTE_AGE_SECONDS", kSeconds, kLow, 3, 3, 1, 300, {D::kQuoteStale},
       "Oldest quote that an entry may rest on."},
      {L::kMaxSpread, "MAX_SPREAD_PERCENT", kPercent, kLow, 100, 100, 1, 2'000, {D::kSpreadTooWide},
       "Widest spread between bid and ask, of their middle."},
      {L::kMaxPriceCollar, "MAX_PRICE_COLLAR_PERCENT", kPercent, kLow, 100, 100, 1, 1'000,
       {D::kPriceOutsideCollar},
       "How far a limit price may go through the best price of the other side."},
      {L::kMaxExecutionRange, "MAX_EXECUTION_RANGE_PERCENT", kPercent, kLow, 1'000, 1'000, 1, 2'000,
       {D::kPriceOutsideExecutionRange},
       "How far limit and trigger may lie from the last price, on either side."},
      {L::kLiveCapital, "LIVE_CAPITAL", kRupees, kLow, 0, 0, 0, kMostRupees, {D::kPurseEmpty},
       "The purse: most money the agent may use in live trading; 0 = not set, no live entries."},
      {L::kMaxOrderValue, "MAX_ORDER_VALUE", kRupees, kLow, 200'000 * kRupee, 50'000 * kRupee,
       kRupee, kMostRupees, {D::kOrderValueAboveLimit},
       "Largest value of one entry. Paper default: 20 % of PAPER_STARTING_CAPITAL."},
      {L::kMaxOrderQuantity, "MAX_ORDER_QUANTITY", kShares, kLow, 100'000, 5'000, 1, 100'000'000,
       {D::kOrderQuantityAboveLimit}, "Largest quantity of one entry."},
      {L::kMaxPositionSize, "MAX_POSITION_SIZE_PERCENT", kPercent, kLow, 2'000, 2'000, 1, kWhole,
       {D::kPositionSizeAboveLimit},
       "Largest position in one symbol with its waiting entries, of the purse."},
      {L::kMaxRiskPerTrade, "MAX_RISK_PER_TRADE_PERCENT", kPercent, kLow, 100, 100, 1, kWhole,
       {D::kRiskPerTradeAboveLimit}, "Largest loss at the stop with all charges, of the purse."},
      {L::kMaxVolumeShare, "MAX_VOLUME_SHARE_PERCENT", kPercent, kLow, 100, 100, 1, kWhole,
       {D::kVolumeShareAboveLimit}, "Largest quantity, of the average daily volume of 20 days."},
      {L::kMaxDepthShare, "MAX_DEPTH_SHARE_PERCENT", kPercent, kLow, 2'500, 2'500, 1, kWhole,
       {D::kDepthShareAboveLimit},
       "Largest quantity that takes liquidity, of the visible depth of the other side."},
      {L::kMaxOpenPositions, "MAX_OPEN_POSITIONS", kCount, kLow, 5, 5, 1, 1'000,
       {D::kOpenPositionsAtLimit}, "Most positions at once, waiting entries included."},
      {L::kMaxSectorExposure, "MAX_SECTOR_EXPOSURE_PERCENT", kPercent, kLow, 2'500, 2'500, 1,
       kWhole, {D::kSectorExposureAboveLimit},
       "Largest exposure to one sector, of the purse; symbols without a sector count as one."},
      {L::kMaxGrossExposure, "MAX_GROSS_EXPOSURE_PERCENT", kPercent, kLow, 10'000, 10'000, 1,
       50'000, {D::kGrossExposureAboveLimit},
       "Largest sum of all positions and waiting entries, of the purse."},
      {L::kMaxOpenEntries, "MAX_OPEN_ENTRIES_PERCENT", kPercent, kLow, 2'000, 2'000, 1, kWhole,
       {D::kOpenEntriesAboveLimit}, "Largest value of entries that wait for a fill, of the purse."},
      {L::kMinMarginHeadroom, "MIN_MARGIN_HEADROOM_RATIO", kRatio, kHigh, 12'000, 12'000, 10'000,
       100'000, {D::kMarginInsufficient},
       "Margin that must be available, as a multiple of what the order needs."},
      {L::kMinSameOrderInterval, "MIN_SAME_ORDER_INTERVAL_SECONDS", kSeconds, kHigh, 60, 60, 1,
       86'400, {D::kSameOrderAgain}, "Time before the same order may be sent again."},
      {L::kMaxRepeatsInDirection, "MAX_REPEATS_IN_DIRECTION", kCount, kLow, 3, 3, 1, 1'000,
       {D::kRepeatedInOneDirection},
       "Most entries in one symbol and direction within REPEAT_WINDOW_MINUTES."},
      {L::kRepeatWindow, "REPEAT_WINDOW_MINUTES", kMinutes, kHigh, 10, 10, 1, 1'440,
       {D::kRepeatedInOneDirection}, "Window of MAX_REPEATS_IN_DIRECTION."},
      {L::kMaxEntriesPerMinute, "MAX_ENTRIES_PER_MINUTE", kCount, kLow, 3, 3, 1, 1'000,
       {D::kEntriesPerMinuteAtLimit}, "Most entries in one minute."},
      {L::kMaxEntriesPerDay, "MAX_ENTRIES_PER_DAY", kCount, kLow, 20, 20, 1, 10'000,
       {D::kEntriesPerDayAtLimit}, "Most entries in one trading day."},
      {L::kMaxMessagesPerSecond, "MAX_MESSAGES_PER_SECOND", kCount, kLow, 2, 2, 1, 9,
       {D::kMessageRateAtLimit},
       "Most messages to the exchange in one second for entries; protection and cancels have a "
       "reserve."},
      {L::kMaxModificationsPerEntry, "MAX_MODIFICATIONS_PER_ENTRY", kCount, kLow, 3, 3, 1, 1'000,
       {D::kModificationsAtLimit}, "Most modifications of one entry."},
      {L::kMaxRejectsInFiveMinutes, "MAX_REJECTS_IN_FIVE_MINUTES", kCount, kLow, 3, 3, 1, 1'000,
       {D::kTooManyRejects}, "Refusals by the exchange within five minutes that halt trading."},
      {L::kMaxDailyLoss, "MAX_DAILY_LOSS_PERCENT", kPercent, kLow, 200, 200, 1, kWhole,
       {D::kDailyLossLimitReached},
       "Loss of the day with charges that makes the book reduce-only, of the purse."},
      {L::kHaltDailyLoss, "HALT_DAILY_LOSS_PERCENT", kPercent, kLow, 300, 300, 1, kWhole,
       {D::kDailyLossHaltReached},
       "Loss of the day with charges that halts trading, of the purse."},
      {L::kMaxWeeklyLoss, "MAX_WEEKLY_LOSS_PERCENT", kPercent, kLow, 500, 500, 1, kWhole,
       {D::kWeeklyLossLimitReached},
       "Loss of the week with charges that makes the book reduce-only, of the purse."},
      {L::kMaxDrawdown, "MAX_DRAWDOWN_PERCENT", kPercent, kLow, 1'000, 1'000, 1, kWhole,
       {D::kDrawdownLimitReached},
       "Fall from the peak of the marked equity after which a human restarts."},
      {L::kMaxConsecutiveLosses, "MAX_CONSECUTIVE_LOSSES", kCount, kLow, 3, 3, 1, 1'000,
       {D::kConsecutiveLossesPause}, "Losing trades in a row that start a pause."},
      {L::kLossPause, "LOSS_PAUSE_MINUTES", kMinutes, kHigh, 60, 60, 1, 1'440,
       {D::kConsecutiveLossesPause}, "Length of that pause."},
      {L::kMaxDailyTurnover, "MAX_DAILY_TURNOVER_PERCENT", kPercent, kLow, 50'000, 50'000, 1,
       1'000'000, {D::kDailyTurnoverAboveLimit}, "Most bought plus sold in one day, of the purse."},
      {L::kEntryCutoff, "ENTRY_CUTOFF_MINUTES", kMinutes, kHigh, 20, 20, 1, 375,
       {D::kIntradayEntryTooLate},
       "Intraday entries end this long before continuous trading does (stocks without closing "
       "auction)."},
      {L::kEntryCutoffClosingAuction, "ENTRY_CUTOFF_MINUTES_CLOSING_AUCTION", kMinutes, kHigh, 15,
       15, 1, 375, {D::kIntradayEntryTooLate},
       "The same for stocks with a closing auction, whose continuous trading ends earlier."},
      {L::kSquareOff, "SQUARE_OFF_MINUTES", kMinutes, kHigh, 15, 15, 1, 375,
       {D::kIntradayEntryTooLate},
       "Own square-off of intraday positions starts this long before continuous trading ends."},
      {L::kSquareOffClosingAuction, "SQUARE_OFF_MINUTES_CLOSING_AUCTION", kMinutes, kHigh, 10, 10,
       1, 375, {D::kIntradayEntryTooLate}, "The same for stocks with a closing auction."},
      {L::kMinFreeDisk, "MIN_FREE_DISK_MB", kMegabytes, kHigh, 64, 64, 1, 1'000'000,
       {D::kDiskSpaceLow}, "Free space on the ledger's disk that entries need."},
      {L::kAgentAlwaysTainted, "AGENT_ALWAYS_TAINTED", kSwitch, kHigh, 0, 1, 0, 1,
       {D::kTaintedOrderValueAboveLimit},
       "Treat the agent as if it had read outside text, from the start of each day."},
      {L::kTaintedMaxOrderValue, "TAINTED_MAX_ORDER_VALUE", kRupees, kLow, 20'000 * kRupee,
       20'000 * kRupee, kRupee, kMostRupees, {D::kTaintedOrderValueAboveLimit},
       "Largest value of one entry after the agent has read outside text that day."},
      // clang-format on
  };
}

int decimals_of(LimitUnit unit) {
  switch (unit) {
    case LimitUnit::kRupees:
    case LimitUnit::kPercent:
      return 2;
    case LimitUnit::kRatio:
      return 4;
    case LimitUnit::kCount:
    case LimitUnit::kShares:
    case LimitUnit::kSeconds:
    case LimitUnit::kMinutes:
    case LimitUnit::kMegabytes:
    case LimitUnit::kSwitch:
      return 0;
  }
  return 0;
}

// Integers without a unit in their name would be ambiguous in signed bytes.
std::string_view suffix_of(LimitUnit unit) {
  switch (unit) {
    case LimitUnit::kRupees:
      return "_paise";
    case LimitUnit::kPercent:
      return "_bps";
    case LimitUnit::kRatio:
      return "_e4";
    case LimitUnit::kCount:
    case LimitUnit::kShares:
    case LimitUnit::kSeconds:
    case LimitUnit::kMinutes:
    case LimitUnit::kMegabytes:
    case LimitUnit::kSwitch:
      return "";
  }
  return "";
}

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 40)) out += c >= 0x20 && c <= 0x7e ? c : '?';
  return out;
}

Error invalid_value(const LimitRow& row, std::string_view text) {
  const std::string bounds = row.unit == LimitUnit::kSwitch
                                 ? std::string("true or false")
                                 : "a plain number of " + std::string(name_of(row.unit)) +
                                       " from " + format_limit_value(row, row.least) + " to " +
                                       format_limit_value(row, row.most);
  return make_error("LIMIT_VALUE_INVALID", std::string(row.key) + " is \"" + printable(text) + "\"",
                    "give " + bounds, trading::Retry::kNo, std::string(row.key));
}

// What a source says on `today`; an agent's word holds on its own day alone.
std::optional<SourcedValue> counting(const SourceState& state, LimitSource source,
                                     trading::TradingDate today) {
  if (source == LimitSource::kAgent && (!state.current || state.current->effective != today))
    return std::nullopt;
  if (state.pending && state.pending->effective <= today) return state.pending;
  return state.current;
}

std::int64_t default_of(const LimitRow& row, trading::TradingMode mode) {
  return mode == trading::TradingMode::kPaper ? row.paper_default : row.live_default;
}

LimitChange change_of(Limit id, LimitSource source, LimitChange::Kind kind, std::int64_t value,
                      const LimitMoment& moment) {
  const bool is_loosening = kind == LimitChange::Kind::kLoosening;
  return {id,    source,     kind,
          value, moment.now, is_loosening ? moment.next_trading_day : moment.today};
}

}  // namespace

std::string_view name_of(LimitUnit unit) {
  switch (unit) {
    case LimitUnit::kRupees:
      return "rupees";
    case LimitUnit::kPercent:
      return "percent";
    case LimitUnit::kRatio:
      return "ratio";
    case LimitUnit::kCount:
      return "count";
    case LimitUnit::kShares:
      return "shares";
    case LimitUnit::kSeconds:
      return "seconds";
    case LimitUnit::kMinutes:
      return "minutes";
    case LimitUnit::kMegabytes:
      return "megabytes";
    case LimitUnit::kSwitch:
      return "switch";
  }
  return "";
}

std::string_view name_of(LimitSource source) {
  switch (source) {
    case LimitSource::kFile:
      return "file";
    case LimitSource::kOperator:
      return "operator";
    case LimitSource::kAgent:
      return "agent";
    case LimitSource::kExchange:
      return "exchange";
  }
  return "";
}

std::string_view source_name_of(const EffectiveLimit& limit) {
  return limit.is_default ? "default" : name_of(limit.source);
}

const std::vector<LimitRow>& limit_table() {
  static const std::vector<LimitRow> table = make_table();
  return table;
}

const LimitRow& row_of(Limit id) {
  const LimitRow& row = limit_table()[static_cast<std::size_t>(id)];
  INVARIANT(row.id == id, "the table of limits is not in the order of its enumerators");
  return row;
}

const LimitRow* find_limit(std::string_view key) {
  const auto& table = limit_table();
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const LimitRow& row) { return row.key == key; });
  return found == table.end() ? nullptr : &*found;
}

Result<const LimitRow*> known_limit(std::string_view key) {
  if (const LimitRow* row = find_limit(key)) return row;
  std::vector<std::string_view> keys;
  for (const LimitRow& row : limit_table()) keys.push_back(row.key);
  const std::string near = nearest_word(key, keys);
  return make_error(
      "LIMIT_UNKNOWN", "there is no limit \"" + printable(key) + "\"",
      near.empty() ? "the limits are listed in docs/settings.md" : "did you mean " + near + "?",
      trading::Retry::kNo, printable(key));
}

Result<std::int64_t> parse_limit_value(const LimitRow& row, std::string_view text) {
  if (row.unit == LimitUnit::kSwitch) {
    if (text == "true") return 1;
    if (text == "false") return 0;
    return invalid_value(row, text);
  }
  // Digits and at most one point: no sign, exponent, blank, line break, nan or inf gets past this
  // line.
  constexpr std::size_t kMaxLength = 24;
  if (text.empty() || text.size() > kMaxLength ||
      text.find_first_not_of("0123456789.") != std::string_view::npos)
    return invalid_value(row, text);
  const auto value = trading::parse_decimal(text, decimals_of(row.unit));
  if (!value || *value < row.least || *value > row.most) return invalid_value(row, text);
  return *value;
}

std::string format_limit_value(const LimitRow& row, std::int64_t value) {
  if (row.unit == LimitUnit::kSwitch) return value != 0 ? "true" : "false";
  return trading::format_decimal(value, decimals_of(row.unit));
}

std::string limit_text(const LimitRow& row, std::int64_t value) {
  switch (row.unit) {
    case LimitUnit::kRupees:
      return trading::format_rupees(trading::Money(value).accrual().value());
    case LimitUnit::kPercent:
      return format_limit_value(row, value) + " %";
    case LimitUnit::kSeconds:
      return format_limit_value(row, value) + " s";
    case LimitUnit::kMinutes:
      return format_limit_value(row, value) + " min";
    case LimitUnit::kMegabytes:
      return format_limit_value(row, value) + " MB";
    case LimitUnit::kRatio:
    case LimitUnit::kCount:
    case LimitUnit::kShares:
    case LimitUnit::kSwitch:
      return format_limit_value(row, value);
  }
  return "";
}

bool is_tighter(const LimitRow& row, std::int64_t candidate, std::int64_t than) {
  // LIVE_CAPITAL 0 is "not set": nothing may be used, which is the tightest of all, as the number
  // says.
  return row.tighter == Tighter::kLower ? candidate < than : candidate > than;
}

EffectiveLimits EffectiveLimits::defaults(trading::TradingMode mode) {
  EffectiveLimits limits;
  for (const LimitRow& row : limit_table()) limits.set(row.id, default_of(row, mode));
  return limits;
}

trading::Duration EffectiveLimits::duration(Limit id) const {
  const LimitUnit unit = row_of(id).unit;
  INVARIANT(unit == LimitUnit::kSeconds || unit == LimitUnit::kMinutes,
            "only limits of time have a duration");
  return unit == LimitUnit::kSeconds ? trading::seconds(value(id)) : trading::minutes(value(id));
}

std::string canonical_json(const EffectiveLimits& limits) {
  trading::CanonicalJson out = trading::CanonicalJson::object();
  for (const LimitRow& row : limit_table())
    out.set(std::string(row.key) + std::string(suffix_of(row.unit)), limits.value(row.id));
  return out.write();
}

EffectiveLimit effective_limit(const LimitSources& sources, Limit id, trading::TradingMode mode,
                               trading::TradingDate today) {
  const LimitRow& row = row_of(id);
  std::optional<EffectiveLimit> tightest;
  const auto consider = [&](LimitSource source, const SourcedValue& said) {
    if (!tightest || is_tighter(row, said.value, tightest->value))
      tightest = EffectiveLimit{said.value, source, said.since, said.effective, said.is_default};
  };
  // A home that never stated a file value runs on the default, which stands for it: other sources
  // can only be tighter.
  const auto file = counting(sources.at(id, LimitSource::kFile), LimitSource::kFile, today);
  consider(LimitSource::kFile, file.value_or(SourcedValue{default_of(row, mode), {}, {}, true}));
  for (const LimitSource source :
       {LimitSource::kOperator, LimitSource::kAgent, LimitSource::kExchange})
    if (const auto said = counting(sources.at(id, source), source, today)) consider(source, *said);
  return *tightest;
}

EffectiveLimits effective_limits(const LimitSources& sources, trading::TradingMode mode,
                                 trading::TradingDate today) {
  EffectiveLimits limits;
  for (const LimitRow& row : limit_table())
    limits.set(row.id, effective_limit(sources, row.id, mode, today).value);
  return limits;
}

namespace {

void promote_due(SourceState& state, trading::TradingDate today) {
  if (!state.pending || state.pending->effective > today) return;
  state.current = state.pending;
  state.pending.reset();
}

}  // namespace

void settle_due(LimitSources& sources, trading::TradingDate today) {
  for (const LimitRow& row : limit_table()) {
    for (std::size_t s = 0; s < kLimitSources; ++s)
      promote_due(sources.at(row.id, static_cast<LimitSource>(s)), today);
    SourceState& agent = sources.at(row.id, LimitSource::kAgent);
    if (agent.current && agent.current->effective != today) agent.current.reset();
  }
}

void apply(LimitSources& sources, const LimitChange& change) {
  SourceState& state = sources.at(change.id, change.source);
  promote_due(state, trading::date_of(change.since));
  const SourcedValue said{change.value.value_or(0), change.since, change.effective,
                          change.is_default};
  switch (change.kind) {
    case LimitChange::Kind::kCleared:
      state = {};
      return;
    case LimitChange::Kind::kLoosening:
      state.pending = said;
      return;
    case LimitChange::Kind::kTightening:
    case LimitChange::Kind::kBaseline:
      state.current = said;
      state.pending.reset();  // a later tightening takes back a loosening that still waits
      return;
    case LimitChange::Kind::kRestated:
      if (state.current) state.current->is_default = change.is_default;
      return;
  }
}

std::string how_to_loosen(const LimitRow& row, const EffectiveLimit& in_force) {
  const std::string key(row.key);
  switch (in_force.source) {
    case LimitSource::kFile:
      return std::string(in_force.is_default ? "write it to" : "change") +
             " .env, restart, approval_cli limits accept " + key;
    case LimitSource::kOperator:
      return "approval_cli limits set " + key + " VALUE, for the next trading day";
    case LimitSource::kAgent:
      return "approval_cli limits clear-agent " + key;
    case LimitSource::kExchange:
      return "it is the exchange's own rule, nobody here can";
  }
  return "";
}

Result<LimitChange> propose_agent_tightening(const LimitSources& sources, std::string_view key,
                                             std::string_view value, const LimitMoment& moment) {
  ASSIGN_OR_RETURN(const LimitRow* row, known_limit(key));
  ASSIGN_OR_RETURN(const std::int64_t wanted, parse_limit_value(*row, value));
  const EffectiveLimit in_force = effective_limit(sources, row->id, moment.mode, moment.today);
  if (is_tighter(*row, in_force.value, wanted))
    return make_error(
        "LIMIT_LOOSENING_REFUSED",
        std::string(key) + " is " + limit_text(*row, in_force.value) + "; " + limit_text(*row, wanted) +
            " would be looser, and an agent may only tighten",
        "the operator can loosen it: " + how_to_loosen(*row, in_force),
        trading::Retry::kNo, std::string(key));
  return change_of(row->id, LimitSource::kAgent, LimitChange::Kind::kTightening, wanted, moment);
}

Result<LimitChange> propose_operator_change(const LimitSources& sources, std::string_view key,
                                            std::string_view value, const LimitMoment& moment,
                                            bool is_signed) {
  ASSIGN_OR_RETURN(const LimitRow* row, known_limit(key));
  ASSIGN_OR_RETURN(const std::int64_t wanted, parse_limit_value(*row, value));
  const auto own =
      counting(sources.at(row->id, LimitSource::kOperator), LimitSource::kOperator, moment.today);
  const bool is_loosening = own && is_tighter(*row, own->value, wanted);
  if (is_loosening && !is_signed)
    return make_error("LIMIT_NEEDS_SIGNATURE",
                      std::string(key) + " is " + limit_text(*row, own->value) + "; " +
                          limit_text(*row, wanted) + " is looser",
                      "sign it with approval_cli limits set; it counts from the next trading day",
                      trading::Retry::kNo, std::string(key));
  const auto kind = is_loosening ? LimitChange::Kind::kLoosening : LimitChange::Kind::kTightening;
  return change_of(row->id, LimitSource::kOperator, kind, wanted, moment);
}

Result<std::optional<LimitChange>> propose_file_value(const LimitSources& sources, Limit id,
                                                      std::int64_t value, const LimitMoment& moment,
                                                      bool is_signed, bool is_default) {
  const LimitRow& row = row_of(id);
  const SourceState& state = sources.at(id, LimitSource::kFile);
  const auto stated = counting(state, LimitSource::kFile, moment.today);
  const auto file_change = [&](LimitChange::Kind kind) {
    LimitChange change = change_of(id, LimitSource::kFile, kind, value, moment);
    change.is_default = is_default;
    return std::optional(change);
  };
  if (!stated) return file_change(LimitChange::Kind::kBaseline);
  const bool has_waiting = state.pending && state.pending->effective > moment.today;
  if (has_waiting && state.pending->value == value) return std::optional<LimitChange>();
  if (value == stated->value && !has_waiting) {
    if (stated->is_default == is_default) return std::optional<LimitChange>();
    return file_change(LimitChange::Kind::kRestated);
  }
  // Tighter, or back to what counts: a waiting loosening is taken back.
  if (!is_tighter(row, stated->value, value)) return file_change(LimitChange::Kind::kTightening);
  if (has_waiting && is_tighter(row, value, state.pending->value)) {
    auto change = file_change(LimitChange::Kind::kLoosening);
    change->effective = state.pending->effective;
    return change;
  }
  if (!is_signed)
    return make_error("LIMIT_NEEDS_SIGNATURE",
                      "the file loosens " + std::string(row.key) + " from " +
                          limit_text(row, stated->value) + " to " + limit_text(row, value),
                      "the old value stays in force; accept the new one with approval_cli limits "
                      "accept " + std::string(row.key) + ": it counts from the next trading day",
                      trading::Retry::kNo, std::string(row.key));
  return file_change(LimitChange::Kind::kLoosening);
}

LimitChange exchange_value(Limit id, std::int64_t value, const LimitMoment& moment) {
  return change_of(id, LimitSource::kExchange, LimitChange::Kind::kBaseline, value, moment);
}

Result<LimitChange> clear_agent_tightening(const LimitSources& sources, std::string_view key,
                                           const LimitMoment& moment) {
  ASSIGN_OR_RETURN(const LimitRow* row, known_limit(key));
  if (!counting(sources.at(row->id, LimitSource::kAgent), LimitSource::kAgent, moment.today))
    return make_error("LIMIT_NOT_TIGHTENED", "no agent tightened " + std::string(key) + " today",
                      "nothing to clear", trading::Retry::kNo, std::string(key));
  return LimitChange{row->id,      LimitSource::kAgent, LimitChange::Kind::kCleared,
                     std::nullopt, moment.now,          moment.today};
}

}  // namespace broker::risk
