#pragma once

// What looks wrong in a parsed file but can be read: findings that name file and row. Nothing is
// changed here.

#include <string>
#include <vector>

#include "execution_broker/market/csv/parse_csv.h"
#include "execution_broker/market/market_source.h"

namespace broker {

struct CheckInputs {
  const ParsedFile& file;
  std::string_view name;
  const trading::Instrument& instrument;
  const trading::ExchangeCalendar& calendar;  // with the data's own days
  const std::vector<CorporateAction>& actions;
};

// Odd sessions, bars off the grid of the timeframe, overnight jumps above 20 % without a corporate
// action, prices off the tick.
std::vector<std::string> check_file(const CheckInputs& in);

}  // namespace broker
