#include "execution_broker/risk/checklist.h"

#include <algorithm>
#include <array>

#include "execution_broker/risk/check_steps.h"
#include "execution_broker/risk/checks/checks.h"
#include "execution_broker/risk/order_figures.h"
#include "trading/base/invariant.h"

namespace broker::risk {

namespace {

// name, section, classes, rule, facts [source], limits, further settings, denials, grows with
// quantity, function
std::vector<Check> make_table() {
  using S = Section;
  using L = Limit;
  using D = DenialCode;
  return {
      // clang-format off
      {"operator_state", S::kPermission, "E", "The book is open: neither halted nor reduce-only.",
       "operator state [ledger, run/HALT]", {}, "", {D::kOperatorHalted, D::kOperatorReduceOnly},
       false, check_operator_state},
      {"trading_mode", S::kPermission, "E",
       "The book is the effective mode's; live has all its conditions.",
       "modes [settings, ledger], live conditions [broker]", {}, "TRADING_MODE, ALLOW_LIVE_TRADING",
       {D::kModeNotEffective, D::kLiveNotReady}, false, check_trading_mode},
      {"product_enabled", S::kPermission, "E", "Intraday or swing trading is switched on.",
       "product [order]", {L::kEnableIntradayTrading, L::kEnableSwingTrading}, "",
       {D::kIntradayTradingDisabled, D::kSwingTradingDisabled}, false, check_product_enabled},
      {"action_allowed", S::kPermission, "E", "This kind of entry is permitted.",
       "product, side [order]", {L::kAllowIntradayBuy, L::kAllowIntradaySell, L::kAllowDeliveryBuy},
       "", {D::kIntradayBuyNotAllowed, D::kIntradaySellNotAllowed, D::kDeliveryBuyNotAllowed},
       false, check_action_allowed},
      {"delivery_sell", S::kPermission, "EXP",
       "Delivery is never sold outside paper; on paper only what is held.",
       "product, side [order], mode", {}, "ALLOW_DELIVERY_SELL", {D::kDeliverySellBlocked}, false,
       check_delivery_sell},
      {"symbol_allowed", S::kPermission, "E",
       "The symbol is not denied, and allowed where there is a list.", "symbol [order]", {},
       "ALLOWED_SYMBOLS, DENIED_SYMBOLS", {D::kSymbolDenied, D::kSymbolNotAllowed}, false,
       check_symbol_allowed},
      {"series", S::kPermission, "E", "Series EQ; trade-to-trade stocks take no intraday.",
       "series [instrument master]", {}, "", {D::kSeriesNotAllowed, D::kIntradayInTradeToTrade},
       false, check_series},
      {"surveillance", S::kPermission, "E", "The stock is on no surveillance list.",
       "lists [instrument master]", {}, "", {D::kSurveillanceScrip}, false, check_surveillance},
      {"short_sale", S::kPermission, "E",
       "Shorts only in stocks with derivatives and with room to the upper circuit.",
       "derivatives [instrument master], band, last price [quote]", {L::kMinShortCircuitRoom}, "",
       {D::kShortNearUpperCircuit, D::kShortNotAllowed}, false, check_short_sale},
      {"corporate_action", S::kPermission, "E", "No corporate action today on unadjusted data.",
       "corporate actions [market source]", {}, "", {D::kCorporateActionToday}, false,
       check_corporate_action},
      {"intraday_data", S::kPermission, "E", "The symbol has more than daily bars.",
       "bars [market source]", {}, "", {D::kNoIntradayData}, false, check_intraday_data},

      {"quantity", S::kForm, "EXP", "The quantity is a positive number that a market has.",
       "quantity [order]", {}, "", {D::kQuantityNotPositive, D::kQuantityOutOfBounds}, false,
       check_quantity},
      {"prices", S::kForm, "EXP",
       "The prices that the type needs are there, each a possible number.", "prices [order]", {},
       "", {D::kPriceOutOfBounds, D::kPriceRequired, D::kTriggerPriceRequired}, false,
       check_prices},
      {"order_type", S::kForm, "EXP", "LIMIT and SL, validity DAY; on paper MARKET and SL-M too.",
       "type [order], mode", {}, "", {D::kOrderTypeNotAllowed}, false, check_order_type},
      {"lot", S::kForm, "EXP", "The quantity is a multiple of the lot.", "lot [instrument master]",
       {}, "", {D::kQuantityNotInLots}, false, check_lot},
      {"tick", S::kForm, "EXP", "Every price is on the tick.",
       "tick of the day [instrument master]", {}, "", {D::kPriceNotOnTick}, false, check_tick},
      {"freeze_quantity", S::kForm, "EXP",
       "One order holds at most the exchange's freeze quantity.",
       "freeze quantity [instrument master]", {}, "", {D::kQuantityAboveFreeze}, true,
       check_freeze_quantity},
      {"trigger_limit_side", S::kForm, "EXP", "A stop-limit can trade once it triggers.",
       "prices [order]", {}, "", {D::kTriggerLimitOnWrongSide}, false, check_trigger_limit_side},
      {"stop_loss", S::kForm, "E",
       "A stop is given, on the losing side of every price the entry may get.",
       "prices [order], bid, ask [quote]", {}, "", {D::kStopLossOnWrongSide, D::kStopLossRequired},
       false, check_stop_loss},
      {"target", S::kForm, "E", "A target is given, on the winning side of the entry.",
       "prices [order], bid, ask [quote]", {}, "", {D::kTargetOnWrongSide, D::kTargetRequired},
       false, check_target},
      {"trigger_limit_gap", S::kForm, "E",
       "Trigger and limit of a stop-limit entry lie close together.", "prices [order]",
       {L::kMaxTriggerLimitGap}, "", {D::kTriggerLimitGapTooWide}, false, check_trigger_limit_gap},
      {"reward_risk", S::kForm, "E", "The target is worth the risk, after all charges.",
       "prices [order], bid, ask [quote], charges [dated rates]", {L::kMinRiskRewardRatio}, "",
       {D::kRewardRiskBelowMinimum}, false, check_reward_risk},

      {"quote_age", S::kPrice, "E", "The quote is fresh.", "age [quote]", {L::kMaxQuoteAge}, "",
       {D::kQuoteStale}, false, check_quote_age},
      {"two_sided", S::kPrice, "E", "There is a bid and an ask.", "bid, ask [quote]", {}, "",
       {D::kQuoteOneSided}, false, check_two_sided},
      {"spread", S::kPrice, "E", "The spread is narrow.", "bid, ask [quote]", {L::kMaxSpread}, "",
       {D::kSpreadTooWide}, false, check_spread},
      {"collar", S::kPrice, "E", "A limit price goes only a little through the market.",
       "bid, ask [quote]", {L::kMaxPriceCollar}, "", {D::kPriceOutsideCollar}, false, check_collar},
      {"circuit_band", S::kPrice, "EXP",
       "Every price the exchange will see today is inside the day's band.", "band [quote]", {}, "",
       {D::kPriceOutsideBand}, false, check_circuit_band},
      {"execution_range", S::kPrice, "E", "Limit and trigger lie near the last price.",
       "last price [quote]", {L::kMaxExecutionRange}, "", {D::kPriceOutsideExecutionRange}, false,
       check_execution_range},

      {"purse", S::kSize, "E", "There is money: of the purse every percentage is taken.",
       "equity at the day's open [ledger]", {L::kLiveCapital}, "PAPER_STARTING_CAPITAL",
       {D::kPurseEmpty}, false, check_purse},
      {"order_value", S::kSize, "E", "The order is worth at most the limit.",
       "quantity, price [order, quote]", {L::kMaxOrderValue}, "", {D::kOrderValueAboveLimit}, true,
       check_order_value},
      {"order_quantity", S::kSize, "E", "The quantity is at most the limit.", "quantity [order]",
       {L::kMaxOrderQuantity}, "", {D::kOrderQuantityAboveLimit}, true, check_order_quantity},
      {"canary_size", S::kSize, "E",
       "First live orders are small until each step was seen on this account.",
       "canary steps [ledger]", {}, "", {D::kCanaryQuantityAboveLimit}, true, check_canary_size},
      {"position_size", S::kSize, "E",
       "The position with its waiting entries stays within its share of the purse.",
       "positions, open orders [ledger, account]", {L::kMaxPositionSize}, "",
       {D::kPositionSizeAboveLimit}, true, check_position_size},
      {"risk_per_trade", S::kSize, "E",
       "The stop, with all charges, costs at most its share of the purse.",
       "prices [order, quote], charges [dated rates]", {L::kMaxRiskPerTrade}, "",
       {D::kRiskPerTradeAboveLimit}, true, check_risk_per_trade},
      {"volume_share", S::kSize, "E", "The quantity is a small part of an average day's volume.",
       "average daily volume of 20 days [market source]", {L::kMaxVolumeShare}, "",
       {D::kVolumeShareAboveLimit}, true, check_volume_share},
      {"depth_share", S::kSize, "E",
       "An order that takes liquidity takes a part of what is visible.", "depth [quote]",
       {L::kMaxDepthShare}, "", {D::kDepthShareAboveLimit}, true, check_depth_share},
      {"open_positions", S::kSize, "E", "There are not too many positions at once.",
       "positions, open orders [ledger]", {L::kMaxOpenPositions}, "", {D::kOpenPositionsAtLimit},
       false, check_open_positions},
      {"sector_exposure", S::kSize, "E", "The sector stays within its share of the purse.",
       "positions, open orders [ledger, account], sector [dated table]", {L::kMaxSectorExposure},
       "", {D::kSectorExposureAboveLimit}, true, check_sector_exposure},
      {"gross_exposure", S::kSize, "E",
       "All positions and waiting entries stay within their share of the purse.",
       "positions, open orders [ledger, account]", {L::kMaxGrossExposure}, "",
       {D::kGrossExposureAboveLimit}, true, check_gross_exposure},
      {"open_entries", S::kSize, "E",
       "Entries that wait for a fill stay within their share of the purse.", "open orders [ledger]",
       {L::kMaxOpenEntries}, "", {D::kOpenEntriesAboveLimit}, true, check_open_entries},
      {"margin", S::kSize, "E", "The margin is there, with head-room.",
       "margin rate, margin available [exchange]", {L::kMinMarginHeadroom}, "",
       {D::kMarginInsufficient}, true, check_margin},
      {"held", S::kSize, "XP", "No more is closed than is held and not already being closed.",
       "positions, open orders [ledger]", {}, "", {D::kQuantityAboveHeld, D::kNotHeld}, true,
       check_held},

      {"same_order", S::kRate, "E", "The same order does not come again at once.",
       "today's entries [ledger]", {L::kMinSameOrderInterval}, "", {D::kSameOrderAgain}, false,
       check_same_order},
      {"pending_entry", S::kRate, "E", "No other entry waits in the symbol.",
       "open orders [ledger]", {}, "", {D::kEntryAlreadyPending}, false, check_pending_entry},
      {"repeats", S::kRate, "E", "Few entries in one symbol and direction within a while.",
       "today's entries [ledger]", {L::kMaxRepeatsInDirection, L::kRepeatWindow}, "",
       {D::kRepeatedInOneDirection}, false, check_repeats},
      {"entries_per_minute", S::kRate, "E", "Few entries a minute.", "today's entries [ledger]",
       {L::kMaxEntriesPerMinute}, "", {D::kEntriesPerMinuteAtLimit}, false,
       check_entries_per_minute},
      {"entries_per_day", S::kRate, "E", "Few entries a day.", "today's entries [ledger]",
       {L::kMaxEntriesPerDay}, "", {D::kEntriesPerDayAtLimit}, false, check_entries_per_day},
      {"messages", S::kRate, "E", "Few messages a second; protection and cancels have a reserve.",
       "messages of the last second [exchange port]", {L::kMaxMessagesPerSecond}, "",
       {D::kMessageRateAtLimit}, false, check_messages},
      {"modifications", S::kRate, "E", "One entry is not modified again and again.",
       "modifications [ledger]", {L::kMaxModificationsPerEntry}, "", {D::kModificationsAtLimit},
       false, check_modifications},
      {"self_trade", S::kRate, "E", "The order cannot trade with an order of the same account.",
       "open orders [ledger, account]", {}, "", {D::kSelfTrade}, false, check_self_trade},
      {"rejects", S::kRate, "E",
       "The exchange did not just refuse several orders; that halts trading.",
       "refusals of five minutes [ledger]", {L::kMaxRejectsInFiveMinutes}, "", {D::kTooManyRejects},
       false, check_rejects},

      {"daily_loss", S::kLoss, "E",
       "The day's loss has not reached the limit; reaching it makes the book reduce-only.",
       "profit and loss of the day [ledger, account]", {L::kMaxDailyLoss}, "",
       {D::kDailyLossLimitReached}, false, check_daily_loss},
      {"daily_loss_halt", S::kLoss, "E", "The day's loss has not reached the halt.",
       "profit and loss of the day [ledger, account]", {L::kHaltDailyLoss}, "",
       {D::kDailyLossHaltReached}, false, check_daily_loss_halt},
      {"weekly_loss", S::kLoss, "E",
       "The week's loss has not reached the limit; reaching it makes the book reduce-only.",
       "profit and loss of the week [ledger, account]", {L::kMaxWeeklyLoss}, "",
       {D::kWeeklyLossLimitReached}, false, check_weekly_loss},
      {"drawdown", S::kLoss, "E",
       "The equity is not too far below its peak; a human restarts after that.",
       "peak and marked equity [ledger, account]", {L::kMaxDrawdown, L::kLiveCapital}, "",
       {D::kDrawdownLimitReached}, false, check_drawdown},
      {"consecutive_losses", S::kLoss, "E", "After several losses in a row there is a pause.",
       "closed trades [ledger]", {L::kMaxConsecutiveLosses, L::kLossPause}, "",
       {D::kConsecutiveLossesPause}, false, check_consecutive_losses},
      {"turnover", S::kLoss, "E", "The day's turnover stays within a multiple of the purse.",
       "turnover [ledger]", {L::kMaxDailyTurnover}, "", {D::kDailyTurnoverAboveLimit}, true,
       check_turnover},

      {"calendar", S::kTime, "E", "The exchange is known to trade today.",
       "day [exchange calendar]", {}, "", {D::kCalendarUnknown, D::kMarketHoliday}, false,
       check_calendar},
      {"session", S::kTime, "E", "The stock is in continuous trading.",
       "phase [exchange calendar, market clock]", {}, "", {D::kMarketNotContinuous}, false,
       check_session},
      {"entry_cutoff", S::kTime, "E", "Intraday entries end well before continuous trading does.",
       "day [exchange calendar], time [market clock]",
       {L::kEntryCutoff, L::kEntryCutoffClosingAuction, L::kSquareOff, L::kSquareOffClosingAuction},
       "", {D::kIntradayEntryTooLate}, false, check_entry_cutoff},
      {"clock", S::kTime, "E", "The machine's clock agrees with boot time and the server's date.",
       "clock [machine, exchange]", {}, "", {D::kClockNotSane}, false, check_clock},

      {"unknown_orders", S::kState, "EXP",
       "No order's outcome is open; for exits and protection: none in this symbol.",
       "orders in doubt [ledger]", {}, "", {D::kOrderInDoubt}, false, check_unknown_orders},
      {"reconciliation", S::kState, "E", "Ledger and exchange agree.", "reconciliation [desk]", {},
       "", {D::kNotReconciled}, false, check_reconciliation},
      {"broker_session", S::kState, "E", "There is a valid session at the broker.",
       "session [exchange]", {}, "", {D::kBrokerSessionInvalid}, false, check_broker_session},
      {"write_probe", S::kState, "E", "Orders from this address were seen to be accepted today.",
       "write probe [exchange]", {}, "", {D::kWriteProbeNotPassed}, false, check_write_probe},
      {"attest", S::kState, "E", "Root's finding about isolation is fresh.",
       "attest finding [file of root]", {}, "", {D::kAttestNotFresh}, false, check_attest},
      {"protection", S::kState, "E",
       "A stop can stand at the exchange, or the delivery warning was signed.", "protection [desk]",
       {}, "", {D::kProtectionNotPossible}, false, check_protection},
      {"ledger_writable", S::kState, "E", "The ledger can be written.", "ledger [storage]", {}, "",
       {D::kLedgerNotWritable}, false, check_ledger_writable},
      {"audit_writable", S::kState, "E", "The audit log can be written.", "audit log [storage]", {},
       "", {D::kAuditNotWritable}, false, check_audit_writable},
      {"disk_space", S::kState, "E", "The disk has room.", "free space [storage]",
       {L::kMinFreeDisk}, "", {D::kDiskSpaceLow}, false, check_disk_space},

      {"taint", S::kTaint, "E", "Whoever has read outside text today enters with less.",
       "reads of outside text [broker]", {L::kTaintedMaxOrderValue, L::kAgentAlwaysTainted}, "",
       {D::kTaintedOrderValueAboveLimit}, true, check_taint},
      // clang-format on
  };
}

// The checks that make sense of an order whose numbers are not all there: whom and what, and the
// numbers themselves.
bool judges_any_order(const Check& check) {
  return check.section == Section::kPermission || check.run == check_quantity ||
         check.run == check_prices || check.run == check_order_type;
}

bool is_well_formed(const trading::OrderRequest& order) {
  return are_numbers_in_bounds(order) && (!needs_limit_price(order.type) || order.limit_price) &&
         (!needs_trigger_price(order.type) || order.trigger_price);
}

std::int64_t lot_of(const Facts& facts) {
  return std::max<std::int64_t>(facts.instrument.lot_size, 1);
}

// The largest number of lots up to `most` for which `passes` holds; it fails from some number on. 0
// = none.
template <typename Passes>
std::int64_t bisect_lots(std::int64_t most, Passes passes) {
  std::int64_t good = 0;
  std::int64_t bad = most + 1;
  while (bad - good > 1) {
    const std::int64_t middle = good + (bad - good) / 2;
    (passes(middle) ? good : bad) = middle;
  }
  return good;
}

std::int64_t largest_quantity_of(const Check& check, const Facts& facts) {
  Facts probe = facts;
  const std::int64_t lot = lot_of(facts);
  return lot * bisect_lots(facts.order.quantity.value() / lot, [&](std::int64_t lots) {
           probe.order.quantity = trading::Quantity(lots * lot);
           const VerdictKind kind = check.run(probe).kind;
           return kind == VerdictKind::kPass || kind == VerdictKind::kNotApplicable;
         });
}

CheckResult result_of(const Check& check, const Facts& facts, bool is_formed) {
  if (!applies_to(check, facts.cls))
    return not_applicable("does not apply to an order of class " + std::string(name_of(facts.cls)));
  if (!is_formed && !judges_any_order(check))
    return not_applicable("judged once the order's numbers are right");
  return check.run(facts);
}

Verdict verdict_of(const Check& check, const Facts& facts, bool is_formed) {
  CheckResult result = result_of(check, facts, is_formed);
  Verdict verdict;
  verdict.check = &check;
  verdict.kind = result.kind;
  verdict.reason = result.reason;
  switch (result.kind) {
    case VerdictKind::kRefuse:
      if (check.grows_with_quantity)
        result.values.nearest_quantity = largest_quantity_of(check, facts);
      if (result.values.key.empty() && !check.limits.empty())
        result.values.key = key_of(check.limits.front());
      verdict.denial = make_denial(result.code, result.values);
      break;
    case VerdictKind::kUnknown:
      if (facts.cls == trading::OrderClass::kEntry)
        verdict.denial = make_denial(
            DenialCode::kFactUnknown,
            {.subject = std::string(check.name), .detail = result.reason + " is not known"});
      break;
    case VerdictKind::kPass:
    case VerdictKind::kNotApplicable:
      break;
  }
  verdict.bound = result.bound;
  verdict.unit = row_of(result.code).unit;
  verdict.value_number = result.values.value;
  verdict.limit_number = result.values.limit;
  if (verdict.value_number) verdict.value = text_of(verdict.unit, *verdict.value_number);
  if (verdict.limit_number) verdict.limit = text_of(verdict.unit, *verdict.limit_number);
  return verdict;
}

Verdicts run_where(const Facts& facts, bool (*is_wanted)(const Check&)) {
  const bool is_formed = is_well_formed(facts.order);
  Verdicts verdicts;
  verdicts.all.reserve(checklist().size());
  for (const Check& check : checklist())
    if (is_wanted(check)) verdicts.all.push_back(verdict_of(check, facts, is_formed));
  return verdicts;
}

bool refuses(const Check& check, const Facts& facts) {
  const VerdictKind kind = result_of(check, facts, true).kind;
  return kind == VerdictKind::kRefuse ||
         (kind == VerdictKind::kUnknown && facts.cls == trading::OrderClass::kEntry);
}

bool any_refuses(const Facts& facts, bool only_growing) {
  return std::any_of(checklist().begin(), checklist().end(), [&](const Check& check) {
    return (check.grows_with_quantity || !only_growing) && refuses(check, facts);
  });
}

}  // namespace

std::string_view name_of(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::kPass:
      return "pass";
    case VerdictKind::kRefuse:
      return "refuse";
    case VerdictKind::kUnknown:
      return "unknown";
    case VerdictKind::kNotApplicable:
      return "not-applicable";
  }
  return "";
}

