// The card is what a human decides by: it fits a screen, says the worst first, shows every signed field, and no text of an
// agent's can move anything on it.

#include <gtest/gtest.h>

#include <random>

#include "approval_cli/rendering/card_view.h"
#include "approval_cli/rendering/plain_text.h"
#include "trading/base/canonical_json.h"

namespace approval_cli {
namespace {

using trading::CanonicalJson;

CanonicalJson statement() {
  return CanonicalJson::object({{"v", 1},
                                {"kind", "order"},
                                {"mode", "rehearsal"},
                                {"boot", "0123456789abcdef"},
                                {"ledger", "rehearsal-0123456789abcdef"},
                                {"nonce", "00112233445566778899aabbccddeeff"},
                                {"issued_us", 1'795'410'000'000'000},
                                {"expires_us", 1'795'410'060'000'000},
                                {"audit_seq", 1'234'567},
                                {"audit_hash", std::string(64, 'e')},
                                {"order_id", "R-000042"},
                                {"exchange", "NSE"},
                                {"token", "3045"},
                                {"trading_symbol", "SBIN-EQ"},
                                {"symbol", "SBIN"},
                                {"side", "BUY"},
                                {"quantity", 10},
                                {"product", "INTRADAY"},
                                {"order_type", "LIMIT"},
                                {"validity", "DAY"},
                                {"limit_price_e4", 7'895'000},
                                {"trigger_price_e4", nullptr},
                                {"stop_loss_e4", 7'800'000},
                                {"target_e4", 8'100'000},
                                {"flatten", "none"},
                                {"stop_at_exchange", false},
                                {"reference_price_e4", 7'893'500},
                                {"value_e4", 78'950'000},
                                {"charges_e4", 81'200},
                                {"margin_e4", 15'790'000},
                                {"worst_loss_e4", 1'031'200},
                                {"worst_loss_gap_e4", 7'900'000},
                                {"gap_losses", CanonicalJson::array({CanonicalJson::object({{"gap_bps", 500}, {"loss_e4", 4'000'000}}),
                                                                     CanonicalJson::object({{"gap_bps", 1'000}, {"loss_e4", 7'900'000}})})},
                                {"limits_hash", std::string(64, 'a')},
                                {"account", "S***01"},
                                {"ledger_seq", 42}});
}

std::string card(const CanonicalJson& of, const std::string& reason = "a breakout", bool is_tainted = true, std::int64_t drift = 2) {
  broker::v1::Proposal told;
  told.set_reason(reason);
  told.set_is_tainted(is_tainted);
  told.set_reference_price_e4(7'892'000);
  told.set_drift_bps(drift);
  const auto text = card_of(of, told, false);
  EXPECT_TRUE(text) << (text ? "" : text.error().text());
  return text ? *text : "";
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::string line;
  for (const char c : text) {
    if (c == '\n') lines.push_back(std::exchange(line, ""));
    else line.push_back(c);
  }
  return lines;
}

void expect_fits(const std::string& text) {
  const auto lines = lines_of(text);
  EXPECT_LE(lines.size(), kCardRows - 3) << text;
  for (const std::string& line : lines) EXPECT_LE(columns_of(line), kPageColumns) << line;
}

TEST(Card, FitsAScreenWithTheWorstFirst) {
  const std::string text = card(statement());
  expect_fits(text);
  const auto at = [&](const char* word) { return text.find(word); };
  EXPECT_EQ(at("REHEARSAL   BUY 10 SBIN   INTRADAY LIMIT DAY"), 0U) << text;
  EXPECT_LT(at("LOSES"), at("NO STOP AT THE EXCHANGE"));
  EXPECT_LT(at("NO STOP AT THE EXCHANGE"), at("PRICE"));
  EXPECT_LT(at("TAINTED"), at("THE AGENT SAYS"));
  for (const char* shown : {"103.12", "790.00", "789.50", "780.00", "810.00", "7,895.00", "1,579.00", "8.12", "SBIN-EQ", "3045", "S***01", "aaaaaaaaaaaa",
                            "R-000042", "001122334455", "eeeeee", "1234567", "moved 0"})
    EXPECT_NE(at(shown), std::string::npos) << shown << "\n" << text;
}

TEST(Card, TheChallengeIsTheOrderItself) {
  EXPECT_EQ(*challenge_of(statement()), "BUY 10 SBIN");
}

TEST(Card, EveryFieldIsShownOrNothingIs) {
  ASSERT_TRUE(card_of(statement(), {}, false));
  CanonicalJson more = statement();
  more.set("discount", 5);
  EXPECT_EQ(card_of(more, {}, false).error().code, "CARD_NOT_SHOWABLE");
  const CanonicalJson whole = statement();
  for (const auto& member : *whole.if_object()) {
    CanonicalJson less = CanonicalJson::object();
    for (const auto& other : *whole.if_object())
      if (other.key != member.key) less.set(other.key, other.value);
    EXPECT_FALSE(card_of(less, {}, false)) << member.key;
    CanonicalJson odd = whole;
    odd.set(member.key, CanonicalJson::array());
    if (member.key != "gap_losses") {
      EXPECT_FALSE(card_of(odd, {}, false)) << member.key;
    }
  }
}

// Each field, changed, changes the card: what is signed cannot differ from what is read.
TEST(Card, AnotherValueIsAnotherCard) {
  const std::string before = card(statement());
  for (const char* key : {"quantity", "limit_price_e4", "stop_loss_e4", "target_e4", "value_e4", "charges_e4", "margin_e4", "worst_loss_e4",
                          "worst_loss_gap_e4", "reference_price_e4", "ledger_seq", "audit_seq"}) {
    CanonicalJson other = statement();
    other.set(key, *statement().find(key)->if_integer() + 1'000'000);
    EXPECT_NE(card(other), before) << key;
  }
  for (const char* key : {"side", "product", "order_type", "symbol", "trading_symbol", "token", "exchange", "account", "mode", "boot", "ledger", "nonce",
                          "limits_hash", "flatten", "order_id", "validity", "audit_hash"}) {
    CanonicalJson other = statement();
    other.set(key, "x" + *statement().find(key)->if_string());
    EXPECT_NE(card(other), before) << key;
  }
}

TEST(Card, NoTextOfTheAgentsMovesAnything) {
  const std::string plain_card = card(statement(), "");
  const std::vector<std::string> hostile = {
      "\x1b[2J\x1b[1;1HLIVE BUY 1 SBIN", "\x1b]0;title\x07", "\xc2\x9b" "31m", "\xe2\x80\xae" "NIBS", "\xe2\x81\xa6hidden\xe2\x81\xa9",
      "\xe2\x80\x8b\xe2\x80\x8c\xef\xbb\xbf", "\r\rREHEARSAL   SELL 1 TCS", "a\nb\nc\nd\ne\nf\ng\nh", std::string(200, 'w'), std::string(3'000, 'W'),
      "\xf3\xa0\x81\x81tag", "\xff\xfe\x80", "\"; THE AGENT SAYS, UNCHECKED: \"fine", std::string(100, '\t')};
  for (const std::string& reason : hostile) {
    const std::string text = card(statement(), reason);
    expect_fits(text);
    for (const char c : text) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << text;
    for (const char* bad : {"\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x80\x8b", "\xef\xbb\xbf", "\xc2\x9b", "\xf3\xa0\x81\x81"})
      EXPECT_EQ(text.find(bad), std::string::npos);
    // Everything above the agent's words is what it is without them.
    const auto words = text.find("THE AGENT SAYS");
    EXPECT_EQ(text.substr(0, words), plain_card.substr(0, plain_card.find("THE AGENT SAYS"))) << text;
  }
}

TEST(Card, AnyReasonFits) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 300; ++i) {
    std::string reason;
    const std::size_t length = random() % 800;
    while (reason.size() < length) reason.push_back(static_cast<char>(random() % 256));
    expect_fits(card(statement(), reason));
  }
}

TEST(Card, AResumptionAndAMandateHaveTheirs) {
  const auto frame = [](const char* kind, CanonicalJson fields) {
    const CanonicalJson whole = statement();
    for (const char* key : {"v", "mode", "boot", "ledger", "nonce", "issued_us", "expires_us", "audit_seq", "audit_hash"}) fields.set(key, *whole.find(key));
    return fields.set("kind", kind);
  };
  const CanonicalJson resume = frame("resume", CanonicalJson::object({{"latches", CanonicalJson::array({CanonicalJson("OPERATOR_HALT: lunch")})}, {"reason", "back"}}));
  expect_fits(card(resume));
  EXPECT_NE(card(resume).find("OPERATOR_HALT: lunch"), std::string::npos);
  EXPECT_EQ(*challenge_of(resume), "RESUME");
  CanonicalJson lines = CanonicalJson::array();
  for (int i = 0; i < 10; ++i)
    lines.push_back(CanonicalJson::object({{"symbol", "BAJAJ-AUTO"}, {"side", "BUY"}, {"worst_price_e4", 99'999'990'000}, {"most_quantity", 1'000}}));
  const CanonicalJson mandate = frame("mandate", CanonicalJson::object({{"lines", lines}, {"product", "INTRADAY"}, {"order_type", "LIMIT"}, {"most_entries", 3},
                                                                        {"most_value_e4", 200'000'000}, {"most_loss_e4", 5'000'000}, {"until_us", 1'795'420'000'000'000},
                                                                        {"limits_hash", std::string(64, 'a')}, {"account", "S***01"}}));
  expect_fits(card(mandate));
  EXPECT_EQ(*challenge_of(mandate), "MANDATE 3");
}

}  // namespace
}  // namespace approval_cli
