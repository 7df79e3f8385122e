#include "mcp_gateway/prompts/prompts.h"

#include <string_view>

#include "mcp_gateway/resources/resources.h"
#include "proto/convert/text.h"

namespace prompts {
namespace {

constexpr std::string_view kClosing =
    " State every figure with its as_of and source, and say plainly when prices are SIMULATED. "
    "Name what speaks against the trade. If a tool fails or a value is null, say so; do not guess. "
    "Nothing of this is financial advice.";

constexpr std::string_view kIntraday =
    "Analyse {symbol} for an intraday trade. 1. fetch_market_status: stop if no entries are "
    "possible now. 2. fetch_live_price and fetch_historical_data (FIVE_MINUTE and FIFTEEN_MINUTE): "
    "trend, range of the day, volume, spread, distance to the circuits; "
    "evaluate_intraday_trade_setup: its score, part by part. 3. calculate_stop_loss on "
    "FIFTEEN_MINUTE with atr_multiplier 1.0, calculate_target_price with risk_reward_ratio 1.5, "
    "calculate_position_size with the book's equity and at most 1 percent risk. 4. preview_order "
    "as INTRADAY: charges, worst loss, what would refuse it. Close with: trade or no trade, entry, "
    "stop, target, quantity, reward to risk after charges, and the time by which it must be "
    "closed. Place nothing unless I ask for it.";

constexpr std::string_view kSwing =
    "Analyse {symbol} for a swing trade of days to weeks. 1. fetch_symbol_metadata and "
    "fetch_historical_data (ONE_DAY, 250 rows): trend, support and resistance, volume, gaps; "
    "evaluate_swing_trade_setup: its score, part by part. "
    "2. calculate_stop_loss on ONE_DAY with atr_multiplier 1.5, calculate_target_price with "
    "risk_reward_ratio 2, calculate_position_size with at most 1 percent risk. 3. "
    "check_portfolio_concentration, then preview_order as DELIVERY: charges, losses in a gap, what "
    "would refuse it. Close with: trade or no trade, entry, stop, target, quantity, how long it "
    "may take, and what would prove the idea wrong. Place nothing unless I ask for it.";

constexpr std::string_view kReview =
    "Review my paper trading. Use calculate_paper_trading_performance, fetch_paper_trades and "
    "fetch_paper_portfolio. Tell: result net of charges, win rate, profit factor, expectancy and "
    "drawdown, overall, by product and by strategy; what charges cost; which trades broke their "
    "plan (exit reasons); whether there are enough trades to conclude anything. Then at most three "
    "changes that the figures support.";

constexpr std::string_view kMorning =
    "Prepare a morning brief. get_current_trading_mode and fetch_market_status: mode, operator "
    "state, today's session. fetch_portfolio and check_max_daily_loss: positions, their stops, "
    "money at risk, what is left of today's loss limit. fetch_paper_orders with status working: "
    "what still waits. fetch_watchlist with fetch_live_price for each symbol: the moves that "
    "matter. Keep it to one page, the most urgent first.";

constexpr std::string_view kPreTrade =
    "Check {symbol} before a trade; I decide after your answer. fetch_live_price: spread, "
    "distance to the circuits, age of the quote. validate_trading_permissions for the side and "
    "product I have in mind (ask if I did not say). check_max_daily_loss, "
    "check_portfolio_concentration and calculate_portfolio_exposure: room that is left. "
    "preview_order with stop_loss and target: every denial with its fix, the largest quantity that "
    "passes, worst loss with charges, losses in a gap. Answer as a list: passes, refuses, unknown.";

std::string filled(std::string_view text, const mcp::Variables& arguments) {
  constexpr std::string_view kHole = "{symbol}";
  std::string out(text);
  const auto symbol = arguments.find("symbol");
  if (symbol == arguments.end()) return out;
  for (auto at = out.find(kHole); at != std::string::npos; at = out.find(kHole)) {
    out.replace(at, kHole.size(), symbol->second);
  }
  return out;
}

// What a person typed becomes part of a request to a model, so it must be a symbol and no more.
bool has_bad_symbol(const mcp::Variables& arguments) {
  const auto symbol = arguments.find("symbol");
  return symbol != arguments.end() &&
         (!wire::is_symbol(symbol->second) || symbol->second.size() > wire::kMaxSymbolLength);
}

mcp::Prompt prompt(std::string name, std::string title, std::string description,
                   std::string_view text) {
  mcp::Prompt made{
      .name = std::move(name),
      .title = std::move(title),
      .description = std::move(description),
      .arguments = {},
      .get = [text](const mcp::Variables& arguments, mcp::ToolContext&) -> mcp::PromptResult {
        if (has_bad_symbol(arguments)) {
          return mcp::PromptError{"symbol must be an exact NSE symbol in capitals, e.g. SBIN"};
        }
        return std::vector<mcp::PromptMessage>{
            {.is_from_assistant = false,
             .content = mcp::text_content(filled(text, arguments) + std::string(kClosing))}};
      }};
  if (text.find("{symbol}") != std::string_view::npos) {
    made.arguments.push_back({.name = "symbol",
                              .description = "Exact NSE symbol, e.g. SBIN",
                              .is_required = true,
                              .complete = resources::complete_symbol});
  }
  return made;
}

}  // namespace

std::vector<mcp::Prompt> all() {
  return {prompt("intraday_trade_analysis", "Intraday analysis",
                 "Is there an intraday trade in a symbol, and how large", kIntraday),
          prompt("swing_trade_analysis", "Swing analysis",
                 "Is there a swing trade in a symbol, and how large", kSwing),
          prompt("paper_trading_review", "Paper trading review",
                 "What the paper account's results say", kReview),
          prompt("morning_brief", "Morning brief", "Mode, session, positions and risk on one page",
                 kMorning),
          prompt("pre_trade_check", "Pre-trade check",
                 "Everything that would refuse or hurt a trade in a symbol", kPreTrade)};
}

}  // namespace prompts
