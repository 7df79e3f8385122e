#include "execution_broker/storage/transaction.h"

#include <thread>

#include "storage_fixture.h"

namespace broker {
namespace {

class TransactionTest : public StorageFixture {};
using TransactionDeathTest = TransactionTest;

TEST_F(TransactionTest, IsRolledBackUnlessCommitted) {
  auto database = open();
  {
    auto transaction = *Transaction::begin(*database);
    ASSERT_TRUE(transaction.statement("INSERT INTO note(id, text) VALUES(1, 'a')").run());
    EXPECT_TRUE(database->in_transaction());
  }
  EXPECT_FALSE(database->in_transaction());
  EXPECT_EQ(count(*database), 0);
}

TEST_F(TransactionTest, ConstraintIsAnErrorAndTheRestStays) {
  auto database = open();
  auto transaction = *Transaction::begin(*database);
  ASSERT_TRUE(transaction.statement("INSERT INTO note(id, text) VALUES(1, 'a')").run());
  const auto doubled = transaction.statement("INSERT INTO note(id, text) VALUES(1, 'b')").run();
  ASSERT_FALSE(doubled);
  EXPECT_EQ(doubled.error().code, "STORAGE_CONSTRAINT");
  ASSERT_TRUE(transaction.commit());
  EXPECT_EQ(count(*database), 1);
}

TEST_F(TransactionTest, NothingGoesOnAfterSqliteRolledBackByItself) {
  DatabaseOptions options = note_options();
  options.migrations.push_back({2, "guard",
                                "CREATE TRIGGER no_x BEFORE INSERT ON note WHEN NEW.text = 'x' "
                                "BEGIN SELECT RAISE(ROLLBACK, 'no x'); END;"});
  auto database = open(options);
  auto transaction = *Transaction::begin(*database);
  ASSERT_TRUE(transaction.statement("INSERT INTO note(id, text) VALUES(1, 'a')").run());
  EXPECT_FALSE(transaction.statement("INSERT INTO note(id, text) VALUES(2, 'x')").run());
  EXPECT_FALSE(transaction.statement("INSERT INTO note(id, text) VALUES(3, 'b')").run());
  EXPECT_FALSE(transaction.commit());
  EXPECT_EQ(count(*database), 0);
}

TEST_F(TransactionTest, StrictTablesRefuseTheWrongType) {
  auto database = open();
  auto transaction = *Transaction::begin(*database);
  const std::uint8_t bytes[] = {1, 2};
  const auto wrong =
      transaction.statement("INSERT INTO note(id, text) VALUES(1, ?1)").bind_all(Blob(bytes)).run();
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, "STORAGE_CONSTRAINT");
}

TEST_F(TransactionTest, ValuesComeBackAsTheyWent) {
  auto database = open();
  const std::uint8_t bytes[] = {0, 255, 0};
  const std::string text("with \0 inside", 13);
  auto transaction = *Transaction::begin(*database);
  ASSERT_TRUE(transaction.statement("INSERT INTO note(id, text, bytes) VALUES(?1, ?2, ?3)")
                  .bind_all(std::int64_t{1} << 62, text, Blob(bytes))
                  .run());
  ASSERT_TRUE(transaction.statement("INSERT INTO note(id, text, bytes) VALUES(?1, ?2, ?3)")
                  .bind_all(-5, "", std::optional<Blob>())
                  .run());
  ASSERT_TRUE(transaction.commit());
  Statement select = database->statement("SELECT id, text, bytes FROM note ORDER BY id");
  ASSERT_TRUE(*select.step());
  EXPECT_EQ(select.int64(0), -5);
  EXPECT_EQ(select.text(1), "");
  EXPECT_TRUE(select.is_null(2));
  ASSERT_TRUE(*select.step());
  EXPECT_EQ(select.int64(0), std::int64_t{1} << 62);
  EXPECT_EQ(select.text(1), text);
  EXPECT_EQ(select.blob(2).size(), 3U);
  EXPECT_FALSE(*select.step());
}

TEST_F(TransactionTest, SameStatementTwiceAtOnceWorks) {
  auto database = open();
  ASSERT_TRUE(add_note(*database, 1, "a"));
  ASSERT_TRUE(add_note(*database, 2, "b"));
  Statement outer = database->statement("SELECT id FROM note ORDER BY id");
  ASSERT_TRUE(*outer.step());
  Statement inner = database->statement("SELECT id FROM note ORDER BY id");
  ASSERT_TRUE(*inner.step());
  ASSERT_TRUE(*inner.step());
  EXPECT_EQ(outer.int64(0), 1);
  EXPECT_EQ(inner.int64(0), 2);
}

TEST_F(TransactionTest, StatementForgetsItsParametersAtTheEndOfItsScope) {
  auto database = open();
  ASSERT_TRUE(add_note(*database, 1, "a"));
  auto transaction = *Transaction::begin(*database);
  const auto missing =
      transaction.statement("INSERT INTO note(id, text) VALUES(?1, ?2)").bind_all(2).run();
  ASSERT_FALSE(missing);  // text NOT NULL
  EXPECT_EQ(missing.error().code, "STORAGE_CONSTRAINT");
}

TEST_F(TransactionDeathTest, WriteOutsideATransactionAborts) {
  auto database = open();
  EXPECT_DEATH((void)database->run("INSERT INTO note(id, text) VALUES(1, 'a')"),
               "outside a Transaction");
}

TEST_F(TransactionDeathTest, NestingAborts) {
  auto database = open();
  auto transaction = *Transaction::begin(*database);
  EXPECT_DEATH((void)Transaction::begin(*database), "inside a transaction");
}

TEST_F(TransactionDeathTest, SqlThatDoesNotCompileAborts) {
  auto database = open();
  EXPECT_DEATH((void)database->run("SELECT nothing FROM nowhere"), "nowhere");
}

TEST_F(TransactionDeathTest, OtherThreadAborts) {
  auto database = open();
  auto transaction = *Transaction::begin(*database);
  EXPECT_DEATH(std::thread([&] { (void)count(*database); }).join(), "another thread");
}

TEST_F(TransactionDeathTest, WrongColumnTypeAborts) {
  auto database = open();
  ASSERT_TRUE(add_note(*database, 1, "a"));
  Statement select = database->statement("SELECT text FROM note");
  ASSERT_TRUE(*select.step());
  EXPECT_DEATH((void)select.int64(0), "another type");
}

}  // namespace
}  // namespace broker
