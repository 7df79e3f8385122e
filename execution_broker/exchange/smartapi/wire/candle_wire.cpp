#include "execution_broker/exchange/smartapi/wire/candle_wire.h"

#include <algorithm>

#include "execution_broker/exchange/smartapi/wire/fields.h"
#include "trading/base/decimal.h"
#include "trading/base/text.h"

namespace broker::smartapi {

namespace {

using trading::Bar;
using trading::Price;
using trading::Result;
using trading::Timeframe;
using trading::Timestamp;
using trading::TradingDate;

struct IntervalRow {
  Timeframe timeframe;
  int most_days;  // SmartAPI's historical page, 2026
};
// The names of the wire are those of trading::Timeframe.
constexpr IntervalRow kIntervals[] = {
    {Timeframe::kOneMinute, 30},      {Timeframe::kFiveMinute, 100}, {Timeframe::kTenMinute, 100},
    {Timeframe::kFifteenMinute, 200}, {Timeframe::kThirtyMinute, 200}, {Timeframe::kOneHour, 400},
    {Timeframe::kOneDay, 2'000},
};

std::string two(int n) { return (n < 10 ? "0" : "") + std::to_string(n); }

// "2026-11-23 09:15"
std::string minute_text(Timestamp t) {
  const trading::TimeOfDay time = trading::time_of(t);
  return trading::date_of(t).iso() + " " + two(time.seconds / 3600) + ":" +
         two(time.seconds / 60 % 60);
}

// One row; a reason in `fault` when it is no bar.
Bar read_bar(const Json& row, std::string& fault) {
  Bar bar;
  if (!row.is_array() || row.items.size() < 6) {
    fault = "no row of six";
    return bar;
  }
  const Json& time = row.items[0];
  const auto ts = time.is_string() ? trading::parse_timestamp(time.text)
                                   : Result<Timestamp>(trading::make_error("", ""));
  if (!ts) {
    fault = "no time in " + trading::quoted(time.text);
    return bar;
  }
  bar.ts = *ts;
  Price* const prices[] = {&bar.open, &bar.high, &bar.low, &bar.close};
  for (std::size_t i = 0; i < 4; ++i) {
    const Json& cell = row.items[i + 1];
    const auto value = cell.is_number() || cell.is_string()
                           ? trading::parse_decimal(joined_sign(cell.text), 4)
                           : Result<std::int64_t>(trading::make_error("", ""));
    if (!value || *value <= 0) {
      fault = "a price that is none: " + trading::quoted(cell.text);
      return bar;
    }
    *prices[i] = Price(*value);
  }
  const Json& volume = row.items[5];
  const auto shares = volume.is_number() || volume.is_string()
                          ? trading::parse_decimal(joined_sign(volume.text), 0)
                          : Result<std::int64_t>(trading::make_error("", ""));
  if (!shares) fault = "no volume in " + trading::quoted(volume.text);
  else if (*shares < 0) fault = "a negative volume";
  else bar.volume = *shares;
  if (fault.empty() && bar.high < bar.low) fault = "its high is below its low";
  if (fault.empty() && (bar.open > bar.high || bar.open < bar.low || bar.close > bar.high ||
                        bar.close < bar.low))
    fault = "its range does not hold open and close";
  return bar;
}

}  // namespace

int days_a_request(Timeframe timeframe) {
  for (const IntervalRow& row : kIntervals)
    if (row.timeframe == timeframe) return row.most_days * 9 / 10;
  return 1;
}

std::vector<CandleChunk> plan_candles(Timeframe timeframe, TradingDate from, TradingDate to) {
  std::vector<CandleChunk> chunks;
  const int days = days_a_request(timeframe);
  for (TradingDate begin = from; begin <= to; begin = begin + days)
    chunks.push_back({begin, std::min(begin + (days - 1), to)});
  return chunks;
}

WireRequest candle_request(std::string_view exchange, std::string_view token, Timeframe timeframe,
                           Timestamp from, Timestamp until) {
  return {Endpoint::kCandles, std::string(row_of(Endpoint::kCandles).path),
          "{\"exchange\":" + json_string(exchange) + ",\"symboltoken\":" + json_string(token) +
              ",\"interval\":" + json_string(trading::name_of(timeframe)) +
              ",\"fromdate\":" + json_string(minute_text(from)) +
              ",\"todate\":" + json_string(minute_text(until)) + "}"};
}

Result<CandleReply> read_candles(Timeframe timeframe, Timestamp from, Timestamp until,
                                 const Json& data) {
  if (!data.is_array())
    return trading::make_error("SMARTAPI_NO_ANSWER",
                               "getCandleData answered something that is no list",
                               "nothing follows from this answer; read again",
                               trading::Retry::kSafe);
  CandleReply reply;
  reply.bars.timeframe = timeframe;
  const auto leave_out = [&](std::size_t i, const std::string& why) {
    ++reply.left_out;
    if (reply.findings.size() < kMostCandleFindings)
      reply.findings.push_back("candle " + std::to_string(i + 1) + " left out: " + why);
  };
  std::vector<Bar> bars;
  for (std::size_t i = 0; i < data.items.size(); ++i) {
    std::string fault;
    const Bar bar = read_bar(data.items[i], fault);
    // A day's bar is stamped with its midnight, whatever hour was asked from.
    const Timestamp first = timeframe == Timeframe::kOneDay
                                ? timestamp_of(trading::date_of(from), trading::at(0, 0))
                                : from;
    if (fault.empty() && (bar.ts < first || bar.ts > until)) fault = "it lies outside what was asked";
    // Rows come ascending; one that does not continue is not to be placed anywhere.
    if (fault.empty() && !bars.empty() && bar.ts <= bars.back().ts)
      fault = bar.ts == bars.back().ts ? "a second bar of that time" : "it goes back in time";
    if (!fault.empty()) {
      leave_out(i, fault + (bar.ts.us != 0 ? " (" + format_ist(bar.ts) + ")" : ""));
      continue;
    }
    bars.push_back(bar);
  }
  reply.bars.reserve(bars.size());
  for (const Bar& bar : bars) reply.bars.push_back(bar);
  return reply;
}

}  // namespace broker::smartapi
