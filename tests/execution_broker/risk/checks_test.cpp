// One row for each denial: facts in which it is the only objection, and the nearest facts that
// pass.

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "execution_broker/risk/checklist.h"
#include "tests/support/valid_entry.h"

namespace broker::risk {
namespace {

using test::at_time;
using test::rs;
using test::rupees;
using trading::OrderType;
using trading::Product;
using trading::Quantity;
using trading::Side;
using trading::TradingMode;

using Change = std::function<void(Facts&)>;

struct Case {
  const char* check;
  const char* code;
  Facts (*base)();
  Change refused;
  Change neighbour;
};

void set_limit(Facts& facts, Limit limit, std::int64_t value) {
  facts.limits.set(limit, value);
}

Facts short_entry() {
  Facts facts = test::valid_entry();
  facts.order.side = Side::kSell;
  facts.order.limit_price = rs(99.95);
  facts.order.stop_loss = rs(101.5);
  facts.order.target = rs(94.0);
  return facts;
}

Facts delivery_entry() {
  Facts facts = test::valid_entry();
  facts.order.product = Product::kDelivery;
  facts.order.quantity = Quantity(400);
  facts.margin_rate = trading::Bps(10'000);
  return facts;
}

Facts delivery_exit() {
  Facts facts = test::valid_entry();
  facts.order.product = Product::kDelivery;
  facts.order.side = Side::kSell;
  facts.cls = trading::OrderClass::kExit;
  return test::with_position(facts, 40);
}

Facts stop_limit_entry() {
  Facts facts = test::valid_entry();
  facts.order.type = OrderType::kStopLimit;
  facts.order.trigger_price = rs(100.5);
  facts.order.limit_price = rs(100.5);
  facts.order.target = rs(108.5);
  return facts;
}

Facts exit_without_position() {
  Facts facts = test::valid_exit();
  facts.tagged.positions->clear();
  facts.account.positions->clear();
  return facts;
}

void hold(Facts& facts, const std::string& symbol, std::int64_t quantity, double price,
          const std::string& sector) {
  const PositionFact position{symbol, Product::kIntraday, Quantity(quantity), rs(price), sector};
  facts.tagged.positions->push_back(position);
  facts.account.positions->push_back(position);
}

void rest(Facts& facts, const std::string& symbol, trading::OrderClass cls, Side side,
          std::int64_t quantity, double price) {
  OpenOrderFact order;
  order.order_id = "O-1";
  order.symbol = symbol;
  order.cls = cls;
  order.side = side;
  order.product = Product::kIntraday;
  order.open_quantity = Quantity(quantity);
  order.price = rs(price);
  order.sector = "IT";
  facts.tagged.open_orders->push_back(order);
  facts.account.open_orders->push_back(order);
}

void entered(Facts& facts, int times, const std::string& symbol, std::int64_t seconds_ago) {
  facts.rate->entries_today += times;
  for (int i = 0; i < times; ++i)
    facts.rate->recent_entries.push_back(
        {symbol, Side::kBuy, "another order", trading::seconds(seconds_ago)});
}

void lose_today(Facts& facts, std::int64_t loss) {
  facts.tagged.today->realized = rupees(-loss);
  facts.account.today->realized = rupees(-loss);
}

const std::vector<Case>& cases() {
  const auto entry = test::valid_entry;
  const auto live = test::valid_live_entry;
  const auto leave = test::valid_exit;
  using F = Facts;
  static const std::vector<Case> table = {
      {"operator_state", "OPERATOR_HALTED", entry,
       [](F& f) { f.state.operator_state = OperatorState::kHalted; },
       [](F& f) { f.state.operator_state = OperatorState::kOpen; }},
      {"operator_state", "OPERATOR_REDUCE_ONLY", entry,
       [](F& f) { f.state.operator_state = OperatorState::kReduceOnly; },
       [](F& f) { f.state.operator_state = OperatorState::kOpen; }},
      {"trading_mode", "MODE_NOT_EFFECTIVE", entry,
       [](F& f) { f.mode.effective = TradingMode::kLive; },
       [](F& f) { f.mode.effective = TradingMode::kPaper; }},
      {"trading_mode", "LIVE_NOT_READY", live,
       [](F& f) { f.mode.live_ready = Finding::bad("no approver enrolled"); },
       [](F& f) { f.mode.live_ready = Finding::good(); }},
      {"product_enabled", "INTRADAY_TRADING_DISABLED", entry,
       [](F& f) { set_limit(f, Limit::kEnableIntradayTrading, 0); },
       [](F& f) { set_limit(f, Limit::kEnableSwingTrading, 0); }},
      {"product_enabled", "SWING_TRADING_DISABLED", delivery_entry,
       [](F& f) { set_limit(f, Limit::kEnableSwingTrading, 0); },
       [](F& f) { set_limit(f, Limit::kEnableIntradayTrading, 0); }},
      {"action_allowed", "INTRADAY_BUY_NOT_ALLOWED", entry,
       [](F& f) { set_limit(f, Limit::kAllowIntradayBuy, 0); },
       [](F& f) { set_limit(f, Limit::kAllowIntradaySell, 0); }},
      {"action_allowed", "INTRADAY_SELL_NOT_ALLOWED", short_entry,
       [](F& f) { set_limit(f, Limit::kAllowIntradaySell, 0); },
       [](F& f) { set_limit(f, Limit::kAllowIntradayBuy, 0); }},
      {"action_allowed", "DELIVERY_BUY_NOT_ALLOWED", delivery_entry,
       [](F& f) { set_limit(f, Limit::kAllowDeliveryBuy, 0); },
       [](F& f) { set_limit(f, Limit::kAllowIntradayBuy, 0); }},
      {"delivery_sell", "DELIVERY_SELL_BLOCKED", delivery_exit,
       [](F& f) { f.mode.book = f.mode.effective = TradingMode::kRehearsal; },
       [](F& f) { f.mode.book = f.mode.effective = TradingMode::kPaper; }},
      {"symbol_allowed", "SYMBOL_DENIED", entry,
       [](F& f) {
         f.permissions.denied_symbols = {"TCS", "SBIN"};
       },
       [](F& f) {
         f.permissions.denied_symbols = {"TCS", "SBINX"};
       }},
      {"symbol_allowed", "SYMBOL_NOT_ALLOWED", entry,
       [](F& f) { f.permissions.allowed_symbols = {"TCS"}; },
       [](F& f) {
         f.permissions.allowed_symbols = {"TCS", "SBIN"};
       }},
      {"series", "SERIES_NOT_ALLOWED", entry,
       [](F& f) { f.instrument.series = trading::Series::kOther; },
       [](F& f) { f.instrument.series = trading::Series::kEq; }},
      {"series", "INTRADAY_IN_TRADE_TO_TRADE", entry,
       [](F& f) { f.instrument.series = trading::Series::kBe; },
       [](F& f) {
         f = delivery_entry();
         f.instrument.series = trading::Series::kBe;
       }},
      {"surveillance", "SURVEILLANCE_SCRIP", entry,
       [](F& f) { f.surveillance = Finding::bad("stage 4"); },
       [](F& f) { f.surveillance = Finding::not_applicable("no list"); }},
      {"short_sale", "SHORT_NOT_ALLOWED", short_entry,
       [](F& f) { f.instrument.has_derivatives = false; },
       [](F& f) { f.instrument.has_derivatives = true; }},
      {"short_sale", "SHORT_NEAR_UPPER_CIRCUIT", short_entry,
       [](F& f) { f.quote->slice.band.upper = rs(101.90); },
       [](F& f) { f.quote->slice.band.upper = rs(101.95); }},
      {"corporate_action", "CORPORATE_ACTION_TODAY", entry,
       [](F& f) { f.corporate_action = Finding::bad("split 1:2"); },
       [](F& f) { f.corporate_action = Finding::good(); }},
      {"intraday_data", "NO_INTRADAY_DATA", entry, [](F& f) { f.has_intraday_data = false; },
       [](F& f) { f.has_intraday_data = true; }},

      {"quantity", "QUANTITY_NOT_POSITIVE", leave, [](F& f) { f.order.quantity = Quantity(0); },
       [](F& f) { f.order.quantity = Quantity(1); }},
      {"quantity", "QUANTITY_OUT_OF_BOUNDS", leave,
       [](F& f) { f.order.quantity = Quantity(100'000'001); },
       [](F& f) {
         f.order.quantity = Quantity(100'000'000);
         f.instrument.freeze_quantity = 0;
         f.tagged.positions->front().quantity = Quantity(100'000'000);
       }},
      {"prices", "PRICE_REQUIRED", entry, [](F& f) { f.order.limit_price.reset(); },
       [](F& f) {
         f.order.limit_price.reset();
         f.order.type = OrderType::kMarket;
       }},
      {"prices", "TRIGGER_PRICE_REQUIRED", stop_limit_entry,
       [](F& f) { f.order.trigger_price.reset(); },
       [](F& f) { f.order.trigger_price = rs(100.5); }},
      {"prices", "PRICE_OUT_OF_BOUNDS", entry, [](F& f) { f.order.target = rs(1'000'000.05); },
       [](F& f) { f.order.target = rs(1'000'000); }},
      {"order_type", "ORDER_TYPE_NOT_ALLOWED", live,
       [](F& f) { f.order.type = OrderType::kMarket; },
       [](F& f) { f.order.type = OrderType::kLimit; }},
      {"lot", "QUANTITY_NOT_IN_LOTS", entry, [](F& f) { f.instrument.lot_size = 25; },
       [](F& f) { f.instrument.lot_size = 20; }},
      {"tick", "PRICE_NOT_ON_TICK", entry, [](F& f) { f.order.limit_price = rs(99.97); },
       [](F& f) { f.order.limit_price = rs(99.95); }},
      {"freeze_quantity", "QUANTITY_ABOVE_FREEZE", entry,
       [](F& f) { f.instrument.freeze_quantity = 39; },
       [](F& f) { f.instrument.freeze_quantity = 40; }},
      {"trigger_limit_side", "TRIGGER_LIMIT_ON_WRONG_SIDE", stop_limit_entry,
       [](F& f) { f.order.limit_price = rs(100.45); },
       [](F& f) { f.order.limit_price = rs(100.5); }},
      {"stop_loss", "STOP_LOSS_REQUIRED", entry, [](F& f) { f.order.stop_loss.reset(); },
       [](F& f) { f.order.stop_loss = rs(98); }},
      {"stop_loss", "STOP_LOSS_ON_WRONG_SIDE", entry, [](F& f) { f.order.stop_loss = rs(100.0); },
       [](F& f) { f.order.stop_loss = rs(99.95); }},
      {"target", "TARGET_REQUIRED", entry, [](F& f) { f.order.target.reset(); },
       [](F& f) { f.order.target = rs(106); }},
      {"target", "TARGET_ON_WRONG_SIDE", entry, [](F& f) { f.order.target = rs(100.0); },
       [](F& f) { f.order.target = rs(106.0); }},
      {"trigger_limit_gap", "TRIGGER_LIMIT_GAP_TOO_WIDE", stop_limit_entry,
       [](F& f) { f.order.trigger_price = rs(100), f.order.limit_price = rs(101.05); },
       [](F& f) { f.order.trigger_price = rs(100), f.order.limit_price = rs(101.0); }},
      {"reward_risk", "REWARD_RISK_BELOW_MINIMUM", entry, [](F& f) { f.order.target = rs(103.5); },
       [](F& f) { f.order.target = rs(104.5); }},

      {"quote_age", "QUOTE_STALE", entry, [](F& f) { f.quote->age = trading::milliseconds(3'001); },
       [](F& f) { f.quote->age = trading::milliseconds(3'000); }},
      {"two_sided", "QUOTE_ONE_SIDED", entry, [](F& f) { f.quote->slice.bids = {}; },
       [](F& f) {
         f.quote->slice.bids[0] = {rs(99.95), Quantity(1)};
       }},
      {"spread", "SPREAD_TOO_WIDE", entry, [](F& f) { f.quote->slice.bids[0].price = rs(99.0); },
       [](F& f) { f.quote->slice.bids[0].price = rs(99.05); }},
      {"collar", "PRICE_OUTSIDE_COLLAR", entry,
       [](F& f) { f.order.limit_price = rs(101.05), f.order.target = rs(110); },
       [](F& f) { f.order.limit_price = rs(101.0), f.order.target = rs(110); }},
      {"circuit_band", "PRICE_OUTSIDE_BAND", entry,
       [](F& f) { f.quote->slice.band.lower = rs(98.05); },
       [](F& f) { f.quote->slice.band.lower = rs(98.0); }},
      {"execution_range", "PRICE_OUTSIDE_EXECUTION_RANGE", entry,
       [](F& f) {
         f.quote->slice.band.lower = rs(80);
         f.order.stop_loss = rs(88);
         f.order.limit_price = rs(89.95);
       },
       [](F& f) {
         f.quote->slice.band.lower = rs(80);
         f.order.stop_loss = rs(88);
         f.order.limit_price = rs(90.0);
       }},

      {"order_value", "ORDER_VALUE_ABOVE_LIMIT", entry,
       [](F& f) { set_limit(f, Limit::kMaxOrderValue, 399'999); },
       [](F& f) { set_limit(f, Limit::kMaxOrderValue, 400'000); }},
      {"order_quantity", "ORDER_QUANTITY_ABOVE_LIMIT", entry,
       [](F& f) { set_limit(f, Limit::kMaxOrderQuantity, 39); },
       [](F& f) { set_limit(f, Limit::kMaxOrderQuantity, 40); }},
      {"canary_size", "CANARY_QUANTITY_ABOVE_LIMIT", live,
       [](F& f) { f.is_canary_over = false, f.canary_quantity = Quantity(39); },
       [](F& f) { f.is_canary_over = false, f.canary_quantity = Quantity(40); }},
      {"position_size", "POSITION_SIZE_ABOVE_LIMIT", entry,
       [](F& f) { hold(f, "SBIN", 1'961, 100, "Financial Services"); },
       [](F& f) { hold(f, "SBIN", 1'960, 100, "Financial Services"); }},
      {"risk_per_trade", "RISK_PER_TRADE_ABOVE_LIMIT", entry,
       [](F& f) { f.order.quantity = Quantity(200), set_limit(f, Limit::kMaxRiskPerTrade, 4); },
       [](F& f) { f.order.quantity = Quantity(200), set_limit(f, Limit::kMaxRiskPerTrade, 5); }},
      {"volume_share", "VOLUME_SHARE_ABOVE_LIMIT", entry,
       [](F& f) { f.average_daily_volume = 3'999; }, [](F& f) { f.average_daily_volume = 4'000; }},
      {"depth_share", "DEPTH_SHARE_ABOVE_LIMIT", entry,
       [](F& f) {
         for (auto& level : f.quote->slice.asks) level.quantity = Quantity(31);
       },
       [](F& f) {
         for (auto& level : f.quote->slice.asks) level.quantity = Quantity(32);
       }},
      {"open_positions", "OPEN_POSITIONS_AT_LIMIT", entry,
       [](F& f) {
         for (const char* s : {"A", "B", "C", "D", "E"}) hold(f, s, 1, 100, "IT");
       },
       [](F& f) {
         for (const char* s : {"A", "B", "C", "D"}) hold(f, s, 1, 100, "IT");
       }},
      {"sector_exposure", "SECTOR_EXPOSURE_ABOVE_LIMIT", entry,
       [](F& f) { hold(f, "HDFCBANK", 2'461, 100, "Financial Services"); },
       [](F& f) { hold(f, "HDFCBANK", 2'460, 100, "Financial Services"); }},
      {"gross_exposure", "GROSS_EXPOSURE_ABOVE_LIMIT", entry,
       [](F& f) { hold(f, "TCS", -9'961, 100, "IT"); },
       [](F& f) { hold(f, "TCS", -9'960, 100, "IT"); }},
      {"open_entries", "OPEN_ENTRIES_ABOVE_LIMIT", entry,
       [](F& f) { rest(f, "TCS", trading::OrderClass::kEntry, Side::kBuy, 1'961, 100); },
       [](F& f) { rest(f, "TCS", trading::OrderClass::kEntry, Side::kBuy, 1'960, 100); }},
      {"margin", "MARGIN_INSUFFICIENT", entry, [](F& f) { f.margin_available = rupees(959); },
       [](F& f) { f.margin_available = rupees(960); }},
      {"held", "NOT_HELD", exit_without_position, [](F& f) { hold(f, "SBIN", -40, 100, ""); },
       [](F& f) { hold(f, "SBIN", 40, 100, ""); }},
      {"held", "QUANTITY_ABOVE_HELD", exit_without_position,
       [](F& f) { hold(f, "SBIN", 39, 100, ""); }, [](F& f) { hold(f, "SBIN", 40, 100, ""); }},

      {"same_order", "SAME_ORDER_AGAIN", entry,
       [](F& f) {
         f.rate->recent_entries = {
             {"SBIN", Side::kBuy, fingerprint_of(f.order), trading::seconds(59)}};
       },
       [](F& f) {
         f.rate->recent_entries = {
             {"SBIN", Side::kBuy, fingerprint_of(f.order), trading::seconds(60)}};
       }},
      {"pending_entry", "ENTRY_ALREADY_PENDING", entry,
       [](F& f) { rest(f, "SBIN", trading::OrderClass::kEntry, Side::kBuy, 1, 99); },
       [](F& f) { rest(f, "TCS", trading::OrderClass::kEntry, Side::kBuy, 1, 99); }},
      {"repeats", "REPEATED_IN_ONE_DIRECTION", entry, [](F& f) { entered(f, 3, "SBIN", 599); },
       [](F& f) { entered(f, 3, "SBIN", 600); }},
      {"entries_per_minute", "ENTRIES_PER_MINUTE_AT_LIMIT", entry,
       [](F& f) { entered(f, 3, "TCS", 59); }, [](F& f) { entered(f, 3, "TCS", 60); }},
      {"entries_per_day", "ENTRIES_PER_DAY_AT_LIMIT", entry,
       [](F& f) { entered(f, 20, "TCS", 3'600); }, [](F& f) { entered(f, 19, "TCS", 3'600); }},
      {"messages", "MESSAGE_RATE_AT_LIMIT", entry, [](F& f) { f.rate->messages_last_second = 2; },
       [](F& f) { f.rate->messages_last_second = 1; }},
      {"modifications", "MODIFICATIONS_AT_LIMIT", entry,
       [](F& f) { f.modifies_order_id = "O-9", f.rate->modifications_of_this_entry = 3; },
       [](F& f) { f.modifies_order_id = "O-9", f.rate->modifications_of_this_entry = 2; }},
      {"self_trade", "SELF_TRADE", entry,
       [](F& f) { rest(f, "SBIN", trading::OrderClass::kExit, Side::kSell, 10, 100.0); },
       [](F& f) { rest(f, "SBIN", trading::OrderClass::kExit, Side::kSell, 10, 100.05); }},
      {"rejects", "TOO_MANY_REJECTS", entry, [](F& f) { f.rate->rejects_in_five_minutes = 3; },
       [](F& f) { f.rate->rejects_in_five_minutes = 2; }},

      {"daily_loss", "DAILY_LOSS_LIMIT_REACHED", entry, [](F& f) { lose_today(f, 20'000); },
       [](F& f) { lose_today(f, 19'999); }},
      {"daily_loss_halt", "DAILY_LOSS_HALT_REACHED", entry,
       [](F& f) { lose_today(f, 30'000), set_limit(f, Limit::kMaxDailyLoss, 400); },
       [](F& f) { lose_today(f, 29'999), set_limit(f, Limit::kMaxDailyLoss, 400); }},
      {"weekly_loss", "WEEKLY_LOSS_LIMIT_REACHED", entry,
       [](F& f) { f.account.week->unrealized = rupees(-50'000); },
       [](F& f) { f.account.week->unrealized = rupees(-49'999); }},
      {"drawdown", "DRAWDOWN_LIMIT_REACHED", entry,
       [](F& f) { f.tagged.equity_now = rupees(900'000); },
       [](F& f) { f.tagged.equity_now = rupees(900'001); }},
      {"consecutive_losses", "CONSECUTIVE_LOSSES_PAUSE", entry,
       [](F& f) { f.rate->consecutive_losses = 3, f.rate->since_last_loss = trading::minutes(59); },
       [](F& f) {
         f.rate->consecutive_losses = 3, f.rate->since_last_loss = trading::minutes(60);
       }},
      {"turnover", "DAILY_TURNOVER_ABOVE_LIMIT", entry,
       [](F& f) { f.tagged.turnover_today = rupees(4'996'001); },
       [](F& f) { f.tagged.turnover_today = rupees(4'996'000); }},

      {"calendar", "CALENDAR_UNKNOWN", entry,
       [](F& f) {
         f.day = {trading::DayStatus::Kind::kUnknown, std::nullopt, "2027 is not in the tables"};
       },
       [](F& f) { f.day = test::ordinary_day(); }},
      {"calendar", "MARKET_HOLIDAY", entry,
       [](F& f) {
         f.day = {trading::DayStatus::Kind::kHoliday, std::nullopt, "Diwali"};
       },
       [](F& f) { f.day = test::ordinary_day(); }},
      {"session", "MARKET_NOT_CONTINUOUS", entry,
       [](F& f) { f.phase = trading::SessionPhase::kPreOpen; },
       [](F& f) { f.phase = trading::SessionPhase::kContinuous; }},
      {"entry_cutoff", "INTRADAY_ENTRY_TOO_LATE", entry,
       [](F& f) { f.market_now = at_time(15, 0) + trading::microseconds(1); },
       [](F& f) { f.market_now = at_time(15, 0); }},
      {"clock", "CLOCK_NOT_SANE", entry, [](F& f) { f.clock = Finding::bad("2 minutes behind"); },
       [](F& f) { f.clock = Finding::not_applicable("virtual"); }},

      {"unknown_orders", "ORDER_IN_DOUBT", entry, [](F& f) { f.state.unknown_symbols = {"TCS"}; },
       [](F& f) { f.state.unknown_symbols.clear(); }},
      {"reconciliation", "NOT_RECONCILED", entry,
       [](F& f) { f.state.reconciliation = Finding::bad("positions differ"); },
       [](F& f) { f.state.reconciliation = Finding::good(); }},
      {"broker_session", "BROKER_SESSION_INVALID", live,
       [](F& f) { f.state.broker_session = Finding::bad("expired"); },
       [](F& f) { f.state.broker_session = Finding::good(); }},
      {"write_probe", "WRITE_PROBE_NOT_PASSED", live,
       [](F& f) { f.state.write_probe = Finding::bad("AG7002"); },
       [](F& f) { f.state.write_probe = Finding::good(); }},
      {"attest", "ATTEST_NOT_FRESH", live,
       [](F& f) { f.state.attest = Finding::bad("8 days old"); },
       [](F& f) { f.state.attest = Finding::good(); }},
      {"protection", "PROTECTION_NOT_POSSIBLE", live,
       [](F& f) { f.state.protection = Finding::bad("no watchdog"); },
       [](F& f) { f.state.protection = Finding::good(); }},
      {"ledger_writable", "LEDGER_NOT_WRITABLE", entry,
       [](F& f) { f.state.ledger_writable = Finding::bad("read-only"); },
       [](F& f) { f.state.ledger_writable = Finding::good(); }},
      {"audit_writable", "AUDIT_NOT_WRITABLE", entry,
       [](F& f) { f.state.audit_writable = Finding::bad("read-only"); },
       [](F& f) { f.state.audit_writable = Finding::good(); }},
      {"disk_space", "DISK_SPACE_LOW", entry, [](F& f) { f.state.free_disk_bytes = 63'999'999; },
       [](F& f) { f.state.free_disk_bytes = 64'000'000; }},

      {"taint", "TAINTED_ORDER_VALUE_ABOVE_LIMIT", entry,
       [](F& f) { f.is_tainted = true, set_limit(f, Limit::kTaintedMaxOrderValue, 399'999); },
       [](F& f) { f.is_tainted = true, set_limit(f, Limit::kTaintedMaxOrderValue, 400'000); }},
  };
  return table;
}

std::string objections(const Verdicts& verdicts) {
  std::string out;
  for (const Verdict& verdict : verdicts.all)
    if (verdict.kind == VerdictKind::kRefuse || verdict.kind == VerdictKind::kUnknown)
      out += std::string(verdict.check->name) +
             (verdict.denial ? ": " + verdict.denial->message : ": " + verdict.reason) + "\n";
  return out;
}

TEST(Checks, EachDenialCanBeTheOnlyOneAndItsNeighbourPasses) {
  for (const Case& row : cases()) {
    SCOPED_TRACE(row.code);
    Facts refused = row.base();
    row.refused(refused);
    const Verdicts verdicts = run_checklist(refused);
    int objecting = 0;
    for (const Verdict& verdict : verdicts.all)
      if (verdict.kind == VerdictKind::kRefuse || verdict.kind == VerdictKind::kUnknown)
        ++objecting;
    EXPECT_EQ(objecting, 1) << objections(verdicts);
    const Verdict& verdict = verdicts.of(row.check);
    ASSERT_TRUE(verdict.denial) << objections(verdicts);
    EXPECT_EQ(verdict.denial->code, row.code);
    EXPECT_EQ(verdicts.first_denial()->code, row.code);
    EXPECT_EQ(verdict.denial->message.rfind(std::string(row.code) + ": ", 0), 0U);
    EXPECT_NE(verdict.denial->message.find("; " + verdict.denial->fix), std::string::npos);
    EXPECT_FALSE(verdict.denial->fix.empty());
    EXPECT_EQ(verdict.denial->message.find('{'), std::string::npos);

    Facts neighbour = row.base();
    row.neighbour(neighbour);
    EXPECT_TRUE(run_checklist(neighbour).is_pass()) << objections(run_checklist(neighbour));
  }
}

TEST(Checks, EveryDenialCodeHasACase) {
  std::set<std::string> tested = {"FACT_UNKNOWN", "PURSE_EMPTY"};  // each in a test of its own
  for (const Case& row : cases()) tested.insert(row.code);
  for (const DenialRow& row : denial_table())
    EXPECT_TRUE(tested.contains(std::string(row.code))) << row.code;
}

TEST(Checks, ADenialComesOnlyFromTheCheckThatNamesIt) {
  for (const Case& row : cases()) {
    const Check* check = find_check(row.check);
    ASSERT_NE(check, nullptr) << row.check;
    bool is_named = false;
    for (const DenialCode code : check->denials) is_named = is_named || name_of(code) == row.code;
    EXPECT_TRUE(is_named) << row.check << " " << row.code;
  }
}

TEST(Checks, TheClassColumnHolds) {
  for (const Case& row : cases()) {
    SCOPED_TRACE(row.code);
    const Check& check = *find_check(row.check);
    for (const auto cls : {trading::OrderClass::kEntry, trading::OrderClass::kExit,
                           trading::OrderClass::kProtection, trading::OrderClass::kCancel}) {
      Facts facts = row.base();
      row.refused(facts);
      facts.cls = cls;
      const Verdicts verdicts = run_checklist(facts);
      const Verdict& verdict = verdicts.of(row.check);
      if (!applies_to(check, cls)) {
        EXPECT_EQ(verdict.kind, VerdictKind::kNotApplicable);
      }
      if (cls == trading::OrderClass::kCancel) {
        EXPECT_TRUE(verdicts.is_pass()) << objections(verdicts);
      }
    }
  }
}

TEST(Checks, AnEmptyPurseLeadsTheSizes) {
  Facts facts = test::valid_entry();
  facts.tagged.equity_at_open = rupees(0);
  EXPECT_EQ(run_checklist(facts).first_denial()->code, "PURSE_EMPTY");
  facts = test::valid_live_entry();
  set_limit(facts, Limit::kLiveCapital, 0);
  EXPECT_EQ(run_checklist(facts).first_denial()->code, "PURSE_EMPTY");
  facts.limits.set(Limit::kLiveCapital, 1);
  EXPECT_NE(run_checklist(facts).first_denial()->code, "PURSE_EMPTY");
}

TEST(Checks, WhatIsUnknownRefusesEntriesAndNothingElse) {
  using F = Facts;
  const std::vector<std::pair<const char*, Change>> unknowns = {
      {"tick", [](F& f) { f.tick.reset(); }},
      {"intraday_data", [](F& f) { f.has_intraday_data.reset(); }},
      {"surveillance", [](F& f) { f.surveillance = {}; }},
      {"corporate_action", [](F& f) { f.corporate_action = {}; }},
      {"quote_age", [](F& f) { f.quote.reset(); }},
      {"circuit_band", [](F& f) { f.quote->slice.band = {}; }},
      {"execution_range", [](F& f) { f.quote->slice.last = {}; }},
      {"spread", [](F& f) { f.quote->slice.bids[0].price = rs(100.1); }},
      {"quote_age", [](F& f) { f.quote->age = trading::seconds(-1); }},
      {"purse", [](F& f) { f.tagged.equity_at_open.reset(); }},
      {"volume_share", [](F& f) { f.average_daily_volume.reset(); }},
      {"volume_share", [](F& f) { f.average_daily_volume = 0; }},
      {"position_size", [](F& f) { f.account.positions.reset(); }},
      {"open_positions", [](F& f) { f.tagged.positions.reset(); }},
      {"gross_exposure",
       [](F& f) {
         f.account.positions->push_back({"TCS", Product::kIntraday, Quantity(1), {}, ""});
       }},
      {"pending_entry", [](F& f) { f.tagged.open_orders.reset(); }},
      {"self_trade", [](F& f) { f.account.open_orders.reset(); }},
      {"margin", [](F& f) { f.margin_available.reset(); }},
      {"margin", [](F& f) { f.margin_rate.reset(); }},
      {"same_order", [](F& f) { f.rate.reset(); }},
      {"daily_loss", [](F& f) { f.account.today.reset(); }},
      {"weekly_loss", [](F& f) { f.tagged.week.reset(); }},
      {"drawdown", [](F& f) { f.account.peak_equity.reset(); }},
      {"turnover", [](F& f) { f.tagged.turnover_today.reset(); }},
      {"session", [](F& f) { f.phase = trading::SessionPhase::kUnknown; }},
      {"clock", [](F& f) { f.clock = Finding::unknown("no server time"); }},
      {"reconciliation", [](F& f) { f.state.reconciliation = {}; }},
      {"ledger_writable", [](F& f) { f.state.ledger_writable = {}; }},
      {"audit_writable", [](F& f) { f.state.audit_writable = {}; }},
      {"disk_space", [](F& f) { f.state.free_disk_bytes.reset(); }},
      {"taint", [](F& f) { f.is_tainted.reset(); }},
  };
  for (const auto& [check, change] : unknowns) {
    SCOPED_TRACE(check);
    Facts facts = test::valid_entry();
    change(facts);
    const Verdicts verdicts = run_checklist(facts);
    EXPECT_EQ(verdicts.of(check).kind, VerdictKind::kUnknown);
    ASSERT_TRUE(verdicts.of(check).denial);
    EXPECT_EQ(verdicts.of(check).denial->code, "FACT_UNKNOWN");
    for (const auto base : {test::valid_exit, test::valid_protection}) {
      Facts leaving = base();
      change(leaving);
      EXPECT_TRUE(run_checklist(leaving).is_pass()) << objections(run_checklist(leaving));
    }
  }
}

TEST(Checks, LiveFactsThatAreUnknownRefuseALiveEntry) {
  using F = Facts;
  const std::vector<std::pair<const char*, Change>> unknowns = {
      {"trading_mode", [](F& f) { f.mode.live_ready = {}; }},
      {"freeze_quantity", [](F& f) { f.instrument.freeze_quantity = 0; }},
      {"canary_size", [](F& f) { f.is_canary_over = false; }},
      {"broker_session", [](F& f) { f.state.broker_session = {}; }},
      {"write_probe", [](F& f) { f.state.write_probe = {}; }},
      {"attest", [](F& f) { f.state.attest = {}; }},
      {"protection", [](F& f) { f.state.protection = {}; }},
  };
  for (const auto& [check, change] : unknowns) {
    Facts facts = test::valid_live_entry();
    change(facts);
    EXPECT_EQ(run_checklist(facts).of(check).kind, VerdictKind::kUnknown) << check;
    EXPECT_FALSE(run_checklist(facts).is_pass()) << check;
  }
}

TEST(Checks, HostileNumbersAreRefusedWithoutArithmetic) {
  constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t quantity : {kHuge, -kHuge, std::int64_t{0}, std::int64_t{100'000'001}})
    for (const std::int64_t price : {kHuge, -kHuge, std::int64_t{0}, std::int64_t{1'000'000}})
      for (const auto type :
           {OrderType::kMarket, OrderType::kLimit, OrderType::kStopLimit, OrderType::kStopMarket})
        for (const auto base : {test::valid_entry, test::valid_exit}) {
          Facts facts = base();
          facts.order.quantity = Quantity(quantity);
          facts.order.type = type;
          facts.order.limit_price = facts.order.trigger_price = trading::Price(price);
          facts.order.stop_loss = facts.order.target = trading::Price(price);
          EXPECT_FALSE(run_checklist(facts).is_pass());
          largest_passing_quantity(facts);
        }
}

TEST(Checks, AStopBetweenMarketAndLimitIsOnTheWrongSide) {
  Facts facts = test::valid_entry();
  facts.order.limit_price = rs(100.5);  // trades at the ask of 100.00
  facts.order.target = rs(110);
  facts.order.stop_loss = rs(100.2);
  EXPECT_EQ(run_checklist(facts).of("stop_loss").denial->code, "STOP_LOSS_ON_WRONG_SIDE");
  facts.order.stop_loss = rs(99.5);
  EXPECT_EQ(run_checklist(facts).of("stop_loss").kind, VerdictKind::kPass);
}

TEST(Checks, MarketOrdersAreJudgedAtTheAggressiveSide) {
  Facts facts = test::valid_entry();
  facts.order.type = OrderType::kMarket;
  facts.order.limit_price = rs(1.0);  // a price that a market order does not use
  EXPECT_EQ(run_checklist(facts).of("order_value").value_number, rupees(4'000).value());
  EXPECT_TRUE(run_checklist(facts).is_pass());
}

TEST(Checks, MoreThanHeldLessWhatOtherExitsCloseIsRefused) {
  Facts facts = test::valid_exit();
  rest(facts, "SBIN", trading::OrderClass::kExit, Side::kSell, 15, 101);
  const Denial denial = *run_checklist(facts).first_denial();
  EXPECT_EQ(denial.code, "QUANTITY_ABOVE_HELD");
  EXPECT_EQ(denial.nearest_quantity, 25);
  facts.order.quantity = Quantity(25);
  EXPECT_TRUE(run_checklist(facts).is_pass());
  // The resting stop is cut first and does not count; protection covers the whole position.
  facts = test::valid_exit();
  rest(facts, "SBIN", trading::OrderClass::kProtection, Side::kSell, 40, 98);
  EXPECT_TRUE(run_checklist(facts).is_pass());
}

TEST(Checks, AnExitIsHeldUpByDoubtInItsOwnSymbolAlone) {
  Facts facts = test::valid_exit();
  facts.state.unknown_symbols = {"TCS"};
  EXPECT_TRUE(run_checklist(facts).is_pass());
  facts.state.unknown_symbols = {"TCS", "SBIN"};
  EXPECT_EQ(run_checklist(facts).first_denial()->code, "ORDER_IN_DOUBT");
}

TEST(Checks, AModificationDoesNotCountAgainstItself) {
  Facts facts = test::valid_entry();
  rest(facts, "SBIN", trading::OrderClass::kEntry, Side::kBuy, 1'900, 100);
  facts.rate->recent_entries = {
      {"SBIN", Side::kBuy, fingerprint_of(facts.order), trading::seconds(5)}};
  EXPECT_FALSE(run_checklist(facts).is_pass());
  facts.modifies_order_id = "O-1";
  EXPECT_TRUE(run_checklist(facts).is_pass()) << objections(run_checklist(facts));
}

TEST(Checks, TheExampleMessageReadsAsWritten) {
  Facts facts = test::valid_entry();
  facts.order.quantity = Quantity(1'200);
  set_limit(facts, Limit::kMaxOrderValue, 100'000 * 100);
  EXPECT_EQ(run_checklist(facts).of("order_value").denial->message,
            "ORDER_VALUE_ABOVE_LIMIT: order is worth 1,20,000.00, the limit is 1,00,000.00; reduce "
            "quantity to 1000, or "
            "ask the operator to raise MAX_ORDER_VALUE");
}

TEST(Checks, ADeliverySaleClassifiesAsExitAndOthersByWhatIsHeld) {
  trading::OrderRequest order;
  order.symbol = "SBIN";
  order.side = Side::kSell;
  order.product = Product::kDelivery;
  BookFacts book = test::ordinary_book();
  EXPECT_EQ(classify(order, book), trading::OrderClass::kExit);
  order.product = Product::kIntraday;
  EXPECT_EQ(classify(order, book), trading::OrderClass::kEntry);
  book.positions->push_back({"SBIN", Product::kIntraday, Quantity(5), rs(100), ""});
  EXPECT_EQ(classify(order, book), trading::OrderClass::kExit);
  order.side = Side::kBuy;
  EXPECT_EQ(classify(order, book), trading::OrderClass::kEntry);
  book.positions->front().quantity = Quantity(-5);
  EXPECT_EQ(classify(order, book), trading::OrderClass::kExit);
}

}  // namespace
}  // namespace broker::risk
