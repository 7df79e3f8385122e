#include "mcp_gateway/tools/reply.h"

#include <array>
#include <cstddef>

#include "trading/time/timestamp.h"

namespace tools {
namespace {

using nlohmann::json;

constexpr std::int64_t kUsPerMs = 1'000;
constexpr std::array<std::int64_t, 7> kPowersOfTen{1, 10, 100, 1'000, 10'000, 100'000, 1'000'000};

// A day's bar ends with the normal session.
trading::Timestamp end_of_last(const trading::BarSeries& bars) {
  const trading::Timestamp start{bars.ts_us.back()};
  if (bars.timeframe != trading::Timeframe::kOneDay)
    return start + trading::length_of(bars.timeframe);
  return trading::timestamp_of(trading::date_of(start), trading::at(15, 30));
}

mcp::Retry retry_of(trading::Retry retry) {
  switch (retry) {
    case trading::Retry::kSafe:
      return mcp::Retry::kSafe;
    case trading::Retry::kVerifyFirst:
      return mcp::Retry::kVerifyFirst;
    case trading::Retry::kNo:
      return mcp::Retry::kNo;
  }
  return mcp::Retry::kNo;
}

}  // namespace

json decimal(std::int64_t scaled, int decimals) {
  const std::int64_t unit = kPowersOfTen.at(static_cast<std::size_t>(decimals));
  if (scaled % unit == 0) return scaled / unit;
  // Both operands are exact, so the quotient is the double nearest to the decimal.
  return static_cast<double>(scaled) / static_cast<double>(unit);
}

json rupees(std::int64_t amount_e4) {
  return decimal(amount_e4, 4);
}

json rupees_of_paise(std::int64_t paise) {
  return decimal(paise, 2);
}

json percent(std::int64_t bps) {
  return decimal(bps, 2);
}

json rupees_if(bool has, std::int64_t amount_e4) {
  return has ? rupees(amount_e4) : json();
}

std::string ist(std::int64_t us) {
  return trading::format_ist({us});
}

void put_provenance(json& reply, const broker::v1::Provenance& provenance) {
  reply["mode"] = provenance.mode();
  reply["as_of"] = ist(provenance.as_of_us());
  reply["source"] = provenance.source();
  reply["age_ms"] = provenance.age_us() / kUsPerMs;
  if (provenance.is_simulated()) reply["notice"] = kSimulatedNotice;
  for (const std::string& note : provenance.notes()) reply["notes"].push_back(note);
}

void put_provenance(json& reply, const broker_client::HistoricalData& history) {
  reply["mode"] = history.mode;
  reply["as_of"] = ist(history.as_of.us);
  reply["source"] = history.source;
  // The newest bar is as old as the clock is past its end; a bar under way has no age.
  std::int64_t age_us = 0;
  if (!history.bars.empty() && !history.is_last_unfinished) {
    age_us = history.as_of.us - end_of_last(history.bars).us;
  }
  reply["age_ms"] = age_us > 0 ? age_us / kUsPerMs : 0;
  if (history.is_simulated) reply["notice"] = kSimulatedNotice;
  for (const std::string& note : history.notes) reply["notes"].push_back(note);
}

mcp::ToolResult broker_error(const trading::Error& error) {
  return mcp::tool_error(error.code, error.what, error.fix, retry_of(error.retry), error.field);
}

mcp::ToolResult order_error(trading::Error error) {
  constexpr std::string_view kWireName = "limit_price";
  for (std::string* text : {&error.what, &error.fix, &error.field}) {
    for (auto at = text->find(kWireName); at != std::string::npos; at = text->find(kWireName)) {
      text->replace(at, kWireName.size(), "price");
    }
  }
  return broker_error(error);
}

broker_client::CallOptions call_of(const mcp::ToolContext& context, std::string_view tool) {
  return {.tool = tool, .cancel = context.cancellation()};
}

}  // namespace tools
