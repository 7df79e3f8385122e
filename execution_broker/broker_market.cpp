#include "execution_broker/broker_market.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "execution_broker/exchange/smartapi/http/curl_transport.h"
#include "execution_broker/exchange/smartapi/stream/beast_socket.h"
#include "execution_broker/market/csv/csv_source.h"
#include "execution_broker/market/simulated/simulated_source.h"
#include "trading/base/text.h"

namespace broker {

using trading::make_error;
using trading::Result;
using trading::Status;

void StreamEvents::add(const StreamEvent& event) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() < kMostWaiting) waiting_.push_back(event);
  else ++left_out_;
}

Status StreamEvents::flush(Book& book) {
  std::vector<StreamEvent> events;
  std::int64_t left_out = 0;
  {
    const std::lock_guard lock(mutex_);
    events.swap(waiting_);
    std::swap(left_out, left_out_);
  }
  if (events.empty()) return {};
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book.ledger));
  for (const StreamEvent& event : events) {
    trading::CanonicalJson body = trading::CanonicalJson::object({{"line", event.line}, {"at_us", event.at.us}});
    if (!event.why.empty()) body.set("why", trading::quoted(event.why));
    if (left_out > 0) body.set("left_out", left_out);
    RETURN_IF_ERROR(audit_decision(book, unit, Requester{Role::kBroker, 0}, event.is_open ? "market.stream_open" : "market.stream_lost",
                                   "smartapi", body, event.at));
  }
  return unit.commit();
}

Result<std::unique_ptr<SmartApiSource>> open_smartapi(const Settings& settings, const HomeFolders& folders, MarketTime& time,
                                                      std::function<void(const smartapi::CallRecord&)> record,
                                                      std::function<void(const StreamEvent&)> on_stream) {
  smartapi::CurlOptions options;
  if (!settings.smartapi_test_ca_file.empty()) options.ca_file = settings.smartapi_test_ca_file;
  ASSIGN_OR_RETURN(auto transport, smartapi::CurlTransport::open(options));
  SmartApiSourceSetup setup;
  setup.rest_url = settings.smartapi.rest;
  setup.stream_url = settings.smartapi.stream;
  setup.instruments_url = settings.smartapi.instruments;
  setup.credentials = {Secret(settings.broker_api_key.reveal()), Secret(settings.broker_client_code.reveal()),
                       Secret(settings.broker_password.reveal()), Secret(settings.broker_totp_secret.reveal())};
  setup.store = folders.storage() / "market.db";
  setup.transport = std::move(transport);
  setup.socket = [ca = options.ca_file] { return smartapi::make_beast_socket(ca); };
  setup.clock = &time.clock();
  setup.heard = time.is_heard ? &time.heard : nullptr;
  setup.record = std::move(record);
  setup.on_stream = std::move(on_stream);
  setup.log = [](const std::string& line) { spdlog::info("{}", line); };
  // A sandbox lists what its tests need; NSE's file holds thousands.
  setup.least_instruments = settings.is_smartapi_on_loopback() ? 1 : 500;
  ASSIGN_OR_RETURN(auto source, SmartApiSource::open(std::move(setup)));
  if (time.is_heard && !time.heard.has_heard())
    return make_error("EXCHANGE_CLOCK_SILENT", "MARKET_CLOCK=exchange, and the exchange has not told its time",
                      "start the sandbox exchange first, or set MARKET_CLOCK=machine", trading::Retry::kNo, "MARKET_CLOCK");
  return source;
}

Result<std::unique_ptr<MarketSource>> open_virtual_market(const Settings& settings) {
  switch (settings.market_data) {
    case MarketData::kSimulated:
      return std::unique_ptr<MarketSource>(std::make_unique<SimulatedSource>(static_cast<std::uint64_t>(settings.sim_seed)));
    case MarketData::kCsv: {
      ASSIGN_OR_RETURN(auto source, CsvSource::open(settings.market_data_dir));
      return std::unique_ptr<MarketSource>(std::move(source));
    }
    case MarketData::kSmartApi:
      break;
  }
  return make_error("ENV_VALUE_INVALID", "MARKET_DATA is unknown", "set MARKET_DATA=simulated or csv");
}

}  // namespace broker
