// The checklist's arithmetic, asked for. Figures of the agent (entry, stop, capital) are only its
// own assumptions: what an order may do is decided again when it is placed.

#include <algorithm>
#include <memory>

#include "broker/v1/risk.grpc.pb.h"
#include "execution_broker/service/book_facts.h"
#include "execution_broker/service/desk_call.h"
#include "execution_broker/risk/sizing.h"
#include "execution_broker/service/rpc_guard.h"
#include "execution_broker/service/service_context.h"
#include "execution_broker/service/services.h"
#include "execution_broker/service/to_wire.h"
#include "proto/convert/order_terms.h"

namespace broker {
namespace {

// 100 crore rupees, in 1/10,000.
constexpr std::int64_t kMaxCapitalE4 = 1'000'000'000LL * trading::kRupeeE4;
constexpr std::int32_t kWhole = 10'000;
constexpr std::int32_t kMaxRatioE2 = 10'000;
constexpr std::int64_t kE4OfE2 = 100;
// No symbol is named, so no tick is known: the finest one.
constexpr trading::Price kPaisa{100};

void write(const NamedExposure& exposure, std::int64_t limit_bps, v1::Concentration& out) {
  out.set_name(exposure.name);
  out.set_value_e4(exposure.gross.value());
  out.set_share_bps(static_cast<std::int32_t>(exposure.share.value()));
  out.set_limit_bps(static_cast<std::int32_t>(limit_bps));
  out.set_is_over(exposure.share.value() > limit_bps);
}

std::int64_t effective(const LimitsView& limits, risk::Limit id) {
  return risk::effective_limit(limits.sources, id, limits.mode, limits.today).value;
}

class RiskService final : public v1::RiskService::Service {
 public:
  RiskService(ServiceContext& context, RpcGuard& guard) : context_(context), guard_(guard) {}

  grpc::Status CalculatePositionSize(grpc::ServerContext* call,
                                     const v1::CalculatePositionSizeRequest* request,
                                     v1::CalculatePositionSizeReply* reply) override {
    return guard_.run(
        *call, "/broker.v1.RiskService/CalculatePositionSize",
        [&](const RpcCall&) -> trading::Status {
          wire::FieldErrors errors;
          errors.require(request->capital_e4() > 0 && request->capital_e4() <= kMaxCapitalE4,
                         "capital", "must be more than 0 and at most 1000000000 rupees");
          errors.require(request->risk_bps() > 0 && request->risk_bps() <= kWhole, "risk_percent",
                         "must be more than 0 and at most 100");
          const trading::Price entry =
              wire::price_of("entry_price", request->entry_price_e4(), errors);
          const trading::Price stop = wire::price_of("stop_loss", request->stop_loss_e4(), errors);
          errors.require(entry != stop, "stop_loss", "must differ from entry_price");
          RETURN_IF_ERROR(errors.status());
          risk::PositionSizeQuestion question;
          question.capital = trading::Accrual(request->capital_e4());
          question.risk = trading::Bps(request->risk_bps());
          question.entry = entry;
          question.stop = stop;
          question.date = trading::date_of(context_.clock.market_now());
          ASSIGN_OR_RETURN(const risk::PositionSize size, risk::position_size(question));
          const bool is_capped = size.affordable_quantity < size.quantity;
          const trading::Quantity quantity = std::min(size.quantity, size.affordable_quantity);
          reply->set_quantity(quantity.value());
          reply->set_risk_per_share_e4(size.risk_per_share.value());
          reply->set_risk_amount_e4(trading::value_of(size.risk_per_share, quantity).value());
          reply->set_risk_budget_e4(size.risk_amount.value());
          reply->set_position_value_e4(trading::value_of(entry, quantity).value());
          reply->set_capped_by(is_capped ? "capital" : "");
          to_wire::write_provenance(context_, context_.clock.market_now(),
                                    *reply->mutable_provenance());
          return {};
        });
  }

