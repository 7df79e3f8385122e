#pragma once

// Root's word that a home is isolated. The broker's own eyes do not reach everything (sudo's rules,
// for one), and what it sees it sees as itself; so root looks, before each start and every quarter of
// an hour, and leaves a finding where only root can write:
//
//   /var/lib/trading-mcp/attest/<home, escaped>.json    0644, root's, below folders that are root's
//
// One line of canonical JSON:
//   {"agent_uids":[..],"boottime_us":..,"broker_uid":..,"faults":["..."],"home":"/..",
//    "home_device":"..","home_inode":"..","kernel_boot":"<uuid>","operator_uids":[..],"v":1,
//    "wall_us":..}
//
// It counts for one hour of CLOCK_BOOTTIME (which goes on while the machine sleeps, and which setting
// the wall clock does not move), within the same run of the kernel, for the same folder and the same
// users, and only without faults. In the file's name "/" is written "-", every byte but letters,
// digits, "_" and "." as "%xx".

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "trading/base/result.h"

namespace broker {

struct IsolationFacts;

inline constexpr char kAttestFolder[] = "/var/lib/trading-mcp/attest";
inline constexpr std::int64_t kAttestFreshUs = 3'600LL * 1'000'000;

// When: which run of the kernel, and how long it runs.
struct MachineMoment {
  std::string kernel_boot;  // /proc/sys/kernel/random/boot_id
  std::int64_t boottime_us = 0;
  std::int64_t wall_us = 0;
};
trading::Result<MachineMoment> machine_moment();  // ATTEST_CLOCK

// ATTEST_PATH: a home whose escaped name is longer than a file name may be.
trading::Result<std::filesystem::path> attest_file(const std::filesystem::path& folder, const std::filesystem::path& home);

// By root alone (ATTEST_NOT_ROOT): writes the finding with these faults, in a file of its own that is
// renamed into place. `folder` is made when it is missing. ATTEST_IO.
trading::Status write_attest(const std::filesystem::path& folder, const IsolationFacts& facts, const std::vector<std::string>& faults,
                             const MachineMoment& now);

// Is there a finding by root, without faults, about this home and these users, and fresh?
// ATTEST_NOT_FRESH says what is missing; so does a finding, or a folder above it, that is not root's or
// that others may write.
trading::Status check_attest(const std::filesystem::path& folder, const IsolationFacts& facts, const MachineMoment& now);

}  // namespace broker
