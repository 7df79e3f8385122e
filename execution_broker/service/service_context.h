#pragma once

// What the services need of the rest of the broker, put together by main. It outlives the doors.

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "execution_broker/clock/clock.h"
#include "execution_broker/desk/desk_thread.h"
#include "execution_broker/desk/live_desk.h"
#include "execution_broker/desk/order_desk.h"
#include "execution_broker/desk/requester.h"
#include "execution_broker/exchange/account.h"
#include "execution_broker/market/market_source.h"
#include "execution_broker/risk/limits.h"
#include "execution_broker/service/rpc_guard.h"
#include "execution_broker/service/rpc_observer.h"
#include "trading/base/result.h"
#include "trading/time/timestamp.h"

namespace broker {

// Facts of this start of the broker.
struct SessionFacts {
  std::string broker_version;
  std::string boot_id;
  std::string ledger_id;                                     // of the effective mode's book
  trading::TradingMode mode = trading::TradingMode::kPaper;  // the effective one
  std::function<std::string()> custody = [] { return std::string("same-uid"); };  // isolated | same-uid, as of now; any thread
  std::string clock_speed;                                   // "step", "1", "60", "real"
  bool is_virtual_clock = false;
  std::int64_t started_steady_us = 0;
};

// The settings as they may be shown: a secret's value is "set" or "not set".
struct SettingView {
  std::string key, type, unit, value, source, meaning;
};
struct SettingsView {
  std::vector<SettingView> rows;
  std::string configured_mode;
  bool allow_live_trading = false;
  bool is_agent_read_only = false;
  std::vector<std::string> agent_toolsets;  // empty = all
};

struct AuditTrailQuery {
  Role role = Role::kAgent;  // what an agent may not see is hidden from it
  std::optional<trading::Timestamp> since;
  std::string symbol;
  std::string event;  // prefix of the type
  std::size_t limit = 50;
  std::optional<std::int64_t> before_seq;
};
struct AuditRow {
  std::string ledger;
  std::int64_t seq = 0;
  trading::Timestamp ts;
  trading::Timestamp market_ts;
  std::string role;
  std::uint32_t uid = 0;
  std::string type;
  std::string subject;
  std::string body_json;  // empty when redacted
  std::string hash;
};
struct AuditHead {
  std::int64_t seq = 0;
  std::string hash;
  std::int64_t unexported = 0;
};
struct AuditTrail {
  std::vector<AuditRow> rows;  // newest first
  AuditHead head;
};
// One tool call as the gateway tells it; uid and time are the broker's.
struct ToolCallReport {
  std::string tool;
  std::string client;
  bool is_error = false;
  std::string error_code;
  std::int64_t duration_us = 0;
  std::string arguments_sha256;
};

struct ServiceContext {
  OrderDesk& desk;  // only on desk_thread
  DeskThread& desk_thread;
  const MarketSource& market;
  const Clock& clock;
  const SessionFacts& session;
  const SettingsView& settings;

  // Answered on the desk's thread, within the same job as the rest of the call.
  // Leaves rehearsal or live at once and for good; answers with a note for the requester.
  std::function<trading::Result<std::string>(const Requester&)> switch_to_paper_mode;
  std::function<AuditHead()> audit_head;

  // Answered on the thread of the call, by many at once.
  std::function<trading::Result<AuditTrail>(const AuditTrailQuery&)> fetch_audit_trail;
  std::function<trading::Status(const Requester&, const std::vector<ToolCallReport>&)>
      report_tool_calls;
  std::function<std::vector<std::string>()>
      live_needs;  // what is still missing for live, one a line
  std::function<std::int64_t()> disk_free_bytes;
  std::function<std::string()> safety_rules;  // Markdown, from the tables that enforce them

  RpcObserver observer;  // may be empty
  GuardRules guard_rules;
  RpcCounters counters;

  // Stops new entries at once, from any thread, before the desk (which may be busy) comes to keep
  // the halt. Empty: a halt waits for the desk.
  std::function<void()> raise_halt = {};

  // The account at the exchange member; waits for the network on the thread of the call.
  AccountReads account = no_account("this broker has no account at an exchange member");

  std::timed_mutex clock_steps = {};  // held by the one call that advances the clock

  // Of an isolated home: no terminal that one of them began may sign. Empty elsewhere.
  std::vector<std::uint32_t> agent_uids = {};

  LiveDesk* live = nullptr;  // the desk's other face, on desk_thread; null where only paper is served
};

}  // namespace broker
