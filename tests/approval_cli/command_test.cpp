// Whole commands: arguments in, text and exit code out, against a broker that answers from a
// script.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>

#include "tests/approval_cli/fake_broker.h"
#include "tests/approval_cli/replies.h"

namespace approval_cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

broker::v1::OperatorStateReply state(const char* name) {
  broker::v1::OperatorStateReply reply;
  reply.set_operator_state(name);
  return reply;
}

// A socket that is there and never answers.
class SilentSocket {
 public:
  explicit SilentSocket(const std::filesystem::path& path)
      : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(address.sun_path, sizeof(address.sun_path) - 1);
    const auto* generic = static_cast<const sockaddr*>(static_cast<const void*>(&address));
    EXPECT_EQ(::bind(fd_, generic, sizeof(address)), 0);
    EXPECT_EQ(::listen(fd_, 1), 0);
  }
  ~SilentSocket() { ::close(fd_); }
  SilentSocket(const SilentSocket&) = delete;
  SilentSocket& operator=(const SilentSocket&) = delete;

 private:
  int fd_;
};

// --- arguments
// ------------------------------------------------------------------------------------

TEST(Arguments, WhatDoesNotFitIsUsage) {
  TestHome home;
  const std::vector<std::vector<std::string>> wrong{
      {},
      {"desk"},
      {"pending", "now"},
      {"show"},
      {"approve"},
      {"approve", "../../etc"},
      {"approve", "--yes", "R-000001"},
      {"reject"},
      {"mandate", "sign"},
      {"mandate", "sign", "--allow", "BUY:SBIN:1:1", "--entries", "0", "--value", "1", "--loss", "1", "--until", "14:30"},
      {"mandate", "revoke"},
      {"settle"},
      {"enroll", "now"},
      {"status", "now"},
      {"status", "--wide"},
      {"cancel"},
      {"cancel", "P-000001", "--all-entries"},
      {"cancel", "../../etc"},
      {"flatten"},
      {"flatten", "SBIN", "--all"},
      {"flatten", "SB IN", "--yes"},
      {"clock", "advance"},
      {"clock", "advance", "5"},
      {"clock", "advance", "-5m"},
      {"limits", "set", "MAX_ORDER_VALUE"},
      {"limits", "clear-agent"},
      {"ledger"},
      {"ledger", "export"},
      {"audit"},
      {"audit", "tail", "-n", "0"},
      {"audit", "tail", "-n", "201"},
      {"orders", "-n", "many"},
      {"--home", "relative", "status"},
      {"--home", "", "status"},
  };
  for (const auto& arguments : wrong) {
    const Outcome outcome = home.run(arguments);
    EXPECT_EQ(outcome.code, 2) << testing::PrintToString(arguments) << outcome.err;
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_THAT(outcome.err, StartsWith("approval_cli: "));
  }
}

TEST(Arguments, AMistypedHaltSaysThatNothingIsHalted) {
  TestHome home;
  EXPECT_THAT(home.run({"halt", "--now"}).err, HasSubstr("NOT HALTED"));
  EXPECT_FALSE(std::filesystem::exists(home.halt_file()));
}

