// The threads, and both doors with all that a call through them may ask for.

#include <spdlog/spdlog.h>

#include "execution_broker/audit/audit_query.h"
#include "execution_broker/broker_parts.h"
#include "execution_broker/clock/system_time.h"
#include "execution_broker/halt_folder.h"
#include "execution_broker/risk/checklist.h"
#include "execution_broker/service/thread_share.h"
#include "execution_broker/storage/disk_space.h"

#ifndef TRADING_MCP_VERSION
#define TRADING_MCP_VERSION "0.0.0"
#endif

namespace broker {

using trading::Result;
using trading::Status;
using trading::Timestamp;

namespace {

constexpr auto kTick = std::chrono::milliseconds(100);
constexpr auto kExportEvery = std::chrono::milliseconds(250);
constexpr auto kLookAtIsolationEvery = std::chrono::seconds(10);

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

}  // namespace

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
  session.custody = [this] { return isolation_watch->custody(); };
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

  if (isolation) isolation_thread = std::make_unique<Periodic>(kLookAtIsolationEvery, [this] { isolation_watch->look_again(); });

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

}  // namespace broker
