// Settings, limits and modes as the agent may see them; the one change it can make is to tighten.

#include <memory>

#include "broker/v1/config.grpc.pb.h"
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

void write(const SettingView& setting, v1::SettingRow& out) {
  out.set_key(setting.key);
  out.set_type(setting.type);
  out.set_unit(setting.unit);
  out.set_value(setting.value);
  out.set_source(setting.source);
  out.set_meaning(setting.meaning);
}

class ConfigService final : public v1::ConfigService::Service {
 public:
  ConfigService(ServiceContext& context, RpcGuard& guard) : context_(context), guard_(guard) {}

  grpc::Status GetTradingConfig(grpc::ServerContext* call, const v1::GetTradingConfigRequest*,
                                v1::GetTradingConfigReply* reply) override {
    return guard_.run(*call, "/broker.v1.ConfigService/GetTradingConfig",
                      [&](const RpcCall& admitted) -> trading::Status {
                        ASSIGN_OR_RETURN(const LimitsView limits,
                                         on_desk(admitted, context_,
                                                 [](OrderDesk& desk) { return desk.limits(); }));
                        for (const SettingView& setting : context_.settings.rows)
                          write(setting, *reply->add_settings());
                        to_wire::write_limits(limits, *reply);
                        provenance(*reply);
                        return {};
                      });
  }

  grpc::Status GetCurrentTradingMode(grpc::ServerContext* call,
                                     const v1::GetCurrentTradingModeRequest*,
                                     v1::GetCurrentTradingModeReply* reply) override {
    return guard_.run(*call, "/broker.v1.ConfigService/GetCurrentTradingMode",
                      [&](const RpcCall& admitted) -> trading::Status {
                        ASSIGN_OR_RETURN(const DeskStatus status,
                                         on_desk(admitted, context_,
                                                 [](OrderDesk& desk) { return desk.status(); }));
                        to_wire::write(status.provenance, *reply->mutable_provenance());
                        reply->set_configured_mode(context_.settings.configured_mode);
                        reply->set_allow_live_trading(context_.settings.allow_live_trading);
                        reply->set_effective_mode(effective_mode());
                        reply->set_operator_state(status.operator_state.state);
                        for (const std::string& reason : status.operator_state.reasons)
                          reply->add_operator_state_reasons(reason);
                        for (const std::string& latch : status.operator_state.latches)
                          reply->add_latches(latch);
                        reply->set_custody(context_.session.custody());
                        for (const std::string& need : context_.live_needs())
                          reply->add_live_needs(need);
                        return {};
                      });
  }

  grpc::Status UpdateTradingConfig(grpc::ServerContext* call,
                                   const v1::UpdateTradingConfigRequest* request,
                                   v1::UpdateTradingConfigReply* reply) override {
    return guard_.run(*call, "/broker.v1.ConfigService/UpdateTradingConfig",
                      [&](const RpcCall& admitted) -> trading::Status {
                        ASSIGN_OR_RETURN(const auto updates,
                                         limit_values_of("updates", request->updates()));
                        LimitsView limits;
                        using Changed = trading::Result<std::vector<risk::LimitRow>>;
                        ASSIGN_OR_RETURN(
                            const auto changed,
                            on_desk(admitted, context_, [&](OrderDesk& desk) -> Changed {
                              Changed rows = desk.update_trading_config(admitted.who, updates);
                              limits = desk.limits();
                              return rows;
                            }));
                        for (const risk::LimitRow& row : changed)
                          to_wire::write(limits, row.id, *reply->add_changed());
                        provenance(*reply);
                        return {};
                      });
  }

  grpc::Status SwitchToPaperMode(grpc::ServerContext* call, const v1::SwitchToPaperModeRequest*,
                                 v1::SwitchToPaperModeReply* reply) override {
    return guard_.run(
        *call, "/broker.v1.ConfigService/SwitchToPaperMode",
        [&](const RpcCall& admitted) -> trading::Status {
          ASSIGN_OR_RETURN(const std::string note, on_desk(admitted, context_, [&](OrderDesk&) {
                             return context_.switch_to_paper_mode(admitted.who);
                           }));
          reply->set_effective_mode(std::string(trading::name_of(trading::TradingMode::kPaper)));
          reply->set_note(note);
          provenance(*reply);
          return {};
        });
  }

  grpc::Status SwitchToLiveMode(grpc::ServerContext* call, const v1::SwitchToLiveModeRequest*,
                                v1::SwitchToLiveModeReply* reply) override {
    return guard_.run(*call, "/broker.v1.ConfigService/SwitchToLiveMode",
                      [&](const RpcCall&) -> trading::Status {
                        reply->set_effective_mode(effective_mode());
                        for (const std::string& need : context_.live_needs())
                          reply->add_needs(need);
                        provenance(*reply);
                        return {};
                      });
  }

  grpc::Status ValidateTradingPermissions(grpc::ServerContext* call,
                                          const v1::ValidateTradingPermissionsRequest* request,
                                          v1::ValidateTradingPermissionsReply* reply) override {
    return guard_.run(*call, "/broker.v1.ConfigService/ValidateTradingPermissions",
                      [&](const RpcCall& admitted) -> trading::Status {
                        wire::FieldErrors errors;
                        wire::check_symbol(request->symbol(), errors);
                        const trading::Side side = wire::side_of(request->side(), errors);
                        const trading::Product product =
                            wire::product_of(request->product(), errors);
                        RETURN_IF_ERROR(errors.status());
                        ASSIGN_OR_RETURN(const risk::Verdicts verdicts,
                                         on_desk(admitted, context_, [&](OrderDesk& desk) {
                                           return desk.validate_trading_permissions(
                                               admitted.who, request->symbol(), side, product);
                                         }));
                        reply->set_is_permitted(verdicts.is_pass());
                        to_wire::write_denials(verdicts, *reply->mutable_denials());
                        to_wire::write(verdicts, *reply->mutable_verdicts());
                        provenance(*reply);
                        return {};
                      });
  }

  grpc::Status GetSafetyRules(grpc::ServerContext* call, const v1::GetSafetyRulesRequest*,
                              v1::GetSafetyRulesReply* reply) override {
    return guard_.run(
        *call, "/broker.v1.ConfigService/GetSafetyRules", [&](const RpcCall&) -> trading::Status {
          reply->set_markdown(context_.safety_rules() + "\n## Doors\n\n" + doors_markdown());
          return {};
        });
  }

 private:
  [[nodiscard]] std::string effective_mode() const {
    return std::string(trading::name_of(context_.session.mode));
  }
  template <typename Reply>
  void provenance(Reply& reply) const {
    to_wire::write_provenance(context_, context_.clock.market_now(), *reply.mutable_provenance());
  }

  ServiceContext& context_;
  RpcGuard& guard_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_config_service(ServiceContext& context, RpcGuard& guard) {
  return std::make_unique<ConfigService>(context, guard);
}

}  // namespace broker
