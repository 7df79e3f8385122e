// The human's commands. Stops run first on the desk and wait for nothing; long answers come in
// pages, each a short job of the desk, so that a stop gets in between.

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "broker/v1/operator.grpc.pb.h"
#include "execution_broker/desk/limit_note.h"
#include "execution_broker/service/desk_call.h"
#include "execution_broker/service/limit_words.h"
#include "execution_broker/service/rpc_guard.h"
#include "execution_broker/service/service_context.h"
#include "execution_broker/service/services.h"
#include "execution_broker/service/to_wire.h"
#include "proto/convert/order_terms.h"
#include "proto/convert/text.h"

namespace broker {
namespace {

constexpr std::size_t kMaxReasonLength = 200;
constexpr std::size_t kMaxKeyLength = 64;
constexpr std::int64_t kMaxAdvanceUs = 366LL * 24 * 3'600 * 1'000'000;
constexpr std::size_t kExportLines = 1'000;
constexpr std::chrono::seconds kStopPatience{5};
constexpr std::chrono::milliseconds kBusyPause{5};

trading::Result<std::string> reason_of(const std::string& text) {
  wire::FieldErrors errors;
  errors.require(text.size() <= kMaxReasonLength, "reason", "must be at most 200 characters");
  RETURN_IF_ERROR(errors.status());
  return wire::clean_text(text, kMaxReasonLength);
}

void write(const OperatorStateView& view, v1::OperatorStateReply& out) {
  out.set_operator_state(view.state);
  for (const std::string& reason : view.reasons) out.add_reasons(reason);
  for (const std::string& latch : view.cleared_latches) out.add_cleared_latches(latch);
  out.set_cancelled_entries(view.cancelled_entries);
}

void write(const DeskStatus& status, v1::StatusReply& out) {
  to_wire::write(status.provenance, *out.mutable_provenance());
  out.set_operator_state(status.operator_state.state);
  for (const std::string& reason : status.operator_state.reasons) out.add_reasons(reason);
  for (const std::string& latch : status.operator_state.latches) out.add_latches(latch);
  out.set_next_market_event_us(status.next_event_at ? status.next_event_at->us : 0);
  out.set_next_market_event(status.next_event);
  out.set_working_orders(status.working_orders);
  out.set_open_positions(status.open_positions);
  if (status.day_pnl) out.set_day_pnl_e4(status.day_pnl->value());
  out.set_day_loss_limit_e4(status.day_loss_limit.value());
  for (const LimitUse& use : status.limits_used) {
    v1::LimitUse& row = *out.add_limits_used();
    row.set_key(use.key);
    row.set_is_money(use.is_money);
    if (use.used) row.set_used(*use.used);
    if (use.allowed) row.set_allowed(*use.allowed);
  }
}

class OperatorService final : public v1::OperatorService::Service {
 public:
  OperatorService(ServiceContext& context, RpcGuard& guard) : context_(context), guard_(guard) {}

  grpc::Status Status(grpc::ServerContext* call, const v1::StatusRequest*,
                      v1::StatusReply* reply) override {
    return guard_.run(*call, "/broker.v1.OperatorService/Status",
                      [&](const RpcCall& admitted) -> trading::Status {
                        AuditHead head;
                        ASSIGN_OR_RETURN(const DeskStatus status,
                                         on_desk(admitted, context_, [&](OrderDesk& desk) {
                                           head = context_.audit_head();
                                           return desk.status();
                                         }));
                        write(status, *reply);
                        write_session(*reply);
                        reply->set_audit_head_seq(head.seq);
                        reply->set_audit_head_hash(head.hash);
                        reply->set_audit_unexported(head.unexported);
                        return {};
                      });
  }

