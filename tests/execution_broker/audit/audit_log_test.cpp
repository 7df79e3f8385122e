#include "execution_broker/audit/audit_log.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "audit_setup.h"

namespace broker {
namespace {

using audit_format::Verdict;
using trading::CanonicalJson;

class AuditLogTest : public ::testing::Test {
 protected:
  audit_format::Verification verify(std::vector<audit_format::Witness> witnesses = {}) {
    return must(AuditTable(setup_.database()).verify({setup_.public_keys(), std::move(witnesses)}));
  }
  std::int64_t number(const std::string& sql) {
    return must(single_int64(setup_.database().statement(sql))).value();
  }
  // An attacker with the file and no broker: triggers dropped, any SQL.
  void tamper(const std::string& sql) {
    setup_.close();
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(setup_.database_path().c_str(), &handle), SQLITE_OK);
    const std::string all =
        "DROP TRIGGER audit_update; DROP TRIGGER audit_delete; DROP TRIGGER audit_body_update; "
        "DROP TRIGGER audit_checkpoint_update; DROP TRIGGER audit_checkpoint_delete; " +
        sql;
    ASSERT_EQ(sqlite3_exec(handle, all.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(handle);
    sqlite3_close(handle);
  }

  AuditFolder folder_;
  AuditSetup setup_{folder_.path, "paper"};
};

TEST_F(AuditLogTest, FirstRecordNamesTheKeyAndTheChainVerifies) {
  setup_.append_many(10);
  setup_.checkpoint();
  const auto proof = verify();
  EXPECT_TRUE(proof.ok()) << proof.reason;
  EXPECT_EQ(proof.records, 11);
  EXPECT_EQ(proof.ledgers.begin()->second.signed_records, 11);
  EXPECT_EQ(proof.unwitnessed, 11);
  EXPECT_TRUE(proof.signatures_checked);
  EXPECT_EQ(must(AuditTable(setup_.database()).record(1))->type, "audit.key");
}

TEST_F(AuditLogTest, RolledBackDecisionLeavesNoRecord) {
  setup_.append_many(1);
  const AuditPosition before = must(setup_.log().head());
  {
    Transaction transaction = must(Transaction::begin(setup_.database()));
    must(setup_.log().append(transaction, AuditSetup::event("order.refused", "X", 1)));
  }
  EXPECT_EQ(must(setup_.log().head()).seq, before.seq);
  EXPECT_EQ(setup_.append(AuditSetup::event("order.refused", "Y", 2)).seq, before.seq + 1);
  EXPECT_TRUE(verify().ok());
}

TEST_F(AuditLogTest, TablesAreAppendOnly) {
  setup_.append_many(3);
  setup_.checkpoint();
  const char* forbidden[] = {
      "UPDATE audit SET subject = 'x' WHERE seq = 2",
      "DELETE FROM audit WHERE seq = 4",
      "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 2",
      "INSERT INTO audit SELECT 9, ts, market_ts, boot, role, uid, type, subject, body_hash, hash, "
      "hash FROM audit "
      "WHERE seq = 4",
      "INSERT INTO audit SELECT 5, ts, market_ts, boot, role, uid, type, subject, body_hash, prev, "
      "hash FROM audit "
      "WHERE seq = 4",
      "UPDATE audit_body SET body = '{}' WHERE seq = 2",
      "DELETE FROM audit_body WHERE seq = 2",
      "INSERT OR REPLACE INTO audit_body SELECT * FROM audit_body WHERE seq = 2",
      "UPDATE audit_checkpoint SET size = 3",
      "DELETE FROM audit_checkpoint",
      "INSERT OR REPLACE INTO audit_checkpoint SELECT * FROM audit_checkpoint",
      "UPDATE audit_ledger SET ledger = 'x'",
      "DELETE FROM audit_key",
  };
  for (const char* sql : forbidden) {
    Transaction transaction = must(Transaction::begin(setup_.database()));
    const auto done = transaction.statement(sql).run();
    ASSERT_FALSE(done) << sql;
    EXPECT_EQ(done.error().code, "STORAGE_CONSTRAINT") << sql;
  }
  EXPECT_TRUE(verify().ok());
}

TEST_F(AuditLogTest, CheckpointAfterASecondOr256Records) {
  setup_.checkpoint();
  EXPECT_EQ(number("SELECT count(*) FROM audit_checkpoint"), 1);
  setup_.append_many(10);
  EXPECT_FALSE(must(setup_.log().tick(setup_.steady_us + kCheckpointUs - 1)));
  EXPECT_TRUE(must(setup_.log().tick(setup_.steady_us + kCheckpointUs)));
  setup_.steady_us += kCheckpointUs;
  EXPECT_FALSE(must(setup_.log().tick(setup_.steady_us + 10 * kCheckpointUs)));  // nothing new
  setup_.steady_us += 10 * kCheckpointUs;
  setup_.append_many(1);
  must(setup_.log().tick(setup_.steady_us));
  setup_.append_batch(255);
  EXPECT_FALSE(must(setup_.log().tick(setup_.steady_us)));
  setup_.append_many(1);
  EXPECT_TRUE(must(setup_.log().tick(setup_.steady_us)));
  EXPECT_TRUE(verify().ok());
}

TEST_F(AuditLogTest, GoesOnAfterAReopen) {
  setup_.append_many(5);
  setup_.checkpoint();
  setup_.append_many(3);
  const std::string ledger = setup_.log().ledger();
  setup_.reopen();
  EXPECT_EQ(setup_.log().ledger(), ledger);
  setup_.append_many(2);
  setup_.checkpoint();
  const auto proof = verify();
  EXPECT_TRUE(proof.ok()) << proof.reason;
  EXPECT_EQ(proof.records, 11);
}

TEST_F(AuditLogTest, NewKeyIsAnnouncedAndOldCheckpointsStillVerify) {
  setup_.append_many(2);
  setup_.checkpoint();
  setup_.close();
  std::filesystem::remove(setup_.seed_path());
  setup_.reopen();
  setup_.append_many(2);
  setup_.checkpoint();
  EXPECT_EQ(setup_.public_keys().size(), 2U);
  const auto proof = verify();
  EXPECT_TRUE(proof.ok()) << proof.reason;
  const auto last_key_only =
      must(AuditTable(setup_.database()).verify({{setup_.log().public_key()}, {}}));
  EXPECT_EQ(last_key_only.verdict, Verdict::kBadSignature);
}

TEST_F(AuditLogTest, KeyFilesHaveTheRightModesAndUnsafeOnesAreRefused) {
  struct stat info {};
  ASSERT_EQ(::stat(setup_.seed_path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  setup_.close();
  ASSERT_EQ(::chmod(setup_.seed_path().c_str(), 0640), 0);
  const auto opened = setup_.try_open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "AUDIT_KEY_UNSAFE");
}

TEST_F(AuditLogTest, StartFindsADamagedTail) {
  setup_.append_many(3);
  setup_.checkpoint();
  setup_.append_many(3);
  const char* damages[] = {
      "UPDATE audit SET subject = 'x' WHERE seq = 6",
      "UPDATE audit_body SET body = '{}' WHERE seq = 6",
      "DELETE FROM audit WHERE seq = 5",
      "UPDATE audit_checkpoint SET ts = ts + 1",
      "UPDATE audit_checkpoint SET root = zeroblob(32)",
  };
  setup_.close();
  for (const char* damage : damages) {
    const auto good = setup_.database_path();
    const auto kept = folder_.path / "kept.db";
    std::filesystem::copy_file(good, kept, std::filesystem::copy_options::overwrite_existing);
    tamper(std::string("PRAGMA foreign_keys = OFF;") + damage);
    const auto opened = setup_.try_open();
    ASSERT_FALSE(opened) << damage;
    EXPECT_EQ(opened.error().code, "AUDIT_CHAIN_BROKEN") << damage;
    setup_.close();
    std::filesystem::rename(kept, good);
  }
  EXPECT_TRUE(setup_.try_open());
}

TEST_F(AuditLogTest, WholeTableCheckFindsAnOldEdit) {
  setup_.append_many(6);
  setup_.checkpoint();
  tamper("UPDATE audit SET uid = 0 WHERE seq = 3");
  setup_.reopen();  // the tail is fine
  const auto proof = verify();
  EXPECT_EQ(proof.verdict, Verdict::kTampered);
  EXPECT_EQ(proof.first_bad_seq, 3);
}

TEST_F(AuditLogTest, RolledBackDatabaseIsFoundByTheWitness) {
  setup_.append_many(2);
  setup_.checkpoint();
  setup_.close();
  const auto older = folder_.path / "older.db";
  std::filesystem::copy_file(setup_.database_path(), older);
  setup_.reopen();
  setup_.append_many(3);
  const AuditPosition head = must(setup_.log().head());
  const audit_format::Witness witness{setup_.log().ledger(), head.seq, head.hash};
  EXPECT_EQ(verify({witness}).unwitnessed, 0);
  setup_.close();
  std::filesystem::rename(older, setup_.database_path());
  setup_.reopen();
  EXPECT_EQ(verify({witness}).verdict, Verdict::kTruncated);
  setup_.append_many(4);
  EXPECT_EQ(verify({witness}).verdict, Verdict::kGapOrFork);
}

TEST_F(AuditLogTest, RedactionKeepsTheChainAndIsItselfARecord) {
  setup_.append_many(4);
  setup_.checkpoint();
  {
    Transaction transaction = must(Transaction::begin(setup_.database()));
    must(setup_.log().redact(transaction, 3, {"operator", 1001}, "a phone number"));
    ASSERT_TRUE(transaction.commit());
  }
  setup_.checkpoint();
  EXPECT_FALSE(must(AuditTable(setup_.database()).record(3))->body);
  EXPECT_EQ(number("SELECT count(*) FROM audit_body WHERE seq = 3"), 0);
  const auto proof = verify();
  EXPECT_TRUE(proof.ok()) << proof.reason;
  Transaction transaction = must(Transaction::begin(setup_.database()));
  EXPECT_EQ(setup_.log().redact(transaction, 3, {"operator", 1}, "").error().code,
            "AUDIT_ALREADY_REDACTED");
  EXPECT_EQ(setup_.log().redact(transaction, 6, {"operator", 1}, "").error().code,
            "AUDIT_NOT_REDACTABLE");
  EXPECT_EQ(setup_.log().redact(transaction, 99, {"operator", 1}, "").error().code,
            "AUDIT_NOT_FOUND");
}

TEST_F(AuditLogTest, BodyTakenOutBehindTheLogsBackIsFound) {
  setup_.append_many(4);
  setup_.checkpoint();
  tamper("DROP TRIGGER audit_body_delete; DELETE FROM audit_body WHERE seq = 3");
  setup_.reopen();
  const auto proof = verify();
  EXPECT_EQ(proof.verdict, Verdict::kTampered);
  EXPECT_EQ(proof.first_bad_seq, 3);
}

TEST_F(AuditLogTest, LargeAndDeepBodiesAreReplacedNotRefused) {
  AuditEvent large = AuditSetup::event("order.refused", std::string(500, 'x'), 1);
  large.body.set("note", std::string(20'000, 'n'));
  const auto record = *must(AuditTable(setup_.database()).record(setup_.append(large).seq));
  EXPECT_NE(record.body->find("\"omitted\":\"too large\""), std::string::npos);
  EXPECT_EQ(record.subject.size(), 128U);
  AuditEvent deep = AuditSetup::event("order.refused", "", 1);
  CanonicalJson nested = CanonicalJson::array();
  for (int i = 0; i < 40; ++i) {
    CanonicalJson outer = CanonicalJson::array();
    outer.push_back(nested);
    nested = outer;
  }
  deep.body.set("deep", nested);
  EXPECT_EQ(*must(AuditTable(setup_.database()).record(setup_.append(deep).seq))->body,
            "{\"omitted\":\"nested too deep\"}");
  EXPECT_TRUE(verify().ok());
}

TEST_F(AuditLogTest, FloodOfRefusalsIsCountedAndSummarisedOnceAMinute) {
  const auto refuse = [&](std::int64_t uid, const std::string& code, std::int64_t steady_us) {
    AuditEvent event = AuditSetup::event("prepare_order.refused", "SBIN", 1);
    event.actor.uid = uid;
    Transaction transaction = must(Transaction::begin(setup_.database()));
    const bool recorded =
        must(setup_.log().append_refusal(transaction, event, code, steady_us)).has_value();
    EXPECT_TRUE(transaction.commit());
    return recorded;
  };
  int recorded = 0;
  for (int i = 0; i < 2'000; ++i) recorded += refuse(1000, "HALTED", i) ? 1 : 0;
  EXPECT_EQ(recorded, RepeatQuota::kRecordsAMinute);
  EXPECT_TRUE(refuse(1000, "ORDER_VALUE_ABOVE_LIMIT", 2'000));
  EXPECT_TRUE(refuse(1001, "HALTED", 2'000));
  must(setup_.log().tick(10'000));
  EXPECT_EQ(number("SELECT count(*) FROM audit WHERE type = 'repeats.summary'"), 0);
  must(setup_.log().tick(RepeatQuota::kWindowUs + 10));
  EXPECT_EQ(number("SELECT count(*) FROM audit WHERE type = 'repeats.summary'"), 1);
  const auto summary = *must(AuditTable(setup_.database()).last_record());
  EXPECT_EQ(summary.actor.uid, 1000);
  EXPECT_EQ(summary.subject, "HALTED");
  EXPECT_NE(summary.body->find("\"count\":1980"), std::string::npos) << *summary.body;
  EXPECT_TRUE(refuse(1000, "HALTED", RepeatQuota::kWindowUs + 20)) << "a new window records again";
  for (int i = 0; i < 30; ++i) refuse(1000, "HALTED", RepeatQuota::kWindowUs + 30);
  ASSERT_TRUE(setup_.log().close(RepeatQuota::kWindowUs + 40));
  EXPECT_EQ(number("SELECT count(*) FROM audit WHERE type = 'repeats.summary'"), 2);
  EXPECT_TRUE(verify().ok());
}

TEST(RepeatQuota, KeysAreBounded) {
  RepeatQuota quota;
  int recorded = 0;
  for (int i = 0; i < 10'000; ++i) recorded += quota.admit({i, "t", "C"}, "agent", 0, 0) ? 1 : 0;
  EXPECT_EQ(recorded, static_cast<int>(RepeatQuota::kMaxKeys) + RepeatQuota::kRecordsAMinute);
  const auto due = quota.take_due(RepeatQuota::kWindowUs);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].count, 10'000 - recorded);
}

}  // namespace
}  // namespace broker
