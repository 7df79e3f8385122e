// Market, ledger, audit log, exchange and desk of the mode that was set, in this order.

#include <spdlog/spdlog.h>
#include <unistd.h>

#include "execution_broker/broker_parts.h"
#include "execution_broker/clock/system_time.h"
#include "execution_broker/halt_folder.h"
#include "execution_broker/ledger/schema.h"
#include "execution_broker/storage/disk_space.h"

#ifndef TRADING_MCP_VERSION
#define TRADING_MCP_VERSION "0.0.0"
#endif

namespace broker {

using trading::Result;
using trading::Status;
using trading::Timestamp;

namespace {

// Enough of a client code to know one's own by.
std::string masked(const Secret& client_code) {
  const std::string_view code = client_code.reveal();
  if (code.size() < 4) return "***";
  return std::string(code.substr(0, 1)) + "***" + std::string(code.substr(code.size() - 2));
}

}  // namespace

Status Broker::Parts::open_books() {
  mode = settings.trading_mode;
  const bool is_real_market = settings.market_data == MarketData::kSmartApi;
  if (is_real_market) {
    market_time.is_heard = settings.market_clock == MarketClock::kExchange;
    ASSIGN_OR_RETURN(auto source, open_smartapi(settings, folders, market_time, [this](const smartapi::CallRecord& call) { note_call(call); },
                                                [this](const StreamEvent& event) { stream_events.add(event); }));
    smartapi = source.get();
    if (source->has_account())
      account_reads = std::make_unique<smartapi::AccountReader>(
          [raw = source.get()](smartapi::AccountReader::Work work) { return raw->post(std::move(work)); }, market_time.clock(),
          settings.broker_client_code);
    smartapi = source.get();
    market = std::move(source);
  } else {
    ASSIGN_OR_RETURN(market, open_virtual_market(settings));
  }
  for (const std::string& finding : market->findings()) spdlog::warn("event=market_data_finding {}", finding);

  RETURN_IF_ERROR(check_free_disk(folders.storage()));
  DatabaseOptions options;
  options.application_id = kBookApplicationId;
  options.migrations = book_migrations();
  // Each mode has a file of its own, marked with it for good.
  const std::string mode_name(name_of(mode));
  const auto path = folders.storage() / (mode_name + ".db");
  ASSIGN_OR_RETURN(database, Database::open(path, options));
  RETURN_IF_ERROR(database->integrity_check());

  AuditOptions audit_options;
  audit_options.ledger_prefix = mode_name;
  audit_options.boot = audit_format::random_id();
  audit_options.wall_now = [] { return system_wall_now(); };
  audit_options.signing_key_file = folders.storage() / "audit_signing.key";
  audit_options.public_key_file = folders.keys() / "audit.pub";
  ASSIGN_OR_RETURN(audit, AuditLog::open(*database, audit_options));
  ASSIGN_OR_RETURN(ledger, Ledger::open(*database, mode, audit->ledger(), system_wall_now()));

  Pace pace;
  pace.speed_e4 = settings.sim_speed.is_step ? 0 : settings.sim_speed.factor_e3 * 10;
  pace.skips_closed = settings.sim_skip_closed;
  // The market's beginning is a setting of the first start only: later its own durable time decides.
  if (is_real_market) {
    pace = {10'000, false, [this] { return market_time.clock().market_now(); }};
  }
  const Timestamp first = is_real_market ? market_time.clock().market_now() : settings.sim_start.value_or(
      settings.market_data == MarketData::kSimulated
          ? timestamp_of(trading::TradingDate::from_civil(2026, 11, 23), trading::at(9, 15))
          : market->first_session());
  // A real market went on while the broker was away: the desk walks there from where it stopped.
  clock = std::make_unique<VirtualClock>(market->calendar(), MarketDriver::durable_time(*ledger, first), pace);
  if (mode == trading::TradingMode::kPaper) {
    ASSIGN_OR_RETURN(paper, PaperExchange::open(*database, *market, *clock));
  } else {
    ASSIGN_OR_RETURN(remote, open_account_exchange(settings, *smartapi, *database, market_time.clock(),
                                                    [this](const smartapi::CallRecord& call) { note_call(call); },
                                                    [](const std::string& line) { spdlog::info("{}", line); }));
  }
  Exchange& exchange = paper ? static_cast<Exchange&>(*paper) : *remote;

  DeskSetup setup;
  setup.starting_capital = settings.paper_starting_capital;
  setup.file_limits = {settings.stated_limits(), settings.derived_limits(mode)};
  setup.permissions.symbols.allowed_symbols = settings.allowed_symbols;
  setup.permissions.symbols.denied_symbols = settings.denied_symbols;
  setup.boot_id = audit->boot();
  setup.broker_version = TRADING_MCP_VERSION;
  setup.uid = ::geteuid();
  setup.keys = folders.keys();
  setup.storage = folders.storage();
  setup.quick_approval_value = settings.quick_approval_value;
  setup.wants_second_factor = settings.require_second_factor && settings.allow_live_trading;
  setup.needs_second_factor = settings.require_second_factor && mode == trading::TradingMode::kLive;
  if (mode != trading::TradingMode::kPaper) setup.account = masked(settings.broker_client_code);
  setup.custody = isolation_watch->custody();
  if (isolation) setup.permissions.isolation_lost_by = [this] { return isolation_watch->lost_by(); };
  setup.read_halt_file = [run = folders.run()] { return read_halt_reason(run); };
  book.emplace(Book{mode, *ledger, *audit, exchange, paper.get()});
  ASSIGN_OR_RETURN(desk, BookDesk::open(*book, Market{*market, *clock, clock.get()}, halt, std::move(setup)));

  ASSIGN_OR_RETURN(audit_reader, Database::open_reader(path, options));
  ASSIGN_OR_RETURN(export_reader, Database::open_reader(path, options));
  ASSIGN_OR_RETURN(exporter, AuditExporter::open(folders.storage() / "trade_logs.jsonl", {export_reader.get()}));
  if (exporter->opening().finding == ExportReport::Finding::kDamaged) {
    spdlog::warn("event=audit_export_damaged {}", exporter->opening().detail);
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(*ledger));
    RETURN_IF_ERROR(audit_decision(*book, unit, Requester{Role::kBroker, 0}, "audit.export_damaged", "trade_logs.jsonl",
                                   trading::CanonicalJson::object({{"detail", exporter->opening().detail}}), clock->market_now()));
    RETURN_IF_ERROR(unit.commit());
  }
  return {};
}

void Broker::Parts::note_call(const smartapi::CallRecord& call) {
  const bool is_answer = call.end == "data" || call.end == "empty";
  exchange_calls.add({"smartapi." + std::string(call.call), "", static_cast<std::uint32_t>(::geteuid()), "broker", "",
                      is_answer ? "" : call.end + (call.code.empty() ? "" : " " + call.code), "", call.duration_us});
}

}  // namespace broker
