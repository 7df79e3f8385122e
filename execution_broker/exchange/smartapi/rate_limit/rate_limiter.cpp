#include "execution_broker/exchange/smartapi/rate_limit/rate_limiter.h"

#include <algorithm>

namespace broker::smartapi {

namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
// Their clock and ours do not tick together: a second is a little longer here.
constexpr std::int64_t kSecondAndABit = 1'100'000;

struct Window {
  std::int64_t span_us;
  std::size_t most;
};

// Calls that share a budget share a number.
enum BucketId : int { kOrders = 1'000 };

int bucket_of(Endpoint endpoint) {
  return row_of(endpoint).is_order_write ? kOrders : static_cast<int>(endpoint);
}

std::vector<Window> windows_of(Endpoint endpoint, Lane lane) {
  switch (endpoint) {
    case Endpoint::kPlaceOrder:
    case Endpoint::kModifyOrder:
    case Endpoint::kCancelOrder:
      switch (lane) {
        case Lane::kCancel:
          return {{kSecondAndABit, 9}, {kMinute, 490}, {kHour, 980}};
        case Lane::kProtection:
          return {{kSecondAndABit, 8}, {kMinute, 470}, {kHour, 900}};
        case Lane::kEntry:
        case Lane::kRead:
          return {{kSecondAndABit, 5}, {kMinute, 400}, {kHour, 700}};
      }
      break;
    case Endpoint::kLogin:
    case Endpoint::kLogout:
      return {{kSecondAndABit, 1}, {kHour, 60}};
    case Endpoint::kRefresh:
      return {{kSecondAndABit, 1}, {kHour, 500}};
    case Endpoint::kProfile:
      return {{kSecondAndABit, 2}, {kHour, 900}};
    case Endpoint::kFunds:
      return {{kSecondAndABit, 1}};
    case Endpoint::kOrderBook:
    case Endpoint::kTradeBook:
    case Endpoint::kPositions:
    case Endpoint::kHoldings:
    case Endpoint::kAllHoldings:
    case Endpoint::kCautionaryScrips:
      return {{1'200'000, 1}};
    case Endpoint::kOrderDetails:
    case Endpoint::kLtp:
    case Endpoint::kMargin:
    case Endpoint::kCharges:
    case Endpoint::kGttList:
    case Endpoint::kGttDetails:
      return {{kSecondAndABit, 8}, {kMinute, 450}, {kHour, 4'500}};
    case Endpoint::kQuote:
      // The table says ten a second, the quote page one request of fifty tokens: the smaller holds.
      return {{kSecondAndABit, 1}, {kMinute, 55}, {kHour, 3'300}};
    case Endpoint::kCandles:
      return {{kSecondAndABit, 2}, {kMinute, 150}, {kHour, 4'500}};
  }
  return {{kSecondAndABit, 1}};
}

constexpr std::int64_t kLongestRest = 16 * kSecond;

}  // namespace

std::int64_t RateLimiter::take(Endpoint endpoint, Lane lane, std::int64_t steady_us) {
  Bucket& bucket = buckets_[bucket_of(endpoint)];
  while (!bucket.taken_us.empty() && bucket.taken_us.front() <= steady_us - kHour)
    bucket.taken_us.pop_front();
  std::int64_t wait = std::max<std::int64_t>(0, bucket.blocked_until_us - steady_us);
  for (const Window& window : windows_of(endpoint, lane)) {
    if (bucket.taken_us.size() < window.most) continue;
    // The call that has to leave the window before this one fits.
    const std::int64_t oldest = bucket.taken_us[bucket.taken_us.size() - window.most];
    wait = std::max(wait, oldest + window.span_us - steady_us);
  }
  if (wait > 0) return wait;
  bucket.taken_us.push_back(steady_us);
  return 0;
}

void RateLimiter::penalise(Endpoint endpoint, std::int64_t steady_us) {
  Bucket& bucket = buckets_[bucket_of(endpoint)];
  const std::int64_t rest = std::min(kLongestRest, kSecond << std::min(bucket.refusals, 10));
  ++bucket.refusals;
  bucket.blocked_until_us = std::max(bucket.blocked_until_us, steady_us + rest);
}

void RateLimiter::forgive(Endpoint endpoint) { buckets_[bucket_of(endpoint)].refusals = 0; }

}  // namespace broker::smartapi
