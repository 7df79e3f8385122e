// What must hold for any facts, on seeded random ones. The seed is printed; TRADING_TEST_SEED
// chooses another.

#include <gtest/gtest.h>

#include <random>

#include "execution_broker/risk/checklist.h"
#include "execution_broker/risk/order_figures.h"
#include "tests/support/valid_entry.h"
#include "tests/trading/support/seeded.h"

namespace broker::risk {
namespace {

using test::rs;
using test::rupees;
using trading::Quantity;

class RiskProperties : public ::testing::Test {
 protected:
  RiskProperties() { random_.seed(trading::test::seed_of(20'261'123)); }

  std::int64_t pick(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
  }
  bool coin() { return pick(0, 1) == 1; }

  // Any limit at any value that may be written.
  void shuffle_limits(Facts& facts) {
    for (const LimitRow& row : limit_table())
      if (coin()) facts.limits.set(row.id, pick(row.least, row.most));
  }

  PositionFact any_position() {
    static const char* const kSymbols[] = {"TCS", "INFY", "HDFCBANK", "ITC", "SBIN"};
    static const char* const kSectors[] = {"IT", "IT", "Financial Services", "",
                                           "Financial Services"};
    const auto i = static_cast<std::size_t>(pick(0, 4));
    // SBIN only for delivery: adding to the very position of the order is no new position.
    const auto product = i == 4 ? trading::Product::kDelivery : trading::Product::kIntraday;
    return {kSymbols[i], product, Quantity(pick(-500, 500)), trading::Price(pick(10, 60'000) * 500),
            kSectors[i]};
  }

  OpenOrderFact any_entry() {
    const PositionFact like = any_position();
    OpenOrderFact order;
    order.order_id = "O-" + std::to_string(pick(1, 1'000'000));
    order.symbol = like.symbol;
    order.product = like.product;
    order.open_quantity = Quantity(pick(1, 500));
    order.price = *like.last_price;
    order.sector = like.sector;
    return order;
  }

  Facts any_entry_facts() {
    Facts facts = test::valid_entry();
    facts.order.quantity = Quantity(pick(1, 4'000));
    facts.order.product = coin() ? trading::Product::kIntraday : trading::Product::kDelivery;
    facts.order.type = coin() ? trading::OrderType::kLimit : trading::OrderType::kMarket;
    facts.order.stop_loss = rs(100) - trading::Price(pick(1, 160) * 500);
    facts.order.target = rs(100) + trading::Price(pick(1, 400) * 500);
    facts.instrument.lot_size = coin() ? 1 : pick(2, 50);
    facts.average_daily_volume = pick(1'000, 1'000'000);
    facts.margin_available = rupees(pick(0, 300'000));
    facts.is_tainted = pick(0, 9) == 0;
    facts.limits.set(Limit::kMaxOrderValue, pick(1'000, 500'000) * 100);
    facts.limits.set(Limit::kMaxRiskPerTrade, pick(1, 200));
    facts.limits.set(Limit::kMaxPositionSize, pick(10, 4'000));
    facts.limits.set(Limit::kMinRiskRewardRatio, pick(1, 30'000));
    for (auto n = pick(0, 3); n > 0; --n) add(facts, any_position());
    return facts;
  }

  static void add(Facts& facts, const PositionFact& position) {
    facts.tagged.positions->push_back(position);
    facts.account.positions->push_back(position);
  }

  std::mt19937_64 random_;
};

TEST_F(RiskProperties, NoLimitCounterOrTripStopsLeaving) {
  for (int i = 0; i < 2'000; ++i) {
    for (const auto base : {test::valid_exit, test::valid_protection}) {
      Facts facts = base();
      shuffle_limits(facts);
      facts.state.operator_state = static_cast<OperatorState>(pick(0, 2));
      facts.mode.effective = static_cast<trading::TradingMode>(pick(0, 2));
      facts.rate->messages_last_second = pick(0, 100);
      facts.rate->rejects_in_five_minutes = pick(0, 100);
      facts.rate->consecutive_losses = pick(0, 100);
      facts.tagged.today->realized = facts.account.today->realized = rupees(-pick(0, 10'000'000));
      facts.tagged.equity_now = facts.tagged.equity_at_open = rupees(-pick(0, 1'000'000));
      facts.state.unknown_symbols = {"TCS"};
      facts.state.reconciliation = Finding::bad("differs");
      facts.state.free_disk_bytes = 0;
      facts.is_tainted = true;
      if (coin()) facts.quote.reset();
      if (coin()) facts.rate.reset();
      const Verdicts verdicts = run_checklist(facts);
      ASSERT_TRUE(verdicts.is_pass()) << verdicts.first_denial()->message;
      facts.cls = trading::OrderClass::kCancel;
      facts.order.quantity = Quantity(pick(-5, 5));
      ASSERT_TRUE(run_checklist(facts).is_pass());
    }
  }
}

TEST_F(RiskProperties, ATighterLimitNeverTurnsARefusalIntoAPass) {
  for (int i = 0; i < 1'000; ++i) {
    Facts facts = any_entry_facts();
    const bool was_pass = run_checklist(facts).is_pass();
    const auto& row =
        limit_table()[static_cast<std::size_t>(pick(0, static_cast<std::int64_t>(kLimits) - 1))];
    const std::int64_t now = facts.limits.value(row.id);
    facts.limits.set(row.id, row.tighter == Tighter::kLower
                                 ? pick(row.least, std::max(now, row.least))
                                 : pick(std::min(now, row.most), row.most));
    if (was_pass) continue;
    ASSERT_FALSE(run_checklist(facts).is_pass()) << row.key;
  }
}

TEST_F(RiskProperties, MoreExposureNeverTurnsARefusalOfSizeIntoAPass) {
  for (int i = 0; i < 2'000; ++i) {
    Facts facts = any_entry_facts();
    const Verdicts before = run_checklist(facts);
    if (coin()) {
      add(facts, any_position());
    } else {
      const OpenOrderFact order = any_entry();
      facts.tagged.open_orders->push_back(order);
      facts.account.open_orders->push_back(order);
    }
    const Verdicts after = run_checklist(facts);
    for (const Verdict& verdict : before.all) {
      if (verdict.check->section != Section::kSize || verdict.kind != VerdictKind::kRefuse)
        continue;
      ASSERT_EQ(after.of(verdict.check->name).kind, VerdictKind::kRefuse) << verdict.check->name;
    }
  }
}

TEST_F(RiskProperties, TheLargestPassingQuantityPassesAndOneLotMoreDoesNot) {
  int found = 0;
  for (int i = 0; i < 500; ++i) {
    Facts facts = any_entry_facts();
    const auto largest = largest_passing_quantity(facts);
    const std::int64_t lot = facts.instrument.lot_size;
    if (!largest) {
      for (int n = 0; n < 20; ++n) {
        facts.order.quantity = Quantity(pick(1, 200) * lot);
        ASSERT_FALSE(run_checklist(facts).is_pass()) << facts.order.quantity.value();
      }
      continue;
    }
    ++found;
    ASSERT_EQ(largest->value() % lot, 0);
    facts.order.quantity = *largest;
    ASSERT_TRUE(run_checklist(facts).is_pass()) << run_checklist(facts).first_denial()->message;
    facts.order.quantity = *largest + Quantity(lot);
    ASSERT_FALSE(run_checklist(facts).is_pass());
  }
  EXPECT_GT(found, 50);
}

TEST_F(RiskProperties, TheNearestQuantityOfADenialPassesThatCheck) {
  for (int i = 0; i < 500; ++i) {
    Facts facts = any_entry_facts();
    for (const Denial& denial : run_checklist(facts).denials()) {
      if (!denial.nearest_quantity || *denial.nearest_quantity == 0) continue;
      Facts smaller = facts;
      smaller.order.quantity = Quantity(*denial.nearest_quantity);
      for (const Denial& left : run_checklist(smaller).denials()) ASSERT_NE(left.code, denial.code);
      smaller.order.quantity += Quantity(facts.instrument.lot_size);
      bool is_refused = false;
      for (const Denial& left : run_checklist(smaller).denials())
        is_refused = is_refused || left.code == denial.code;
      ASSERT_TRUE(is_refused) << denial.message;
    }
  }
}

TEST_F(RiskProperties, TheLossNeverShrinksAsTheQuantityGrows) {
  for (int i = 0; i < 2'000; ++i) {
    Facts facts = any_entry_facts();
    const auto loss = worst_loss(facts);
    facts.order.quantity += Quantity(pick(1, 50));
    ASSERT_LE(*loss, *worst_loss(facts));
  }
}

TEST(LargestPassingQuantity, StepsAsideForAnEqualOrderOfAMomentAgo) {
  Facts facts = test::valid_entry();
  facts.limits.set(Limit::kMaxOrderValue, 4'000 * 100);
  ASSERT_EQ(largest_passing_quantity(facts), Quantity(40));
  facts.rate->recent_entries = {
      {"SBIN", trading::Side::kBuy, fingerprint_of(facts.order), trading::seconds(5)}};
  EXPECT_EQ(largest_passing_quantity(facts), Quantity(39));
}

TEST(LargestPassingQuantity, IsEmptyWhenSomethingElseRefuses) {
  Facts facts = test::valid_entry();
  facts.state.operator_state = OperatorState::kHalted;
  EXPECT_EQ(largest_passing_quantity(facts), std::nullopt);
}

TEST(LargestPassingQuantity, OfAnExitIsWhatIsFree) {
  EXPECT_EQ(largest_passing_quantity(test::valid_exit()), Quantity(40));
}

}  // namespace
}  // namespace broker::risk