std::string_view name_of(Section section) {
  switch (section) {
    case Section::kPermission:
      return "Permission";
    case Section::kForm:
      return "Form";
    case Section::kPrice:
      return "Price";
    case Section::kSize:
      return "Size";
    case Section::kRate:
      return "Rate";
    case Section::kLoss:
      return "Loss";
    case Section::kTime:
      return "Time";
    case Section::kState:
      return "State";
    case Section::kTaint:
      return "Taint";
  }
  return "";
}

const std::vector<Check>& checklist() {
  static const std::vector<Check> table = make_table();
  return table;
}

const Check* find_check(std::string_view name) {
  const auto& table = checklist();
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const Check& check) { return check.name == name; });
  return found == table.end() ? nullptr : &*found;
}

std::vector<std::string_view> keys_of(const Check& check) {
  std::vector<std::string_view> keys;
  for (const Limit limit : check.limits) keys.push_back(row_of(limit).key);
  for (std::string_view rest = check.settings; !rest.empty();) {
    const auto comma = rest.find(", ");
    keys.push_back(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 2);
  }
  return keys;
}

bool applies_to(const Check& check, trading::OrderClass cls) {
  const auto has = [&](char letter) {
    return check.classes.find(letter) != std::string_view::npos;
  };
  switch (cls) {
    case trading::OrderClass::kEntry:
      return has('E');
    case trading::OrderClass::kExit:
      return has('X');
    case trading::OrderClass::kProtection:
      return has('P');
    case trading::OrderClass::kCancel:
      return false;
  }
  return true;
}