  grpc::Status Halt(grpc::ServerContext* call, const v1::HaltRequest* request,
                    v1::OperatorStateReply* reply) override {
    return change_state(*call, "/broker.v1.OperatorService/Halt", request->reason(),
                        &OrderDesk::halt, *reply, context_.raise_halt);
  }
  grpc::Status ReduceOnly(grpc::ServerContext* call, const v1::ReduceOnlyRequest* request,
                          v1::OperatorStateReply* reply) override {
    return change_state(*call, "/broker.v1.OperatorService/ReduceOnly", request->reason(),
                        &OrderDesk::reduce_only, *reply);
  }
  grpc::Status Resume(grpc::ServerContext* call, const v1::ResumeRequest* request,
                      v1::OperatorStateReply* reply) override {
    return change_state(*call, "/broker.v1.OperatorService/Resume", request->reason(),
                        &OrderDesk::resume, *reply);
  }

  grpc::Status CancelOrder(grpc::ServerContext* call, const v1::CancelOrderRequest* request,
                           v1::CancelOrderReply* reply) override {
    return guard_.run(
        *call, "/broker.v1.OperatorService/CancelOrder",
        [&](const RpcCall& admitted) -> trading::Status {
          wire::FieldErrors errors;
          errors.require(request->all_entries() == request->order_id().empty(), "order_id",
                         "or all_entries must be given, and not both");
          if (!request->order_id().empty()) wire::check_order_id(request->order_id(), errors);
          RETURN_IF_ERROR(errors.status());
          using Orders = trading::Result<std::vector<OrderRecord>>;
          ASSIGN_OR_RETURN(
              const auto orders, on_desk(admitted, context_, [&](OrderDesk& desk) -> Orders {
                if (request->all_entries()) return desk.cancel_entries(admitted.who);
                ASSIGN_OR_RETURN(const OrderReply one,
                                 desk.cancel_paper_order(admitted.who, request->order_id(), ""));
                return std::vector<OrderRecord>{one.order};
              }));
          to_wire::write_all(orders, *reply->mutable_orders());
          return {};
        });
  }

  grpc::Status Flatten(grpc::ServerContext* call, const v1::FlattenRequest* request,
                       v1::FlattenReply* reply) override {
    return guard_.run(*call, "/broker.v1.OperatorService/Flatten",
                      [&](const RpcCall& admitted) -> trading::Status {
                        wire::FieldErrors errors;
                        wire::check_optional_symbol(request->symbol(), errors);
                        RETURN_IF_ERROR(errors.status());
                        std::vector<std::string> not_possible;
                        ASSIGN_OR_RETURN(
                            const auto orders, on_desk(admitted, context_, [&](OrderDesk& desk) {
                              return desk.flatten(admitted.who, request->symbol(), not_possible);
                            }));
                        to_wire::write_all(orders, *reply->mutable_orders());
                        for (const std::string& why : not_possible) reply->add_not_possible(why);
                        return {};
                      });
  }

  grpc::Status ShowLimits(grpc::ServerContext* call, const v1::ShowLimitsRequest*,
                          v1::ShowLimitsReply* reply) override {
    return guard_.run(*call, "/broker.v1.OperatorService/ShowLimits",
                      [&](const RpcCall& admitted) -> trading::Status {
                        ASSIGN_OR_RETURN(const LimitsView limits,
                                         on_desk(admitted, context_,
                                                 [](OrderDesk& desk) { return desk.limits(); }));
                        to_wire::write_limits(limits, *reply);
                        return {};
                      });
  }

  grpc::Status SetLimit(grpc::ServerContext* call, const v1::SetLimitRequest* request,
                        v1::SetLimitReply* reply) override {
    return guard_.run(
        *call, "/broker.v1.OperatorService/SetLimit",
        [&](const RpcCall& admitted) -> trading::Status {
          wire::FieldErrors errors;
          const auto is_short = [](const std::string& text) {
            return text.size() <= kMaxKeyLength && wire::is_printable(text);
          };
          errors.require(!request->key().empty() && is_short(request->key()), "key",
                         "must be the name of a limit");
          errors.require(is_short(request->value()), "value",
                         "must be at most 64 printable ASCII characters");
          errors.require(
              !request->value().empty() || request->clear_agent() || request->clear_operator(),
              "value", "must be given, or something to clear");
          RETURN_IF_ERROR(errors.status());
          LimitsView limits;
          using Changed = trading::Result<risk::LimitRow>;
          ASSIGN_OR_RETURN(const risk::LimitRow row,
                           on_desk(admitted, context_, [&](OrderDesk& desk) -> Changed {
                             Changed changed =
                                 desk.set_limit(admitted.who, request->key(), request->value(),
                                                request->clear_agent(), request->clear_operator());
                             limits = desk.limits();
                             return changed;
                           }));
          to_wire::write(limits, row.id, *reply->mutable_limit());
          if (!request->value().empty()) reply->set_note(note_of_operators_word(limits, row.id));
          return {};
        });
  }

