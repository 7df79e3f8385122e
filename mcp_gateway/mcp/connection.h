#pragma once

// One client on a pair of descriptors: lines in, messages answered, lines out. Messages are read by
// one thread at a time (jsonrpc/crew.h); what may take long runs beside that.

#include <memory>
#include <optional>
#include <string>

#include "mcp_gateway/jsonrpc/crew.h"
#include "mcp_gateway/jsonrpc/in_flight.h"
#include "mcp_gateway/jsonrpc/line_reader.h"
#include "mcp_gateway/jsonrpc/line_writer.h"
#include "mcp_gateway/jsonrpc/stop_event.h"
#include "mcp_gateway/mcp/envelope.h"
#include "mcp_gateway/mcp/limits.h"
#include "mcp_gateway/mcp/methods.h"
#include "mcp_gateway/mcp/subscriptions.h"

namespace mcp {

inline constexpr std::size_t kMaxBatchMessages = 64;

class Connection {
 public:
  // stop: ends the connection when set; set by the connection when the client is gone.
  Connection(const Offering& offering, const Services& services, const Limits& limits,
             int in_fd, int out_fd, jsonrpc::StopEvent& stop);

  // Blocks until input ends or stop is set. False when calls did not come back in time: then only
  // the end of the process is sure to be prompt, because the destructor waits for them.
  bool run();

  Subscriptions& subscriptions() { return subscriptions_; }

 private:
  struct Call;
  using Line = std::optional<std::string>;

  std::optional<jsonrpc::Job> read_turn();
  jsonrpc::Job take_message(nlohmann::json&& value);
  jsonrpc::Job take_request(jsonrpc::Message&& message);
  jsonrpc::Job take_batch(nlohmann::json&& values);
  void take_notification(const jsonrpc::Message& notification);

  std::string initialize(const jsonrpc::Message& request);
  // Prepares a request; when it cannot be served, the error line instead.
  std::variant<std::shared_ptr<Call>, std::string> prepare(jsonrpc::Message&& request,
                                                           const Handshake& handshake);
  Line answer(Call& call);
  Line answer_in_batch(nlohmann::json&& value, const Handshake& handshake);
  Line busy(Call& call);
  std::string line_of(const jsonrpc::RequestId& id, const Reply& reply, bool is_modern) const;
  void send(const std::string& line) { writer_.write_line(line); }

  Offering offering_;
  Services services_;
  Limits limits_;
  jsonrpc::StopEvent& stop_;
  jsonrpc::StopEvent give_up_;
  jsonrpc::LineReader reader_;  // used by the reading thread
  jsonrpc::LineWriter writer_;
  jsonrpc::InFlight in_flight_;
  Subscriptions subscriptions_;
  Methods methods_;
  Handshake handshake_;                // used by the reading thread; calls hold copies
  std::optional<jsonrpc::Crew> crew_;  // last: its threads use everything above
};

}  // namespace mcp
