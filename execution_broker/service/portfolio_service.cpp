// Books, fills, results and exposure: reads of the ledger's state at one instant of the desk.

#include <memory>

#include "broker/v1/portfolio.grpc.pb.h"
#include "execution_broker/risk/exposure.h"
#include "execution_broker/service/book_facts.h"
#include "execution_broker/service/desk_call.h"
#include "execution_broker/service/rpc_guard.h"
#include "execution_broker/service/service_context.h"
#include "execution_broker/service/services.h"
#include "execution_broker/service/to_wire.h"
#include "proto/convert/order_terms.h"
#include "proto/convert/text.h"

namespace broker {
namespace {

constexpr std::int32_t kDefaultFills = 50;
constexpr std::int32_t kMaxFills = 500;
constexpr std::size_t kMaxEquityPoints = 2'000;

void write(const PerformanceReply& answer, v1::CalculatePaperTradingPerformanceReply& out) {
  to_wire::write(answer.provenance, *out.mutable_provenance());
  to_wire::write_all(answer.round_trips, *out.mutable_round_trips());
  // Every n-th point and the last: the curve keeps its shape within the bound.
  const std::size_t points = answer.equity_curve.size();
  const std::size_t step = points / kMaxEquityPoints + 1;
  for (std::size_t i = 0; i < points; ++i) {
    if (i % step != 0 && i + 1 != points) continue;
    v1::EquityPoint& point = *out.add_equity_curve();
    point.set_market_us(answer.equity_curve[i].market_ts.us);
    point.set_equity_e4(answer.equity_curve[i].equity.value());
  }
  out.set_starting_capital_paise(answer.starting_capital.value());
  out.set_max_drawdown_e4(answer.max_drawdown.value());
  out.set_max_drawdown_bps(static_cast<std::int32_t>(answer.max_drawdown_bps.value()));
  out.set_equity_e4(answer.equity.value());
  out.set_realized_e4(answer.realized.value());
  out.set_unrealized_e4(answer.unrealized.value());
  out.set_charges_e4(answer.charges.value());
  out.set_epoch(answer.epoch);
  out.set_charges_basis(answer.charges_basis);
}

void write(const NamedExposure& exposure, v1::Exposure& out) {
  out.set_name(exposure.name);
  out.set_gross_e4(exposure.gross.value());
  out.set_net_e4(exposure.net.value());
  out.set_share_of_purse_bps(static_cast<std::int32_t>(exposure.share.value()));
}

template <typename Messages>
void write_exposures(const std::vector<NamedExposure>& exposures, Messages& out) {
  for (const NamedExposure& exposure : exposures) write(exposure, *out.Add());
}

class PortfolioService final : public v1::PortfolioService::Service {
 public:
  PortfolioService(ServiceContext& context, RpcGuard& guard) : context_(context), guard_(guard) {}

  grpc::Status FetchPortfolio(grpc::ServerContext* call, const v1::FetchPortfolioRequest* request,
                              v1::FetchPortfolioReply* reply) override {
    return guard_.run(
        *call, "/broker.v1.PortfolioService/FetchPortfolio",
        [&](const RpcCall& admitted) -> trading::Status {
          wire::FieldErrors errors;
          const bool is_mode =
              request->mode().empty() || trading::parse_trading_mode(request->mode()).has_value();
          errors.require(is_mode, "mode",
                         "must be paper, rehearsal or live, not " + wire::quoted(request->mode()));
          RETURN_IF_ERROR(errors.status());
          ASSIGN_OR_RETURN(
              const PortfolioReply answer,
              on_desk(admitted, context_, [](OrderDesk& desk) { return desk.portfolio(); }));
          to_wire::write(answer.provenance, *reply->mutable_provenance());
          for (const BookView& book : answer.books) {
            if (!request->mode().empty() && trading::name_of(book.mode) != request->mode())
              continue;
            to_wire::write(book, *reply->add_books());
          }
          reply->set_custody(answer.custody);
          return {};
        });
  }

  grpc::Status FetchPaperTrades(grpc::ServerContext* call,
                                const v1::FetchPaperTradesRequest* request,
                                v1::FetchPaperTradesReply* reply) override {
    return guard_.run(*call, "/broker.v1.PortfolioService/FetchPaperTrades",
                      [&](const RpcCall& admitted) -> trading::Status {
                        wire::FieldErrors errors;
                        std::optional<trading::Product> product;
                        if (request->has_product())
                          product = wire::product_of(request->product(), errors);
                        wire::check_optional_symbol(request->symbol(), errors);
                        errors.require(request->limit() >= 0 && request->limit() <= kMaxFills,
                                       "limit", "must be 1 to 500");
                        RETURN_IF_ERROR(errors.status());
                        const auto limit = static_cast<std::size_t>(
                            request->limit() == 0 ? kDefaultFills : request->limit());
                        ASSIGN_OR_RETURN(const FillsReply answer,
                                         on_desk(admitted, context_, [&](OrderDesk& desk) {
                                           return desk.fills(product, request->symbol(), limit);
                                         }));
                        to_wire::write(answer.provenance, *reply->mutable_provenance());
                        to_wire::write_all(answer.fills, *reply->mutable_fills());
                        reply->set_total(answer.total);
                        return {};
                      });
  }

  grpc::Status CalculatePaperTradingPerformance(
      grpc::ServerContext* call, const v1::CalculatePaperTradingPerformanceRequest*,
      v1::CalculatePaperTradingPerformanceReply* reply) override {
    return guard_.run(*call, "/broker.v1.PortfolioService/CalculatePaperTradingPerformance",
                      [&](const RpcCall& admitted) -> trading::Status {
                        ASSIGN_OR_RETURN(const PerformanceReply answer,
                                         on_desk(admitted, context_, [](OrderDesk& desk) {
                                           return desk.performance();
                                         }));
                        write(answer, *reply);
                        return {};
                      });
  }

  grpc::Status CalculatePortfolioExposure(grpc::ServerContext* call,
                                          const v1::CalculatePortfolioExposureRequest*,
                                          v1::CalculatePortfolioExposureReply* reply) override {
    return guard_.run(*call, "/broker.v1.PortfolioService/CalculatePortfolioExposure",
                      [&](const RpcCall& admitted) -> trading::Status {
                        ASSIGN_OR_RETURN(const PortfolioReply answer,
                                         on_desk(admitted, context_,
                                                 [](OrderDesk& desk) { return desk.portfolio(); }));
                        ASSIGN_OR_RETURN(const BookView* book, first_book(answer));
                        ASSIGN_OR_RETURN(const BookExposure exposure, exposure_of(*book));
                        to_wire::write(answer.provenance, *reply->mutable_provenance());
                        reply->set_gross_e4(exposure.gross.value());
                        reply->set_net_e4(exposure.net.value());
                        reply->set_purse_e4(book->purse.value());
                        write_exposures(exposure.by_symbol, *reply->mutable_by_symbol());
                        write_exposures(exposure.by_sector, *reply->mutable_by_sector());
                        write_exposures(exposure.by_product, *reply->mutable_by_product());
                        return {};
                      });
  }

 private:
  ServiceContext& context_;
  RpcGuard& guard_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_portfolio_service(ServiceContext& context, RpcGuard& guard) {
  return std::make_unique<PortfolioService>(context, guard);
}

}  // namespace broker
