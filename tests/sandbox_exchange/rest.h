#pragma once

// The REST side: one request to one reply. The parent walks the gates in order (key, budget, token,
// address, body), calls the endpoint's function, wraps what it says in the wire's envelope, and lets
// faults strike where they belong. Functions of endpoints stand in rest_<area>.cpp.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "tests/sandbox_exchange/endpoints.h"
#include "tests/sandbox_exchange/http_message.h"
#include "tests/sandbox_exchange/json.h"
#include "tests/sandbox_exchange/world.h"

namespace sandbox {

// What an endpoint's function may see.
struct Call {
  World& world;
  const Endpoint& endpoint;
  const HttpRequest& request;
  const Json& body;
  std::string tail;  // details/{uniqueorderid}
  Account* account;  // null on loginByPassword alone
  trading::Timestamp now;
  SteadyUs steady;

  std::optional<ArmedFault> strike(std::string_view fault, const Faults::HasEffect& has_effect = nullptr) const {
    return world.faults.strike(fault, endpoint.name, has_effect);
  }
};

// What it says: data, a refusal in the business dialect, or a reply of its own.
struct Answer {
  std::string refusal_code;
  std::string refusal_message;
  std::string data_text = "null";  // JSON
  std::optional<HttpReply> raw;
  std::string order_ids;           // of what a write made, for the log
  std::int64_t delay_ms = 0;

  [[nodiscard]] bool is_refused() const { return !refusal_message.empty(); }
};
Answer answer_with(const Json& data);
Answer refuse(std::string code, std::string message);

class Rest {
 public:
  explicit Rest(World& world) : world_(world) {}

  // Any request to the REST door.
  HttpReply handle(const HttpRequest& request, SteadyUs steady);
  // The instrument file's door.
  HttpReply instruments(const HttpRequest& request);

  // {"getOrderBook": {"200": 12, "403": 1}}
  [[nodiscard]] Json counts() const;

 private:
  HttpReply gate(const Endpoint& endpoint, const HttpRequest& request, std::string tail, SteadyUs steady);
  HttpReply call(Call& call);
  void log_write(const Call& call, const Answer& answer, std::string effect, std::string reply);

  World& world_;
  std::string instruments_;  // the file without faults, made once
  std::map<std::string, std::map<int, std::int64_t>> counts_;
  std::set<std::pair<std::string, std::string>> seen_;  // jwt and endpoint, for the first call of a session
};

// Endpoint functions by name.
using EndpointFunction = Answer (*)(Call&);
EndpointFunction function_of(std::string_view endpoint);

// Replies that several places give.
HttpReply json_reply(const Json& body);
HttpReply gateway_refusal(std::string_view code, std::string_view message);
HttpReply business_refusal(std::string_view code, std::string_view message);
HttpReply rate_refusal();
HttpReply html_page(int status, std::string_view title, std::string_view text);

}  // namespace sandbox
