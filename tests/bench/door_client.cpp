// The two sides of a broker's doors, for approval_flood_bench.py: a hostile agent that connects and calls as fast as it can,
// and an approver whose key lies open and who reads nothing, so that what is timed is the broker.
//
//   door_client connects SOCKET        connects, holds a few, hangs up, again; until stdin closes
//   door_client calls SOCKET THREADS   reads of the desk and of the market, as fast as they are answered; until stdin closes
//   door_client approver HOME          one command a line, one line of JSON for each:
//       enrol | open ORDER | sign | approve ORDER | halt | open-resume | open-mandate SYMBOL QUANTITY CEILING_E4 ENTRIES UNTIL_US
//     sign signs what was opened last. "sent_us" is the machine's clock right before the call, "answer_us" how long it took.

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <deque>
#include <iostream>
#include <map>
#include <sstream>
#include <thread>

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include "approval_cli/broker_link.h"
#include "broker/v1/approval.pb.h"
#include "broker/v1/market.grpc.pb.h"
#include "broker/v1/operator.pb.h"
#include "broker/v1/portfolio.grpc.pb.h"
#include "execution_broker/approval/format/statement.h"
#include "execution_broker/audit/format/digest.h"
#include "proto/channel/protocol.h"
#include "proto/channel/unix_channel.h"

namespace {

namespace v1 = broker::v1;
using approval_cli::BrokerLink;
using trading::CanonicalJson;
using trading::Result;

constexpr std::array<std::uint8_t, audit_format::kSeedBytes> kTestSeed{7, 3, 9, 1};

std::int64_t unix_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

bool is_stdin_open() {
  pollfd wait{STDIN_FILENO, POLLIN, 0};
  return ::poll(&wait, 1, 0) == 0;
}

// --- the flood ------------------------------------------------------------------------------------------------------------

int flood_of_connects(const std::string& path) {
  constexpr std::size_t kHeld = 24;  // above what one user may hold
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return 2;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  std::deque<wire::OwnedFd> held;
  std::int64_t made = 0, not_taken = 0;
  for (std::int64_t i = 0; i % 64 != 0 || is_stdin_open(); ++i) {
    wire::OwnedFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto* generic = static_cast<const sockaddr*>(static_cast<const void*>(&address));
    if (::connect(fd.get(), generic, sizeof(address)) != 0) {
      ++not_taken;
      continue;
    }
    ++made;
    held.push_back(std::move(fd));
    if (held.size() > kHeld) held.pop_front();
  }
  std::cout << "{\"connects\":" << made << ",\"not_taken\":" << not_taken << "}" << std::endl;
  return 0;
}

grpc::Status one_call(const std::shared_ptr<grpc::Channel>& channel, std::int64_t number) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
  context.AddMetadata(wire::kProtocolKey, std::to_string(wire::kProtocol));
  if (number % 2 == 0) {
    v1::FetchPortfolioReply reply;
    return v1::PortfolioService::NewStub(channel)->FetchPortfolio(&context, {}, &reply);
  }
  v1::FetchMarketStatusReply reply;
  return v1::MarketService::NewStub(channel)->FetchMarketStatus(&context, {}, &reply);
}

int flood_of_calls(const std::string& path, int threads) {
  struct stat socket {};
  if (::stat(path.c_str(), &socket) != 0) return 2;
  std::atomic<bool> goes_on{true};
  std::atomic<std::int64_t> answered{0}, refused{0}, failed{0};
  const auto flood = [&] {
    std::int64_t number = 0;
    while (goes_on) {
      const auto opened = wire::open_unix_channel(path, {socket.st_uid});
      if (!opened) {
        failed++;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        continue;
      }
      while (goes_on) {
        const grpc::Status status = one_call(opened->channel, number++);
        if (status.ok()) answered++;
        else if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) refused++;
        else failed++;
        if (status.error_code() == grpc::StatusCode::UNAVAILABLE) break;
      }
    }
  };
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) running.emplace_back(flood);
  while (is_stdin_open()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  goes_on = false;
  for (std::thread& thread : running) thread.join();
  std::cout << "{\"answered\":" << answered << ",\"refused\":" << refused << ",\"failed\":" << failed << "}" << std::endl;
  return 0;
}

// --- the approver ---------------------------------------------------------------------------------------------------------

class Approver {
 public:
  explicit Approver(BrokerLink link) : link_(std::move(link)), key_(kTestSeed) {}

