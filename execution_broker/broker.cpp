#include "execution_broker/broker.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>

#include "execution_broker/broker_parts.h"
#include "execution_broker/clock/system_time.h"
#include "execution_broker/isolation/isolation.h"
#include "execution_broker/isolation/users.h"

namespace broker {

using trading::Result;
using trading::Status;

// Names or numbers of users -> uids; none = the broker's own.
Result<std::vector<std::uint32_t>> uids_of(const std::vector<std::string>& users, const char* key) {
  return uids_of_users(users, key, ::geteuid());
}

namespace {

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

}  // namespace

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
  report("isolation", tell_isolation());
  // A proposal rests nowhere yet: it holds nobody awake.
  const auto rests = [](const auto& entry) { return trading::is_working(entry.second.state) || trading::is_in_doubt(entry.second.state); };
  const auto& orders = ledger->working();
  report("exposure", exposure.set(!ledger->positions().empty() || std::any_of(orders.begin(), orders.end(), rests)));
  last_tick_steady_us.store(system_steady_us(), std::memory_order_relaxed);
}

// Into the audit log and the broker's own, when the home stopped being isolated or is so again.
Status Broker::Parts::tell_isolation() {
  const auto lost_by = isolation_watch->news();
  if (!lost_by) return {};
  if (lost_by->empty()) spdlog::warn("event=isolation_back");
  else spdlog::error("event=isolation_lost why=\"{}\"", *lost_by);
  trading::CanonicalJson body = trading::CanonicalJson::object({{"custody", isolation_watch->custody()}});
  if (!lost_by->empty()) body.set("why", *lost_by);
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(*ledger));
  RETURN_IF_ERROR(audit_decision(*book, unit, Requester{Role::kBroker, 0}, lost_by->empty() ? "isolation.back" : "isolation.lost", "home", body,
                                 clock->market_now()));
  return unit.commit();
}

Result<std::unique_ptr<Broker>> Broker::start(const HomeFolders& folders, Settings settings) {
  const Status isolation = check_home(settings, folders);
  RETURN_IF_ERROR(check_mode(settings, folders, isolation));
  RETURN_IF_ERROR(check_custody(settings, isolation));
  auto parts = std::make_unique<Parts>(folders, std::move(settings));
  parts->isolation = isolation;
  parts->isolation_watch = std::make_unique<IsolationWatch>([raw = parts.get()] { return check_home(raw->settings, raw->folders); }, isolation);
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
  p.isolation_thread.reset();
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
         format_ist(p.clock->market_now()) + " custody=" + p.isolation_watch->custody() + " agent_socket=" + p.folders.agent_socket().string() +
         " operator_socket=" + p.folders.operator_socket().string();
}

}  // namespace broker
