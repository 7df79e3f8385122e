#include "tests/approval_cli/fake_broker.h"

#include <grpcpp/grpcpp.h>
#include <stdlib.h>

#include <sstream>
#include <thread>

#include "approval_cli/command_line.h"
#include "broker/v1/audit.grpc.pb.h"
#include "broker/v1/operator.grpc.pb.h"
#include "broker/v1/orders.grpc.pb.h"
#include "broker/v1/portfolio.grpc.pb.h"
#include "broker/v1/session.grpc.pb.h"
#include "proto/channel/protocol.h"
#include "proto/convert/status.h"
#include "trading/base/invariant.h"

namespace approval_cli {

namespace v1 = broker::v1;
using grpc::ServerContext;

struct FakeBroker::Server {
  Script& script;
  std::mutex mutex;
  std::vector<std::string> calls;  // guarded by mutex
  std::unique_ptr<grpc::Server> server;

  explicit Server(Script& said) : script(said) {}

  template <typename Request, typename Reply>
  grpc::Status answer(const char* name, const Request& request, const Reply& said, Reply* reply) {
    {
      const std::lock_guard lock(mutex);
      const std::string text = request.ShortDebugString();
      calls.push_back(name + (text.empty() ? "" : " " + text));
    }
    const auto refusal = script.refusals.find(name);
    if (refusal != script.refusals.end()) return wire::to_grpc(refusal->second);
    *reply = said;
    return grpc::Status::OK;
  }

  struct Session final : v1::SessionService::Service {
    grpc::Status Hello(ServerContext*, const v1::HelloRequest* request,
                       v1::HelloReply* reply) override {
      reply->set_protocol(request->protocol());
      return grpc::Status::OK;
    }
  } session;

// One RPC that records its request and gives the script's reply.
#define ANSWER(Rpc, Request, Reply, said)                                                   \
  grpc::Status Rpc(ServerContext*, const v1::Request* request, v1::Reply* reply) override { \
    return owner.answer(#Rpc, *request, owner.script.said, reply);                          \
  }

  struct Operator final : v1::OperatorService::Service {
    Server& owner;
    explicit Operator(Server& server) : owner(server) {}
    ANSWER(Status, StatusRequest, StatusReply, status)
    grpc::Status Halt(ServerContext*, const v1::HaltRequest* request,
                      v1::OperatorStateReply* reply) override {
      std::this_thread::sleep_for(owner.script.delay_of_halt);
      return owner.answer("Halt", *request, owner.script.state, reply);
    }
    ANSWER(ReduceOnly, ReduceOnlyRequest, OperatorStateReply, state)
    ANSWER(Resume, ResumeRequest, OperatorStateReply, state)
    ANSWER(CancelOrder, CancelOrderRequest, CancelOrderReply, cancelled)
    ANSWER(Flatten, FlattenRequest, FlattenReply, flattened)
    ANSWER(ShowLimits, ShowLimitsRequest, ShowLimitsReply, limits)
    ANSWER(SetLimit, SetLimitRequest, SetLimitReply, limit_set)
    ANSWER(AcceptLimits, AcceptLimitsRequest, AcceptLimitsReply, limits_accepted)
    ANSWER(AdvanceClock, AdvanceClockRequest, AdvanceClockReply, advanced)
    ANSWER(VerifyLedger, VerifyLedgerRequest, VerifyLedgerReply, verified)
    grpc::Status ExportLedger(ServerContext*, const v1::ExportLedgerRequest* request,
                              grpc::ServerWriter<v1::ExportLedgerChunk>* writer) override {
      v1::ExportLedgerChunk unused;
      const grpc::Status status = owner.answer("ExportLedger", *request, {}, &unused);
      for (const std::string& line : owner.script.lines) {  // a chunk a line: the seams show
        v1::ExportLedgerChunk chunk;
        chunk.add_lines(line);
        writer->Write(chunk);
      }
      return status;
    }
  } desk{*this};

  struct Portfolio final : v1::PortfolioService::Service {
    Server& owner;
    explicit Portfolio(Server& server) : owner(server) {}
    ANSWER(FetchPortfolio, FetchPortfolioRequest, FetchPortfolioReply, portfolio)
  } portfolio{*this};

  struct Orders final : v1::OrderService::Service {
    Server& owner;
    explicit Orders(Server& server) : owner(server) {}
    ANSWER(FetchPaperOrders, FetchPaperOrdersRequest, FetchPaperOrdersReply, orders)
  } orders{*this};

  struct Audit final : v1::AuditService::Service {
    Server& owner;
    explicit Audit(Server& server) : owner(server) {}
    ANSWER(FetchAuditTrail, FetchAuditTrailRequest, FetchAuditTrailReply, trail)
  } audit{*this};
#undef ANSWER
};

FakeBroker::FakeBroker(const std::filesystem::path& home)
    : server_(std::make_unique<Server>(script)) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("unix:" + (home / "run/operator/broker.sock").string(),
                           grpc::InsecureServerCredentials());
  builder.RegisterService(&server_->session);
  builder.RegisterService(&server_->desk);
  builder.RegisterService(&server_->portfolio);
  builder.RegisterService(&server_->orders);
  builder.RegisterService(&server_->audit);
  server_->server = builder.BuildAndStart();
  INVARIANT(server_->server != nullptr, "the fake broker listens");
}

FakeBroker::~FakeBroker() {
  server_->server->Shutdown(std::chrono::system_clock::now());
}

std::vector<std::string> FakeBroker::calls() {
  const std::lock_guard lock(server_->mutex);
  return server_->calls;
}

TestHome::TestHome() {
  std::string pattern = (std::filesystem::temp_directory_path() / "cli.XXXXXX").string();
  INVARIANT(::mkdtemp(pattern.data()) != nullptr, "a temporary folder");
  folder_ = pattern;
  for (const char* folder : {"run/operator", "storage", "keys"})
    std::filesystem::create_directories(path() / folder);
}

TestHome::~TestHome() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Outcome TestHome::run(const std::vector<std::string>& arguments, const char* typed) {
  std::istringstream in(typed == nullptr ? "" : typed);
  std::ostringstream out;
  std::ostringstream err;
  Console console{.in = in,
                  .out = out,
                  .err = err,
                  .is_in_tty = typed != nullptr,
                  .is_out_tty = is_out_tty,
                  .is_no_color = is_no_color,
                  .environment = {path().string(), state().string(), ""}};
  Outcome outcome;
  outcome.code = approval_cli::run(arguments, console, "0.1.0");
  outcome.out = out.str();
  outcome.err = err.str();
  return outcome;
}

}  // namespace approval_cli
