#pragma once

// Ratios of closed trades (positions from flat to flat), net of charges. Money stays in 1/10,000
// rupee; averages and ratios are rounded half away from zero. Pure.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "broker/v1/portfolio.pb.h"

namespace tools {

using RoundTrips = google::protobuf::RepeatedPtrField<broker::v1::RoundTrip>;

struct TradeStatistics {
  std::int64_t trades = 0;
  std::int64_t wins = 0;    // net above zero
  std::int64_t losses = 0;  // net below zero; a trade at exactly zero is neither
  std::int64_t net_e4 = 0;
  std::int64_t charges_e4 = 0;
  std::int64_t gross_profit_e4 = 0;  // sum of the wins
  std::int64_t gross_loss_e4 = 0;    // sum of the losses, positive
  std::int64_t largest_win_e4 = 0;
  std::int64_t largest_loss_e4 = 0;  // negative or zero
  std::int64_t longest_losing_run = 0;

  void add(std::int64_t net, std::int64_t charges);
  // Nothing where the ratio does not exist: no trades, or no losses.
  [[nodiscard]] std::optional<std::int64_t> win_rate_bps() const;
  [[nodiscard]] std::optional<std::int64_t> profit_factor_e4() const;
  [[nodiscard]] std::optional<std::int64_t> expectancy_e4() const;
  [[nodiscard]] std::optional<std::int64_t> average_win_e4() const;
  [[nodiscard]] std::optional<std::int64_t> average_loss_e4() const;  // negative

 private:
  std::int64_t losing_run_ = 0;
};

// Trades in the order in which they closed.
TradeStatistics overall(const RoundTrips& trips);
struct NamedStatistics {
  std::string name;
  TradeStatistics statistics;
};
std::vector<NamedStatistics> by_product(const RoundTrips& trips);
std::vector<NamedStatistics> by_strategy(const RoundTrips& trips);  // "" is called "(none)"

nlohmann::json statistics_fields(const TradeStatistics& statistics);

// The whole answer of calculate_paper_trading_performance.
nlohmann::json performance_fields(const broker::v1::CalculatePaperTradingPerformanceReply& reply);

}  // namespace tools
