// getCandleData and getOIData. A request for too long a time is answered with its latest days and
// no word about the rest.

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "tests/sandbox_exchange/rest_functions.h"
#include "tests/sandbox_exchange/wire_time.h"

namespace sandbox {

using namespace trading;

namespace {

struct IntervalRow {
  std::string_view name;
  std::int64_t minutes;  // of one bar; 0 = the day
  std::int32_t max_days;
};
constexpr std::array kIntervals{
    IntervalRow{"ONE_MINUTE", 1, 30},      IntervalRow{"THREE_MINUTE", 3, 60},   IntervalRow{"FIVE_MINUTE", 5, 100},
    IntervalRow{"TEN_MINUTE", 10, 100},    IntervalRow{"FIFTEEN_MINUTE", 15, 200}, IntervalRow{"THIRTY_MINUTE", 30, 200},
    IntervalRow{"ONE_HOUR", 60, 400},      IntervalRow{"ONE_DAY", 0, 2'000},
};

struct CandleRequest {
  const Listing* listing = nullptr;
  const IntervalRow* interval = nullptr;
  Timestamp from;
  Timestamp to;
  std::optional<Answer> refusal;
};

CandleRequest read_request(Call& call) {
  CandleRequest request;
  const std::string interval = text_at(call.body, "interval");
  const auto row = std::find_if(kIntervals.begin(), kIntervals.end(), [&](const IntervalRow& r) { return r.name == interval; });
  if (row == kIntervals.end()) {
    HttpReply reply;
    reply.status = 400;
    reply.content_type = "";
    request.refusal.emplace().raw = reply;
    return request;
  }
  request.interval = &*row;
  request.listing = call.world.listings.find(text_at(call.body, "exchange"), text_at(call.body, "symboltoken"));
  const bool is_read = parse_minute(text_at(call.body, "fromdate"), request.from) && parse_minute(text_at(call.body, "todate"), request.to);
  if (request.listing == nullptr || !is_read || request.from > request.to) {
    request.refusal = refuse("AB1004", "Something Went Wrong, Please Try After Sometime");
  } else if (date_of(request.to) > date_of(call.now)) {
    request.refusal = refuse("AB1012", "To datetime can't be greater than current datetime");
  } else if (date_of(request.to) - row->max_days >= date_of(request.from)) {
    request.from = midnight_of(date_of(request.to) - (row->max_days - 1));
  }
  return request;
}

void add_to(Bar& sum, const Bar& bar) {
  sum.high = std::max(sum.high, bar.high);
  sum.low = std::min(sum.low, bar.low);
  sum.close = bar.close;
  sum.volume += bar.volume;
}

std::vector<Bar> bars_of(const Market& market, const CandleRequest& request) {
  std::vector<Bar> bars;
  for (TradingDate date = date_of(request.from); date <= date_of(request.to); date = date + 1) {
    const Timestamp midnight = midnight_of(date);
    for (const Bar& minute : market.minutes_of(*request.listing, date)) {
      // The slot counts from the open at 09:15; the day's bar stands at midnight.
      const Timestamp open = midnight + minutes(9 * 60 + 15);
      const std::int64_t width = minutes(std::max<std::int64_t>(1, request.interval->minutes)).us;
      const Timestamp begin = request.interval->minutes == 0
                                  ? midnight
                                  : Timestamp{minute.begin.us - (((minute.begin.us - open.us) % width) + width) % width};
      if (minute.begin > request.to || (request.interval->minutes != 0 && begin < request.from)) continue;
      if (!bars.empty() && bars.back().begin == begin) add_to(bars.back(), minute);
      else bars.push_back({begin, minute.open, minute.high, minute.low, minute.close, minute.volume});
    }
  }
  return bars;
}

Json row_of(const Bar& bar) {
  return Json::array({iso_minute(bar.begin), number(bar.open), number(bar.high), number(bar.low), number(bar.close), bar.volume});
}

void spoil(Json& rows, const ArmedFault& fault, Timestamp now) {
  const std::string kind = fault.text("kind", "bad_bar");
  const std::size_t middle = rows.size() / 2;
  if (rows.empty()) return;
  if (kind == "gap") rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(middle));
  if (kind == "bad_bar") std::swap(rows[middle][2], rows[middle][3]), rows[middle][2] = 1;
  if (kind == "negative_volume") rows[middle][5] = -9;
  if (kind == "null") rows[middle][4] = nullptr;
  if (kind == "duplicate") rows.push_back(rows.back());
  if (kind == "unordered" && rows.size() > 1) std::swap(rows[0], rows[rows.size() - 1]);
  if (kind == "future") rows.back()[0] = iso_minute(now + hours(24));
  if (kind == "truncated") rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(middle));
}

}  // namespace

Answer candles(Call& call) {
  CandleRequest request = read_request(call);
  if (request.refusal) return *request.refusal;
  Json rows = Json::array();
  for (const Bar& bar : bars_of(*call.world.market, request)) rows.push_back(row_of(bar));
  if (const auto fault = call.strike("Q34", [&](const ArmedFault&) { return rows.size() > 1; })) spoil(rows, *fault, call.now);
  return answer_rows(call, rows, Json::array(), "", "");
}

Answer open_interest(Call& call) {
  CandleRequest request = read_request(call);
  if (request.refusal) return *request.refusal;
  Json rows = Json::array();
  if (board_of(*request.listing) == Board::kDerivatives)
    for (const Bar& bar : bars_of(*call.world.market, request))
      rows.push_back({{"time", iso_minute(bar.begin)}, {"oi", call.world.market->tape(*request.listing).open_interest}});
  return answer_with(rows);
}

}  // namespace sandbox
