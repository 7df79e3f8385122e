// `audit verify` over logs that the broker's own audit code wrote, whole and damaged.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "execution_broker/audit/audit_exporter.h"
#include "tests/approval_cli/fake_broker.h"
#include "tests/approval_cli/replies.h"
#include "tests/execution_broker/audit/audit_setup.h"

namespace approval_cli {
namespace {

using broker::must;
using broker::read_text;
using testing::HasSubstr;
using testing::StartsWith;

// A home whose log holds a ledger of six records (its own beginning is the first) under a
// checkpoint, and one more.
class AuditVerify : public testing::Test {
 protected:
  AuditVerify() { begin("paper"); }

  void begin(const std::string& name) {
    setup = std::make_unique<broker::AuditSetup>(home.path() / "storage", name);
    setup->append_many(5);
    setup->checkpoint();
    setup->append_many(1);
    export_log();
  }
  void export_log() {
    const auto reader = must(
        broker::Database::open_reader(setup->database_path(), broker::audit_database_options()));
    const auto exporter = must(broker::AuditExporter::open(log(), {reader.get()}));
    must(exporter->tick());
    std::filesystem::copy_file(setup->public_key_path(), home.path() / "keys/audit.pub",
                               std::filesystem::copy_options::overwrite_existing);
  }
  [[nodiscard]] std::filesystem::path log() const {
    return home.path() / "storage/trade_logs.jsonl";
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    std::ifstream in(log());
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }
  void write(const std::vector<std::string>& all) const {
    std::ofstream out(log());
    for (const std::string& line : all) out << line << "\n";
  }
  int verify() { return home.run({"audit", "verify"}).code; }

