#pragma once

// The sandbox exchange as a process, and a session of the client with it, for the tests that look at
// the whole client over real sockets.

#include <gtest/gtest.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <map>

#include "execution_broker/clock/real_clock.h"
#include "execution_broker/exchange/smartapi/http/curl_transport.h"
#include "execution_broker/exchange/smartapi/session/account_reads.h"
#include "execution_broker/market/smartapi/heard_clock.h"

extern char** environ;

namespace broker::smartapi {

// The program, until the object goes. Its exchange time is the machine's.
class Sandbox {
 public:
  explicit Sandbox(std::vector<std::string> options) {
    int to_child[2], from_child[2];
    if (::pipe2(to_child, O_CLOEXEC) != 0 || ::pipe2(from_child, O_CLOEXEC) != 0) std::abort();
    options.insert(options.begin(), SANDBOX_EXCHANGE);
    std::vector<char*> arguments;
    for (std::string& option : options) arguments.push_back(option.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to_child[0], 0);
    posix_spawn_file_actions_adddup2(&actions, from_child[1], 1);
    if (::posix_spawn(&pid_, SANDBOX_EXCHANGE, &actions, nullptr, arguments.data(), environ) != 0) pid_ = -1;
    posix_spawn_file_actions_destroy(&actions);
    ::close(to_child[0]);
    ::close(from_child[1]);
    stdin_ = to_child[1];
    std::string line;
    char c = 0;
    while (pid_ > 0 && ::read(from_child[0], &c, 1) == 1 && c != '\n') line.push_back(c);
    ::close(from_child[0]);
    if (auto parsed = parse_json(line)) ready_ = *parsed;
  }
  ~Sandbox() {
    ::close(stdin_);
    if (pid_ <= 0) return;
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  [[nodiscard]] bool is_ready() const { return ready_.is_object(); }
  [[nodiscard]] std::string at(std::string_view key) const {
    const Json* value = ready_.find(key);
    return value == nullptr ? "" : value->text;
  }
  // POST to the control port; GET with an empty body.
  Json control(const std::string& path, std::string_view body = "") {
    auto transport = CurlTransport::open();
    HttpRequest request;
    request.url = at("control_url") + path;
    request.is_post = !body.empty();
    request.body = body;
    request.headers = {{"Content-Type", "application/json"}};
    const HttpEnd end = (*transport)->exchange(request);
    auto parsed = parse_json(end.body);
    EXPECT_EQ(end.status, 200) << path << " " << body << " " << end.body << end.detail;
    return parsed ? *parsed : Json{};
  }
  void disarm() {
    // The control port's DELETE; the client's transport knows GET and POST alone.
    const std::string url = at("control_url");
    const auto colon = url.rfind(':');
    const int sock = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(colon + 1))));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(sock, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    const std::string request = "DELETE /faults HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    ASSERT_EQ(::send(sock, request.data(), request.size(), MSG_NOSIGNAL), static_cast<ssize_t>(request.size()));
    char bytes[512];
    std::string reply;
    for (ssize_t got = 0; (got = ::recv(sock, bytes, sizeof bytes, 0)) > 0;) reply.append(bytes, static_cast<std::size_t>(got));
    ::close(sock);
    ASSERT_EQ(reply.rfind("HTTP/1.1 200", 0), 0U) << reply;
  }

 private:
  pid_t pid_ = -1;
  int stdin_ = -1;
  Json ready_;
};

// The exchange's time, and a steady clock that pauses move instead of passing.
class SkippingClock final : public Clock {
 public:
  HeardClock heard;
  std::int64_t skipped_us = 0;
  void hear(trading::Timestamp t) { heard.hear(t); }
  [[nodiscard]] trading::Timestamp market_now() const override { return heard.market_now(); }
  [[nodiscard]] trading::Timestamp wall_now() const override { return heard.wall_now(); }
  [[nodiscard]] std::int64_t steady_us() const override { return heard.steady_us() + skipped_us; }
};

struct Session {
  Sandbox& sandbox;
  bool waits = true;
  SkippingClock clock;
  std::unique_ptr<CurlTransport> transport = std::move(*CurlTransport::open());
  std::vector<std::string> calls;
  Client client{setup()};

  explicit Session(Sandbox& s, bool really_waits = true) : sandbox(s), waits(really_waits) {}
  ClientSetup setup() {
    // The exchange's time is known from any answer, the first one's included.
    HttpRequest request;
    request.url = sandbox.at("instruments_url");
    request.most_body_bytes = 64U << 20;
    const HttpEnd end = transport->exchange(request);
    if (end.server_date) clock.hear(*end.server_date);
    ClientSetup out{*transport, clock, sandbox.at("rest_url"), {}, {}, {}};
    out.credentials = {Secret(sandbox.at("api_key")), Secret(sandbox.at("client_code")), Secret(sandbox.at("pin")), Secret(sandbox.at("totp_secret"))};
    out.record = [this](const CallRecord& call) { calls.push_back(std::string(call.call) + " " + call.end + " " + call.code + " " + call.detail); };
    out.pause = [this](std::int64_t us) {
      if (waits) ::usleep(static_cast<useconds_t>(us));
      else clock.skipped_us += us;
    };
    out.on_server_date = [this](trading::Timestamp t) { clock.hear(t); };
    return out;
  }
};

}  // namespace broker::smartapi
