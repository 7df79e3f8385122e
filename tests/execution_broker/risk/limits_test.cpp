#include "execution_broker/risk/limits.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/valid_entry.h"

namespace broker::risk {
namespace {

using trading::TradingMode;

constexpr trading::TradingDate kMonday = test::kDay;

LimitMoment on_day(int days_later) {
  const trading::TradingDate day = kMonday + days_later;
  return {TradingMode::kPaper, timestamp_of(day, trading::at(10, 0)), day, day + 1};
}

std::int64_t in_force(const LimitSources& sources, Limit id, int days_later) {
  return effective_limit(sources, id, TradingMode::kPaper, kMonday + days_later).value;
}

// A home whose file says what the defaults say.
LimitSources home() {
  LimitSources sources;
  for (const LimitRow& row : limit_table())
    apply(sources, **propose_file_value(sources, row.id, row.paper_default, on_day(0), false));
  return sources;
}

TEST(Limits, TableIsInOrderWithSoundDefaults) {
  ASSERT_EQ(limit_table().size(), kLimits);
  std::set<std::string_view> keys;
  for (std::size_t i = 0; i < kLimits; ++i) {
    const LimitRow& row = limit_table()[i];
    EXPECT_EQ(static_cast<std::size_t>(row.id), i) << row.key;
    EXPECT_TRUE(keys.insert(row.key).second);
    EXPECT_EQ(find_limit(row.key), &row);
    EXPECT_FALSE(row.denials.empty());
    for (const std::int64_t value : {row.paper_default, row.live_default, row.least, row.most}) {
      const auto back = parse_limit_value(row, format_limit_value(row, value));
      ASSERT_TRUE(back) << row.key << " " << back.error().text();
      EXPECT_EQ(*back, value);
    }
  }
}

TEST(Limits, SafetysFiguresAreTheDefaults) {
  const EffectiveLimits paper = EffectiveLimits::defaults(TradingMode::kPaper);
  const EffectiveLimits live = EffectiveLimits::defaults(TradingMode::kLive);
  EXPECT_EQ(live.value(Limit::kMaxOrderValue), 50'000 * 100);
  EXPECT_EQ(paper.value(Limit::kMaxOrderValue), 200'000 * 100);
  EXPECT_EQ(paper.value(Limit::kMaxRiskPerTrade), 100);
  EXPECT_EQ(paper.value(Limit::kMaxDailyLoss), 200);
  EXPECT_EQ(paper.value(Limit::kHaltDailyLoss), 300);
  EXPECT_EQ(paper.value(Limit::kMaxWeeklyLoss), 500);
  EXPECT_EQ(paper.value(Limit::kMaxDrawdown), 1'000);
  EXPECT_EQ(paper.value(Limit::kMaxOpenPositions), 5);
  EXPECT_EQ(paper.value(Limit::kMinRiskRewardRatio), 15'000);
  EXPECT_EQ(paper.duration(Limit::kLossPause), trading::hours(1));
  EXPECT_FALSE(paper.is_on(Limit::kAgentAlwaysTainted));
  EXPECT_TRUE(live.is_on(Limit::kAgentAlwaysTainted));
}

TEST(Limits, ValuesAreTakenFromPlainTextAlone) {
  const LimitRow& value = row_of(Limit::kMaxOrderValue);
  EXPECT_EQ(*parse_limit_value(value, "50000"), 5'000'000);
  EXPECT_EQ(*parse_limit_value(value, "50000.25"), 5'000'025);
  for (const char* text :
       {"",         "nan", "NaN",   "inf",   "-inf", "infinity", "-1",
        "+1",       "1e3", "0x10",  "1,000", " 1",   "1 ",       "1\n",
        "1\r",      "0",   "1.234", "1..2",  ".5",   "5.",       "99999999999999999999",
        "50000; rm"})
    EXPECT_EQ(parse_limit_value(value, text).error().code, "LIMIT_VALUE_INVALID") << text;
  EXPECT_FALSE(parse_limit_value(value, std::string_view("1\0", 2)));
  EXPECT_FALSE(parse_limit_value(row_of(Limit::kMaxOpenPositions), "2.5"));
  EXPECT_FALSE(parse_limit_value(row_of(Limit::kMaxRiskPerTrade), "100.01"));
  EXPECT_FALSE(parse_limit_value(row_of(Limit::kAllowIntradayBuy), "yes"));
}

TEST(Limits, AgentTightensUntilTheDayEnds) {
  LimitSources sources = home();
  const auto change = propose_agent_tightening(sources, "MAX_ORDER_VALUE", "10000", on_day(0));
  ASSERT_TRUE(change) << change.error().text();
  apply(sources, *change);
  EXPECT_EQ(in_force(sources, Limit::kMaxOrderValue, 0), 10'000 * 100);
  EXPECT_EQ(effective_limit(sources, Limit::kMaxOrderValue, TradingMode::kPaper, kMonday).source,
            LimitSource::kAgent);
  EXPECT_EQ(in_force(sources, Limit::kMaxOrderValue, 1), 200'000 * 100);
}

TEST(Limits, AgentNeverLoosensNotEvenItsOwnWord) {
  LimitSources sources = home();
  const auto looser = propose_agent_tightening(sources, "MAX_ORDER_VALUE", "200000.01", on_day(0));
  EXPECT_EQ(looser.error().code, "LIMIT_LOOSENING_REFUSED");
  EXPECT_NE(looser.error().fix.find("change .env, restart, approval_cli limits accept"),
            std::string::npos)
      << "as long as the file is the tightest, no other word loosens: " << looser.error().fix;
  apply(sources, *propose_agent_tightening(sources, "MAX_ORDER_VALUE", "100", on_day(0)));
  EXPECT_EQ(propose_agent_tightening(sources, "MAX_ORDER_VALUE", "101", on_day(0)).error().code,
            "LIMIT_LOOSENING_REFUSED");
  // Where more is tighter, less is the loosening.
  EXPECT_EQ(
      propose_agent_tightening(sources, "MIN_RISK_REWARD_RATIO", "1.4", on_day(0)).error().code,
      "LIMIT_LOOSENING_REFUSED");
  EXPECT_TRUE(propose_agent_tightening(sources, "MIN_RISK_REWARD_RATIO", "3", on_day(0)));
  EXPECT_TRUE(propose_agent_tightening(sources, "ALLOW_INTRADAY_SELL", "false", on_day(0)));
  EXPECT_EQ(propose_agent_tightening(sources, "AGENT_ALWAYS_TAINTED", "false", on_day(0))->value,
            0);  // already off
}

TEST(Limits, UnknownKeysAreNamedWithTheNearest) {
  const LimitSources sources = home();
  const auto error = propose_agent_tightening(sources, "MAX_ORDER_VALU", "1", on_day(0)).error();
  EXPECT_EQ(error.code, "LIMIT_UNKNOWN");
  EXPECT_EQ(error.fix, "did you mean MAX_ORDER_VALUE?");
  for (const char* key : {"TRADING_MODE", "", "MAX_ORDER_VALUE\n", "max", "ALLOW_LIVE_TRADING"})
    EXPECT_EQ(propose_agent_tightening(sources, key, "1", on_day(0)).error().code, "LIMIT_UNKNOWN")
        << key;
}

TEST(Limits, OperatorClearsTheAgentsWordAtOnce) {
  LimitSources sources = home();
  EXPECT_EQ(clear_agent_tightening(sources, "MAX_ORDER_VALUE", on_day(0)).error().code,
            "LIMIT_NOT_TIGHTENED");
  apply(sources, *propose_agent_tightening(sources, "MAX_ORDER_VALUE", "100", on_day(0)));
  apply(sources, *clear_agent_tightening(sources, "MAX_ORDER_VALUE", on_day(0)));
  EXPECT_EQ(in_force(sources, Limit::kMaxOrderValue, 0), 200'000 * 100);
}

TEST(Limits, OperatorsLooseningNeedsASignatureAndWaitsForTheNextDay) {
  LimitSources sources = home();
  apply(sources, *propose_operator_change(sources, "MAX_OPEN_POSITIONS", "2", on_day(0), false));
  EXPECT_EQ(in_force(sources, Limit::kMaxOpenPositions, 0), 2);
  EXPECT_EQ(
      propose_operator_change(sources, "MAX_OPEN_POSITIONS", "4", on_day(0), false).error().code,
      "LIMIT_NEEDS_SIGNATURE");
  apply(sources, *propose_operator_change(sources, "MAX_OPEN_POSITIONS", "4", on_day(0), true));
  EXPECT_EQ(in_force(sources, Limit::kMaxOpenPositions, 0), 2);
  EXPECT_EQ(in_force(sources, Limit::kMaxOpenPositions, 1), 4);
  // A tightening before the day comes takes the waiting one back.
  apply(sources, *propose_operator_change(sources, "MAX_OPEN_POSITIONS", "1", on_day(0), false));
  EXPECT_EQ(in_force(sources, Limit::kMaxOpenPositions, 1), 1);
}

TEST(Limits, AWaitingLooseningThatCameTrueStaysUnderTheNextOne) {
  LimitSources sources = home();
  apply(sources, *propose_operator_change(sources, "MAX_OPEN_POSITIONS", "2", on_day(0), false));
  apply(sources, *propose_operator_change(sources, "MAX_OPEN_POSITIONS", "3", on_day(0), true));
  apply(sources, *propose_operator_change(sources, "MAX_OPEN_POSITIONS", "4", on_day(1), true));
  EXPECT_EQ(in_force(sources, Limit::kMaxOpenPositions, 1), 3);
  EXPECT_EQ(in_force(sources, Limit::kMaxOpenPositions, 2), 4);
}

TEST(Limits, NobodyCanBeLooserThanTheFile) {
  LimitSources sources = home();
  apply(sources, *propose_operator_change(sources, "MAX_OPEN_POSITIONS", "50", on_day(0), true));
  EXPECT_EQ(in_force(sources, Limit::kMaxOpenPositions, 5), 5);
  apply(sources, exchange_value(Limit::kMaxOpenPositions, 900, on_day(0)));
  EXPECT_EQ(in_force(sources, Limit::kMaxOpenPositions, 0), 5);
  apply(sources, exchange_value(Limit::kMaxOpenPositions, 3, on_day(0)));
  EXPECT_EQ(in_force(sources, Limit::kMaxOpenPositions, 0), 3);
}

TEST(Limits, ALooserFileWaitsForASignatureATighterOneDoesNot) {
  LimitSources sources = home();
  const Limit id = Limit::kMaxDailyLoss;
  EXPECT_FALSE(
      propose_file_value(sources, id, 200, on_day(0), false)->has_value());  // nothing changed
  EXPECT_EQ(propose_file_value(sources, id, 400, on_day(0), false).error().code,
            "LIMIT_NEEDS_SIGNATURE");
  apply(sources, **propose_file_value(sources, id, 400, on_day(0), true));
  EXPECT_EQ(in_force(sources, id, 0), 200);
  EXPECT_EQ(in_force(sources, id, 1), 400);
  EXPECT_FALSE(
      propose_file_value(sources, id, 400, on_day(0), false)->has_value());  // signed already
  apply(sources,
        **propose_file_value(sources, id, 200, on_day(0), false));  // written back: no longer waits
  EXPECT_EQ(in_force(sources, id, 1), 200);
  apply(sources, **propose_file_value(sources, id, 100, on_day(0), false));
  EXPECT_EQ(in_force(sources, id, 0), 100);
}

TEST(Limits, AFileBetweenWhatCountsAndWhatWasSignedTakesItsPlace) {
  LimitSources sources = home();
  const Limit id = Limit::kMaxDailyLoss;
  apply(sources, **propose_file_value(sources, id, 400, on_day(0), true));
  apply(sources, **propose_file_value(sources, id, 300, on_day(0), false));
  EXPECT_EQ(in_force(sources, id, 0), 200);
  EXPECT_EQ(in_force(sources, id, 1), 300) << "never the 400 that the file no longer says";
  EXPECT_EQ(propose_file_value(sources, id, 500, on_day(0), false).error().code,
            "LIMIT_NEEDS_SIGNATURE");
  EXPECT_EQ(in_force(sources, id, 1), 300);
}

TEST(Limits, ADueDayLeavesNothingWaiting) {
  LimitSources sources = home();
  const Limit id = Limit::kMaxDailyLoss;
  apply(sources, **propose_file_value(sources, id, 400, on_day(0), true));
  apply(sources, *propose_agent_tightening(sources, "MAX_ORDER_VALUE", "100", on_day(0)));
  settle_due(sources, on_day(0).today);
  EXPECT_TRUE(sources.at(id, LimitSource::kFile).pending);
  EXPECT_TRUE(sources.at(Limit::kMaxOrderValue, LimitSource::kAgent).current);
  settle_due(sources, on_day(1).today);
  EXPECT_FALSE(sources.at(id, LimitSource::kFile).pending);
  EXPECT_EQ(sources.at(id, LimitSource::kFile).current->value, 400);
  EXPECT_FALSE(sources.at(Limit::kMaxOrderValue, LimitSource::kAgent).current);
}

TEST(Limits, WithoutAFileTheDefaultStands) {
  LimitSources sources;
  EXPECT_EQ(in_force(sources, Limit::kMaxOpenPositions, 0), 5);
  apply(sources, *propose_operator_change(sources, "MAX_OPEN_POSITIONS", "50", on_day(0), false));
  EXPECT_EQ(in_force(sources, Limit::kMaxOpenPositions, 0), 5);
}

TEST(Limits, CanonicalJsonIsSortedIntegersWithTheirUnit) {
  EffectiveLimits limits = EffectiveLimits::defaults(TradingMode::kPaper);
  const std::string json = canonical_json(limits);
  EXPECT_NE(json.find("\"MAX_ORDER_VALUE_paise\":20000000"), std::string::npos) << json;
  EXPECT_NE(json.find("\"MIN_RISK_REWARD_RATIO_e4\":15000"), std::string::npos);
  EXPECT_LT(json.find("ALLOW_"), json.find("MAX_"));
  limits.set(Limit::kMaxOpenPositions, 6);
  EXPECT_NE(canonical_json(limits), json);
  EXPECT_EQ(canonical_json(EffectiveLimits::defaults(TradingMode::kPaper)), json);
}

}  // namespace
}  // namespace broker::risk
