#include "mcp_gateway/tools/indicators/finished_bars.h"

#include <algorithm>

#include "broker/v1/market.pb.h"
#include "mcp_gateway/tools/reply.h"

namespace tools {

std::size_t bars_to_ask(const research::IndicatorSpec& spec, const research::Parameters& parameters,
                        research::Seeding method, std::size_t rows) {
  const std::size_t settled = spec.make(parameters, method)->warm_up().settled;
  return std::min(kMostBarsAsked, rows + std::max(kFewestBarsAsked, kPeriodsToForget * settled));
}

void drop_unfinished(broker_client::HistoricalData& history) {
  if (!history.is_last_unfinished || history.bars.empty()) return;
  trading::BarSeries& bars = history.bars;
  for (auto* column : {&bars.ts_us, &bars.open_e4, &bars.high_e4, &bars.low_e4, &bars.close_e4,
                       &bars.volume})
    column->pop_back();
  history.is_last_unfinished = false;
}

trading::Result<broker_client::HistoricalData> finished_bars(const BarsWanted& wanted,
                                                             std::size_t count,
                                                             mcp::ToolContext& context) {
  broker::v1::FetchHistoricalDataRequest request;
  request.set_symbol(wanted.symbol);
  request.set_timeframe(wanted.timeframe);
  request.set_max_rows(static_cast<std::int32_t>(count + 1));  // one may be under way
  ASSIGN_OR_RETURN(broker_client::HistoricalData history,
                   context.broker().fetch_historical_data(request, call_of(context, wanted.tool)));
  drop_unfinished(history);
  return history;
}

}  // namespace tools
