// sandbox_exchange: builds the world, opens the doors, plays time.

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "tests/sandbox_exchange/control.h"
#include "tests/sandbox_exchange/options.h"
#include "tests/sandbox_exchange/test_ca.h"
#include "tests/sandbox_exchange/totp.h"
#include "tests/sandbox_exchange/wire_time.h"

namespace sandbox {

using namespace trading;
namespace asio = boost::asio;

namespace {

constexpr auto kBeat = std::chrono::milliseconds(10);

SteadyUs steady_now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
Timestamp machine_now() {
  return {std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

class Server {
 public:
  explicit Server(Options options) : options_(std::move(options)), timer_(loop_), signals_(loop_, SIGTERM, SIGINT), input_(loop_) {}

  Status start() {
    if (options_.is_machine_clock) options_.world.start = machine_now();
    if (!base32_bytes(options_.totp_secret)) return make_error("USAGE", "--totp-secret is not base32", "use the letters A-Z and 2-7");
    ASSIGN_OR_RETURN(world_, World::make(options_.world));
    world_->add_account(options_.client_code, options_.pin, options_.totp_secret, options_.api_key, options_.world.cash_paise);
    RETURN_IF_ERROR(arm_from_file());
    rest_ = std::make_unique<Rest>(*world_);
    market_stream_ = std::make_shared<MarketStream>(*world_);
    order_stream_ = std::make_shared<OrderStream>(*world_);
    control_ = std::make_unique<Control>(*world_, *rest_, *market_stream_, *order_stream_);
    world_->on_tape = [this](const Tape& tape) { market_stream_->mark(tape); };
    world_->on_order = [this](const Account& account, const Order& order) { order_stream_->told(account, order); };
    world_->on_midnight = [this] {
      market_stream_->drop_all(true);
      order_stream_->drop_all(true);
    };
    if (!options_.tls_folder.empty()) {
      RETURN_IF_ERROR(make_test_ca(options_.tls_folder));
      ASSIGN_OR_RETURN(tls_, tls_context(options_.tls_folder));
    }
    return open_doors();
  }

  int run() {
    world_->clock.run_at(options_.speed_thousandths, steady_now());
    signals_.async_wait([this](boost::system::error_code, int) { loop_.stop(); });
    watch_input();
    beat();
    std::cout << ready_.dump() << std::endl;
    loop_.run();
    return 0;
  }

 private:
  Status arm_from_file() {
    if (options_.faults_file.empty()) return {};
    std::ifstream in(options_.faults_file);
    const Json faults = Json::parse(in, nullptr, false);
    if (!faults.is_array()) return make_error("FAULTS_FILE", options_.faults_file + " is not a JSON array", "see --help");
    for (const Json& fault : faults) {
      const auto armed = world_->faults.arm(fault);
      if (!armed) return armed.error();
    }
    return {};
  }

  HttpHandler logged(std::string door, HttpHandler handler) {
    if (!options_.is_verbose) return handler;
    return [this, door = std::move(door), handler = std::move(handler)](const HttpRequest& request) {
      HttpReply reply = handler(request);
      std::cerr << "event=request door=" << door << " at=" << format_ist(world_->clock.now()) << " from=" << request.source_address
                << " method=" << request.method << " path=" << request.target.substr(0, request.target.find('?'))
                << " status=" << (reply.is_reset ? 0 : reply.status) << " bytes=" << reply.body.size() << "\n";
      return reply;
    };
  }

  Status open_doors() {
    asio::ssl::context* tls = tls_.get();
    const std::string http = tls != nullptr ? "https://" : "http://";
    const std::string ws = tls != nullptr ? "wss://" : "ws://";
    const auto url = [](const std::string& scheme, const Address& address, std::uint16_t port) {
      return scheme + address.host + ":" + std::to_string(port);
    };
    ASSIGN_OR_RETURN(const std::uint16_t rest, open_http_door(loop_, tls, options_.rest, logged("rest", [this](const HttpRequest& r) {
                                                                return rest_->handle(r, steady_now());
                                                              })));
    ASSIGN_OR_RETURN(const std::uint16_t file, open_http_door(loop_, tls, options_.instruments, logged("instruments", [this](const HttpRequest& r) {
                                                                return rest_->instruments(r);
                                                              })));
    ASSIGN_OR_RETURN(const std::uint16_t control, open_http_door(loop_, nullptr, options_.control, logged("control", [this](const HttpRequest& r) {
                                                                   return control_->handle(r, steady_now());
                                                                 })));
    ASSIGN_OR_RETURN(const std::uint16_t stream, open_stream_door(loop_, tls, options_.stream, market_stream_));
    ASSIGN_OR_RETURN(const std::uint16_t orders, open_stream_door(loop_, tls, options_.order_stream, order_stream_));
    ready_ = {{"rest_url", url(http, options_.rest, rest)},
              {"stream_url", url(ws, options_.stream, stream) + "/smart-stream"},
              {"order_stream_url", url(ws, options_.order_stream, orders) + "/smart-order-update"},
              {"control_url", url("http://", options_.control, control)},
              {"instruments_url", url(http, options_.instruments, file) + "/OpenAPI_File/files/OpenAPIScripMaster.json"},
              {"client_code", options_.client_code},
              {"pin", options_.pin},
              {"totp_secret", options_.totp_secret},
              {"api_key", options_.api_key}};
    if (tls != nullptr) ready_["tls_ca_file"] = options_.tls_folder + "/ca.pem";
    return {};
  }

  // Whoever started this holds the other end of its input: when that closes, nobody needs it.
  void watch_input() {
    boost::system::error_code failed;
    input_.assign(::dup(STDIN_FILENO), failed);
    if (!failed) read_input();
  }
  void read_input() {
    input_.async_read_some(asio::buffer(input_bytes_), [this](boost::system::error_code failed, std::size_t) {
      if (failed == asio::error::eof) return loop_.stop();
      if (!failed) read_input();
    });
  }

  void beat() {
    const SteadyUs now = steady_now();
    Timestamp target = world_->clock.target(now);
    if (options_.is_machine_clock) target = std::max(target, machine_now());
    world_->advance_to(target, now);
    world_->settle(now);
    market_stream_->flush();
    timer_.expires_after(kBeat);
    timer_.async_wait([this](boost::system::error_code failed) {
      if (!failed) beat();
    });
  }

  Options options_;
  asio::io_context loop_;
  std::unique_ptr<World> world_;
  std::unique_ptr<Rest> rest_;
  std::shared_ptr<MarketStream> market_stream_;
  std::shared_ptr<OrderStream> order_stream_;
  std::unique_ptr<Control> control_;
  std::shared_ptr<asio::ssl::context> tls_;
  asio::steady_timer timer_;
  asio::signal_set signals_;
  asio::posix::stream_descriptor input_;
  std::array<char, 256> input_bytes_{};
  Json ready_;
};

}  // namespace

}  // namespace sandbox

int main(int argc, char** argv) {
  const auto options = sandbox::parse_options({argv + 1, argv + argc});
  if (!options) {
    std::cerr << "sandbox_exchange: " << options.error().text() << "\n";
    return 2;
  }
  if (options->action == sandbox::Options::Action::kHelp) {
    std::cout << sandbox::kUsage;
    return 0;
  }
  if (options->action == sandbox::Options::Action::kVersion) {
    std::cout << "sandbox_exchange " TRADING_MCP_VERSION "\n";
    return 0;
  }
  sandbox::Server server(*options);
  if (const auto started = server.start(); !started) {
    std::cerr << "sandbox_exchange: " << started.error().text() << "\n";
    return 1;
  }
  return server.run();
}
