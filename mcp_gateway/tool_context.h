#pragma once

// What a handler may touch, for the length of one call.

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "mcp_gateway/mcp/client_identity.h"
#include "mcp_gateway/mcp/progress.h"

namespace broker_client {
class BrokerClient;
}

namespace jobs {
class Pool;
}

namespace mcp {

// What the program lends to every handler. Not owned; safe for use by several threads. Null only
// where no tool asks for it (tests, the fixture server).
struct Services {
  broker_client::BrokerClient* broker = nullptr;
  jobs::Pool* jobs = nullptr;
  // Takes the page of a backtest (--report of a single call); empty in a server, which writes no
  // files.
  std::function<void(std::string_view page)> write_page = {};
};

// What is known about the connection. In the modern era it is known anew with every request.
struct SessionFacts {
  bool is_modern = false;        // 2026-07-28 and later: no handshake
  std::string protocol_version;  // negotiated or named by the request
  bool is_read_only = false;     // --read-only
};

class ToolContext {
 public:
  ToolContext(const Services& services, std::stop_token cancellation, ProgressSink& progress,
              const ClientIdentity& client, const SessionFacts& session)
      : services_(services),
        cancellation_(std::move(cancellation)),
        progress_(progress),
        client_(client),
        session_(session) {}

  [[nodiscard]] broker_client::BrokerClient& broker() const { return *services_.broker; }
  [[nodiscard]] jobs::Pool& jobs() const { return *services_.jobs; }
  [[nodiscard]] const Services& services() const { return services_; }
  // Set when the client cancels or the process ends. Poll stop_requested(), or hang a
  // std::stop_callback on it to abort a remote call; the callback runs on the thread that reads, so
  // it must not block.
  [[nodiscard]] const std::stop_token& cancellation() const { return cancellation_; }
  [[nodiscard]] bool is_cancelled() const { return cancellation_.stop_requested(); }
  [[nodiscard]] ProgressSink& progress() const { return progress_; }
  [[nodiscard]] const ClientIdentity& client() const { return client_; }
  [[nodiscard]] const SessionFacts& session() const { return session_; }

 private:
  const Services& services_;
  std::stop_token cancellation_;
  ProgressSink& progress_;
  const ClientIdentity& client_;
  const SessionFacts& session_;
};

}  // namespace mcp
