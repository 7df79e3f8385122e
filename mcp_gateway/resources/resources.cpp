#include "mcp_gateway/resources/resources.h"

#include "broker/v1/config.pb.h"
#include "broker/v1/market.pb.h"
#include "mcp_gateway/tools/config/config_fields.h"
#include "mcp_gateway/tools/market/history.h"
#include "mcp_gateway/tools/order_list.h"
#include "mcp_gateway/tools/portfolio/book_fields.h"
#include "mcp_gateway/tools/reply.h"

namespace resources {
namespace {

using nlohmann::json;
namespace v1 = broker::v1;

constexpr int kOrdersShown = 50;
constexpr int kChartBars = 200;
constexpr int kSymbolsOffered = 20;
constexpr mcp::CacheHint kLive{.ttl_ms = 1'000, .is_public = false};
constexpr mcp::CacheHint kSlow{.ttl_ms = 60'000, .is_public = false};

mcp::ResourceResult text(const json& facts) {
  return mcp::ResourceContents{.text = facts.dump(), .blob = {}};
}

// What the broker says of a symbol that is none is "not found"; the rest is a failing source.
mcp::ResourceResult failure(const trading::Error& error) {
  const bool is_not_found = error.code == "UNKNOWN_SYMBOL" || error.code == "INVALID_ARGUMENT";
  return mcp::ResourceError{.is_not_found = is_not_found, .message = error.text()};
}

mcp::ResourceResult config(mcp::ToolContext& context) {
  const auto reply = context.broker().get_trading_config({}, tools::call_of(context, "resource"));
  if (!reply) return failure(reply.error());
  return text(tools::config_fields(*reply));
}

mcp::ResourceResult safety_rules(mcp::ToolContext& context) {
  const auto reply = context.broker().get_safety_rules({}, tools::call_of(context, "resource"));
  if (!reply) return failure(reply.error());
  return mcp::ResourceContents{.text = reply->markdown(), .blob = {}};
}

mcp::ResourceResult portfolio(mcp::ToolContext& context) {
  const auto reply = context.broker().fetch_portfolio({}, tools::call_of(context, "resource"));
  if (!reply) return failure(reply.error());
  return text(tools::portfolio_reply(*reply));
}

mcp::ResourceResult orders(mcp::ToolContext& context) {
  v1::FetchPaperOrdersRequest request;
  request.set_limit(kOrdersShown);
  const auto reply =
      context.broker().fetch_paper_orders(request, tools::call_of(context, "resource"));
  if (!reply) return failure(reply.error());
  return text(tools::order_list(*reply, kOrdersShown));
}

mcp::ResourceResult calendar(mcp::ToolContext& context) {
  const auto reply = context.broker().fetch_market_status({}, tools::call_of(context, "resource"));
  if (!reply) return failure(reply.error());
  json out = {
      {"market_time", tools::ist(reply->market_us())},
      {"day_kind", reply->day_kind()},
      {"reason", reply->reason()},
      {"phase", reply->phase()},
      {"close", reply->has_close_us() ? json(tools::ist(reply->close_us())) : json()},
      {"next_open", reply->has_next_open_us() ? json(tools::ist(reply->next_open_us())) : json()},
      {"calendar_source", reply->calendar_source()},
      {"calendar_valid_through", trading::TradingDate{reply->calendar_valid_through_days()}.iso()}};
  tools::put_provenance(out, reply->provenance());
  return text(out);
}

mcp::ResourceResult chart(const mcp::Variables& variables, mcp::ToolContext& context) {
  v1::FetchHistoricalDataRequest request;
  request.set_symbol(variables.at("symbol"));
  request.set_timeframe(variables.at("timeframe"));
  request.set_max_rows(kChartBars);
  const auto history =
      context.broker().fetch_historical_data(request, tools::call_of(context, "resource"));
  if (!history) return failure(history.error());
  return text(tools::history_reply(request.symbol(), true, *history));
}

std::vector<std::string> complete_timeframe(const std::string& value, const mcp::Variables&,
                                            mcp::ToolContext&) {
  std::vector<std::string> offered;
  for (const auto timeframe : {trading::Timeframe::kOneDay, trading::Timeframe::kFiveMinute,
                               trading::Timeframe::kFifteenMinute, trading::Timeframe::kOneHour,
                               trading::Timeframe::kThirtyMinute, trading::Timeframe::kTenMinute,
                               trading::Timeframe::kOneMinute}) {
    const std::string name(trading::name_of(timeframe));
    if (name.starts_with(value)) offered.push_back(name);
  }
  return offered;
}

std::vector<mcp::Resource> fixed_resources() {
  return {{.uri = "trading://config",
           .name = "config",
           .title = "Settings and limits",
           .description = "Effective values and where they came from",
           .cache = kSlow,
           .read = config},
          {.uri = "trading://safety-rules",
           .name = "safety-rules",
           .title = "Safety rules",
           .description = "Every check of an order, from the tables that enforce them",
           .mime_type = "text/markdown",
           .cache = kSlow,
           .read = safety_rules},
          {.uri = kPortfolioUri,
           .name = "portfolio",
           .title = "Portfolio",
           .description = "Every book with its positions",
           .is_subscribable = true,
           .cache = kLive,
           .read = portfolio},
          {.uri = kOrdersUri,
           .name = "orders",
           .title = "Orders",
           .description = "The newest orders of the book",
           .is_subscribable = true,
           .cache = kLive,
           .read = orders},
          {.uri = "trading://calendar",
           .name = "calendar",
           .title = "Market calendar",
           .description = "Today's session, the next open, how far the calendar reaches",
           .cache = kLive,
           .read = calendar}};
}

}  // namespace

std::vector<std::string> complete_symbol(const std::string& value, const mcp::Variables&,
                                         mcp::ToolContext& context) {
  v1::SearchInstrumentsRequest request;
  request.set_query(value.empty() ? "A" : value);
  request.set_limit(kSymbolsOffered);
  const auto reply =
      context.broker().search_instruments(request, tools::call_of(context, "completion"));
  std::vector<std::string> offered;
  if (!reply) return offered;
  for (const auto& row : reply->instruments()) offered.push_back(row.symbol());
  return offered;
}

std::vector<mcp::Resource> all(std::shared_ptr<Interest> interest) {
  std::vector<mcp::Resource> fixed = fixed_resources();
  for (mcp::Resource& resource : fixed) {
    resource.read = [interest, uri = resource.uri,
                     read = resource.read](mcp::ToolContext& context) {
      interest->note(uri);
      return read(context);
    };
  }
  return fixed;
}

std::vector<mcp::ResourceTemplate> templates() {
  return {{.uri_template = "trading://chart/{symbol}/{timeframe}",
           .name = "chart",
           .title = "Chart data",
           .description = "The newest 200 bars, e.g. trading://chart/SBIN/ONE_DAY",
           .cache = kLive,
           .read = chart,
           .completers = {{"symbol", complete_symbol}, {"timeframe", complete_timeframe}}}};
}

}  // namespace resources
