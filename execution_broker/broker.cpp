#include "execution_broker/broker.h"

#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <thread>

#include <spdlog/spdlog.h>

#include "execution_broker/audit/audit_exporter.h"
#include "execution_broker/audit/audit_query.h"
#include "execution_broker/clock/real_clock.h"
#include "execution_broker/clock/system_time.h"
#include "execution_broker/desk/book_desk.h"
#include "execution_broker/desk/call_log.h"
#include "execution_broker/desk/halt_watch.h"
#include "execution_broker/exposure_mark.h"
#include "execution_broker/halt_folder.h"
#include "execution_broker/exchange/smartapi/http/curl_transport.h"
#include "execution_broker/exchange/smartapi/session/account_reader.h"
#include "execution_broker/exchange/smartapi/stream/beast_socket.h"
#include "execution_broker/isolation/isolation.h"
#include "execution_broker/isolation/users.h"
#include "execution_broker/ledger/schema.h"
#include "execution_broker/market/csv/csv_source.h"
#include "execution_broker/market/simulated/simulated_source.h"
#include "execution_broker/market/smartapi/smartapi_source.h"
#include "execution_broker/modes.h"
#include "execution_broker/risk/checklist.h"
#include "execution_broker/service/open_door.h"
#include "execution_broker/service/service_context.h"
#include "execution_broker/service/thread_share.h"
#include "execution_broker/storage/disk_space.h"

#include "trading/base/text.h"

#ifndef TRADING_MCP_VERSION
#define TRADING_MCP_VERSION "0.0.0"
#endif

namespace broker {

using trading::make_error;
using trading::Result;
using trading::Status;
using trading::Timestamp;

namespace {

constexpr auto kTick = std::chrono::milliseconds(100);
constexpr auto kExportEvery = std::chrono::milliseconds(250);

// Names or numbers of users -> uids; none = the broker's own.
Result<std::vector<std::uint32_t>> uids_of(const std::vector<std::string>& users, const char* key) {
  return uids_of_users(users, key, ::geteuid());
}

// Broker secrets and an exchange that is not on loopback only meet in an isolated home.
Status check_home(const Settings& settings, const HomeFolders& folders) {
  IsolationFacts facts;
  facts.home = folders.home;
  facts.broker_uid = ::geteuid();
  ASSIGN_OR_RETURN(facts.agent_uids, uids_of(settings.agent_users, "AGENT_USERS"));
  ASSIGN_OR_RETURN(facts.operator_uids, uids_of(settings.operator_users, "OPERATOR_USERS"));
  return check_isolation(facts);
}

Status check_custody(const Settings& settings, const Status& isolation) {
  if (settings.is_smartapi_on_loopback()) return {};
  if (settings.market_data != MarketData::kSmartApi && !settings.has_broker_secret()) return {};
  return isolation;
}

// Where market time comes from when the market is a real one.
struct MarketTime {
  RealClock machine;
  HeardClock heard;  // MARKET_CLOCK=exchange
  bool is_heard = false;

