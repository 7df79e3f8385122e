// The live screen as lines: what stands on it, what gives way on a small one, what is called old, and that no text of others
// moves anything.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "approval_cli/desk_controls.h"
#include "approval_cli/keys.h"
#include "approval_cli/rendering/desk_view.h"
#include "approval_cli/rendering/plain_text.h"
#include "tests/approval_cli/replies.h"

namespace approval_cli {
namespace {

namespace v1 = broker::v1;

v1::Proposal proposal(const std::string& id) {
  v1::Proposal proposal;
  proposal.mutable_order()->set_order_id(id);
  v1::OrderTerms& terms = *proposal.mutable_order()->mutable_terms();
  terms.set_symbol("TCS");
  terms.set_side(v1::SIDE_BUY);
  terms.set_quantity(3);
  terms.set_order_type(v1::ORDER_TYPE_LIMIT);
  terms.set_product(v1::PRODUCT_INTRADAY);
  terms.set_limit_price_e4(34'567'500);
  proposal.set_drift_bps(12);
  proposal.set_is_tainted(true);
  proposal.set_expires_us(kNowUs + 28 * 60'000'000LL + 11'000'000);
  proposal.set_reason(hostile_text());
  return proposal;
}

DeskFacts busy() {
  DeskFacts facts;
  facts.base.status = open_status();
  facts.base.status.mutable_provenance()->set_is_simulated(false);
  facts.base.status.set_effective_mode("rehearsal");
  facts.base.status.set_configured_mode("rehearsal");
  facts.base.portfolio = one_position();
  facts.base.portfolio->mutable_books(0)->set_mode("rehearsal");
  facts.base.portfolio->mutable_books(0)->set_unrealized_e4(2'950'000);
  facts.base.working = one_order();
  facts.proposals.emplace();
  *facts.proposals->add_proposals() = proposal("R-000007");
  facts.mandates.emplace();
  facts.recommendations.emplace();
  facts.hand = std::vector<HandPosition>{{"INFY", "DELIVERY", -4}};
  const auto use = [&](const char* key, bool is_money, std::int64_t used, std::int64_t allowed) {
    v1::LimitUse& row = *facts.base.status.add_limits_used();
    row.set_key(key);
    row.set_is_money(is_money);
    row.set_used(used);
    row.set_allowed(allowed);
  };
  use("MAX_DAILY_LOSS_PERCENT", true, 12'345'000, 200'000'000);
  use("MAX_OPEN_POSITIONS", false, 1, 5);
  return facts;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

DeskScreen sized(std::size_t columns, std::size_t rows) {
  DeskScreen screen;
  screen.columns = columns;
  screen.rows = rows;
  return screen;
}

TEST(DeskView, StandsOnEightyColumns) {
  const DeskFacts facts = busy();
  EXPECT_EQ(joined(desk_frame(&facts, sized(80, 18))),
            "OPEN  rehearsal  14:53:00 IST  continuous  custody same-uid                 live\n"
            "TODAY   -1,234.50 net of charges; limit -20,000.00\n"
            "OPEN    +295.00 unrealised; equity 9,99,876.55\n"
            "NEXT    square-off in 12:00 (15:05), by the exchange\n"
            "WAITS   1 for your approval: approval_cli approve ID\n"
            "R-000007 BUY 3 TCS LIMIT 3,456.75 INTRA moved 0.12% TAINTED 28:11 left\n"
            "POSITIONS of the agent: 1\n"
            "SYMBOL     KIND       QTY    AVERAGE       LAST          P&L      STOP  AWAY\n"
            "SBIN       INTRA     +100     812.05     815.00      +295.00    800.00 1.84%\n"
            "BY HAND: 1, in the account and not the agent's\n"
            "INFY DELIVERY -4\n"
            "RESTING: 1, stops 1\n"
            "P-000002 stop SELL 100 SBIN at 800.00 TRIGGER_PENDING\n"
            "LIMITS  used: loss 6.17%, positions 1/5\n"
            "\n\n\n"
            "h halt  f flatten  ? help  q quit\n");
}

TEST(DeskView, StandsOnAPhone) {
  const DeskFacts facts = busy();
  EXPECT_EQ(joined(desk_frame(&facts, sized(40, 22))),
            "OPEN  rehearsal  14:53:00           live\n"
            "TODAY   -1,234.50 net of charges; limit\n"
            "        -20,000.00\n"
            "OPEN    +295.00 unrealised; equity\n"
            "        9,99,876.55\n"
            "NEXT    square-off in 12:00 (15:05), by\n"
            "        the exchange\n"
            "WAITS   1 for your approval:\n"
            "        approval_cli approve ID\n"
            "R-000007 BUY 3 TCS LIMIT 3,456.75\n"
            "  INTRA moved 0.12% TAINTED 28:11 left\n"
            "POSITIONS of the agent: 1\n"
            "SBIN INTRA +100 P&L +295.00\n"
            "812.05 now 815.00 stop 800.00 1.84%\n"
            "BY HAND: 1, in the account and not the..\n"
            "INFY DELIVERY -4\n"
            "RESTING: 1, stops 1\n"
            "P-000002 stop SELL 100 SBIN at 800.00\n"
            "  TRIGGER_PENDING\n"
            "LIMITS  used: loss 6.17%, positions 1/5\n"
            "\n"
            "h halt  f flatten  ? help  q quit\n");
}

// Whatever the size: never wider, never longer, the state first, the keys last, and what is hidden is counted.
TEST(DeskView, FitsEverySize) {
  DeskFacts facts = busy();
  for (int i = 0; i < 30; ++i) {
    *facts.base.working->add_orders() = stop_order();
    *facts.base.portfolio->mutable_books(0)->add_positions() = one_position().books(0).positions(0);
    facts.base.status.add_reasons("REASON_" + std::to_string(i) + ": something that is quite long and says nothing");
  }
  for (std::size_t columns = 20; columns <= 200; columns += 9) {
    for (std::size_t rows = 3; rows <= 60; rows += 3) {
      const auto frame = desk_frame(&facts, sized(columns, rows));
      ASSERT_EQ(frame.size(), rows) << columns << "x" << rows;
      for (const std::string& line : frame) ASSERT_LE(columns_of(line), columns) << columns << "x" << rows << ": " << line;
      ASSERT_TRUE(frame.front().starts_with("OPEN")) << frame.front();
      ASSERT_TRUE(frame.back().starts_with("h halt  f flatten")) << frame.back();
    }
  }
  EXPECT_NE(joined(desk_frame(&facts, sized(80, 24))).find("+"), std::string::npos);
  EXPECT_NE(joined(desk_frame(&facts, sized(80, 24))).find(" lines: approval_cli orders --working"), std::string::npos);
  DeskScreen on_paper = sized(80, 0);
  EXPECT_EQ(joined(desk_frame(&facts, on_paper)).find(" lines: "), std::string::npos) << "on paper all of it stands";
}

TEST(DeskView, NeverCallsOldFiguresLive) {
  const DeskFacts facts = busy();
  DeskScreen screen = sized(80, 24);
  screen.age_us = kLiveForUs;
  EXPECT_TRUE(desk_frame(&facts, screen).front().ends_with("live"));
  for (const bool is_broken : {false, true}) {
    screen.age_us = is_broken ? 0 : kLiveForUs + 1'000'000;
    screen.trouble = is_broken ? "BROKER_NOT_RUNNING: nobody listens" : "";
    const auto frame = desk_frame(&facts, screen);
    EXPECT_TRUE(frame[0].starts_with("NOT LIVE, ")) << frame[0];
    EXPECT_EQ(joined(frame).find("live\n"), std::string::npos);
    for (std::size_t row = 1; row + 1 < frame.size(); ++row)
      EXPECT_TRUE(frame[row].empty() || frame[row].starts_with("~ ")) << frame[row];
  }
  EXPECT_EQ(desk_frame(&facts, screen)[0], "NOT LIVE, 0 s old: BROKER_NOT_RUNNING: nobody listens");
}

TEST(DeskView, SaysWhatItDoesNotKnow) {
  DeskFacts facts = busy();
  facts.base.portfolio.reset();
  facts.base.working.reset();
  facts.proposals.reset();
  facts.hand.reset();
  facts.hand_missing = "BROKER_ACCOUNT_SILENT: no answer";
  facts.base.missing = "orders: BROKER_BUSY: no thread";
  facts.base.status.clear_day_pnl_e4();
  facts.base.status.mutable_limits_used(1)->clear_used();
  const std::string page = joined(desk_frame(&facts, sized(80, 24)));
  for (const char* words : {"TODAY   not known", "WAITS   not known", "POSITIONS  1, not shown", "BY HAND: not known", "RESTING: 1, not shown", "positions ?",
                            "! not shown here: orders: BROKER_BUSY"})
    EXPECT_NE(page.find(words), std::string::npos) << words << " in\n" << page;
  EXPECT_TRUE(desk_frame(nullptr, sized(80, 24))[0].starts_with("CONNECTING"));
  DeskScreen gone = sized(40, 10);
  gone.trouble = "BROKER_NOT_RUNNING: there is no trading home";
  gone.trouble_us = 12'000'000;
  const auto frame = desk_frame(nullptr, gone);
  EXPECT_EQ(frame[0], "NO BROKER for 12 s");
  EXPECT_EQ(frame.size(), 10U);
}

TEST(DeskView, APositionWithoutAStopIsLoud) {
  DeskFacts facts = busy();
  facts.base.portfolio->mutable_books(0)->mutable_positions(0)->clear_stop_loss_e4();
  DeskScreen screen = sized(80, 24);
  screen.has_colour = true;
  const std::string page = joined(desk_frame(&facts, screen));
  EXPECT_NE(page.find("NO STOP"), std::string::npos);
  EXPECT_NE(page.find("\x1b[1;31mSBIN"), std::string::npos) << page;
}

TEST(DeskView, AStopThatDoesNotRestIsNoStop) {
  DeskFacts facts = busy();
  facts.base.working->clear_orders();
  for (const std::size_t columns : {40U, 80U}) {
    const std::string page = joined(desk_frame(&facts, sized(columns, 24)));
    EXPECT_NE(page.find("NO STOP RESTS"), std::string::npos) << page;
    EXPECT_EQ(page.find("800.00"), std::string::npos) << page;
  }
  facts.base.working = one_order();
  facts.base.working->mutable_orders(0)->mutable_terms()->set_product(v1::PRODUCT_DELIVERY);
  EXPECT_NE(joined(desk_frame(&facts, sized(80, 24))).find("NO STOP RESTS"), std::string::npos) << "another product's stop";
}

TEST(DeskView, NoTextOfOthersMovesTheScreen) {
  DeskFacts facts = busy();
  const std::string evil = hostile_text();
  facts.base.status.add_reasons(evil);
  facts.base.status.add_findings(evil);
  facts.base.status.set_phase(evil);
  facts.base.missing = evil;
  facts.base.halt_file = evil;
  facts.hand = std::vector<HandPosition>{{evil, evil, 1}};
  facts.proposals->mutable_proposals(0)->mutable_order()->mutable_terms()->set_symbol(evil);
  facts.base.portfolio->mutable_books(0)->mutable_positions(0)->set_symbol(evil);
  facts.base.working->mutable_orders(0)->set_status(evil);
  facts.base.working->mutable_orders(0)->set_purpose(evil);
  facts.base.status.mutable_limits_used(0)->set_key(evil);
  DeskScreen screen = sized(80, 40);
  screen.message = evil;
  for (const std::size_t columns : {40U, 80U, 120U}) {
    screen.columns = columns;
    for (const auto& line : desk_frame(&facts, screen)) {
      for (const char c : line) ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) << line;
      for (const char* bad : {"\xe2\x80\xae", "\xe2\x80\xac", "\xe2\x80\x8b", "\xc2\x9b", "\xf3\xa0\x81\x81"}) ASSERT_EQ(line.find(bad), std::string::npos) << line;
      ASSERT_LE(columns_of(line), columns);
    }
  }
}

TEST(DeskView, ByHandIsTheAccountWithoutTheAgentsBook) {
  v1::FetchPortfolioReply portfolio = one_position();
  v1::FetchBrokerPositionsReply account;
  const auto add = [&](const char* symbol, const char* product, std::int64_t quantity) {
    v1::BrokerPosition& row = *account.add_positions();
    row.set_trading_symbol(symbol);
    row.set_product(product);
    row.set_net_quantity(quantity);
  };
  add("SBIN-EQ", "INTRADAY", 100);
  EXPECT_TRUE(by_hand(portfolio, account).empty());
  add("SBIN-EQ", "DELIVERY", 7);
  add("TCS-EQ", "INTRADAY", -2);
  add("ITC-EQ", "INTRADAY", 0);
  const std::vector<HandPosition> expected{{"SBIN", "DELIVERY", 7}, {"TCS", "INTRADAY", -2}};
  EXPECT_EQ(by_hand(portfolio, account), expected);
  account.mutable_positions(0)->set_net_quantity(60);  // somebody sold forty of the agent's
  EXPECT_EQ(by_hand(portfolio, account)[1], (HandPosition{"SBIN", "INTRADAY", -40}));
}

// --- keys -----------------------------------------------------------------------------------------

std::string keys_of(KeyReader& reader, std::string_view bytes) {
  const auto keys = reader.read(bytes);
  return {keys.begin(), keys.end()};
}

TEST(Keys, ArrowsAndPastesAreNoLetters) {
  KeyReader reader;
  EXPECT_EQ(keys_of(reader, "h\r\nq\x7f"), "h\r\rq\x7f");
  EXPECT_EQ(keys_of(reader, "\x1b[A\x1b[1;5H\x1bOHx"), "x") << "cursor up, Ctrl-Home, Home";
  EXPECT_EQ(keys_of(reader, "\x1bh"), "") << "Alt-h";
  EXPECT_EQ(keys_of(reader, "\x1b[200~hhq\rfFLAT\r\x1b[201~y"), "y") << "a paste";
  EXPECT_EQ(keys_of(reader, "\xc3\xa9\xe2\x82\xac"), "") << "beyond ASCII";
  // Cut anywhere, it is the same.
  const std::string whole = "\x1b[200~hh\x1b[201~a\x1b[Bb";
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    KeyReader parts;
    std::string got = keys_of(parts, std::string_view(whole).substr(0, cut));
    got += keys_of(parts, std::string_view(whole).substr(cut));
    EXPECT_EQ(got, "ab") << cut;
  }
  EXPECT_EQ(keys_of(reader, "\x1b"), "");
  EXPECT_EQ(reader.pause(), std::vector<char>{kEscape});
  EXPECT_TRUE(reader.pause().empty());
}

TEST(DeskControls, TwoKeysHaltAndNoneByAccident) {
  DeskControls controls;
  EXPECT_EQ(controls.press('h', 0), DeskAction::kNone);
  EXPECT_EQ(controls.asking(), Asking::kHalt);
  EXPECT_EQ(controls.press('h', 1), DeskAction::kHalt);
  EXPECT_EQ(controls.asking(), Asking::kNothing);
  controls.press('h', 2);
  EXPECT_EQ(controls.press(kEnter, 3), DeskAction::kHalt);
  controls.press('h', 4);
  EXPECT_EQ(controls.press('x', 5), DeskAction::kNone);
  EXPECT_EQ(controls.press('h', 6), DeskAction::kNone) << "the first of two again";
  EXPECT_EQ(controls.press('h', 60'000'000), DeskAction::kNone) << "a question of a minute ago is none";
  controls.press('?', 60'000'001);
  controls.tick(60'000'001);
  controls.press('x', 60'000'002);
  controls.press('?', 60'000'003);
  EXPECT_EQ(controls.press('h', 60'000'004), DeskAction::kNone);
  EXPECT_EQ(controls.press('h', 60'000'005), DeskAction::kHalt) << "also from the help page";
}

TEST(DeskControls, FlatteningTakesTheWord) {
  const auto typed = [](const std::string& keys) {
    DeskControls controls;
    DeskAction last = DeskAction::kNone;
    for (const char key : keys)
      if (const DeskAction action = controls.press(key, 0); action != DeskAction::kNone) last = action;
    return last;
  };
  EXPECT_EQ(typed("fFLAT\r"), DeskAction::kFlatten);
  EXPECT_EQ(typed("fFLAY\x7fT\r"), DeskAction::kFlatten);
  for (const char* keys : {"f\r", "fflat\r", "fFLA\r", "fFLATT\r", "fFLAT\x1b\r", "FLAT\r", "ff\r", "fhh", "fy\r"})
    EXPECT_EQ(typed(keys), DeskAction::kNone) << keys;
  EXPECT_EQ(typed("q"), DeskAction::kQuit);
  EXPECT_EQ(typed("fq"), DeskAction::kNone) << "q is a letter of a word there";
}

}  // namespace
}  // namespace approval_cli
