#pragma once

// NSE's daily bhavcopy of the cash market -> daily bars, for people without keys. Both published
// forms, told apart by their header (columns are found by name, more columns are fine):
//   until July 2024   SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,...,TIMESTAMP,...
//                     TIMESTAMP is 05-JUL-2024
//   since (UDiFF)     TradDt,...,TckrSymb,SctySrs,...,OpnPric,HghPric,LwPric,ClsPric,...,TtlTradgVol,...
//                     TradDt is 2024-07-08
// Only EQ, BE and BZ; a symbol in two of them is its first of that order, as in the instrument
// selection. Prices are raw. Pure; safe on any bytes.

#include <string>
#include <string_view>
#include <vector>

#include "trading/bars/bar.h"

namespace broker {

struct BhavcopyRow {
  std::string symbol;
  trading::Bar bar;  // ts: midnight of the day, as daily bars have it
};
struct Bhavcopy {
  trading::TradingDate day;
  std::vector<BhavcopyRow> rows;      // by symbol, unique
  std::vector<std::string> findings;  // rows left out, at most fifty in full
};

// BHAVCOPY_INVALID: neither form, no row, or rows of two days.
trading::Result<Bhavcopy> parse_bhavcopy(std::string_view bytes, std::string_view file);

}  // namespace broker