  grpc::Status AcceptLimits(grpc::ServerContext* call, const v1::AcceptLimitsRequest* request,
                            v1::AcceptLimitsReply* reply) override {
    return guard_.run(
        *call, "/broker.v1.OperatorService/AcceptLimits",
        [&](const RpcCall& admitted) -> trading::Status {
          ASSIGN_OR_RETURN(const auto shown, limit_values_of("limits", request->limits()));
          LimitsView limits;
          using Changed = trading::Result<std::vector<risk::LimitRow>>;
          ASSIGN_OR_RETURN(const auto rows,
                           on_desk(admitted, context_, [&](OrderDesk& desk) -> Changed {
                             Changed accepted = desk.accept_limits(admitted.who, shown);
                             limits = desk.limits();
                             return accepted;
                           }));
          for (const risk::LimitRow& row : rows)
            to_wire::write(limits, row.id, *reply->add_limits());
          return {};
        });
  }

  grpc::Status AdvanceClock(grpc::ServerContext* call, const v1::AdvanceClockRequest* request,
                            v1::AdvanceClockReply* reply) override {
    return guard_.run(
        *call, "/broker.v1.OperatorService/AdvanceClock",
        [&](const RpcCall& admitted) -> trading::Status {
          wire::FieldErrors errors;
          errors.require(request->span_us() > 0 && request->span_us() <= kMaxAdvanceUs, "span",
                         "must be more than 0 and at most 366 days");
          RETURN_IF_ERROR(errors.status());
          // One step at a time: a second one goes on from where the first one ended.
          std::unique_lock one(context_.clock_steps, std::defer_lock);
          if (!one.try_lock_until(admitted.deadline)) {
            return trading::make_error("BROKER_BUSY", "the clock is being advanced already",
                                       "nothing happened; send it again when that has ended",
                                       trading::Retry::kSafe);
          }
          ASSIGN_OR_RETURN(
              const ClockAdvance answer,
              advance(admitted, trading::microseconds(request->span_us()),
                      [&] { return !call->IsCancelled(); }));
          reply->set_market_us(answer.market_now.us);
          reply->set_events(answer.events);
          reply->set_phase(std::string(
              trading::name_of(context_.market.calendar().phase(answer.market_now, false))));
          return {};
        });
  }

  grpc::Status ExportLedger(grpc::ServerContext* call, const v1::ExportLedgerRequest* request,
                            grpc::ServerWriter<v1::ExportLedgerChunk>* writer) override {
    return guard_.run(*call, "/broker.v1.OperatorService/ExportLedger",
                      [&](const RpcCall& admitted) -> trading::Status {
                        std::int64_t line = 0;
                        while (true) {
                          std::int64_t last_line = line;
                          ASSIGN_OR_RETURN(const auto lines,
                                           on_desk(admitted, context_, [&](OrderDesk& desk) {
                                             return desk.export_ledger(request->canonical(), line,
                                                                       kExportLines, last_line);
                                           }));
                          if (lines.empty()) return {};
                          v1::ExportLedgerChunk chunk;
                          for (const std::string& text : lines) chunk.add_lines(text);
                          if (!writer->Write(chunk)) {
                            return trading::make_error("CALL_CANCELLED", "the caller went away", "",
                                                       trading::Retry::kSafe);
                          }
                          line = last_line;
                        }
                      });
  }

