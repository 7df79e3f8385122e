#pragma once

// How often one uid of the agent door may call: a token bucket for each kind of call. Orders cannot
// eat what cancels and exits need, and reads cannot eat either.

#include <cstdint>
#include <mutex>

#include "execution_broker/service/doors.h"
#include "trading/base/result.h"

namespace broker {

inline constexpr const char* kQuotaExceeded = "QUOTA_EXCEEDED";

struct Rate {
  double per_second = 0;
  double burst = 0;
};

struct QuotaRates {
  Rate reads{200, 1'000};  // a scan over a watchlist comes as one burst
  Rate orders{20, 20};     // entries, modifications, tightenings
  Rate exits{20, 40};      // exits and cancels
};

// Pure: the caller brings the time.
class TokenBucket {
 public:
  explicit TokenBucket(Rate rate) : rate_(rate), tokens_(rate.burst) {}
  // Takes a token. 0, or how many microseconds to wait until there is one.
  std::int64_t take(std::int64_t now_us);
  // Takes one whether it is there or not: for what has happened already. 0, or how long until nothing is owed.
  std::int64_t charge(std::int64_t now_us);

 private:
  void refill(std::int64_t now_us);
  Rate rate_;
  double tokens_;
  std::int64_t last_us_ = 0;
};

// Any thread.
class Quota {
 public:
  explicit Quota(const QuotaRates& rates)
      : reads_(rates.reads), orders_(rates.orders), exits_(rates.exits) {}
  // QUOTA_EXCEEDED with the time to wait. `now_us` is of a steady clock.
  trading::Status take(RpcClass cls, std::int64_t now_us);

 private:
  [[nodiscard]] TokenBucket& bucket_of(RpcClass cls);
  std::mutex mutex_;
  TokenBucket reads_;   // guarded by mutex_
  TokenBucket orders_;  // guarded by mutex_
  TokenBucket exits_;   // guarded by mutex_
};

}  // namespace broker
