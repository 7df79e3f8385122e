#pragma once

// Keeps a flood of the same refusal from filling the disk: of each (uid, type, code) the first
// kRecordsAMinute in a minute are recorded one by one, the rest is counted and told in one summary
// a minute. Pure; the caller's thread.

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace broker {

struct RepeatKey {
  std::int64_t uid = -1;
  std::string type;
  std::string code;
  friend auto operator<=>(const RepeatKey&, const RepeatKey&) = default;
};

struct RepeatSummary {
  RepeatKey key;
  std::string role;           // of the last one counted
  std::int64_t count = 0;     // not recorded one by one
  std::int64_t first_ts = 0;  // UTC microseconds
  std::int64_t last_ts = 0;
};

class RepeatQuota {
 public:
  static constexpr int kRecordsAMinute = 20;
  static constexpr std::int64_t kWindowUs = 60'000'000;
  // Keys come from closed lists, so this is never reached by honest callers; what is beyond shares
  // one key.
  static constexpr std::size_t kMaxKeys = 512;

  // true: record this one. false: it has been counted instead.
  bool admit(const RepeatKey& key, const std::string& role, std::int64_t steady_us,
             std::int64_t ts);
  // What was counted in windows that have ended; taken out. `all`: open windows too (at a stop).
  std::vector<RepeatSummary> take_due(std::int64_t steady_us, bool all = false);
  // Puts back what could not be written.
  void give_back(const std::vector<RepeatSummary>& summaries, std::int64_t steady_us);

 private:
  struct Window {
    std::int64_t started_us = 0;
    int recorded = 0;
    RepeatSummary counted;
  };
  std::map<RepeatKey, Window> windows_;
};

}  // namespace broker