  grpc::Status CalculateStopLoss(grpc::ServerContext* call,
                                 const v1::CalculateStopLossRequest* request,
                                 v1::CalculateStopLossReply* reply) override {
    return guard_.run(
        *call, "/broker.v1.RiskService/CalculateStopLoss", [&](const RpcCall&) -> trading::Status {
          wire::FieldErrors errors;
          wire::check_symbol(request->symbol(), errors);
          const trading::Side side = wire::side_of(request->side(), errors);
          const trading::Price atr = wire::price_of("atr", request->atr_e4(), errors);
          errors.require(
              request->atr_multiplier_e2() > 0 && request->atr_multiplier_e2() <= kMaxRatioE2,
              "atr_multiplier", "must be more than 0 and at most 100");
          RETURN_IF_ERROR(errors.status());
          const trading::Timestamp now = context_.clock.market_now();
          ASSIGN_OR_RETURN(const trading::Instrument* instrument,
                           context_.market.instruments().find(request->symbol()));
          ASSIGN_OR_RETURN(const trading::Quote quote,
                           context_.market.quote(request->symbol(), now));
          const trading::Price tick =
              trading::tick_of(*instrument, trading::date_of(now), quote.slice.previous_close);
          ASSIGN_OR_RETURN(const trading::Price stop,
                           risk::stop_from_atr(quote.slice.last, side, atr,
                                               request->atr_multiplier_e2() * kE4OfE2, tick));
          reply->set_reference_price_e4(quote.slice.last.value());
          reply->set_stop_loss_e4(stop.value());
          reply->set_distance_e4(trading::abs(quote.slice.last - stop).value());
          reply->set_tick_e4(tick.value());
          v1::Provenance& provenance = *reply->mutable_provenance();
          to_wire::write_provenance(context_, now, provenance);
          provenance.set_source(quote.source);
          provenance.set_age_us(quote.age.us);
          return {};
        });
  }

  grpc::Status CalculateTargetPrice(grpc::ServerContext* call,
                                    const v1::CalculateTargetPriceRequest* request,
                                    v1::CalculateTargetPriceReply* reply) override {
    return guard_.run(
        *call, "/broker.v1.RiskService/CalculateTargetPrice",
        [&](const RpcCall&) -> trading::Status {
          wire::FieldErrors errors;
          const trading::Price entry =
              wire::price_of("entry_price", request->entry_price_e4(), errors);
          const trading::Price stop = wire::price_of("stop_loss", request->stop_loss_e4(), errors);
          errors.require(entry != stop, "stop_loss", "must differ from entry_price");
          errors.require(
              request->risk_reward_ratio_e2() > 0 && request->risk_reward_ratio_e2() <= kMaxRatioE2,
              "risk_reward_ratio", "must be more than 0 and at most 100");
          RETURN_IF_ERROR(errors.status());
          ASSIGN_OR_RETURN(
              const trading::Price target,
              risk::target_price(entry, stop, request->risk_reward_ratio_e2() * kE4OfE2, kPaisa));
          reply->set_target_e4(target.value());
          reply->set_risk_per_share_e4(trading::abs(entry - stop).value());
          reply->set_reward_per_share_e4(trading::abs(target - entry).value());
          reply->set_side(wire::wire_of(stop < entry ? trading::Side::kBuy : trading::Side::kSell));
          to_wire::write_provenance(context_, context_.clock.market_now(),
                                    *reply->mutable_provenance());
          return {};
        });
  }

