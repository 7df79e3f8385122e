#include "execution_broker/doctor/dry_order.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>

#include "broker/v1/orders.grpc.pb.h"
#include "broker/v1/session.grpc.pb.h"
#include "proto/channel/protocol.h"
#include "proto/channel/unix_channel.h"
#include "proto/convert/status.h"

namespace broker {

using trading::Result;

namespace {

constexpr std::chrono::seconds kPatience{10};
constexpr std::int64_t kValue = 200'000'000;  // rupees: charges would eat the reward of a single share
constexpr std::int64_t kTick = 1'000;  // ten paise: a multiple of every tick of a share

void prepare(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  context.AddMetadata(wire::kProtocolKey, std::to_string(wire::kProtocol));
}

Result<v1::PreviewOrderReply> preview(v1::OrderService::Stub& orders, const v1::OrderTerms& terms) {
  grpc::ClientContext context;
  prepare(context);
  v1::PreviewOrderRequest request;
  *request.mutable_terms() = terms;
  Result<v1::PreviewOrderReply> reply{v1::PreviewOrderReply()};
  const grpc::Status status = orders.PreviewOrder(&context, request, &*reply);
  if (!status.ok()) return wire::from_grpc(status, wire::CallKind::kRead);
  return reply;
}

std::int64_t on_tick(std::int64_t price_e4) { return price_e4 / kTick * kTick; }

std::string rupees(std::int64_t price_e4) {
  const std::string paise = std::to_string(100 + price_e4 / 100 % 100).substr(1);
  return std::to_string(price_e4 / 10'000) + "." + paise;
}

}  // namespace

Result<DryOrder> dry_order(const std::filesystem::path& home, const std::string& symbol, const std::string& version) {
  struct stat found {};
  if (::stat(home.c_str(), &found) != 0)
    return trading::make_error("BROKER_NOT_RUNNING", "there is no trading home at " + home.string(), "start the broker, or name its home with --home");
  ASSIGN_OR_RETURN(const wire::UnixChannel channel, wire::open_unix_channel(home / "run" / "operator" / "broker.sock", {found.st_uid}));
  const auto session = v1::SessionService::NewStub(channel.channel);
  v1::HelloRequest hello;
  hello.set_protocol(wire::kProtocol);
  hello.set_program("execution_broker doctor");
  hello.set_program_version(version);
  v1::HelloReply greeted;
  grpc::ClientContext context;
  prepare(context);
  if (const grpc::Status status = session->Hello(&context, hello, &greeted); !status.ok())
    return wire::explained_at_hello(wire::from_grpc(status, wire::CallKind::kRead), "OPERATOR_USERS");
  const auto orders = v1::OrderService::NewStub(channel.channel);

  v1::OrderTerms terms;
  terms.set_symbol(symbol);
  terms.set_side(v1::SIDE_BUY);
  terms.set_quantity(1);
  terms.set_order_type(v1::ORDER_TYPE_MARKET);
  terms.set_product(v1::PRODUCT_INTRADAY);
  // The first look tells the price; the second is the order one would send.
  ASSIGN_OR_RETURN(v1::PreviewOrderReply reply, preview(*orders, terms));
  DryOrder order;
  order.terms = "BUY 1 " + symbol + " INTRADAY MARKET (no price known)";
  if (const std::int64_t price = on_tick(reply.reference_price_e4()); price > 0) {
    terms.set_quantity(std::max<std::int64_t>(1, kValue / price));
    terms.set_order_type(v1::ORDER_TYPE_LIMIT);
    terms.set_limit_price_e4(price);
    terms.set_stop_loss_e4(on_tick(price - price / 100));
    terms.set_target_e4(on_tick(price + price * 3 / 100 + kTick));
    order.terms = "BUY " + std::to_string(terms.quantity()) + " " + symbol + " INTRADAY LIMIT " + rupees(terms.limit_price_e4()) + ", stop " + rupees(terms.stop_loss_e4()) + ", target " +
                  rupees(terms.target_e4());
    ASSIGN_OR_RETURN(reply, preview(*orders, terms));
  }
  order.would_pass = reply.would_pass();
  for (const v1::CheckVerdict& one : reply.verdicts())
    order.verdicts.push_back({one.name(), one.verdict(), one.denial().code(), one.value(), one.limit(), one.reason(), one.denial().fix()});
  return order;
}

}  // namespace broker
