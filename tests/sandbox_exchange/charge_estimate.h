#pragma once

// What a trade of the cash market would cost, as estimateCharges breaks it down. Rates of November
// 2026, written out here: the subject's own table is not asked.

#include <cstdint>
#include <string_view>

#include "tests/sandbox_exchange/json.h"
#include "tests/sandbox_exchange/listing.h"

namespace sandbox {

struct ChargeEstimate {  // 1/10,000 rupee
  std::int64_t trade_value = 0;
  std::int64_t brokerage = 0;
  std::int64_t exchange = 0;
  std::int64_t stamp = 0;
  std::int64_t sebi = 0;
  std::int64_t stt = 0;
  std::int64_t gst = 0;

  [[nodiscard]] std::int64_t total() const { return brokerage + exchange + stamp + sebi + stt + gst; }
  void add(const ChargeEstimate& other);
  [[nodiscard]] Json json() const;
};

ChargeEstimate estimate_of(const Listing& listing, std::string_view product, bool is_buy, trading::Price price,
                           std::int64_t quantity);

}  // namespace sandbox
