#include "mcp_gateway/tools/paper/report_text.h"

#include <algorithm>

#include "mcp_gateway/tools/order_fields.h"
#include "mcp_gateway/tools/paper/performance.h"
#include "mcp_gateway/tools/reply.h"
#include "trading/base/decimal.h"

namespace tools {
namespace {

namespace v1 = broker::v1;

constexpr int kTradesShown = 20;

std::string money(std::int64_t e4) {
  return trading::format_rupees(e4);
}

std::string number_or_dash(const std::optional<std::int64_t>& value, int decimals) {
  return value ? trading::format_decimal(*value, decimals, 2) : "-";
}

std::string money_or_dash(const std::optional<std::int64_t>& value) {
  return value ? money(*value) : "-";
}

// Cells come from labels that an agent chose: a bar or a line end would break the table.
std::string cell(std::string text) {
  for (char& c : text) {
    if (c == '|' || static_cast<unsigned char>(c) < 0x20) c = '/';
  }
  return text;
}

std::string statistics_row(const std::string& name, const TradeStatistics& of) {
  return "| " + cell(name) + " | " + std::to_string(of.trades) + " | " +
         number_or_dash(of.win_rate_bps(), 2) + " | " + number_or_dash(of.profit_factor_e4(), 4) +
         " | " + money_or_dash(of.expectancy_e4()) + " | " + money(of.net_e4) + " | " +
         money(of.charges_e4) + " |\n";
}

std::string groups(const v1::CalculatePaperTradingPerformanceReply& reply) {
  std::string text =
      "| | Trades | Win rate % | Profit factor | Expectancy | Net | Charges |\n"
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n";
  text += statistics_row("all", overall(reply.round_trips()));
  for (const auto& group : by_product(reply.round_trips())) {
    text += statistics_row(group.name, group.statistics);
  }
  for (const auto& group : by_strategy(reply.round_trips())) {
    text += statistics_row("strategy " + group.name, group.statistics);
  }
  return text;
}

std::string last_trades(const RoundTrips& trips) {
  std::string text =
      "| Closed | Symbol | Product | Side | Quantity | Net | Exit |\n"
      "| --- | --- | --- | --- | ---: | ---: | --- |\n";
  for (int i = std::max(0, trips.size() - kTradesShown); i < trips.size(); ++i) {
    const v1::RoundTrip& trip = trips[i];
    text += "| " + ist(trip.closed_us()).substr(0, 16) + " | " + cell(trip.symbol()) + " | " +
            std::string(text_of(trip.product())) + " | " + std::string(text_of(trip.side())) +
            " | " + std::to_string(trip.quantity()) + " | " +
            money(trip.pnl_e4() - trip.charges_e4()) + " | " + cell(trip.exit_reason()) + " |\n";
  }
  return text;
}

}  // namespace

std::string report_text(const v1::CalculatePaperTradingPerformanceReply& reply) {
  std::string text = "# Paper trading report\n\n";
  text += "As of " + ist(reply.provenance().as_of_us()) + ", account " +
          std::to_string(reply.epoch()) + ", prices: " + reply.provenance().source() + ".";
  if (reply.provenance().is_simulated()) text += " **" + std::string(kSimulatedNotice) + ".**";
  text +=
      "\n\n- Starting capital: " + trading::format_rupees(reply.starting_capital_paise() * 100) +
      "\n- Equity: " + money(reply.equity_e4()) +
      "\n- Realised, before charges: " + money(reply.realized_e4()) +
      "\n- Unrealised: " + money(reply.unrealized_e4()) +
      "\n- Charges: " + money(reply.charges_e4()) +
      "\n- Largest drawdown: " + money(reply.max_drawdown_e4()) + " (" +
      trading::format_decimal(reply.max_drawdown_bps(), 2, 2) + " %)\n\n";
  text += "## Results, net of charges\n\n" + groups(reply);
  if (!reply.round_trips().empty()) {
    text += "\n## Last trades\n\n" + last_trades(reply.round_trips());
  }
  text += "\nPaper results do not foretell live ones. Not financial advice.\n";
  return text;
}

}  // namespace tools
