// The instrument file: every row again at each request, as its faults may change it.

#include <nlohmann/json.hpp>

#include "tests/sandbox_exchange/reply_faults.h"
#include "tests/sandbox_exchange/rest.h"
#include "tests/sandbox_exchange/wire_time.h"

namespace sandbox {

using namespace trading;

namespace {

constexpr std::string_view kPath = "/OpenAPI_File/files/OpenAPIScripMaster.json";

// How a fault changes one row; false where the row is left out.
bool change_row(Json& row, const std::string& kind, const std::string& symbol) {
  const bool is_chosen = symbol.empty() ? row["symbol"] == "SBIN-EQ" : row["symbol"] == symbol;
  if (kind == "unknown_fields") row["x_new_field"] = {{"a", 1}};
  if (!is_chosen) return true;
  if (kind == "tick_changed") row["tick_size"] = "100.000000";
  if (kind == "token_moved") row["token"] = "99999";
  return kind != "missing_rows";
}

std::string file_of(const World& world, const std::string& kind, const std::string& symbol) {
  std::string text = "[";
  for (const Listing& listing : world.listings.all()) {
    Json row = row_of(listing);
    if (!change_row(row, kind, symbol)) continue;
    // A second row of the same name, and of another series, as real names have.
    if (kind == "two_rows" && row["symbol"] == "SBIN-EQ") {
      Json other = row;
      other["token"] = "3046";
      text += (text.size() > 1 ? "," : "") + other.dump();
    }
    text += (text.size() > 1 ? "," : "") + row.dump();
  }
  // Far strikes that nobody trades: most of the real file.
  for (std::size_t i = 0; i < world.rows_in_file_alone; ++i) {
    const std::string strike = std::to_string(1'000 + i / 2 * 5);
    Listing row;
    row.token = std::to_string(400'000 + i);
    row.name = "SBXINDEX";
    row.symbol = "SBXINDEX29DEC26" + strike + (i % 2 == 0 ? "CE" : "PE");
    row.segment = "NFO";
    row.expiry = "29DEC2026";
    row.strike = strike + "00.000000";
    row.instrument_type = "OPTIDX";
    row.lot_size = 75;
    row.freeze_quantity = 1'800;
    row.tick = Price(500);
    text += "," + row_of(row).dump();
  }
  return text + "]";
}

}  // namespace

HttpReply Rest::instruments(const HttpRequest& request) {
  const auto dated = [this](HttpReply reply) {
    reply.headers.emplace_back("Date", http_date(world_.clock.now()));
    return reply;
  };
  if (request.target.substr(0, request.target.find('?')) != kPath) return dated(html_page(404, "404 Not Found", "Not Found"));
  if (request.method != "GET" && request.method != "HEAD") return dated(html_page(405, "405 Not Allowed", "Not Allowed"));
  const auto fault = world_.faults.strike("Q48", "instruments");
  const std::string kind = fault ? fault->text("kind", "truncated") : "";
  HttpReply reply;
  if (kind == "html") return dated(html_page(200, "Request Rejected", "The requested URL was rejected."));
  if (kind == "not_json") reply.body = "token,symbol,name\n3045,SBIN-EQ,SBIN\n";
  else if (fault && kind != "empty") reply.body = file_of(world_, kind, fault->text("symbol", ""));
  if (!fault) {
    if (instruments_.empty()) instruments_ = file_of(world_, "", "");
    reply.body = instruments_;
  }
  if (kind == "truncated") reply.cut_percent = 60;
  if (kind == "stalled") {
    reply.is_stalled = true;
    reply.delay_ms = fault->number("ms", 15'000);
  }
  reply = dated(std::move(reply));
  spoil_connection(world_.faults, "instruments", reply);
  ++counts_["instruments"][reply.is_reset ? 0 : reply.status];
  return reply;
}

}  // namespace sandbox
