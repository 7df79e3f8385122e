// What the hot paths cost inside a process, without pipes and sockets.
//   build/bin/inprocess_bench [--benchmark_filter=...]

#include <benchmark/benchmark.h>

#include <nlohmann/json.hpp>
#include <string>

#include "execution_broker/market/csv/parse_csv.h"
#include "mcp_gateway/jsonrpc/message.h"
#include "mcp_gateway/jsonrpc/parse.h"
#include "mcp_gateway/mcp/check.h"
#include "trading/base/canonical_json.h"

namespace {

constexpr std::string_view kCall =
    R"({"jsonrpc":"2.0","id":17,"method":"tools/call","params":{"name":"place_paper_order",)"
    R"("arguments":{"symbol":"RELIANCE","side":"BUY","quantity":100,"product_type":"INTRADAY",)"
    R"("stop_loss":1506.6,"target":1567.5,"strategy":"bench"}}})";

void read_one_call(benchmark::State& state) {
  for (auto _ : state) {
    nlohmann::json value;
    if (jsonrpc::parse_text(kCall, value)) state.SkipWithError("the call does not parse");
    benchmark::DoNotOptimize(jsonrpc::read_message(std::move(value)));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kCall.size()));
}
BENCHMARK(read_one_call);

void check_order_arguments(benchmark::State& state) {
  const std::vector<mcp::Param> params = {
      mcp::string_param("symbol", "").required(),
      mcp::enum_param("side", "", {"BUY", "SELL"}).required(),
      mcp::integer_param("quantity", "").required().between(1, 1e8),
      mcp::enum_param("product_type", "", {"INTRADAY", "DELIVERY"}).or_default("DELIVERY"),
      mcp::number_param("stop_loss", "").above(0),
      mcp::number_param("target", "").above(0),
      mcp::string_param("strategy", "")};
  const nlohmann::json arguments = nlohmann::json::parse(kCall)["params"]["arguments"];
  for (auto _ : state) {
    const auto faults = mcp::check_arguments(params, arguments);
    if (!faults.empty()) state.SkipWithError("the arguments do not fit");
  }
}
BENCHMARK(check_order_arguments);

void write_and_read_an_audit_body(benchmark::State& state) {
  using trading::CanonicalJson;
  const CanonicalJson body = CanonicalJson::object(
      {{"order_seq", 17}, {"symbol", "RELIANCE"}, {"price_e4", 15'218'000}, {"quantity", 100},
       {"side", "BUY"}, {"reason", ""}, {"exchange_order_id", "X-000017"}});
  for (auto _ : state) {
    const auto read = CanonicalJson::parse(body.write());
    if (!read) state.SkipWithError("the body does not parse");
  }
}
BENCHMARK(write_and_read_an_audit_body);

// A month of 5-minute bars.
void parse_a_price_file(benchmark::State& state) {
  constexpr int kDays = 20;
  constexpr int kBarsADay = 75;
  std::string file = "ts,open,high,low,close,volume\n";
  for (int day = 1; day <= kDays; ++day) {
    for (int bar = 0; bar < kBarsADay; ++bar) {
      const int minute = 9 * 60 + 15 + 5 * bar;
      char row[96];
      const int length = std::snprintf(
          row, sizeof row, "2024-01-%02dT%02d:%02d:00+05:30,3850.5,3852.75,3849.05,3851.2,%d\n", day,
          minute / 60, minute % 60, 1'000 + bar);
      file.append(row, static_cast<std::size_t>(length));
    }
  }
  for (auto _ : state) {
    const auto parsed = broker::parse_csv(file, "BENCH_nse_5m.csv");
    if (!parsed || parsed->bars.size() != std::size_t{kDays} * kBarsADay)
      state.SkipWithError("the file does not parse");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
}
BENCHMARK(parse_a_price_file)->Unit(benchmark::kMicrosecond);

}  // namespace
