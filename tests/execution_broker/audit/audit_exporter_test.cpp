#include "execution_broker/audit/audit_exporter.h"

#include <gtest/gtest.h>

#include <sstream>

#include "audit_setup.h"

namespace broker {
namespace {

using Finding = ExportReport::Finding;

class AuditExporterTest : public ::testing::Test {
 protected:
  std::unique_ptr<AuditExporter> open_exporter(bool with_live = true) {
    std::vector<Database*> sources = {&paper_.database()};
    if (with_live) sources.push_back(&live_.database());
    return must(AuditExporter::open(path_, sources));
  }
  audit_format::Verification verify() {
    std::istringstream log(read_text(path_));
    std::vector<audit_format::Witness> witnesses;
    for (AuditSetup* setup : {&paper_, &live_}) {
      const AuditPosition head = must(setup->log().head());
      witnesses.push_back({setup->log().ledger(), head.seq, head.hash});
    }
    return audit_format::verify(log, {paper_.public_keys(), witnesses});
  }
  void work(int n) {
    for (AuditSetup* setup : {&paper_, &live_}) {
      setup->append_many(n);
      setup->checkpoint();
    }
  }
  void overwrite(const std::string& text) { std::ofstream(path_, std::ios::binary) << text; }

  AuditFolder folder_;
  std::filesystem::path path_ = folder_.path / "trade_logs.jsonl";
  AuditSetup paper_{folder_.path, "paper"};
  AuditSetup live_{folder_.path, "live"};
};

TEST_F(AuditExporterTest, InterleavesLedgersAndVerifies) {
  auto exporter = open_exporter();
  EXPECT_EQ(exporter->opening().finding, Finding::kCreated);
  for (int i = 0; i < 5; ++i) {
    work(3);
    EXPECT_EQ(must(exporter->tick()).lines, 8);
  }
  EXPECT_EQ(must(exporter->tick()).lines, 0);
  const auto proof = verify();
  EXPECT_TRUE(proof.ok()) << proof.reason;
  EXPECT_EQ(proof.records, 32);
  EXPECT_EQ(proof.unwitnessed, 0);
}

TEST_F(AuditExporterTest, GoesOnWhereTheFileEnds) {
  open_exporter();
  work(4);
  auto exporter = open_exporter();
  EXPECT_EQ(exporter->opening().finding, Finding::kNothing);
  EXPECT_EQ(exporter->opening().lines, 10);
  EXPECT_TRUE(verify().ok());
}

TEST_F(AuditExporterTest, TornTailIsRepairedAtEveryByte) {
  work(2);
  open_exporter();
  const std::string whole = read_text(path_);
  const std::size_t last_line = whole.rfind('\n', whole.size() - 2) + 1;
  for (std::size_t cut = last_line; cut < whole.size(); cut += 7) {
    overwrite(whole.substr(0, cut));
    auto exporter = open_exporter();
    EXPECT_EQ(exporter->opening().finding,
              cut == last_line ? Finding::kNothing : Finding::kTornTail)
        << cut;
    EXPECT_EQ(read_text(path_), whole) << cut;
  }
  EXPECT_FALSE(std::filesystem::exists(path_.string() + ".damaged-1"));
}

TEST_F(AuditExporterTest, EditedFileIsRebuiltAndKeptAside) {
  work(3);
  open_exporter();
  const std::string whole = read_text(path_);
  std::string edited = whole;
  edited[edited.size() / 2] ^= 1;
  for (int i = 0; i < 6; ++i) {
    overwrite(edited);
    auto exporter = open_exporter();
    EXPECT_EQ(exporter->opening().finding, Finding::kDamaged);
    EXPECT_FALSE(exporter->opening().detail.empty());
    EXPECT_TRUE(verify().ok());
  }
  EXPECT_EQ(read_text(path_.string() + ".damaged-1"), edited);
  EXPECT_TRUE(std::filesystem::exists(path_.string() + ".damaged-4"));
  EXPECT_FALSE(std::filesystem::exists(path_.string() + ".damaged-5"));
}

TEST_F(AuditExporterTest, WhatHappensToTheFileWhileRunningIsSeenAtTheNextTick) {
  auto exporter = open_exporter();
  work(3);
  must(exporter->tick());
  const std::string whole = read_text(path_);
  EXPECT_EQ(must(exporter->tick()).finding, Finding::kNothing);

  std::filesystem::remove(path_);
  EXPECT_EQ(must(exporter->tick()).finding, Finding::kDamaged);
  EXPECT_EQ(read_text(path_).size(), whole.size());

  overwrite(read_text(path_).substr(0, whole.size() / 2));
  EXPECT_EQ(must(exporter->tick()).finding, Finding::kDamaged);
  EXPECT_TRUE(verify().ok());

  overwrite(read_text(path_) + "{}\n");
  EXPECT_EQ(must(exporter->tick()).finding, Finding::kDamaged);
  EXPECT_TRUE(verify().ok());

  std::filesystem::remove(path_);
  std::filesystem::create_symlink("/etc/hostname", path_);
  EXPECT_EQ(must(exporter->tick()).finding, Finding::kDamaged);
  EXPECT_FALSE(std::filesystem::is_symlink(path_));
  work(1);
  must(exporter->tick());
  EXPECT_TRUE(verify().ok());
}

TEST_F(AuditExporterTest, LinesOfALedgerThatIsNotOpenStay) {
  work(3);
  open_exporter();
  {
    auto paper_only = open_exporter(false);
    EXPECT_EQ(paper_only->opening().finding, Finding::kNothing);
    paper_.append_many(2);
    must(paper_only->tick());
    EXPECT_TRUE(verify().ok());
    std::string edited = read_text(path_);
    const std::size_t at = edited.find("\"ledger\":\"paper");
    edited[at + 12] = 'q';
    overwrite(edited);
    EXPECT_EQ(must(paper_only->tick()).finding, Finding::kDamaged);
  }
  const auto proof = verify();
  EXPECT_TRUE(proof.ok()) << proof.reason << " " << proof.bad_ledger;
}

TEST_F(AuditExporterTest, RedactionRewritesTheFileAndKeepsNoOldCopy) {
  auto exporter = open_exporter();
  work(3);
  must(exporter->tick());
  const auto redact = [&](std::int64_t seq) {
    Transaction transaction = must(Transaction::begin(paper_.database()));
    must(paper_.log().redact(transaction, seq, {"operator", 1}, "private"));
    ASSERT_TRUE(transaction.commit());
  };
  redact(2);
  EXPECT_EQ(must(exporter->tick()).finding, Finding::kRedacted);
  // Whoever holds no key could write such a record: it counts once the next checkpoint covers it.
  EXPECT_EQ(verify().verdict, audit_format::Verdict::kTampered);
  EXPECT_EQ(verify().first_bad_seq, 2);
  paper_.checkpoint();
  must(exporter->tick());
  EXPECT_TRUE(verify().ok());
  exporter.reset();
  redact(3);
  paper_.checkpoint();
  exporter = open_exporter();
  EXPECT_EQ(exporter->opening().finding, Finding::kRedacted);
  EXPECT_TRUE(verify().ok());
  EXPECT_FALSE(std::filesystem::exists(path_.string() + ".damaged-1"));
  std::size_t bodies = 0;
  const std::string text = read_text(path_);
  for (std::size_t at = 0; (at = text.find("breakout", at)) != std::string::npos; ++at) ++bodies;
  EXPECT_EQ(bodies, 4U);
}

TEST_F(AuditExporterTest, EndlessLineIsNotReadToItsEnd) {
  work(1);
  open_exporter();
  const std::string whole = read_text(path_);
  overwrite(whole + std::string(300'000, 'x'));
  EXPECT_EQ(open_exporter()->opening().finding, Finding::kDamaged);
  overwrite(std::string(300'000, 'x') + "\n" + whole);
  EXPECT_EQ(open_exporter()->opening().finding, Finding::kDamaged);
  EXPECT_TRUE(verify().ok());
}

TEST_F(AuditExporterTest, ReaderConnectionIsEnough) {
  auto reader = must(Database::open_reader(paper_.database_path(), audit_database_options()));
  auto exporter = must(AuditExporter::open(path_, {reader.get()}));
  paper_.append_batch(2'500);
  EXPECT_EQ(must(exporter->tick()).lines, AuditExporter::kRecordsATick);
  must(exporter->tick());
  EXPECT_EQ(must(exporter->tick()).lines, 500);
  std::istringstream log(read_text(path_));
  EXPECT_TRUE(audit_format::verify(log, {paper_.public_keys(), {}}).ok());
}

TEST_F(AuditExporterTest, MissingFolderIsAnErrorNotAStop) {
  const auto opened =
      AuditExporter::open(folder_.path / "nowhere" / "x.jsonl", {&paper_.database()});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "AUDIT_EXPORT_IO");
}

}  // namespace
}  // namespace broker