  TestHome home;
  std::unique_ptr<broker::AuditSetup> setup;
};

TEST_F(AuditVerify, AGoodLogIsRememberedAndThenWitnessed) {
  const Outcome first = home.run({"audit", "verify"});
  EXPECT_EQ(first.code, 0) << first.out << first.err;
  EXPECT_THAT(first.out, StartsWith("OK\n"));
  EXPECT_THAT(first.out, HasSubstr("no witness has seen the last 7"));
  const std::string again = home.run({"audit", "verify", "--json"}).out;
  EXPECT_THAT(again, HasSubstr("\"ok\":true"));
  EXPECT_THAT(again, HasSubstr("\"records\":7"));
  EXPECT_THAT(again, HasSubstr("\"first_bad_seq\":null"));
  EXPECT_THAT(again, HasSubstr("\"unwitnessed\":0"));
  EXPECT_THAT(again, HasSubstr("\"signatures_checked\":true"));
}

TEST_F(AuditVerify, AChangedByteIsTampering) {
  auto all = lines();
  all[2].replace(all[2].find("breakout"), 8, "breakaut");
  write(all);
  const Outcome outcome = home.run({"audit", "verify"});
  EXPECT_EQ(outcome.code, 10);
  EXPECT_THAT(outcome.out, HasSubstr("TAMPERED\n  at record 3 of " + setup->log().ledger()));
  EXPECT_THAT(home.run({"audit", "verify", "--json"}).out, HasSubstr("\"first_bad_seq\":3"));
}

TEST_F(AuditVerify, ACutBelowWhatWasSeenIsTruncation) {
  auto all = lines();
  all.pop_back();
  write(all);
  EXPECT_EQ(verify(), 0) << "nobody had seen the last one";
  all.pop_back();  // the checkpoint
  all.pop_back();  // record 6
  write(all);
  const Outcome outcome = home.run({"audit", "verify"});
  EXPECT_EQ(outcome.code, 11);
  EXPECT_THAT(outcome.out, HasSubstr("a witness saw 6 records, 5 are here"));
  EXPECT_EQ(verify(), 11) << "a bad log is never remembered";
}

TEST_F(AuditVerify, ALogThatIsGoneIsTruncatedOnceItWasSeen) {
  ASSERT_EQ(verify(), 0);
  std::filesystem::remove(log());
  EXPECT_EQ(verify(), 11);
}

TEST_F(AuditVerify, ALogBegunAnewIsShortOfTheOldLedger) {
  ASSERT_EQ(verify(), 0);
  setup.reset();
  std::filesystem::remove_all(home.path() / "storage");
  std::filesystem::create_directories(home.path() / "storage");
  begin("paper");  // a ledger of another random id
  EXPECT_EQ(verify(), 11);
}

TEST_F(AuditVerify, ATornEndIsTruncation) {
  std::ofstream(log(), std::ios::app) << "{\"actor\":";
  EXPECT_EQ(verify(), 11);
}

TEST_F(AuditVerify, AMissingRecordIsAGap) {
  auto all = lines();
  all.erase(all.begin() + 1);
  write(all);
  EXPECT_EQ(verify(), 13);
}

TEST_F(AuditVerify, ACheckpointOfAnotherKeyIsABadSignature) {
  std::ofstream(home.path() / "keys/audit.pub") << "ed25519 " << std::string(64, '1') << "\n";
  EXPECT_EQ(verify(), 12);
}

TEST_F(AuditVerify, TheHomesKeyCannotBeTakenAway) {
  std::filesystem::remove(home.path() / "keys/audit.pub");
  EXPECT_EQ(verify(), 2);
  const Outcome copy = home.run({"audit", "verify", "--log", log().string()});
  EXPECT_EQ(copy.code, 0) << copy.err;
  EXPECT_THAT(copy.out, HasSubstr("Signatures were NOT checked"));
}

TEST_F(AuditVerify, AGivenWitnessIsComparedAndLeftAlone) {
  const std::filesystem::path file = home.path() / "witness.json";
  const std::string seen =
      audit_format::line_of(audit_format::Witness{setup->log().ledger(), 7, {}}) + "\n";
  std::ofstream(file) << seen;
  EXPECT_EQ(home.run({"audit", "verify", "--witness", file.string()}).code, 13);
  EXPECT_EQ(read_text(file), seen);
  EXPECT_FALSE(std::filesystem::exists(home.state()));
  EXPECT_EQ(home.run({"audit", "verify", "--witness", "/nowhere"}).code, 2);
}

TEST_F(AuditVerify, AMovedLogStillAnswersForItsLedger) {
  ASSERT_EQ(verify(), 0);
  auto all = lines();
  all.pop_back();
  const std::filesystem::path copy = home.path() / "copy.jsonl";
  std::filesystem::copy_file(log(), copy);
  EXPECT_EQ(home.run({"audit", "verify", "--log", copy.string()}).code, 0);
  write(all);
  std::filesystem::copy_file(log(), copy, std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(home.run({"audit", "verify", "--log", copy.string()}).code, 11);
}

TEST_F(AuditVerify, FilesThatAreNotThereAreUsage) {
  EXPECT_EQ(home.run({"audit", "verify", "--log", "/nowhere"}).code, 2);
  EXPECT_EQ(home.run({"audit", "verify", "--key", "/nowhere"}).code, 2);
  std::ofstream(home.path() / "bad.pub") << "rsa 1\n";
  EXPECT_EQ(home.run({"audit", "verify", "--key", (home.path() / "bad.pub").string()}).code, 2);
}

TEST_F(AuditVerify, StatusAlarmsWhenTheBrokersLogIsShorter) {
  ASSERT_EQ(verify(), 0);
  FakeBroker broker(home.path());
  broker.script.status = open_status();
  broker.script.status.set_ledger_id(setup->log().ledger());
  broker.script.status.set_audit_head_seq(6);
  EXPECT_THAT(home.run({"status"}).out, HasSubstr("! THE AUDIT LOG IS NOT THE ONE SEEN BEFORE"));
  broker.script.status.set_audit_head_seq(8);
  EXPECT_THAT(home.run({"status"}).out, HasSubstr("WRONG    nothing"));
}

}  // namespace
}  // namespace approval_cli
