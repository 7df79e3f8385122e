// Replies in, text out: nothing here opens a socket.

#include <gtest/gtest.h>

#include <string>

#include "approval_cli/rendering/limits_view.h"
#include "approval_cli/rendering/orders_view.h"
#include "approval_cli/rendering/plain_text.h"
#include "approval_cli/rendering/replies_view.h"
#include "approval_cli/rendering/status_view.h"
#include "approval_cli/rendering/words.h"
#include "tests/approval_cli/replies.h"
#include "trading/base/canonical_json.h"

namespace approval_cli {
namespace {

std::size_t widest_line(const std::string& page) {
  std::size_t widest = 0;
  for (std::string_view rest = page; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    widest = std::max(widest, columns_of(rest.substr(0, end)));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return widest;
}

StatusFacts facts() {
  StatusFacts facts;
  facts.status = open_status();
  facts.portfolio = one_position();
  facts.working = one_order();
  return facts;
}

// No byte that a terminal would obey but the line end.
bool is_harmless(const std::string& text) {
  for (const char c : text)
    if (c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)) return false;
  for (const char* bad :
       {"\xe2\x80\xae", "\xe2\x80\xac", "\xe2\x80\x8b", "\xc2\x9b", "\xf3\xa0\x81\x81"})
    if (text.find(bad) != std::string::npos) return false;
  return trading::is_valid_utf8(text);
}

TEST(StatusPage, ReadsAtOnce) {
  EXPECT_EQ(status_page(facts(), false),
            "OPEN  paper  SIMULATED  2026-11-23 14:53 IST  continuous trading\n"
            "WRONG    nothing\n"
            "TODAY    -1,234.50 net of charges; the limit is -20,000.00 (6.17% of it used)\n"
            "BOOK     equity 9,99,876.55, cash 9,18,795.00, margin blocked 16,241.00; since\n"
            "         the start: realised -500.00, charges 123.46\n"
            "NEXT     square-off at 15:05, in 12 min\n"
            "\n"
            "POSITIONS  1\n"
            "SYMBOL KIND   QTY AVERAGE   LAST     P&L   STOP  AWAY\n"
            "SBIN   INTRA +100  812.05 815.00 +295.00 800.00 1.84%\n"
            "ORDERS     1 working\n"
            "ORDER    TIME  SIDE QTY SYMBOL FOR   PRICE AVERAGE STATE\n"
            "P-000002 14:53 SELL 100 SBIN   stop 800.00       - TRIGGER_PENDING\n"
            "\n"
            "AUDIT    record 1,234 of paper-0a1b2c3d4e5f6071, 3fa9c2d1e4b5a697\n"
            "BROKER   0.1.0, up 3 h 12 min, custody same-uid, clock step, disk 12.3 GB free\n");
}

TEST(StatusPage, SaysWhatIsWrongBeforeAnythingElse) {
  StatusFacts halted = facts();
  halted.status.set_operator_state("halted");
  halted.status.add_reasons("DAILY_LOSS_HALT: lost 3.1 % of the purse");
  halted.status.add_latches("DAILY_LOSS_HALT");
  halted.status.add_latches("INCIDENT");
  halted.status.set_disk_free_bytes(10'000'000);
  halted.halt_file = "by hand";
  halted.portfolio.reset();
  halted.missing = "positions: BROKER_BUSY: no thread";
  const std::string page = status_page(halted, false);
  EXPECT_TRUE(
      page.starts_with("HALTED  paper  SIMULATED  2026-11-23 14:53 IST  continuous trading\n"
                       "WRONG    ! DAILY_LOSS_HALT: lost 3.1 % of the purse\n"
                       "         ! INCIDENT\n"
                       "         ! run/HALT stands: by hand\n"
                       "         ! the disk is nearly full: 10 MB free\n"
                       "         ! not shown here: positions: BROKER_BUSY: no thread\n"
                       "TODAY "))
      << page;
  EXPECT_NE(page.find("POSITIONS  1, not shown\n"), std::string::npos) << page;
}

TEST(StatusPage, StaysWithinTheTerminal) {
  StatusFacts wide = facts();
  auto& position = *wide.portfolio->mutable_books(0)->add_positions();
  position.set_symbol("A-VERY-LONG-SYMBOL-OF-32-LETTERS");
  position.set_product(broker::v1::PRODUCT_DELIVERY);
  position.set_quantity(-12'345'678);
  position.set_average_price_e4(1'234'567'891'234);
  position.set_last_price_e4(1'234'567'891'234);
  position.set_unrealized_e4(-123'456'789'123'456);
  position.set_stop_loss_e4(1'334'567'891'234);
  auto& order = *wide.working->add_orders();
  order = stop_order();
  order.mutable_terms()->set_symbol("A-VERY-LONG-SYMBOL-OF-32-LETTERS");
  order.mutable_terms()->set_limit_price_e4(1'234'567'891'234);
  order.mutable_terms()->set_trigger_price_e4(1'234'567'891'234);
  std::string reason(400, 'x');
  reason[300] = ' ';
  wide.status.add_reasons(reason);
  wide.status.set_ledger_id(std::string(64, 'l'));
  const std::string page = status_page(wide, false);
  EXPECT_LE(widest_line(page), 80U) << page;
}

TEST(StatusPage, ADearShareIsShownWhole) {
  StatusFacts dear = facts();
  auto& position = *dear.portfolio->mutable_books(0)->mutable_positions(0);
  position.set_symbol("MRF-LONG-NAME");
  position.set_quantity(-1'000);
  position.set_average_price_e4(1'251'234'500);
  position.set_last_price_e4(1'263'580'000);
  position.set_unrealized_e4(-12'345'500'000);
  position.set_stop_loss_e4(1'285'000'000);
  EXPECT_NE(status_page(dear, false)
                .find("\nMRF-LONG-.. INTRA -1,000 1,25,123.45 1,26,358.00 -12,34,550.00 "
                      "1,28,500.00 1.69%\n"),
            std::string::npos)
      << status_page(dear, false);
}

TEST(StatusPage, APositionWithoutAStopIsLoud) {
  StatusFacts bare = facts();
  bare.portfolio->mutable_books(0)->mutable_positions(0)->clear_stop_loss_e4();
  EXPECT_NE(status_page(bare, false).find("NO STOP"), std::string::npos);
  StatusFacts past = facts();
  past.portfolio->mutable_books(0)->mutable_positions(0)->set_last_price_e4(7'990'000);
  EXPECT_NE(status_page(past, false).find("AT STOP"), std::string::npos);
}

TEST(StatusPage, AnUnknownResultIsNotZero) {
  StatusFacts unknown = facts();
  unknown.status.clear_day_pnl_e4();
  EXPECT_NE(status_page(unknown, false).find("TODAY    not known now"), std::string::npos);
}

TEST(StatusPage, ColourAddsNothingToTheWords) {
  StatusFacts halted = facts();
  halted.status.set_operator_state("halted");
  const std::string coloured = status_page(halted, true);
  EXPECT_NE(coloured.find("\x1b[1;31mHALTED\x1b[0m"), std::string::npos);
  std::string bare;
  for (std::size_t i = 0; i < coloured.size(); ++i) {
    if (coloured[i] == '\x1b')
      i = coloured.find('m', i);
    else
      bare += coloured[i];
  }
  EXPECT_EQ(bare, status_page(halted, false));
}

TEST(StatusPage, HostileTextDoesNothing) {
  StatusFacts hostile = facts();
  const std::string bad = hostile_text();
  hostile.status.add_reasons(bad);
  hostile.status.add_latches(bad);
  hostile.status.add_findings(bad);
  hostile.status.set_ledger_id(bad);
  hostile.status.set_phase(bad);
  hostile.status.set_next_market_event(bad);
  hostile.portfolio->mutable_books(0)->mutable_positions(0)->set_symbol(bad);
  hostile.working->mutable_orders(0)->set_order_id(bad);
  hostile.working->mutable_orders(0)->set_status("REFUSED");
  hostile.working->mutable_orders(0)->set_reason(bad);
  const std::string page = status_page(hostile, false);
  EXPECT_TRUE(is_harmless(page)) << page;
  EXPECT_EQ(page.find("\nOPEN  live"), std::string::npos) << page;
  EXPECT_LE(widest_line(page), 80U);
  EXPECT_TRUE(is_harmless(status_json(hostile).write()));
}

TEST(StatusJson, CarriesRupeesAsExactNumbers) {
  const std::string json = status_json(facts()).write();
  EXPECT_NE(json.find("\"day_pnl\":-1234.5,\"day_loss_limit\":20000,"), std::string::npos) << json;
  EXPECT_NE(json.find("\"charges\":123.4567"), std::string::npos) << json;
  EXPECT_NE(json.find("\"market_time\":\"2026-11-23T14:53:00+05:30\""), std::string::npos) << json;
  EXPECT_NE(
      json.find("\"next_event\":{\"name\":\"square_off\",\"at\":\"2026-11-23T15:05:00+05:30\","
                "\"in_seconds\":720}"),
      std::string::npos)
      << json;
}

TEST(OrdersPage, ARefusalGivesItsFirstReasonAndCountsTheOthers) {
  Orders orders;
  broker::v1::Order& order = *orders.Add();
  order = stop_order();
  order.set_status("REFUSED");
  order.add_denials()->set_message("ORDER_VALUE_ABOVE_LIMIT: order is worth 1,20,000.00");
  order.add_denials()->set_code("MARGIN_INSUFFICIENT");
  Page page(false);
  print_orders(orders, page);
  EXPECT_NE(page.text().find("    ORDER_VALUE_ABOVE_LIMIT: order is worth 1,20,000.00 (and 1 more, "
                             "see --json)\n"),
            std::string::npos)
      << page.text();
}

TEST(OrdersPage, APartialFillShowsHowMuch) {
  Orders orders;
  broker::v1::Order& order = *orders.Add();
  order = stop_order();
  order.set_status("PARTIAL");
  order.set_filled_quantity(40);
  order.set_average_price_e4(7'995'000);
  Page page(false);
  print_orders(orders, page);
  EXPECT_NE(page.text().find("PARTIAL 40"), std::string::npos);
  EXPECT_NE(page.text().find(" 799.50 "), std::string::npos);
}

TEST(LimitsPage, NamesWhoseWordItIsAndWhatWaits) {
  broker::v1::ShowLimitsReply reply;
  broker::v1::LimitRow& row = *reply.add_limits();
  row.set_key("ENTRY_CUTOFF_MINUTES_CLOSING_AUCTION");
  row.set_unit("minutes");
  row.set_effective("15");
  row.set_effective_source("file");
  row.set_file("15");
  broker::v1::LimitRow& value = *reply.add_limits();
  value.set_key("MAX_ORDER_VALUE");
  value.set_unit("rupees");
  value.set_effective("150000");
  value.set_effective_source("operator");
  value.set_file("200000");
  value.set_operator_("150000");
  value.set_pending("170000");
  value.set_pending_from("2026-11-25");
  reply.set_limits_hash("abc");
  Page page(false);
  print_limits(reply, page);
  EXPECT_EQ(page.text(),
            "LIMIT                                   IN FORCE WHOSE           FILE\n"
            "ENTRY_CUTOFF_MINUTES_CLOSING_AUCTION          15 file              15\n"
            "MAX_ORDER_VALUE                      1,50,000.00 operator 2,00,000.00\n"
            "    operator 1,50,000.00; will be 1,70,000.00 from 2026-11-25\n"
            "limits hash abc\n");
  const std::string json = limits_json(reply).write();
  EXPECT_NE(
      json.find("\"value\":150000,\"source\":\"operator\",\"file\":200000,\"operator\":150000,"
                "\"agent\":null,\"exchange\":null,\"agent_until\":null,\"pending\":170000,"
                "\"pending_from\":\"2026-11-25\""),
      std::string::npos)
      << json;
}

TEST(ResumePage, SaysWhatWasClearedAndWhatTrippedAgain) {
  broker::v1::OperatorStateReply reply;
  reply.set_operator_state("reduce-only");
  reply.add_cleared_latches("DAILY_LOSS");
  reply.add_cleared_latches("OPERATOR_HALT");
  reply.add_reasons("DAILY_LOSS: lost 2.1 %");
  Page page(false);
  print_resumed(reply, page);
  EXPECT_EQ(page.text(),
            "REDUCE-ONLY\n"
            "  cleared: DAILY_LOSS, OPERATOR_HALT\n"
            "  ! tripped again: DAILY_LOSS: lost 2.1 %\n");
}

TEST(PlainText, KeepsWordsAndDropsWhatATerminalObeys) {
  EXPECT_EQ(plain(hostile_text()),
            "calm[2J]0;OPEN gnihton zero OPEN  live 31m  \xef\xbf\xbd caf\xc3\xa9");
  EXPECT_EQ(plain("a\tb\r\n\nc"), "a b c");
  EXPECT_EQ(cut_to("caf\xc3\xa9 noir", 6), "caf\xc3\xa9..");
  EXPECT_EQ(columns_of("\xe6\x97\xa5\xe6\x9c\xac"), 4U);
  EXPECT_EQ(columns_of("e\xcc\x81"), 1U);
}

TEST(Words, FiguresArePlain) {
  EXPECT_EQ(signed_rupees(12'345'000), "+1,234.50");
  EXPECT_EQ(signed_rupees(-40), "0.00");
  EXPECT_EQ(signed_rupees(0), "0.00");
  EXPECT_EQ(price(8'120'500), "812.05");
  EXPECT_EQ(price(8'120'525), "812.0525");
  EXPECT_EQ(percent(INT64_MAX, 1), "99999.99%");
  EXPECT_EQ(span(59'000'000), "59 s");
  EXPECT_EQ(span(17LL * 3'600'000'000 + 45 * 60'000'000LL), "17 h 45 min");
  EXPECT_EQ(grouped(-1'234'567), "-1,234,567");
  EXPECT_EQ(grouped(123), "123");
}

}  // namespace
}  // namespace approval_cli