  [[nodiscard]] const Clock& clock() const { return is_heard ? static_cast<const Clock&>(heard) : machine; }
};

// What became of the market stream, told by its thread and written by the desk's: the audit log shows from when to when no
// price could have been fresh.
class StreamEvents {
 public:
  void add(const StreamEvent& event) {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() < kMostWaiting) waiting_.push_back(event);
    else ++left_out_;
  }
  Status flush(Book& book) {
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

 private:
  static constexpr std::size_t kMostWaiting = 64;  // between two ticks
  std::mutex mutex_;
  std::vector<StreamEvent> waiting_;  // guarded by mutex_
  std::int64_t left_out_ = 0;         // guarded by mutex_
};

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

std::string speed_text(const SimulationSpeed& speed) {
  if (speed.is_step) return "step";
  const std::string whole = std::to_string(speed.factor_e3 / 1'000);
  const std::int64_t part = speed.factor_e3 % 1'000;
  if (part == 0) return whole;
  std::string fraction = std::to_string(1'000 + part).substr(1);
  while (fraction.back() == '0') fraction.pop_back();
  return whole + "." + fraction;
}

SettingsView settings_view(const Settings& settings) {
  SettingsView view;
  for (const SettingReport& report : report_settings(settings))
    view.rows.push_back({report.row->key, std::string(name_of(report.row->type)), report.row->unit, report.value,
                         report.source, report.row->meaning});
  view.configured_mode = std::string(trading::name_of(settings.trading_mode));
  view.allow_live_trading = settings.allow_live_trading;
  view.is_agent_read_only = settings.agent_read_only;
  view.agent_toolsets = settings.agent_toolsets;
  return view;
}

// Enough of a client code to know one's own by.
std::string masked(const Secret& client_code) {
  const std::string_view code = client_code.reveal();
  if (code.size() < 4) return "***";
  return std::string(code.substr(0, 1)) + "***" + std::string(code.substr(code.size() - 2));
}

// A thread that does one thing at an interval until it is told to stop.
class Periodic {
 public:
  Periodic(std::chrono::milliseconds every, std::function<void()> work)
      : thread_([this, every, work = std::move(work)] {
          std::unique_lock lock(mutex_);
          while (!stop_.wait_for(lock, every, [this] { return is_stopping_; })) {
            lock.unlock();
            work();
            lock.lock();
          }
        }) {}
  ~Periodic() {
    {
      const std::lock_guard lock(mutex_);
      is_stopping_ = true;
    }
    stop_.notify_all();
    thread_.join();
  }
  Periodic(const Periodic&) = delete;
  Periodic& operator=(const Periodic&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable stop_;
  bool is_stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace

// In the order of construction; destroyed the other way round, with the doors first.
struct Broker::Parts {
  Settings settings;
  HomeFolders folders;
  MarketTime market_time;
  trading::TradingMode mode = trading::TradingMode::kPaper;  // of the book that is open
  Status isolation;
  [[nodiscard]] const char* custody() const { return isolation ? "isolated" : "same-uid"; }  // as it was at the start
  CallLog exchange_calls;  // what the broker asked of the exchange
  StreamEvents stream_events;
  std::unique_ptr<smartapi::AccountReader> account_reads;  // the source's thread works for it
  std::unique_ptr<MarketSource> market;
  SmartApiSource* smartapi = nullptr;  // the same object where prices come from there
  std::unique_ptr<Database> database;
  std::unique_ptr<AuditLog> audit;
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<VirtualClock> clock;
  std::unique_ptr<PaperExchange> paper;           // of the paper book
  std::unique_ptr<SmartApiExchange> remote;       // of a rehearsal
  HaltFlag halt;
  std::unique_ptr<BookDesk> desk;
  std::optional<Book> book;
  CallLog calls;           // as the doors saw them
  CallLog reported_calls;  // as the gateways told them: a flood of these hides none of the others
  std::unique_ptr<Database> audit_reader;     // guarded by audit_reader_mutex
  std::mutex audit_reader_mutex;
  std::unique_ptr<Database> export_reader;    // the exporter's thread
  std::unique_ptr<AuditExporter> exporter;    // the exporter's thread
  std::atomic<std::int64_t> last_call_steady_us{0};
  std::atomic<std::int64_t> last_tick_steady_us{0};
  ExposureMark exposure;  // the desk's thread
  SessionFacts session;
  SettingsView settings_view;
  std::unique_ptr<DeskThread> desk_thread;
  std::unique_ptr<HaltWatch> halt_watch;
  std::unique_ptr<Periodic> export_thread;
  std::unique_ptr<ServiceContext> context;
  std::unique_ptr<OpenDoor> agent_door;
  std::unique_ptr<OpenDoor> operator_door;

  Parts(HomeFolders home, Settings values) : settings(std::move(values)), folders(std::move(home)), exposure(folders.run()) {}

  Status open_books();
  Status open_doors();
  void on_tick();
  Result<AuditTrail> fetch_trail(const AuditTrailQuery& query);
  void note_call(const smartapi::CallRecord& call);
};

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
  setup.custody = custody();
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

void Broker::Parts::on_tick() {
  const auto report = [](const char* what, const Status& status) {
    if (!status) spdlog::error("event=tick_failed part={} {}", what, status.error().text());
  };
  report("desk", desk->tick());
  report("stream", stream_events.flush(*book));
  report("calls", calls.flush(*book, clock->market_now(), system_steady_us()));
  report("exchange calls", exchange_calls.flush(*book, clock->market_now(), system_steady_us()));
  report("reported calls", reported_calls.flush(*book, clock->market_now(), system_steady_us()));
  const auto audited = audit->tick(system_steady_us());
  if (!audited) report("audit", audited.error());
  report("log", database->tidy_log());
  report("exposure", exposure.set(!ledger->positions().empty() || !ledger->working().empty()));
  last_tick_steady_us.store(system_steady_us(), std::memory_order_relaxed);
}

void Broker::Parts::note_call(const smartapi::CallRecord& call) {
  const bool is_answer = call.end == "data" || call.end == "empty";
  exchange_calls.add({"smartapi." + std::string(call.call), "", static_cast<std::uint32_t>(::geteuid()), "broker", "",
                      is_answer ? "" : call.end + (call.code.empty() ? "" : " " + call.code), "", call.duration_us});
}

Result<AuditTrail> Broker::Parts::fetch_trail(const AuditTrailQuery& query) {
  const std::lock_guard lock(audit_reader_mutex);
  AuditQuery wanted;
  wanted.since = query.since;
  wanted.symbol = query.symbol;
  wanted.event = query.event;
  wanted.limit = static_cast<int>(query.limit);
  wanted.before_seq = query.before_seq;
  wanted.view = query.role == Role::kOperator ? AuditView::kOperator : AuditView::kAgent;
  ASSIGN_OR_RETURN(const AuditPage page, fetch_audit_trail(*audit_reader, wanted));
  audit_reader->sync();  // what was told of must not be lost any more
  AuditTrail trail;
  trail.head.seq = page.head_seq;
  trail.head.hash = audit_format::to_hex(page.head_hash);
  for (const AuditEntry& entry : page.entries) {
    AuditRow row;
    row.ledger = audit->ledger();
    row.seq = entry.seq;
    row.ts = entry.ts;
    row.market_ts = entry.market_ts.value_or(Timestamp{});
    row.role = entry.actor.role;
    row.uid = entry.actor.uid < 0 ? 0 : static_cast<std::uint32_t>(entry.actor.uid);
    row.type = entry.type;
    row.subject = entry.subject;
    if (entry.body) row.body_json = entry.body->write();
    row.hash = audit_format::to_hex(entry.hash);
    trail.rows.push_back(std::move(row));
  }
  return trail;
}

Status Broker::Parts::open_doors() {
  session.broker_version = TRADING_MCP_VERSION;
  session.boot_id = audit->boot();
  session.ledger_id = ledger->identity().ledger_id;
  session.mode = mode;
  session.custody = custody();
  const bool is_real_market = settings.market_data == MarketData::kSmartApi;
  session.clock_speed = is_real_market ? (market_time.is_heard ? "exchange" : "machine") : speed_text(settings.sim_speed);
  session.is_virtual_clock = !is_real_market || market_time.is_heard;
  session.started_steady_us = system_steady_us();
  settings_view = broker::settings_view(settings);
  last_call_steady_us = system_steady_us();
  last_tick_steady_us = system_steady_us();

  // The threads that are started from here on are the desk's, the halt's and the doors'; the agent's door yields again.
  put_first_in_line();
  // From here on all that is committed is a job's or a tick's, and each of them is settled before its answer leaves.
  RETURN_IF_ERROR(database->defer_sync());
  desk_thread = std::make_unique<DeskThread>(
      DeskThread::Options{kTick, [this] { on_tick(); }, [this] { database->sync(); }});
  ASSIGN_OR_RETURN(halt_watch, HaltWatch::start(folders.run(), halt, [] { spdlog::warn("event=halt_file state=halted"); }));
  export_thread = std::make_unique<Periodic>(kExportEvery, [this] {
    const auto report = exporter->tick();
    if (!report) spdlog::error("event=audit_export_failed {}", report.error().text());
    else if (report->finding == ExportReport::Finding::kDamaged) spdlog::warn("event=audit_export_damaged {}", report->detail);
  });

  context = std::unique_ptr<ServiceContext>(new ServiceContext{*desk, *desk_thread, *market, *clock, session, settings_view,
                                                               {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}});
  context->live = desk.get();
  if (isolation) {
    ASSIGN_OR_RETURN(context->agent_uids, uids_of(settings.agent_users, "AGENT_USERS"));
  }
  context->raise_halt = [this] { halt.raise(); };
  context->switch_to_paper_mode = [this](const Requester& who) { return desk->switch_to_paper_mode(who); };
  context->audit_head = [this] {
    AuditHead head;
    if (const auto position = audit->head()) {
      head.seq = position->seq;
      head.hash = audit_format::to_hex(position->hash);
    }
    return head;
  };
  context->fetch_audit_trail = [this](const AuditTrailQuery& query) { return fetch_trail(query); };
  context->report_tool_calls = [this](const Requester& who, const std::vector<ToolCallReport>& reports) -> Status {
    for (const ToolCallReport& report : reports)
      reported_calls.add({"tool", report.tool, who.uid, name_of(who.role), report.client, report.is_error ? report.error_code : "",
                 report.arguments_sha256, report.duration_us});
    return {};
  };
  context->live_needs = [this] { return live_needs(settings, folders, isolation); };
  context->disk_free_bytes = [this] { return free_disk_bytes(folders.storage()).value_or(0); };
  context->safety_rules = [] { return risk::checklist_markdown(); };
  context->observer = [this](const RpcRecord& record) {
    // Whoever is turned away at the door does not keep the broker awake.
    if (record.method != kConnect) last_call_steady_us.store(system_steady_us(), std::memory_order_relaxed);
    if (record.method.ends_with("/Hello") || record.method.ends_with("/ReportToolCalls")) return;
    calls.add({record.method.starts_with('?') ? record.method : record.method.substr(record.method.rfind('/') + 1), record.tool, record.who.uid,
               name_of(record.who.role), "", record.error_code, "", record.duration_us});
  };
  if (account_reads) context->account = account_reads->reads();
  else if (is_real_market) context->account = no_account("the account at the exchange member cannot be read without BROKER_* keys");
  else context->account = no_account("MARKET_DATA=" + std::string(broker::name_of(settings.market_data)) + " has no account at an exchange member");
  context->guard_rules.is_agent_read_only = settings.agent_read_only;
  context->guard_rules.agent_toolsets = settings.agent_toolsets;

  ASSIGN_OR_RETURN(const auto agents, uids_of(settings.agent_users, "AGENT_USERS"));
  ASSIGN_OR_RETURN(const auto operators, uids_of(settings.operator_users, "OPERATOR_USERS"));
  if (const Status lets = let_operators_halt(folders.run(), operators); !lets)
    spdlog::warn("event=halt_folder {}", lets.error().text());
  ASSIGN_OR_RETURN(operator_door, OpenDoor::open(Door::kOperator, folders.operator_socket(), operators, *context));
  ASSIGN_OR_RETURN(agent_door, OpenDoor::open(Door::kAgent, folders.agent_socket(), agents, *context));
  return {};
}

Result<std::unique_ptr<Broker>> Broker::start(const HomeFolders& folders, Settings settings) {
  const Status isolation = check_home(settings, folders);
  RETURN_IF_ERROR(check_mode(settings, folders, isolation));
  RETURN_IF_ERROR(check_custody(settings, isolation));
  auto parts = std::make_unique<Parts>(folders, std::move(settings));
  parts->isolation = isolation;
  std::unique_ptr<Broker> broker(new Broker(std::move(parts)));
  RETURN_IF_ERROR(broker->parts_->open_books());
  RETURN_IF_ERROR(broker->parts_->open_doors());
  return broker;
}

Broker::Broker(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Broker::~Broker() {
  Parts& p = *parts_;
  if (p.agent_door) p.agent_door->close();
  if (p.operator_door) p.operator_door->close();
  p.halt_watch.reset();
  if (p.desk_thread) p.desk_thread->stop();  // from here on this thread is the desk's
  if (p.desk) {
    if (const Status each = p.database->sync_each_commit(); !each) spdlog::error("event=sync_not_kept {}", each.error().text());
    p.on_tick();
    for (CallLog* log : {&p.calls, &p.exchange_calls, &p.reported_calls})
      if (const Status kept = log->flush_all(*p.book, p.clock->market_now()); !kept)
        spdlog::error("event=calls_not_recorded {}", kept.error().text());
    auto unit = Ledger::Unit::begin(*p.ledger);
    if (unit) {
      const Status kept = [&]() -> Status {
        RETURN_IF_ERROR(audit_decision(*p.book, *unit, Requester{Role::kBroker, 0}, "broker.stop", "boot",
                                       trading::CanonicalJson::object({{"orderly", true}}), p.clock->market_now()));
        return unit->commit();
      }();
      if (!kept) spdlog::error("event=stop_not_recorded {}", kept.error().text());
    }
    if (const Status kept = p.desk->keep_time(); !kept) spdlog::error("event=time_not_kept {}", kept.error().text());
    if (const Status closed = p.audit->close(system_steady_us()); !closed) spdlog::error("event=audit_not_closed {}", closed.error().text());
  }
  p.export_thread.reset();
  if (p.exporter) {
    const auto report = p.exporter->tick();
    if (!report) spdlog::error("event=audit_export_failed {}", report.error().text());
  }
}

std::int64_t Broker::idle_seconds() const {
  return (system_steady_us() - parts_->last_call_steady_us.load(std::memory_order_relaxed)) / 1'000'000;
}

std::int64_t Broker::us_since_desk() const {
  return system_steady_us() - parts_->last_tick_steady_us.load(std::memory_order_relaxed);
}

std::string Broker::summary() const {
  const Parts& p = *parts_;
  return "mode=" + std::string(name_of(p.mode)) + " market=" + p.market->name() + " clock=" + p.session.clock_speed + " market_time=" +
         format_ist(p.clock->market_now()) + " custody=" + p.custody() + " agent_socket=" + p.folders.agent_socket().string() +
         " operator_socket=" + p.folders.operator_socket().string();
}

}  // namespace broker