  Result<CanonicalJson> carry_out(std::istringstream& words) {
    std::string verb;
    words >> verb;
    if (verb == "enrol") return enrol();
    if (verb == "open") return open_order(words);
    if (verb == "sign") return sign();
    if (verb == "halt") return halt();
    if (verb == "open-resume") return open_resume();
    if (verb == "open-mandate") return open_mandate(words);
    if (verb == "approve") {
      RETURN_IF_ERROR(open_order(words));
      return sign();
    }
    return trading::make_error("USAGE", "no such command: " + verb, "");
  }

 private:
  Result<CanonicalJson> enrol() {
    v1::EnrollRequest request;
    request.set_public_key(audit_format::to_hex(key_.public_key()));
    RETURN_IF_ERROR(link_.enroll(request));
    return CanonicalJson::object();
  }
  Result<CanonicalJson> open_order(std::istringstream& words) {
    v1::OpenStatementRequest request;
    words >> *request.mutable_order_id();
    return open(request);
  }
  Result<CanonicalJson> open_resume() {
    v1::OpenStatementRequest request;
    request.mutable_resume()->set_reason("bench");
    return open(request);
  }
  Result<CanonicalJson> open_mandate(std::istringstream& words) {
    v1::OpenStatementRequest request;
    v1::MandateTerms& terms = *request.mutable_mandate();
    v1::MandateLine& line = *terms.add_lines();
    std::int64_t quantity = 0, ceiling = 0, entries = 0, until = 0;
    words >> *line.mutable_symbol() >> quantity >> ceiling >> entries >> until;
    line.set_side(v1::SIDE_BUY);
    line.set_most_quantity(quantity);
    line.set_worst_price_e4(ceiling);
    terms.set_most_entries(entries);
    terms.set_most_value_e4(entries * quantity * ceiling);
    terms.set_most_loss_e4(entries * quantity * ceiling);
    terms.set_until_us(until);
    return open(request);
  }
  Result<CanonicalJson> open(const v1::OpenStatementRequest& request) {
    const std::int64_t begin = unix_us();
    ASSIGN_OR_RETURN(const auto opened, link_.open_statement(request));
    const std::int64_t end = unix_us();
    ASSIGN_OR_RETURN(const CanonicalJson statement, approval_format::parse_statement(opened.statement()));
    ASSIGN_OR_RETURN(const auto kind, approval_format::kind_of(statement));
    signed_ = v1::SignStatementRequest();
    signed_.set_statement(opened.statement());
    signed_.set_signature(audit_format::to_hex(key_.sign(approval_format::message_of(kind, opened.statement()))));
    signed_.set_key_id(approval_format::key_id_of(key_.public_key()));
    return CanonicalJson::object({{"answer_us", end - begin}, {"sent_us", begin}});
  }
  Result<CanonicalJson> sign() {
    const std::int64_t begin = unix_us();
    const auto reply = link_.sign_statement(signed_);
    const std::int64_t end = unix_us();
    CanonicalJson out = CanonicalJson::object({{"answer_us", end - begin}, {"sent_us", begin}});
    if (!reply) return out.set("refused", reply.error().code).set("what", reply.error().what);
    return out.set("order_id", reply->order().order().order_id()).set("ordertag", reply->order().order().ordertag())
        .set("reason", reply->order().order().reason()).set("status", reply->order().order().status());
  }
  Result<CanonicalJson> halt() {
    const std::int64_t begin = unix_us();
    ASSIGN_OR_RETURN(const auto reply, link_.halt("bench", std::chrono::seconds(20)));
    return CanonicalJson::object({{"answer_us", unix_us() - begin}, {"sent_us", begin}, {"state", reply.operator_state()}});
  }

  BrokerLink link_;
  audit_format::SigningKey key_;
  v1::SignStatementRequest signed_;
};

int be_approver(const std::string& home) {
  auto link = BrokerLink::connect(home, "bench");
  if (!link) {
    std::cout << CanonicalJson::object({{"error", link.error().text()}}).write() << std::endl;
    return 1;
  }
  Approver approver(std::move(*link));
  std::cout << "{}" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    const auto done = approver.carry_out(words);
    std::cout << (done ? done->write() : CanonicalJson::object({{"error", done.error().text()}}).write()) << std::endl;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string verb = argc > 2 ? argv[1] : "";
  if (verb == "connects") return flood_of_connects(argv[2]);
  if (verb == "calls" && argc > 3) return flood_of_calls(argv[2], std::atoi(argv[3]));
  if (verb == "approver") return be_approver(argv[2]);
  std::cerr << "usage: door_client connects SOCKET | calls SOCKET THREADS | approver HOME\n";
  return 2;
}