const Denial* Verdicts::first_denial() const {
  for (const Verdict& verdict : all)
    if (verdict.denial) return &*verdict.denial;
  return nullptr;
}

std::vector<Denial> Verdicts::denials() const {
  std::vector<Denial> out;
  for (const Verdict& verdict : all)
    if (verdict.denial) out.push_back(*verdict.denial);
  return out;
}

const Verdict& Verdicts::of(std::string_view check_name) const {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Verdict& verdict) {
    return verdict.check->name == check_name;
  });
  INVARIANT(found != all.end(), "no verdict of a check of that name");
  return *found;
}

Verdicts run_checklist(const Facts& facts) {
  return run_where(facts, [](const Check&) { return true; });
}

Verdicts run_permission_checks(const Facts& facts) {
  return run_where(facts, [](const Check& check) { return check.section == Section::kPermission; });
}

std::optional<trading::Quantity> largest_passing_quantity(const Facts& facts) {
  Facts probe = facts;
  const std::int64_t lot = lot_of(facts);
  const auto set_lots = [&](std::int64_t lots) {
    probe.order.quantity = trading::Quantity(lots * lot);
  };
  set_lots(1);
  if (!is_well_formed(probe.order)) return std::nullopt;
  const std::int64_t most = bisect_lots(kLargestQuantity.value() / lot, [&](std::int64_t lots) {
    set_lots(lots);
    return !any_refuses(probe, true);
  });
  // What is left to refuse does not grow with the quantity. A smaller order can still pass where
  // the larger one does not: it has another fingerprint, and the rounding of its charges may be
  // luckier by a rupee.
  constexpr std::int64_t kFurtherTries = 64;
  for (std::int64_t lots = most; lots > 0 && lots > most - kFurtherTries; --lots) {
    set_lots(lots);
    if (!any_refuses(probe, false)) return probe.order.quantity;
  }
  return std::nullopt;
}

