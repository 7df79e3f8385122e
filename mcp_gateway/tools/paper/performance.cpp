#include "mcp_gateway/tools/paper/performance.h"

#include <algorithm>
#include <map>

#include "mcp_gateway/tools/order_fields.h"
#include "mcp_gateway/tools/reply.h"
#include "trading/base/checked.h"

namespace tools {
namespace {

using nlohmann::json;
using trading::Rounding;
namespace v1 = broker::v1;

constexpr std::int64_t kWhole = 10'000;  // of bps and of a ratio with four decimals
constexpr int kMaxCurvePoints = 60;

std::optional<std::int64_t> mean(std::int64_t sum, std::int64_t count) {
  if (count == 0) return std::nullopt;
  return trading::divide(sum, count, Rounding::kHalfUp);
}

json number_if(const std::optional<std::int64_t>& value, int decimals) {
  return value ? decimal(*value, decimals) : json();
}

template <typename NameOf>
std::vector<NamedStatistics> grouped(const RoundTrips& trips, NameOf name_of) {
  std::map<std::string, TradeStatistics> groups;
  for (const v1::RoundTrip& trip : trips) {
    groups[name_of(trip)].add(trip.pnl_e4() - trip.charges_e4(), trip.charges_e4());
  }
  std::vector<NamedStatistics> named;
  for (auto& [name, statistics] : groups) named.push_back({name, statistics});
  return named;
}

json group_fields(const std::vector<NamedStatistics>& groups) {
  json out = json::object();
  for (const NamedStatistics& group : groups) out[group.name] = statistics_fields(group.statistics);
  return out;
}

// Every n-th point and the last one; the drawdown was measured on all of them.
json curve_fields(const google::protobuf::RepeatedPtrField<v1::EquityPoint>& points) {
  json times = json::array();
  json equity = json::array();
  const int step = std::max(1, (points.size() + kMaxCurvePoints - 1) / kMaxCurvePoints);
  for (int i = 0; i < points.size(); ++i) {
    if (i % step != 0 && i + 1 != points.size()) continue;
    times.push_back(ist(points[i].market_us()));
    equity.push_back(rupees(points[i].equity_e4()));
  }
  return {{"t", std::move(times)}, {"equity", std::move(equity)}, {"points_total", points.size()}};
}

}  // namespace

void TradeStatistics::add(std::int64_t net, std::int64_t charges) {
  ++trades;
  net_e4 = trading::checked_add(net_e4, net);
  charges_e4 = trading::checked_add(charges_e4, charges);
  if (net > 0) {
    ++wins;
    gross_profit_e4 = trading::checked_add(gross_profit_e4, net);
    largest_win_e4 = std::max(largest_win_e4, net);
  }
  if (net < 0) {
    ++losses;
    gross_loss_e4 = trading::checked_sub(gross_loss_e4, net);
    largest_loss_e4 = std::min(largest_loss_e4, net);
  }
  losing_run_ = net < 0 ? losing_run_ + 1 : 0;
  longest_losing_run = std::max(longest_losing_run, losing_run_);
}

std::optional<std::int64_t> TradeStatistics::win_rate_bps() const {
  if (trades == 0) return std::nullopt;
  return trading::mul_div(wins, kWhole, trades, Rounding::kHalfUp);
}

std::optional<std::int64_t> TradeStatistics::profit_factor_e4() const {
  if (gross_loss_e4 == 0) return std::nullopt;
  return trading::mul_div(gross_profit_e4, kWhole, gross_loss_e4, Rounding::kHalfUp);
}

std::optional<std::int64_t> TradeStatistics::expectancy_e4() const {
  return mean(net_e4, trades);
}

std::optional<std::int64_t> TradeStatistics::average_win_e4() const {
  return mean(gross_profit_e4, wins);
}

std::optional<std::int64_t> TradeStatistics::average_loss_e4() const {
  return mean(-gross_loss_e4, losses);
}

TradeStatistics overall(const RoundTrips& trips) {
  TradeStatistics statistics;
  for (const v1::RoundTrip& trip : trips) {
    statistics.add(trip.pnl_e4() - trip.charges_e4(), trip.charges_e4());
  }
  return statistics;
}

std::vector<NamedStatistics> by_product(const RoundTrips& trips) {
  return grouped(trips,
                 [](const v1::RoundTrip& trip) { return std::string(text_of(trip.product())); });
}

std::vector<NamedStatistics> by_strategy(const RoundTrips& trips) {
  return grouped(trips, [](const v1::RoundTrip& trip) {
    return trip.strategy().empty() ? std::string("(none)") : trip.strategy();
  });
}

json statistics_fields(const TradeStatistics& statistics) {
  return {{"num_trades", statistics.trades},
          {"wins", statistics.wins},
          {"losses", statistics.losses},
          {"win_rate_pct", number_if(statistics.win_rate_bps(), 2)},
          {"total_pnl", rupees(statistics.net_e4)},
          {"charges", rupees(statistics.charges_e4)},
          {"profit_factor", number_if(statistics.profit_factor_e4(), 4)},
          {"expectancy", number_if(statistics.expectancy_e4(), 4)},
          {"avg_win", number_if(statistics.average_win_e4(), 4)},
          {"avg_loss", number_if(statistics.average_loss_e4(), 4)},
          {"largest_win", rupees(statistics.largest_win_e4)},
          {"largest_loss", rupees(statistics.largest_loss_e4)},
          {"longest_losing_run", statistics.longest_losing_run}};
}

json performance_fields(const v1::CalculatePaperTradingPerformanceReply& reply) {
  const std::int64_t start_e4 = trading::checked_mul(reply.starting_capital_paise(), 100);
  const std::int64_t gain_e4 = reply.equity_e4() - start_e4;
  json out = {{"overall", statistics_fields(overall(reply.round_trips()))},
              {"by_product", group_fields(by_product(reply.round_trips()))},
              {"by_strategy", group_fields(by_strategy(reply.round_trips()))},
              {"starting_capital", rupees_of_paise(reply.starting_capital_paise())},
              {"equity", rupees(reply.equity_e4())},
              {"total_return_pct", start_e4 > 0 ? percent(trading::mul_div(
                                                      gain_e4, kWhole, start_e4, Rounding::kHalfUp))
                                                : json()},
              {"realized_pnl", rupees(reply.realized_e4())},
              {"unrealized_pnl", rupees(reply.unrealized_e4())},
              {"charges", rupees(reply.charges_e4())},
              {"max_drawdown", rupees(reply.max_drawdown_e4())},
              {"max_drawdown_pct", percent(reply.max_drawdown_bps())},
              {"equity_curve", curve_fields(reply.equity_curve())},
              {"epoch", reply.epoch()},
              {"basis", "closed trades net of charges; drawdown on marked equity"}};
  if (!reply.charges_basis().empty()) out["charges_basis"] = reply.charges_basis();
  put_provenance(out, reply.provenance());
  return out;
}

}  // namespace tools
