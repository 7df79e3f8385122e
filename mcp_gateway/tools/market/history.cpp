#include "mcp_gateway/tools/market/history.h"

#include "mcp_gateway/tools/market/data_hash.h"
#include "mcp_gateway/tools/reply.h"

namespace tools {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxGapsShown = 20;

json price_column(const std::vector<std::int64_t>& column) {
  json out = json::array();
  for (const std::int64_t price_e4 : column) out.push_back(rupees(price_e4));
  return out;
}

// A day is a date, an intraday bar its start.
json time_column(const trading::BarSeries& bars) {
  json out = json::array();
  const bool is_daily = bars.timeframe == trading::Timeframe::kOneDay;
  for (const std::int64_t us : bars.ts_us) {
    out.push_back(is_daily ? trading::date_of({us}).iso() : ist(us));
  }
  return out;
}

json shown_gaps(const std::vector<std::string>& gaps) {
  json out = json::array();
  for (std::size_t i = 0; i < gaps.size() && i < kMaxGapsShown; ++i) out.push_back(gaps[i]);
  return out;
}

}  // namespace

json history_reply(const std::string& symbol, bool is_adjusted,
                   const broker_client::HistoricalData& history) {
  const trading::BarSeries& bars = history.bars;
  const bool is_truncated = history.total_rows > static_cast<std::int64_t>(bars.size());
  json out = {{"symbol", symbol},
              {"timeframe", trading::name_of(bars.timeframe)},
              {"adjusted", is_adjusted},
              {"columns",
               {{"t", time_column(bars)},
                {"o", price_column(bars.open_e4)},
                {"h", price_column(bars.high_e4)},
                {"l", price_column(bars.low_e4)},
                {"c", price_column(bars.close_e4)},
                {"v", bars.volume}}},
              {"rows", bars.size()},
              {"total", history.total_rows},
              {"truncated", is_truncated},
              {"unfinished", history.is_last_unfinished},
              {"gaps", shown_gaps(history.gaps)},
              {"data_hash", data_hash(symbol, is_adjusted, bars)}};
  if (history.gaps.size() > kMaxGapsShown) out["gaps_total"] = history.gaps.size();
  if (is_truncated && !bars.empty()) {
    const std::int64_t before = bars.ts_us.front() - 1;
    out["next"] = "older bars: the same call with end_date " +
                  (bars.timeframe == trading::Timeframe::kOneDay ? trading::date_of({before}).iso()
                                                                 : ist(before));
  }
  put_provenance(out, history);
  return out;
}

}  // namespace tools