  grpc::Status CheckMaxDailyLoss(grpc::ServerContext* call, const v1::CheckMaxDailyLossRequest*,
                                 v1::CheckMaxDailyLossReply* reply) override {
    return guard_.run(*call, "/broker.v1.RiskService/CheckMaxDailyLoss",
                      [&](const RpcCall& admitted) -> trading::Status {
                        ASSIGN_OR_RETURN(const DailyLoss answer,
                                         on_desk(admitted, context_, [](OrderDesk& desk) {
                                           return desk.daily_loss();
                                         }));
                        to_wire::write(answer.provenance, *reply->mutable_provenance());
                        if (answer.day_pnl) reply->set_day_pnl_e4(answer.day_pnl->value());
                        reply->set_limit_e4(answer.limit.value());
                        reply->set_halt_limit_e4(answer.halt_limit.value());
                        reply->set_purse_e4(answer.purse.value());
                        reply->set_is_breached(answer.is_breached);
                        reply->set_used_bps(static_cast<std::int32_t>(answer.used.value()));
                        reply->set_operator_state(answer.operator_state);
                        for (const std::string& latch : answer.latches) reply->add_latches(latch);
                        return {};
                      });
  }

  grpc::Status CheckPortfolioConcentration(grpc::ServerContext* call,
                                           const v1::CheckPortfolioConcentrationRequest*,
                                           v1::CheckPortfolioConcentrationReply* reply) override {
    return guard_.run(
        *call, "/broker.v1.RiskService/CheckPortfolioConcentration",
        [&](const RpcCall& admitted) -> trading::Status {
          LimitsView limits;
          ASSIGN_OR_RETURN(const PortfolioReply answer,
                           on_desk(admitted, context_, [&](OrderDesk& desk) {
                             limits = desk.limits();
                             return desk.portfolio();
                           }));
          ASSIGN_OR_RETURN(const BookView* book, first_book(answer));
          ASSIGN_OR_RETURN(const BookExposure exposure, exposure_of(*book));
          to_wire::write(answer.provenance, *reply->mutable_provenance());
          reply->set_purse_e4(book->purse.value());
          for (const NamedExposure& row : exposure.by_symbol) {
            write(row, effective(limits, risk::Limit::kMaxPositionSize), *reply->add_by_symbol());
          }
          for (const NamedExposure& row : exposure.by_sector) {
            write(row, effective(limits, risk::Limit::kMaxSectorExposure), *reply->add_by_sector());
          }
          reply->set_gross_e4(exposure.gross.value());
          reply->set_gross_bps(static_cast<std::int32_t>(exposure.gross_share.value()));
          reply->set_gross_limit_bps(
              static_cast<std::int32_t>(effective(limits, risk::Limit::kMaxGrossExposure)));
          reply->set_open_positions(static_cast<std::int32_t>(exposure.by_symbol.size()));
          reply->set_max_open_positions(
              static_cast<std::int32_t>(effective(limits, risk::Limit::kMaxOpenPositions)));
          return {};
        });
  }

  grpc::Status ValidateTradeAgainstRiskRules(
      grpc::ServerContext* call, const v1::ValidateTradeAgainstRiskRulesRequest* request,
      v1::ValidateTradeAgainstRiskRulesReply* reply) override {
    return guard_.run(
        *call, "/broker.v1.RiskService/ValidateTradeAgainstRiskRules",
        [&](const RpcCall& admitted) -> trading::Status {
          ASSIGN_OR_RETURN(const trading::OrderRequest order,
                           wire::order_request_of(request->terms()));
          ASSIGN_OR_RETURN(const Preview preview, on_desk(admitted, context_, [&](OrderDesk& desk) {
                             return desk.preview_order(admitted.who, order);
                           }));
          to_wire::write(preview.provenance, *reply->mutable_provenance());
          reply->set_would_pass(preview.verdicts.is_pass());
          to_wire::write_denials(preview.verdicts, *reply->mutable_denials());
          to_wire::write(preview.verdicts, *reply->mutable_verdicts());
          reply->set_order_class(std::string(trading::name_of(preview.order_class)));
          reply->set_largest_passing_quantity(preview.largest_passing_quantity.value());
          return {};
        });
  }

 private:
  ServiceContext& context_;
  RpcGuard& guard_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_risk_service(ServiceContext& context, RpcGuard& guard) {
  return std::make_unique<RiskService>(context, guard);
}

}  // namespace broker
