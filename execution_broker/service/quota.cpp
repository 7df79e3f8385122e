#include "execution_broker/service/quota.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace broker {

namespace {
constexpr double kSecond = 1e6;
}

void TokenBucket::refill(std::int64_t now_us) {
  const auto elapsed = static_cast<double>(std::max<std::int64_t>(now_us - last_us_, 0));
  tokens_ = std::min(rate_.burst, tokens_ + elapsed / kSecond * rate_.per_second);
  last_us_ = std::max(last_us_, now_us);
}

std::int64_t TokenBucket::charge(std::int64_t now_us) {
  refill(now_us);
  tokens_ -= 1;
  return tokens_ >= 0 ? 0 : static_cast<std::int64_t>(std::ceil(-tokens_ / rate_.per_second * kSecond));
}

std::int64_t TokenBucket::take(std::int64_t now_us) {
  refill(now_us);
  if (tokens_ >= 1) {
    tokens_ -= 1;
    return 0;
  }
  return static_cast<std::int64_t>(std::ceil((1 - tokens_) / rate_.per_second * kSecond));
}

TokenBucket& Quota::bucket_of(RpcClass cls) {
  switch (cls) {
    case RpcClass::kRead:
    case RpcClass::kReport:
      return reads_;
    case RpcClass::kExit:
    case RpcClass::kCancel:
    case RpcClass::kStop:
      return exits_;
    case RpcClass::kEntry:
    case RpcClass::kTighten:
    case RpcClass::kLoosen:
    case RpcClass::kClock:
      return orders_;
  }
  return orders_;
}

trading::Status Quota::take(RpcClass cls, std::int64_t now_us) {
  const std::lock_guard lock(mutex_);
  const std::int64_t wait_us = bucket_of(cls).take(now_us);
  if (wait_us == 0) return {};
  return trading::make_error(
      kQuotaExceeded, "too many calls of the kind " + std::string(name_of(cls)),
      "nothing happened; send it again in " + std::to_string((wait_us + 999) / 1'000) + " ms",
      trading::Retry::kSafe);
}

}  // namespace broker
