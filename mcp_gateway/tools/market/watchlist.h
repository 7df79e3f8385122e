#pragma once

// The watchlist that fetch_watchlist serves and the scans look through.

#include <array>

namespace tools {

// Ten large, liquid names of different sectors.
inline constexpr std::array<const char*, 10> kStaticWatchlist{
    "RELIANCE",   "TCS", "HDFCBANK", "INFY",       "ICICIBANK",
    "HINDUNILVR", "ITC", "SBIN",     "BHARTIARTL", "KOTAKBANK"};

}  // namespace tools