std::string checklist_markdown() {
  std::string out =
      "# The checklist\n\n"
      "Generated from the table that enforces it (execution_broker/risk/checklist.cpp); do not "
      "edit by hand.\n\n"
      "The order is precedence: the first denial leads, all are reported. Classes: **E** entry, "
      "**X** exit, **P** "
      "protection and\nsquare-off; a cancel is never refused. A fact that is unknown refuses an "
      "entry (FACT_UNKNOWN) "
      "and nothing else.\nDefaults stand in settings.md.\n";
  std::optional<Section> section;
  int number = 0;
  for (const Check& check : checklist()) {
    if (section != check.section) {
      section = check.section;
      out += "\n## " + std::string(name_of(check.section)) +
             "\n\n| # | check | classes | rule | facts [source] | settings | denials |\n"
             "| --- | --- | --- | --- | --- | --- | --- |\n";
    }
    std::string keys;
    for (const std::string_view key : keys_of(check))
      keys += (keys.empty() ? "`" : ", `") + std::string(key) + "`";
    std::string codes;
    for (const DenialCode code : check.denials)
      codes += (codes.empty() ? "`" : ", `") + std::string(name_of(code)) + "`";
    out += "| " + std::to_string(++number) + " | " + std::string(check.name) + " | " +
           std::string(check.classes) + " | " + std::string(check.rule) + " | " +
           std::string(check.facts) + " | " + keys + " | " + codes + " |\n";
  }
  return out;
}

}  // namespace broker::risk
