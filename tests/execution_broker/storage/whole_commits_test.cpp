// The log of a database, written whole commits at a time.

#include "execution_broker/storage/whole_commits.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "execution_broker/storage/testing/recording_vfs.h"
#include "storage_fixture.h"

namespace broker {
namespace {

constexpr std::size_t kFrame = 24 + 2'048;
constexpr std::size_t kLargestWrite = 65'536;

class WholeCommitsTest : public StorageFixture {
 protected:
  WholeCommitsTest() { options_.vfs = vfs_.name(); }

  // The sizes of the writes to the log since operation `first`.
  [[nodiscard]] std::vector<std::size_t> log_writes(std::size_t first) const {
    std::vector<std::size_t> sizes;
    for (std::size_t i = first; i < vfs_.operations().size(); ++i) {
      const auto& operation = vfs_.operations()[i];
      if (operation.kind == testing::DiskOperation::Kind::kWrite && operation.file == "test.db-wal")
        sizes.push_back(operation.data.size());
    }
    return sizes;
  }
  [[nodiscard]] std::size_t so_far() const { return vfs_.operations().size(); }

  testing::RecordingVfs vfs_{"beneath"};
  DatabaseOptions options_ = note_options();
};

TEST_F(WholeCommitsTest, ACommitIsOneWrite) {
  const auto database = open(options_);
  ASSERT_TRUE(add_note(*database, 1, "the log begins"));
  const std::size_t first = so_far();
  ASSERT_TRUE(add_note(*database, 2, std::string(9'000, 'x')));
  const auto writes = log_writes(first);
  ASSERT_EQ(writes.size(), 1U);
  EXPECT_GT(writes[0], 5 * kFrame);
  EXPECT_EQ(writes[0] % kFrame, 0U);
}

TEST_F(WholeCommitsTest, ALargeCommitIsWrittenInPartsThatSqliteMightHaveAskedFor) {
  const auto database = open(options_);
  const std::size_t first = so_far();
  ASSERT_TRUE(add_note(*database, 1, std::string(600'000, 'x')));
  const auto writes = log_writes(first);
  EXPECT_GT(writes.size(), 9U);
  for (const std::size_t size : writes) EXPECT_LE(size, kLargestWrite);
}

// A plain connection beside it is what is left after a kill: it sees every commit that has returned,
// and nothing of what was rolled back, also when a transaction outgrew the page cache (SQLite then
// writes frames ahead of the commit, reads them back, and writes some again).
TEST_F(WholeCommitsTest, AnyOtherConnectionSeesEachCommitAtOnce) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto database = open(options_);
  ASSERT_TRUE(database->defer_sync());
  sqlite3* plain = nullptr;
  ASSERT_EQ(sqlite3_open_v2(path_.c_str(), &plain, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  const auto answer = [&](const char* sql) {
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(plain, sql, -1, &statement, nullptr), SQLITE_OK);
    EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW) << sqlite3_errmsg(plain);
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    std::string result = text != nullptr ? text : "";
    sqlite3_finalize(statement);
    return result;
  };
  std::int64_t bytes = 0;
  std::int64_t id = 0;
  for (int n = 0; n < 60; ++n) {
    std::optional<Transaction> transaction = *Transaction::begin(*database);
    std::int64_t added = 0;
    const bool is_huge = n % 20 == 7;
    const int rows = 1 + static_cast<int>(random() % 4);
    for (int row = 0; row < rows; ++row) {
      const auto size = static_cast<std::int64_t>(random() % (is_huge ? 3'000'000 : 9'000));
      ASSERT_TRUE(transaction->statement("INSERT INTO note(id, text) VALUES(?1, ?2)")
                      .bind_all(++id, std::string(static_cast<std::size_t>(size), 'x'))
                      .run());
      added += size;
    }
    if (random() % 4 == 0) {
      transaction.reset();  // rolls back
    } else {
      ASSERT_TRUE(transaction->commit());
      bytes += added;
    }
    ASSERT_EQ(answer("SELECT coalesce(sum(length(text)), 0) FROM note"), std::to_string(bytes));
    if (n % 15 != 14) continue;
    ASSERT_TRUE(database->checkpoint_wal());
  }
  EXPECT_EQ(answer("PRAGMA integrity_check"), "ok");
  sqlite3_close(plain);
}

}  // namespace
}  // namespace broker
