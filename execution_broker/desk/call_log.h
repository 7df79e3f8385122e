#pragma once

// Every call of the agent's side, into the audit within a second, in batches: what was called, by which uid, how it
// ended. Threads of calls add, the desk's thread flushes. Bounded: beyond kMostWaiting calls are counted by uid and
// method instead of listed, so that a flood cannot fill memory or disk.

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "execution_broker/desk/book.h"

namespace broker {

struct LoggedCall {
  std::string method;  // RPC, or "tool:NAME" as the gateway told it
  std::string tool;
  std::uint32_t uid = 0;
  std::string role;
  std::string client;
  std::string error_code;  // empty = it went well
  std::string arguments_sha256;
  std::int64_t duration_us = 0;
};

class CallLog {
 public:
  static constexpr std::size_t kMostWaiting = 64;       // listed one by one between two flushes
  static constexpr std::size_t kMostCounters = 64;
  static constexpr std::int64_t kFlushUs = 900'000;  // every call is in the audit within a second
  static constexpr std::size_t kListedAMinute = 300;  // beyond it calls are counted, or a flood would fill the disk
  static constexpr std::size_t kCallsARecord = 20;    // keeps a record well below the audit's limit for a body

  void add(LoggedCall call);  // any thread
  // On the desk's thread, as often as it likes: writes at most once in kFlushUs.
  trading::Status flush(Book& book, trading::Timestamp market_ts, std::int64_t steady_us);
  // At a stop.
  trading::Status flush_all(Book& book, trading::Timestamp market_ts);

 private:
  std::mutex mutex_;
  std::int64_t last_flush_us_ = 0;    // the desk's thread
  std::int64_t minute_began_us_ = 0;  // guarded by mutex_
  std::size_t listed_in_minute_ = 0;  // guarded by mutex_
  std::vector<LoggedCall> waiting_;                 // guarded by mutex_
  std::map<std::string, std::int64_t> counted_;     // guarded by mutex_: "uid method code" -> calls not listed
};

}  // namespace broker
