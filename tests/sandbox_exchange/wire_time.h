#pragma once

// The spellings of time on this wire. All IST.

#include <string>
#include <string_view>

#include "trading/time/timestamp.h"

namespace sandbox {

std::string day_month_year(trading::Timestamp t);     // 23-Nov-2026 10:15:02
std::string clock_text(trading::Timestamp t);         // 10:15:02
std::string iso_minute(trading::Timestamp t);         // 2026-11-23T09:15:00+05:30
std::string date_and_time(trading::Timestamp t);      // 2026-11-23 10:15:02
std::string http_date(trading::Timestamp t);          // Mon, 23 Nov 2026 04:45:02 GMT
std::string yymmdd(trading::TradingDate date);        // 261123
std::string expiry_text(trading::TradingDate date);     // 27OCT2026
trading::Timestamp midnight_of(trading::TradingDate date);  // 00:00 IST

// "2026-11-23 09:15" as candles ask for it. False where it is anything else.
bool parse_minute(std::string_view text, trading::Timestamp& out);

}  // namespace sandbox
