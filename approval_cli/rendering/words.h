#pragma once

// Figures and names of the wire as a person reads them.

#include <cstdint>
#include <string>
#include <string_view>

#include "broker/v1/common.pb.h"

namespace approval_cli {

std::string signed_rupees(std::int64_t amount_e4);  // "+1,234.50", "-0.05", "0.00"
std::string price(std::int64_t price_e4);           // "812.05", four decimals where there are more
std::string percent(std::int64_t part_e4, std::int64_t whole_e4);  // "1.84%", rounded down; "" of 0
std::string span(std::int64_t us);        // "12 min", "17 h 45 min", "40 s", "3 d 2 h"
std::string clock_time(std::int64_t us);  // "2026-11-23 14:53" in IST, seconds when there are any
std::string in_words(std::string_view name);  // "square_off" -> "square off"
std::string bytes(std::int64_t count);        // "12.3 GB"
std::string grouped(std::int64_t count);      // "1,234,567": a number of things, not of rupees

std::string_view name_of(broker::v1::Side side);        // "BUY"
std::string_view name_of(broker::v1::OrderType type);   // "SL-M"
std::string_view name_of(broker::v1::Product product);  // "INTRADAY"

}  // namespace approval_cli
