#include "execution_broker/modes.h"

#include <chrono>
#include <thread>

#include "execution_broker/approval/approver.h"
#include "execution_broker/exchange/smartapi/http/curl_transport.h"
#include "execution_broker/exchange/smartapi/stream/beast_socket.h"

namespace broker {

using trading::make_error;
using trading::Result;
using trading::Status;
using trading::TradingMode;

namespace {

// Which of the account's credentials are not set.
std::string missing_credentials(const Settings& settings) {
  std::string missing;
  for (const char* key : {"BROKER_API_KEY", "BROKER_CLIENT_CODE", "BROKER_PASSWORD", "BROKER_TOTP_SECRET"})
    if (!settings.secret(key)->is_set()) missing += (missing.empty() ? "" : ", ") + std::string(key);
  return missing;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "; ") + line;
  return text;
}

}  // namespace

std::vector<std::string> live_needs(const Settings& settings, const HomeFolders& folders, const Status& isolation) {
  std::vector<std::string> needs;
  if (settings.trading_mode != TradingMode::kLive) needs.emplace_back("a person sets TRADING_MODE=live in the broker's .env and restarts it");
  if (!settings.allow_live_trading) needs.emplace_back("a person sets ALLOW_LIVE_TRADING=true in the broker's .env and restarts it");
  if (settings.market_data != MarketData::kSmartApi) needs.emplace_back("MARKET_DATA=smartapi: live prices");
  if (const std::string missing = missing_credentials(settings); !missing.empty()) needs.push_back("credentials: " + missing);
  if (!has_approver(folders.keys())) needs.emplace_back("an enrolled approver: approval_cli enroll, as the operator");
  const Approver approver = Approver::load(folders.keys(), folders.storage());
  if (approver.fault()) needs.push_back(approver.fault()->text());
  if (settings.require_second_factor && approver.key() && !approver.key()->has_totp)
    needs.emplace_back("one-time passwords of the approver (SECOND_FACTOR_MISSING): approval_cli enroll --replace --totp");
  if (!isolation) needs.push_back(isolation.error().text());
  needs.emplace_back("the live desk: not part of this version (LIVE_DESK_MISSING)");
  return needs;
}

Status check_mode(const Settings& settings, const HomeFolders& folders, const Status& isolation) {
  switch (settings.trading_mode) {
    case TradingMode::kPaper: return {};
    case TradingMode::kRehearsal: {
      std::vector<std::string> needs;
      if (settings.market_data != MarketData::kSmartApi) needs.emplace_back("MARKET_DATA=smartapi");
      if (!settings.is_smartapi_on_loopback()) needs.emplace_back("every SMARTAPI_*_URL on loopback: the sandbox exchange");
      if (const std::string missing = missing_credentials(settings); !missing.empty()) needs.push_back(missing);
      if (needs.empty()) return {};
      return make_error("REHEARSAL_NOT_POSSIBLE", "TRADING_MODE=rehearsal trades with a sandbox exchange, and this is missing: " + joined(needs),
                        "start sandbox_exchange and put what it prints into the broker's .env", trading::Retry::kNo, "TRADING_MODE");
    }
    case TradingMode::kLive:
      return make_error("LIVE_DESK_MISSING", "TRADING_MODE=live is refused: " + joined(live_needs(settings, folders, isolation)),
                        "set TRADING_MODE=paper or rehearsal in the broker's .env", trading::Retry::kNo, "TRADING_MODE");
  }
  return {};
}

Result<std::unique_ptr<SmartApiExchange>> open_account_exchange(const Settings& settings, SmartApiSource& source, Database& database,
                                                                const Clock& clock,
                                                                std::function<void(const smartapi::CallRecord&)> record,
                                                                std::function<void(const std::string&)> log) {
  smartapi::CurlOptions options;
  if (!settings.smartapi_test_ca_file.empty()) options.ca_file = settings.smartapi_test_ca_file;
  ASSIGN_OR_RETURN(auto write_transport, smartapi::CurlTransport::open(options));
  ASSIGN_OR_RETURN(auto watch_transport, smartapi::CurlTransport::open(options));
  const auto client_of = [&](smartapi::HttpTransport& transport) {
    smartapi::ClientSetup client{transport, clock, settings.smartapi.rest, {}, {}, {}};
    client.credentials = {Secret(settings.broker_api_key.reveal()), Secret(settings.broker_client_code.reveal()), Secret(), Secret()};
    client.record = record;
    client.pause = [](std::int64_t us) { std::this_thread::sleep_for(std::chrono::microseconds(us)); };
    client.session_of = &source.session();
    return client;
  };
  OrderWatchSetup watch{client_of(*watch_transport), settings.smartapi.order_stream, smartapi::make_beast_socket(options.ca_file), std::move(log)};
  smartapi::ClientSetup writer = client_of(*write_transport);
  return SmartApiExchange::open(database, source.instruments(), clock, std::move(write_transport), std::move(writer),
                                std::move(watch_transport), std::move(watch));
}

}  // namespace broker