TEST(Arguments, UsageIsOneObjectWithJson) {
  TestHome home;
  const Outcome outcome = home.run({"cancel", "--json"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.out, StartsWith("{\"error\":{\"code\":\"USAGE\","));
  EXPECT_THAT(outcome.err, IsEmpty());
}

TEST(Arguments, HelpAndVersionAreAnswers) {
  TestHome home;
  EXPECT_EQ(home.run({"--version"}).out, "approval_cli 0.1.0\n");
  const Outcome help = home.run({"--help"});
  EXPECT_EQ(help.code, 0);
  for (const char* verb : {"status", "positions", "orders", "cancel", "flatten", "halt",
                           "reduce-only", "resume", "limits", "clock", "ledger", "audit"})
    EXPECT_THAT(help.out, HasSubstr(std::string("\n  ") + verb + " "));
  EXPECT_EQ(home.run({"flatten", "--help"}).code, 0);
}

// --- no broker
// ------------------------------------------------------------------------------------

TEST(NoBroker, EveryVerbSaysWhatToStart) {
  TestHome home;
  const std::vector<std::vector<std::string>> verbs{{"status"},
                                                    {"positions"},
                                                    {"orders"},
                                                    {"cancel", "P-000001"},
                                                    {"flatten", "--all", "--yes"},
                                                    {"reduce-only"},
                                                    {"resume", "--yes"},
                                                    {"limits"},
                                                    {"limits", "set", "A", "1"},
                                                    {"limits", "clear-agent", "A"},
                                                    {"limits", "accept", "A", "--yes"},
                                                    {"clock"},
                                                    {"clock", "advance", "5m"},
                                                    {"ledger", "export", "--canonical"},
                                                    {"ledger", "verify"},
                                                    {"audit", "tail"}};
  for (const auto& verb : verbs) {
    const Outcome outcome = home.run(verb);
    EXPECT_EQ(outcome.code, 3) << testing::PrintToString(verb);
    EXPECT_THAT(outcome.err,
                HasSubstr("start it: execution_broker --home " + home.path().string()));
  }
  const Outcome json = home.run({"--json", "status"});
  EXPECT_EQ(json.code, 3);
  EXPECT_THAT(json.out, HasSubstr("\"code\":\"BROKER_NOT_RUNNING\""));
  const Outcome nowhere = home.run({"--home", "/nowhere/at/all", "status"});
  EXPECT_EQ(nowhere.code, 3);
  EXPECT_THAT(nowhere.err, HasSubstr("there is no trading home at /nowhere/at/all"));
}

TEST(NoBroker, AnotherUserBehindTheSocketIsSentNothing) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs to give the home to another user";
  TestHome home;
  FakeBroker broker(home.path());
  ASSERT_EQ(::chown(home.path().c_str(), 4'242, 4'242), 0);
  const Outcome outcome = home.run({"flatten", "--all", "--yes"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("BROKER_WRONG_UID"));
  EXPECT_THAT(broker.calls(), IsEmpty());
}

// --- halt
// -----------------------------------------------------------------------------------------

TEST(Halt, AsksTheBrokerFirst) {
  TestHome home;
  FakeBroker broker(home.path());
  broker.script.state = state("halted");
  broker.script.state.add_reasons("OPERATOR_HALT: agent looks confused");
  broker.script.state.set_cancelled_entries(2);
  const Outcome outcome = home.run({"halt", "agent", "looks", "confused"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out,
            "HALTED\n"
            "  OPERATOR_HALT: agent looks confused\n"
            "  2 working entries were cancelled; stops, targets and exits go on.\n");
  EXPECT_THAT(broker.calls(), ElementsAre("Halt reason: \"agent looks confused\""));
  EXPECT_FALSE(std::filesystem::exists(home.halt_file()));
}

TEST(Halt, WithoutABrokerTheFileHalts) {
  TestHome home;
  const Outcome outcome = home.run({"halt", "storm"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, StartsWith("HALTED by the file run/HALT\n"));
  EXPECT_THAT(outcome.out, HasSubstr("BROKER_NOT_RUNNING"));
  EXPECT_EQ(text_of(home.halt_file()), "storm\n");
  EXPECT_THAT(home.run({"halt", "--json"}).out,
              StartsWith("{\"operator_state\":\"halted\",\"halted_by\":\"file\","));
}

TEST(Halt, ABrokerThatHangsIsNotWaitedFor) {
  TestHome home;
  const SilentSocket socket(home.path() / "run/operator/broker.sock");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(home.run({"halt"}).code, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(1'800));
  EXPECT_TRUE(std::filesystem::exists(home.halt_file()));
}

TEST(Halt, ALateBrokerIsNotWaitedFor) {
  TestHome home;
  FakeBroker broker(home.path());
  broker.script.delay_of_halt = std::chrono::milliseconds(2'000);
  EXPECT_EQ(home.run({"halt"}).code, 0);
  EXPECT_TRUE(std::filesystem::exists(home.halt_file()));
}

TEST(Halt, ABrokerThatRefusesOrDoesNotHaltIsHaltedByTheFile) {
  {
    TestHome home;
    FakeBroker broker(home.path());
    broker.script.refusals["Halt"] = trading::make_error("STORAGE_FAILED", "the disk is gone");
    const Outcome outcome = home.run({"halt"});
    EXPECT_EQ(outcome.code, 0);
    EXPECT_THAT(outcome.out, HasSubstr("STORAGE_FAILED"));
    EXPECT_TRUE(std::filesystem::exists(home.halt_file()));
  }
  TestHome home;
  FakeBroker broker(home.path());
  broker.script.state = state("open");
  EXPECT_EQ(home.run({"halt"}).code, 0);
  EXPECT_TRUE(std::filesystem::exists(home.halt_file()));
}

TEST(Halt, ALongReasonIsCutNotRefused) {
  TestHome home;
  FakeBroker broker(home.path());
  broker.script.state = state("halted");
  std::string reason(199, 'x');
  const std::string kept = reason;
  reason += "\xc3\xa9\xc3\xa9";  // the first would end at byte 201
  EXPECT_EQ(home.run({"halt", reason}).code, 0);
  ASSERT_EQ(broker.calls().size(), 1U);
  EXPECT_EQ(broker.calls().front(), std::string("Halt reason: \"").append(kept).append("\""));
}

TEST(Halt, WithoutAHomeNothingIsHaltedAndItSaysSo) {
  TestHome home;
  const Outcome outcome = home.run({"--home", "/nowhere/at/all", "halt"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("HALT_FILE_FAILED"));
}

// --- starting again
// -------------------------------------------------------------------------------

TEST(Resume, AsksForTheWord) {
  TestHome home;
  FakeBroker broker(home.path());
  broker.script.status.add_reasons("OPERATOR_HALT: storm");
  broker.script.state = state("open");
  broker.script.state.add_cleared_latches("OPERATOR_HALT");
  const Outcome no = home.run({"resume"}, "y\n");
  EXPECT_EQ(no.code, 1);
  EXPECT_THAT(no.err, HasSubstr("OPERATOR_HALT: storm."));
  EXPECT_THAT(no.err, HasSubstr("NOT_CONFIRMED"));
  EXPECT_THAT(broker.calls(), ElementsAre("Status"));
  const Outcome yes = home.run({"resume", "--reason", "calm again"}, "RESUME\n");
  EXPECT_EQ(yes.code, 0);
  EXPECT_EQ(yes.out, "OPEN\n  cleared: OPERATOR_HALT\n");
  EXPECT_EQ(broker.calls().back(), "Resume reason: \"calm again\"");
}

TEST(Resume, WithoutATerminalItNeedsYes) {
  TestHome home;
  FakeBroker broker(home.path());
  broker.script.state = state("open");
  EXPECT_EQ(home.run({"resume"}).code, 2);
  EXPECT_EQ(home.run({"resume", "--yes"}).code, 0);
}

TEST(Resume, WhatTrippedAgainIsNotDone) {
  TestHome home;
  FakeBroker broker(home.path());
  broker.script.state = state("reduce-only");
  broker.script.state.add_reasons("DAILY_LOSS: lost 2.1 %");
  const Outcome outcome = home.run({"resume", "--yes"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("! tripped again: DAILY_LOSS: lost 2.1 %"));
}

TEST(Resume, TakesTheHaltFileAwayOnlyWhenABrokerIsThere) {
  TestHome home;
  ASSERT_EQ(home.run({"halt"}).code, 0);
  EXPECT_EQ(home.run({"resume", "--yes"}).code, 3);
  EXPECT_TRUE(std::filesystem::exists(home.halt_file()));
  FakeBroker broker(home.path());
  broker.script.state = state("open");
  EXPECT_EQ(home.run({"resume", "--yes"}).code, 0);
  EXPECT_FALSE(std::filesystem::exists(home.halt_file()));
}

// --- the other verbs
// ------------------------------------------------------------------------------

TEST(Commands, StatusShowsTheWholePage) {
  TestHome home;
  FakeBroker broker(home.path());
  broker.script.status = open_status();
  broker.script.portfolio = one_position();
  broker.script.orders = one_order();
  const Outcome outcome = home.run({"status"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("OPEN  paper  SIMULATED"));
  EXPECT_THAT(outcome.out, HasSubstr("1.84%"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("\x1b")));
  broker.script.refusals["FetchPortfolio"] = trading::make_error("BROKER_BUSY", "no thread");
  const Outcome partly = home.run({"status"});
  EXPECT_EQ(partly.code, 0);
  EXPECT_THAT(partly.out, HasSubstr("! not shown here: positions: BROKER_BUSY: no thread"));
}

TEST(Commands, ColoursOnlyOnATerminalThatWantsThem) {
  TestHome home;
  FakeBroker broker(home.path());
  broker.script.status = open_status();
  home.is_out_tty = true;
  EXPECT_THAT(home.run({"status"}).out, HasSubstr("\x1b["));
  EXPECT_THAT(home.run({"status", "--json"}).out, Not(HasSubstr("\x1b[")));
  home.is_no_color = true;
  EXPECT_THAT(home.run({"status"}).out, Not(HasSubstr("\x1b[")));
}

TEST(Commands, HostileTextInAnyReplyIsHarmless) {
  TestHome home;
  FakeBroker broker(home.path());
  // protobuf carries no malformed UTF-8; everything else comes through.
  std::string bad = hostile_text();
  bad.erase(bad.find('\xff'), 1);
  broker.script.status = open_status();
  broker.script.status.add_reasons(bad);
  broker.script.state = state("open");
  broker.script.state.add_reasons(bad);
  broker.script.flattened.add_not_possible(bad);
  auto& record = *broker.script.trail.add_records();
  record.set_type(bad);
  record.set_subject(bad);
  record.set_body_json(bad);
  broker.script.verified.add_findings(bad);
  broker.script.refusals["CancelOrder"] = trading::make_error("REFUSED_BY_EXCHANGE", bad, bad);
  auto& limit = *broker.script.limits.add_limits();
  limit.set_key(bad);
  limit.set_effective(bad);
  limit.set_pending(bad);
  const std::vector<std::vector<std::string>> verbs{{"status"},
                                                    {"reduce-only"},
                                                    {"flatten", "--all", "--yes"},
                                                    {"audit", "tail"},
                                                    {"ledger", "verify"},
                                                    {"cancel", "P-1"},
                                                    {"limits"},
                                                    {"clock"}};
  for (auto verb : verbs) {
    for (const bool is_json : {false, true}) {
      if (is_json) verb.emplace_back("--json");
      const Outcome outcome = home.run(verb);
      for (const std::string& text : {outcome.out, outcome.err}) {
        EXPECT_THAT(text, Not(HasSubstr("\x1b"))) << verb.front();
        EXPECT_THAT(text, Not(HasSubstr("\r"))) << verb.front();
        EXPECT_THAT(text, Not(HasSubstr("\xc2\x9b"))) << verb.front();
        EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae"))) << verb.front();
        EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\x8b"))) << verb.front();
        EXPECT_THAT(text, Not(HasSubstr("\nOPEN  live"))) << verb.front();
      }
    }
  }
}

TEST(Commands, CancelTakesOneOrAllEntries) {
  TestHome home;
  FakeBroker broker(home.path());
  EXPECT_EQ(home.run({"cancel", "P-000002"}).code, 0);
  EXPECT_EQ(home.run({"cancel", "--all-entries"}).out, "there was nothing to cancel\n");
  EXPECT_THAT(broker.calls(),
              ElementsAre("CancelOrder order_id: \"P-000002\"", "CancelOrder all_entries: true"));
}

TEST(Commands, FlattenShowsThePositionAsksAndTells) {
  TestHome home;
  FakeBroker broker(home.path());
  broker.script.portfolio = one_position();
  *broker.script.flattened.add_orders() = stop_order();
  const Outcome no = home.run({"flatten", "sbin"}, "\n");
  EXPECT_EQ(no.code, 1);
  EXPECT_THAT(no.err, HasSubstr("SBIN   INTRA +100"));
  EXPECT_THAT(broker.calls(), ElementsAre("FetchPortfolio"));
}

TEST(Commands, FlattenThatLeavesSomethingIsNotDone) {
  TestHome home;
  FakeBroker broker(home.path());
  broker.script.flattened.add_not_possible("SBIN: MARKET_CLOSED: no session");
  const Outcome outcome = home.run({"flatten", "SBIN", "--yes"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("! NOT FLATTENED SBIN: MARKET_CLOSED: no session"));
  EXPECT_THAT(broker.calls(), ElementsAre("Flatten symbol: \"SBIN\""));
}

TEST(Commands, LimitsSetAndClearSayTheirKey) {
  TestHome home;
  FakeBroker broker(home.path());
  broker.script.refusals["SetLimit"] = trading::make_error(
      "LIMIT_UNKNOWN", "there is no limit \"MAX\"", "did you mean MAX_DRAWDOWN?");
  const Outcome outcome = home.run({"limits", "set", "MAX", "5"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("did you mean MAX_DRAWDOWN?"));
  home.run({"limits", "clear-agent", "MAX_DRAWDOWN_PERCENT"});
  EXPECT_THAT(broker.calls(),
              ElementsAre("SetLimit key: \"MAX\" value: \"5\"",
                          "SetLimit key: \"MAX_DRAWDOWN_PERCENT\" clear_agent: true"));
}

// What waits is shown, asked for by its name, and sent with the value that was shown.
TEST(Commands, LimitsAcceptSendsWhatItShowed) {
  TestHome home;
  FakeBroker broker(home.path());
  broker::v1::LimitRow& row = *broker.script.limits.add_limits();
  row.set_key("MAX_ORDER_VALUE");
  row.set_unit("rupees");
  row.set_effective("20000");
  row.set_effective_source("file");
  row.set_file("20000");
  row.set_waiting("200000");
  row.set_waiting_source("file");
  broker.script.limits.add_limits()->set_key("MAX_OPEN_POSITIONS");
  *broker.script.limits_accepted.add_limits() = row;
  EXPECT_THAT(home.run({"limits"}).out,
              HasSubstr(".env says 2,00,000.00, which is looser: it waits for approval_cli limits"));

  const Outcome no_terminal = home.run({"limits", "accept", "MAX_ORDER_VALUE"});
  EXPECT_EQ(no_terminal.code, 2);
  EXPECT_THAT(no_terminal.err, HasSubstr("--yes"));
  EXPECT_EQ(home.run({"limits", "accept"}).code, 2);
  EXPECT_EQ(home.run({"limits", "accept", "A", "--all", "--yes"}).code, 2);
  const Outcome other = home.run({"limits", "accept", "MAX_OPEN_POSITIONS", "--yes"});
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.err, HasSubstr("LIMIT_NOT_WAITING"));
  EXPECT_EQ(home.run({"limits", "accept", "--all", "--yes"}).code, 0);
  EXPECT_THAT(broker.calls(),
              testing::Contains(
                  "AcceptLimits limits { key: \"MAX_ORDER_VALUE\" value: \"200000\" }"));
}

TEST(Commands, ClockAdvanceGivesTheNewTime) {
  TestHome home;
  FakeBroker broker(home.path());
  broker.script.advanced.set_market_us(kNowUs);
  broker.script.advanced.set_phase("continuous");
  broker.script.advanced.set_events(3);
  EXPECT_EQ(home.run({"clock", "advance", "1h30m"}).out,
            "2026-11-23 14:53 IST  continuous\n  3 events on the way\n");
  EXPECT_EQ(
      home.run({"clock", "advance", "5m", "--json"}).out,
      "{\"market_time\":\"2026-11-23T14:53:00+05:30\",\"phase\":\"continuous\",\"events\":3}\n");
  EXPECT_THAT(broker.calls(),
              ElementsAre("AdvanceClock span_us: 5400000000", "AdvanceClock span_us: 300000000"));
}

TEST(Commands, TheExportIsTheExactBytes) {
  TestHome home;
  FakeBroker broker(home.path());
  broker.script.lines = {"{\"amount_e4\":-5,\"txn\":1}", "{\"amount_e4\":5,\"txn\":1}"};
  const std::string bytes = "{\"amount_e4\":-5,\"txn\":1}\n{\"amount_e4\":5,\"txn\":1}\n";
  EXPECT_EQ(home.run({"ledger", "export", "--canonical"}).out, bytes);
  const std::string file = (home.path() / "journal.jsonl").string();
  EXPECT_EQ(home.run({"ledger", "export", "--canonical", "--out", file}).out,
            "2 lines written to " + file + "\n");
  EXPECT_EQ(text_of(file), bytes);
  EXPECT_EQ(home.run({"ledger", "export", "--canonical", "--json"}).out,
            "{\"lines\":[{\"amount_e4\":-5,\"txn\":1},{\"amount_e4\":5,\"txn\":1}],\"count\":2}\n");
  broker.script.lines = {"{\"b\":1,\"a\":2}"};
  const Outcome invalid = home.run({"ledger", "export", "--canonical", "--out", file});
  EXPECT_EQ(invalid.code, 1);
  EXPECT_THAT(invalid.err, HasSubstr("BROKER_ANSWER_INVALID"));
  EXPECT_EQ(text_of(file), bytes) << "a failed export leaves the file alone";
}

TEST(Commands, ALedgerThatDoesNotHoldIsNotDone) {
  TestHome home;
  FakeBroker broker(home.path());
  broker.script.verified.set_sum_e4(1);
  broker.script.verified.add_findings("transaction 3 does not sum to zero");
  const Outcome outcome = home.run({"ledger", "verify"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, StartsWith("THE LEDGER DOES NOT HOLD\n"));
  broker.script.verified.Clear();
  broker.script.verified.set_is_ok(true);
  EXPECT_EQ(home.run({"ledger", "verify"}).code, 0);
}

TEST(Commands, TheTrailStandsOldestFirst) {
  TestHome home;
  FakeBroker broker(home.path());
  for (const std::int64_t seq : {9, 8}) {
    auto& record = *broker.script.trail.add_records();
    record.set_seq(seq);
    record.set_type("order.refused");
    record.set_ts_us(kNowUs);
    record.set_role("agent");
    record.set_uid(1'000);
    record.set_body_json("{\"price_e4\":5}");
  }
  const Outcome outcome =
      home.run({"audit", "tail", "-n", "2", "--event", "order", "--symbol", "sbin"});
  EXPECT_LT(outcome.out.find(" 8 "), outcome.out.find(" 9 ")) << outcome.out;
  EXPECT_THAT(broker.calls(),
              ElementsAre("FetchAuditTrail symbol: \"SBIN\" event: \"order\" limit: 2"));
  EXPECT_THAT(home.run({"audit", "tail", "--json"}).out, HasSubstr("\"body\":{\"price_e4\":5}"));
}

}  // namespace
}  // namespace approval_cli
