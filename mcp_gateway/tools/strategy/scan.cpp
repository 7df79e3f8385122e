#include "mcp_gateway/tools/strategy/scan.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/market/watchlist.h"
#include "mcp_gateway/tools/reply.h"

namespace tools {
namespace {

using nlohmann::json;

constexpr std::array kShared{"mode", "as_of", "source", "notice"};

trading::Error cancelled() {
  return trading::make_error("CALL_CANCELLED", "the call was cancelled before this symbol",
                             "call again if it is still wanted", trading::Retry::kSafe);
}

bool is_better(const json& a, const json& b) {
  const int left = a["score"].get<int>(), right = b["score"].get<int>();
  if (left != right) return left > right;
  return a["symbol"].get_ref<const std::string&>() < b["symbol"].get_ref<const std::string&>();
}

json failure_rows(const Answers& answers) {
  json out = json::array();
  for (const auto& [symbol, error] : answers.failures)
    out.push_back({{"symbol", symbol}, {"code", error.code}, {"message", error.what}});
  return out;
}

}  // namespace

Answers ask_each(const std::vector<std::string>& symbols, const Question& question,
                 mcp::ToolContext& context) {
  std::vector<std::optional<trading::Result<json>>> answers(symbols.size());
  std::atomic<std::size_t> next{0}, done{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < symbols.size(); i = next++) {
      try {
        answers[i].emplace(context.is_cancelled() ? trading::Result<json>(cancelled())
                                                  : question(symbols[i]));
      } catch (const std::exception&) {
        answers[i].emplace(trading::make_error("SYMBOL_FAILED", "it failed inside the gateway",
                                               "look at the gateway's log"));
      }
      context.progress().report(static_cast<double>(++done), static_cast<double>(symbols.size()),
                                symbols[i]);
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(kScanThreads, symbols.size()); ++i)
      threads.emplace_back(work);
    work();
  }
  Answers out;
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    if (*answers[i])
      out.rows.push_back(std::move(**answers[i]));
    else
      out.failures.emplace_back(symbols[i], (*answers[i]).error());
  }
  std::sort(out.rows.begin(), out.rows.end(), is_better);
  return out;
}

mcp::ToolResult with_answers(json reply, const char* rows_name, Answers answers) {
  const json failures = failure_rows(answers);
  reply["scanned"] = answers.rows.size() + answers.failures.size();
  reply["failures"] = failures;
  if (answers.rows.empty() && !answers.failures.empty()) {
    const trading::Error& first = answers.failures.front().second;
    mcp::ToolResult error = broker_error(first);
    error.structured["failures"] = failures;
    return error;
  }
  std::int64_t oldest_ms = 0;
  json rows = json::array();
  for (json& row : answers.rows) {
    for (const char* field : kShared)
      if (row.contains(field)) reply[field] = row[field];
    oldest_ms = std::max(oldest_ms, row.value("age_ms", std::int64_t{0}));
    for (const char* field : kShared) row.erase(field);
    rows.push_back(std::move(row));
  }
  reply["age_ms"] = oldest_ms;  // of the oldest row; each says its own
  reply[rows_name] = std::move(rows);
  reply["notes"].push_back(kNotAdvice);
  return reply;
}

mcp::Param max_symbols(int default_value) {
  return mcp::integer_param("max_symbols",
                            "Setups in the reply, e.g. " + std::to_string(default_value))
      .between(1, static_cast<double>(kStaticWatchlist.size()))
      .or_default(default_value);
}

std::vector<mcp::Param> scan_output() {
  return {mcp::out::rows("opportunities"), mcp::out::rows("others"), mcp::out::rows("failures"),
          mcp::out::integer("scanned"), mcp::out::string("as_of")};
}

mcp::ToolResult scan_watchlist(const SetupStyle& style, const json& values, const char* tool,
                               mcp::ToolContext& context) {
  const Arguments arguments(values);
  const std::vector<std::string> symbols(kStaticWatchlist.begin(), kStaticWatchlist.end());
  Answers answers = ask_each(
      symbols,
      [&](const std::string& symbol) { return evaluate_setup(style, symbol, tool, context); },
      context);
  const auto most = static_cast<std::size_t>(arguments.whole("max_symbols"));
  json reply = {{"style", style.name},
                {"timeframe", style.timeframe},
                {"watchlist", "static"},
                {"opportunities", json::array()},
                {"others", json::array()}};
  mcp::ToolResult result = with_answers(std::move(reply), "all", std::move(answers));
  if (result.is_error) return result;
  json& out = result.structured;
  for (json& row : out["all"]) {
    const bool is_shown =
        row["score"].get<int>() >= kMediumScore && out["opportunities"].size() < most;
    if (is_shown) {
      for (const char* field : {"style", "timeframe", "notes"}) row.erase(field);
      out["opportunities"].push_back(std::move(row));
    } else {
      out["others"].push_back({{"symbol", row["symbol"]},
                               {"score", row["score"]},
                               {"confidence", row["confidence"]}});
    }
  }
  out.erase("all");
  return result;
}

}  // namespace tools
