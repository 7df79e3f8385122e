// Durability: the power may go at any moment, and the disk may keep any part of what was not
// synced. Whatever is left must open, pass its integrity check, hold every acknowledged
// transaction, and hold transactions whole or not at all.

#include "execution_broker/storage/testing/power_cut.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "execution_broker/storage/testing/recording_vfs.h"
#include "storage_fixture.h"

namespace broker {
namespace {

using testing::DiskImage;
using testing::PowerCut;
using testing::RecordingVfs;
using testing::Unsynced;

// Transaction n writes rows (n, 1) and (n, 2); either both are there or none.
DatabaseOptions pair_options() {
  DatabaseOptions options;
  options.application_id = kTestApplication;
  options.migrations = {
      {1, "pairs",
       "CREATE TABLE pair(txn INTEGER, half INTEGER, text TEXT, PRIMARY KEY(txn, half)) STRICT;"}};
  return options;
}

struct Recording {
  std::vector<testing::DiskOperation> operations;
  struct Acknowledged {
    int transaction;         // the last one that is promised
    std::size_t operations;  // done when it was
  };
  std::vector<Acknowledged> acknowledged_at;
  int group = 1;
};

int from_environment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

// Thousands of images are opened, each with its syncs: in memory where there is such a file system.
struct ImageFolder {
  ImageFolder() {
    const char* parent = ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    std::string pattern = std::string(parent) + "/power-cut-XXXXXX";
    path = ::mkdtemp(pattern.data());
  }
  ImageFolder(const ImageFolder&) = delete;
  ImageFolder& operator=(const ImageFolder&) = delete;
  ~ImageFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::filesystem::path path;
};

class PowerCutTest : public StorageFixture {
 protected:
  // `group` commits share a sync; 1: each commit has its own.
  Recording record(int transactions, int group, bool swallow_syncs, std::mt19937_64& random) {
    RecordingVfs vfs("recording");
    DatabaseOptions options = pair_options();
    options.vfs = vfs.name();
    auto database = *Database::open(path_, options);
    if (group > 1) {
      EXPECT_TRUE(database->defer_sync());
    }
    vfs.swallow_syncs(swallow_syncs);
    Recording result;
    result.group = group;
    for (int n = 1; n <= transactions; ++n) {
      auto transaction = *Transaction::begin(*database);
      for (int half = 1; half <= 2; ++half) {
        const std::string text(random() % 3'000, static_cast<char>('a' + n % 26));
        EXPECT_TRUE(transaction.statement("INSERT INTO pair VALUES(?1, ?2, ?3)")
                        .bind_all(n, half, text)
                        .run());
      }
      EXPECT_TRUE(transaction.commit());
      if (n % group == 0) database->sync();
      if (n % group == 0) result.acknowledged_at.push_back({n, vfs.operations().size()});
      if (n % 40 != 0) continue;
      EXPECT_TRUE(database->checkpoint_wal());
    }
    database.reset();
    result.operations = vfs.operations();
    return result;
  }

  // Empty when the image keeps the promises.
  std::string fault_of(const DiskImage& image, std::int64_t acknowledged, int group) {
    const auto folder = images_.path;
    testing::write_image(image, folder);
    auto opened = Database::open(folder / "test.db", pair_options());
    if (!opened) return opened.error().text();
    Database& database = **opened;
    if (const auto checked = database.integrity_check(); !checked) return checked.error().text();
    const auto rows = *single_int64(database.statement("SELECT count(*) FROM pair"));
    const auto last = *single_int64(database.statement("SELECT coalesce(max(txn), 0) FROM pair"));
    if (*rows != 2 * *last)
      return std::to_string(*rows) + " rows, the last transaction is " + std::to_string(*last);
    if (*last < acknowledged) {
      return "acknowledged " + std::to_string(acknowledged) + ", found " + std::to_string(*last);
    }
    if (*last > acknowledged + group) return "more than was written";
    return {};
  }

  // Cuts the power before every `stride`th operation. Returns the number of faults and checked
  // images.
  std::pair<int, int> cut_everywhere(const Recording& run, int stride, int random_subsets,
                                     std::uint64_t seed) {
    std::mt19937_64 random(seed);
    PowerCut disk;
    int faults = 0;
    int images = 0;
    std::int64_t acknowledged = 0;
    std::size_t next = 0;
    const auto judge = [&](Unsynced unsynced, std::size_t at) {
      DiskImage image = disk.image(unsynced, random);
      image.try_emplace("test.db");  // made, and its folder synced, before SQLite comes in
      const std::string fault = fault_of(image, acknowledged, run.group);
      ++images;
      if (fault.empty()) return;
      if (++faults <= 3)
        std::cout << "seed " << seed << ", cut before operation " << at << ": " << fault << "\n";
    };
    for (std::size_t at = 0; at <= run.operations.size(); ++at) {
      while (next < run.acknowledged_at.size() && run.acknowledged_at[next].operations <= at)
        acknowledged = run.acknowledged_at[next++].transaction;
      if (at % static_cast<std::size_t>(stride) == 0) {
        judge(Unsynced::kAllKept, at);
        judge(Unsynced::kAllLost, at);
        for (int i = 0; i < random_subsets; ++i) judge(Unsynced::kRandomSubset, at);
      }
      if (at < run.operations.size()) disk.add(run.operations[at]);
    }
    return {faults, images};
  }

  ImageFolder images_;
};

// POWER_CUT_TRANSACTIONS and POWER_CUT_SUBSETS make the long run.
TEST_F(PowerCutTest, AcknowledgedTransactionsSurviveEveryCut) {
  const std::uint64_t seed = 20'261'123;
  std::mt19937_64 random(seed);
  const Recording recorded = record(from_environment("POWER_CUT_TRANSACTIONS", 200), 1, false, random);
  const auto [faults, images] =
      cut_everywhere(recorded, 1, from_environment("POWER_CUT_SUBSETS", 2), seed);
  std::cout << recorded.operations.size() << " disk operations, " << images << " images, seed "
            << seed << "\n";
  EXPECT_EQ(faults, 0);
}

// Seven commits to a sync, as a desk's job makes them: a cut leaves whole transactions, without a
// hole, and all of them that a sync has answered for.
TEST_F(PowerCutTest, GroupsOfCommitsSurviveUpToTheirSync) {
  const std::uint64_t seed = 20'261'124;
  std::mt19937_64 random(seed);
  const Recording recorded = record(from_environment("POWER_CUT_TRANSACTIONS", 210), 7, false, random);
  const auto [faults, images] =
      cut_everywhere(recorded, 1, from_environment("POWER_CUT_SUBSETS", 4), seed);
  std::cout << recorded.operations.size() << " disk operations, " << images << " images, seed "
            << seed << "\n";
  EXPECT_EQ(faults, 0);
}

TEST_F(PowerCutTest, SwallowedSyncsOfGroupsAreCaught) {
  const std::uint64_t seed = 8;
  std::mt19937_64 random(seed);
  const Recording recorded = record(70, 7, true, random);
  const auto [faults, images] = cut_everywhere(recorded, 3, 1, seed);
  EXPECT_GT(faults, images / 10) << "the plant went unseen: this test proves nothing";
}

TEST_F(PowerCutTest, SwallowedSyncsAreCaught) {
  const std::uint64_t seed = 7;
  std::mt19937_64 random(seed);
  const Recording recorded = record(60, 1, true, random);
  const auto [faults, images] = cut_everywhere(recorded, 3, 1, seed);
  EXPECT_GT(faults, images / 10) << "the plant went unseen: this test proves nothing";
}

}  // namespace
}  // namespace broker
