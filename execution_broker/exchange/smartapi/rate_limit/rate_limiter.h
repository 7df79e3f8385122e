#pragma once

// How often each call may go out. The service counts in rolling windows, answers an excess with a
// refusal that may keep a protective order from its exchange, and sometimes refuses without cause;
// so this stays below the published figures, and place, modify and cancel, which share one budget,
// keep a part of it for what must never wait:
//
//                    a second   a minute   an hour
//   published            9         500       1000
//   entries up to        5         400        700
//   protection up to     8         470        900
//   cancels up to        9         490        980
//
// Every call takes from the same count; a lane is refused once the count has reached its share. Not
// thread-safe: it belongs to its client.

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "execution_broker/exchange/smartapi/wire/endpoint.h"

namespace broker::smartapi {

enum class Lane { kRead, kEntry, kProtection, kCancel };

class RateLimiter {
 public:
  // 0: taken, the call may go. Otherwise nothing is taken and this many microseconds are to pass.
  std::int64_t take(Endpoint endpoint, Lane lane, std::int64_t steady_us);
  // The service refused a call all the same: its bucket rests, longer each time in a row.
  void penalise(Endpoint endpoint, std::int64_t steady_us);
  // An answer came: the next refusal is the first again.
  void forgive(Endpoint endpoint);

 private:
  struct Bucket {
    std::deque<std::int64_t> taken_us;  // within the longest window, oldest first
    std::int64_t blocked_until_us = 0;
    int refusals = 0;
  };
  std::map<int, Bucket> buckets_;
};

}  // namespace broker::smartapi
