// Any I/O error after opening ends the process; no error of the disk is ever turned into "it did
// not happen".

#include "execution_broker/storage/fail_stop.h"

#include <sqlite3.h>

#include "execution_broker/storage/testing/recording_vfs.h"
#include "storage_fixture.h"

namespace broker {
namespace {

struct Stopped {
  std::string why;
};

class FailStopTest : public StorageFixture {
 protected:
  FailStopTest() {
    set_fail_stop_hook([](std::string_view why) { throw Stopped{std::string(why)}; });
  }
  ~FailStopTest() override { set_fail_stop_hook(nullptr); }
};
using FailStopDeathTest = StorageFixture;

DatabaseOptions through(const testing::RecordingVfs& vfs) {
  DatabaseOptions options = note_options();
  options.vfs = vfs.name();
  return options;
}

TEST_F(FailStopDeathTest, AbortsWithALine) {
  EXPECT_DEATH(fail_stop("disk gone"), "event=storage.fail_stop action=abort why=\"disk gone\"");
}

TEST_F(FailStopTest, EveryFailingOperationOfACommitStops) {
  int stopped = 0;
  for (std::int64_t n = 0;; ++n) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
    testing::RecordingVfs vfs("failing");
    auto database = open(through(vfs));
    ASSERT_TRUE(database);
    const auto first = static_cast<std::int64_t>(vfs.operations().size());
    vfs.fail_at(first + n, n % 2 == 0 ? SQLITE_IOERR_FSYNC : SQLITE_IOERR_WRITE);
    try {
      ASSERT_TRUE(add_note(*database, 1, std::string(9'000, 'x')));
      break;  // the nth operation is beyond this transaction
    } catch (const Stopped& stop) {
      ++stopped;
      EXPECT_NE(stop.why.find("disk I/O error"), std::string::npos) << stop.why;
    }
  }
  EXPECT_GE(stopped, 2);  // the write of its frames, and the sync
}

TEST_F(FailStopTest, FailingOperationWhileOpeningIsAValue) {
  int refused = 0;
  for (std::int64_t n = 0;; ++n) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
    testing::RecordingVfs vfs("failing");
    vfs.fail_at(n, SQLITE_IOERR_WRITE);
    const auto opened = Database::open(path_, through(vfs));
    if (opened) break;
    ++refused;
  }
  EXPECT_GE(refused, 3);
}

TEST_F(FailStopTest, FullDiskIsAValueAndNothingOfTheTransactionStays) {
  for (std::int64_t n = 0; n < 20; ++n) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
    testing::RecordingVfs vfs("full");
    auto database = open(through(vfs));
    ASSERT_TRUE(add_note(*database, 1, "before"));
    // Only writes report a full disk; a sync that does is an I/O error. Operations are found by
    // trying.
    const auto first = static_cast<std::int64_t>(vfs.operations().size());
    vfs.fail_at(first + n, SQLITE_FULL);
    trading::Status added;
    try {
      added = add_note(*database, 2, std::string(9'000, 'x'));
    } catch (const Stopped&) {
      continue;
    }
    if (added) return;
    EXPECT_EQ(added.error().code, "DISK_FULL");
    EXPECT_FALSE(database->in_transaction());
    EXPECT_EQ(count(*database), 1);
    ASSERT_TRUE(add_note(*database, 3, "after"));
    EXPECT_TRUE(database->integrity_check());
  }
  FAIL() << "no transaction succeeded";
}

TEST_F(FailStopTest, NothingGoesOnInATransactionThatLostAStatementToAFullDisk) {
  testing::RecordingVfs vfs("full");
  auto database = open(through(vfs));
  auto transaction = *Transaction::begin(*database);
  // Larger than the page cache, so that a statement itself has to write.
  const auto fill = [&](int id) {
    return transaction.statement("INSERT INTO note(id, text) VALUES(?1, ?2)")
        .bind_all(id, std::string(4'000'000, 'x'))
        .run();
  };
  const auto filled = fill(1);
  ASSERT_TRUE(filled) << filled.error().what;
  vfs.fail_at(static_cast<std::int64_t>(vfs.operations().size()), SQLITE_FULL);
  const auto full = fill(2);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, "DISK_FULL");
  const auto later =
      transaction.statement("INSERT INTO note(id, text) VALUES(9, 'must not stand alone')").run();
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().code, "DISK_FULL");
  EXPECT_EQ(transaction.commit().error().code, "DISK_FULL");
  EXPECT_EQ(count(*database), 0);
}

}  // namespace
}  // namespace broker
