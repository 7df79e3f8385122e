#include "execution_broker/audit/audit_query.h"

#include <gtest/gtest.h>

#include <limits>

#include "audit_setup.h"

namespace broker {
namespace {

class AuditQueryTest : public ::testing::Test {
 protected:
  AuditQueryTest() {
    for (int i = 1; i <= 20; ++i) {
      AuditEvent event =
          AuditSetup::event(i % 2 == 0 ? "prepare_order.refused" : "cancel_order.accepted",
                            "ORD-" + std::to_string(i), i);
      if (i % 5 == 0) event.body.set("symbol", "TCS");
      event.body.set("approval", trading::CanonicalJson::object({{"nonce", "abc"}, {"ok", true}}));
      setup_.append(event);
    }
  }
  AuditPage fetch(const AuditQuery& query) {
    return must(fetch_audit_trail(setup_.database(), query));
  }

  AuditFolder folder_;
  AuditSetup setup_{folder_.path, "paper"};
};

TEST_F(AuditQueryTest, NewestFirstAndPaged) {
  AuditQuery query;
  query.limit = 8;
  std::vector<std::int64_t> seen;
  while (true) {
    const AuditPage page = fetch(query);
    for (const AuditEntry& entry : page.entries) seen.push_back(entry.seq);
    if (!page.next_before_seq) break;
    query.before_seq = page.next_before_seq;
  }
  ASSERT_EQ(seen.size(), 21U);
  for (std::size_t i = 0; i < seen.size(); ++i)
    EXPECT_EQ(seen[i], 21 - static_cast<std::int64_t>(i));
}

TEST_F(AuditQueryTest, FiltersBySymbolSubjectEventAndTime) {
  AuditQuery query;
  query.symbol = "TCS";
  EXPECT_EQ(fetch(query).entries.size(), 4U);
  query.symbol = "ORD-7";
  EXPECT_EQ(fetch(query).entries.size(), 1U);
  query = {};
  query.event = "prepare_order";
  EXPECT_EQ(fetch(query).entries.size(), 10U);
  query = {};
  query.since = trading::Timestamp{setup_.wall_us - 2'000};
  EXPECT_EQ(fetch(query).entries.size(), 3U);
  query.symbol = "NOTHING";
  EXPECT_TRUE(fetch(query).entries.empty());
}

TEST_F(AuditQueryTest, AgentDoesNotSeeTheHumansSide) {
  AuditQuery query;
  query.limit = 1;
  EXPECT_EQ(fetch(query).entries[0].body->find("approval")->write(),
            R"({"nonce":"[hidden]","ok":true})");
  query.view = AuditView::kOperator;
  EXPECT_EQ(fetch(query).entries[0].body->find("approval")->write(),
            R"({"nonce":"abc","ok":true})");
}

TEST_F(AuditQueryTest, OddBoundsAreClamped) {
  AuditQuery query;
  query.limit = -5;
  EXPECT_EQ(fetch(query).entries.size(), 1U);
  query.limit = 1'000'000;
  query.before_seq = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(fetch(query).entries.size(), 21U);
  query.before_seq = std::numeric_limits<std::int64_t>::min();
  EXPECT_TRUE(fetch(query).entries.empty());
}

TEST_F(AuditQueryTest, RedactedRecordHasNoBody) {
  Transaction transaction = must(Transaction::begin(setup_.database()));
  must(setup_.log().redact(transaction, 21, {"operator", 1}, "private"));
  ASSERT_TRUE(transaction.commit());
  AuditQuery query;
  query.before_seq = 22;
  query.limit = 1;
  EXPECT_FALSE(fetch(query).entries[0].body);
}

}  // namespace
}  // namespace broker