  grpc::Status VerifyLedger(grpc::ServerContext* call, const v1::VerifyLedgerRequest*,
                            v1::VerifyLedgerReply* reply) override {
    return guard_.run(*call, "/broker.v1.OperatorService/VerifyLedger",
                      [&](const RpcCall& admitted) -> trading::Status {
                        ASSIGN_OR_RETURN(const LedgerVerification answer,
                                         on_desk(admitted, context_, [](OrderDesk& desk) {
                                           return desk.verify_ledger();
                                         }));
                        reply->set_is_ok(answer.is_ok);
                        reply->set_transactions(answer.transactions);
                        reply->set_journal_lines(answer.journal_lines);
                        reply->set_sum_e4(answer.sum.value());
                        for (const std::string& finding : answer.findings)
                          reply->add_findings(finding);
                        return {};
                      });
  }

 private:
  // As many jobs of the desk as it takes, so that stops and the agent's calls get between. A caller
  // who is gone, or whose time is up, stops it at a committed event.
  trading::Result<ClockAdvance> advance(const RpcCall& admitted, trading::Duration span,
                                        const std::function<bool()>& is_wanted) {
    ASSIGN_OR_RETURN(ClockAdvance step, on_desk(admitted, context_, [&](OrderDesk& desk) {
                       return desk.begin_advance(admitted.who, span);
                     }));
    while (!step.is_over && is_wanted() && DeskThread::Deadline::clock::now() < admitted.deadline) {
      const auto slice = on_desk(admitted, context_, [&](OrderDesk& desk) {
        return desk.continue_advance(admitted.who, step);
      });
      if (slice) continue;
      if (slice.error().code != "BROKER_BUSY") return slice.error();
      std::this_thread::sleep_for(kBusyPause);  // the lane is full: others go first
    }
    if (step.is_over) return step;
    // Its own deadline: the call's may have passed.
    const auto until = DeskThread::Deadline::clock::now() + kStopPatience;
    RETURN_IF_ERROR(context_.desk_thread.run(DeskLane::kStop, until, [&] {
      return context_.desk.stop_advance(admitted.who, step);
    }));
    return trading::make_error(
        "CLOCK_STOPPED_EARLY",
        "market time stands at " + trading::format_ist(step.market_now) + " after " +
            std::to_string(step.events) + " events; every one of them is committed",
        "advance by the rest, or with a longer deadline", trading::Retry::kVerifyFirst);
  }

  using StateChange = trading::Result<OperatorStateView> (OrderDesk::*)(const Requester&,
                                                                        const std::string&);

  grpc::Status change_state(const grpc::ServerContext& call, std::string_view method,
                            const std::string& said, StateChange change,
                            v1::OperatorStateReply& reply,
                            const std::function<void()>& at_once = {}) {
    return guard_.run(call, method, [&](const RpcCall& admitted) -> trading::Status {
      ASSIGN_OR_RETURN(const std::string reason, reason_of(said));
      if (at_once) at_once();
      ASSIGN_OR_RETURN(const OperatorStateView view,
                       on_desk(admitted, context_, [&](OrderDesk& desk) {
                         return (desk.*change)(admitted.who, reason);
                       }));
      write(view, reply);
      return {};
    });
  }

  void write_session(v1::StatusReply& reply) const {
    const SessionFacts& session = context_.session;
    const trading::Timestamp now = context_.clock.market_now();
    reply.set_broker_version(session.broker_version);
    reply.set_boot_id(session.boot_id);
    reply.set_ledger_id(session.ledger_id);
    reply.set_configured_mode(context_.settings.configured_mode);
    reply.set_effective_mode(std::string(trading::name_of(session.mode)));
    reply.set_custody(session.custody());
    reply.set_clock_speed(session.clock_speed);
    reply.set_market_us(now.us);
    reply.set_phase(std::string(trading::name_of(context_.market.calendar().phase(now, false))));
    reply.set_disk_free_bytes(context_.disk_free_bytes());
    reply.set_uptime_us(context_.clock.steady_us() - session.started_steady_us);
    for (const std::string& finding : context_.market.findings()) reply.add_findings(finding);
    const auto counts = context_.counters.all();
    reply.mutable_rpc_counts()->insert(counts.begin(), counts.end());
  }

  ServiceContext& context_;
  RpcGuard& guard_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_operator_service(ServiceContext& context, RpcGuard& guard) {
  return std::make_unique<OperatorService>(context, guard);
}

}  // namespace broker
