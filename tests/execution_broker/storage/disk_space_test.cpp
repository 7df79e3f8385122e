#include "execution_broker/storage/disk_space.h"

#include <sys/mount.h>
#include <unistd.h>

#include <iostream>

#include "storage_fixture.h"

namespace broker {
namespace {

class DiskSpaceTest : public StorageFixture {};

// A real, small file system; only root may mount one.
class SmallDisk {
 public:
  SmallDisk(std::filesystem::path path, const char* size) : path_(std::move(path)) {
    std::filesystem::create_directory(path_);
    mounted_ = ::mount("tmpfs", path_.c_str(), "tmpfs", 0, size) == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  [[nodiscard]] bool is_mounted() const { return mounted_; }

 private:
  std::filesystem::path path_;
  bool mounted_ = false;
};

#define REQUIRE_SMALL_DISK(disk)                                                             \
  if (!(disk).is_mounted()) {                                                                \
    std::cerr << "SKIPPED: a real full disk needs root and mount(2); only simulated here\n"; \
    GTEST_SKIP() << "cannot mount a tmpfs";                                                  \
  }

TEST_F(DiskSpaceTest, FreeSpaceIsMeasuredAndCompared) {
  const auto free = free_disk_bytes(folder_);
  ASSERT_TRUE(free);
  EXPECT_GT(*free, 0);
  EXPECT_TRUE(check_free_disk(folder_, 1));
  const auto low = check_free_disk(folder_, std::int64_t{1} << 60);
  ASSERT_FALSE(low);
  EXPECT_EQ(low.error().code, "DISK_LOW");
  EXPECT_EQ(free_disk_bytes(folder_ / "nowhere").error().code, "STORAGE_IO");
}

TEST_F(DiskSpaceTest, BallastHoldsRealBlocksAndGivesThemBack) {
  Ballast ballast(folder_ / "ballast", 4 << 20);
  EXPECT_FALSE(ballast.is_held());
  ASSERT_TRUE(ballast.ensure());
  EXPECT_TRUE(ballast.is_held());
  ASSERT_TRUE(ballast.ensure());
  EXPECT_TRUE(ballast.release());
  EXPECT_FALSE(ballast.release());
  EXPECT_FALSE(ballast.is_held());
}

TEST_F(DiskSpaceTest, BallastIsNotTakenFromALowDisk) {
  const SmallDisk disk(folder_ / "small", "size=8m");
  REQUIRE_SMALL_DISK(disk);
  Ballast ballast(folder_ / "small" / "ballast", 1 << 20);
  EXPECT_EQ(ballast.ensure().error().code, "DISK_LOW");
  EXPECT_FALSE(ballast.is_held());
}

TEST_F(DiskSpaceTest, FullDiskKeepsWhatWasAcknowledgedAndReleasedSpaceLetsWorkGoOn) {
  const SmallDisk disk(folder_ / "small", "size=1m");
  REQUIRE_SMALL_DISK(disk);
  const auto filler = folder_ / "small" / "filler";
  {
    std::string cmd(200'000, 'f');
    std::FILE* file = std::fopen(filler.c_str(), "w");
    ASSERT_NE(file, nullptr);
    std::fwrite(cmd.data(), 1, cmd.size(), file);
    std::fclose(file);
  }
  path_ = folder_ / "small" / "test.db";
  auto database = open();
  std::int64_t acknowledged = 0;
  trading::Status added;
  while ((added = add_note(*database, acknowledged + 1, std::string(3'000, 'x')))) ++acknowledged;
  EXPECT_EQ(added.error().code, "DISK_FULL");
  EXPECT_GT(acknowledged, 10);
  EXPECT_EQ(count(*database), acknowledged);
  std::filesystem::remove(filler);
  ASSERT_TRUE(add_note(*database, acknowledged + 1, "after"));
  EXPECT_TRUE(database->integrity_check());
  database.reset();
  EXPECT_EQ(count(*open()), acknowledged + 1);
}

}  // namespace
}  // namespace broker
