#include "tests/sandbox_exchange/rest.h"

#include <chrono>

#include <nlohmann/json.hpp>

#include "tests/sandbox_exchange/reply_faults.h"
#include "tests/sandbox_exchange/wire_time.h"

namespace sandbox {

using namespace trading;

Answer answer_with(const Json& data) {
  Answer answer;
  answer.data_text = data.dump();
  return answer;
}

Answer refuse(std::string code, std::string message) {
  Answer answer;
  answer.refusal_code = std::move(code);
  answer.refusal_message = std::move(message);
  return answer;
}

HttpReply json_reply(const Json& body) {
  HttpReply reply;
  reply.body = body.dump();
  return reply;
}

HttpReply gateway_refusal(std::string_view code, std::string_view message) {
  return json_reply({{"success", false}, {"message", message}, {"errorCode", code}, {"data", ""}});
}

HttpReply business_refusal(std::string_view code, std::string_view message) {
  return json_reply({{"status", false}, {"message", message}, {"errorcode", code}, {"data", nullptr}});
}

HttpReply rate_refusal() {
  HttpReply reply;
  reply.status = 403;
  reply.content_type = "text/plain";
  reply.body = "Access denied because of exceeding access rate";
  return reply;
}

HttpReply html_page(int status, std::string_view title, std::string_view text) {
  HttpReply reply;
  reply.status = status;
  reply.content_type = "text/html";
  reply.body = "<html><head><title>" + std::string(title) + "</title></head><body>" + std::string(text) + "</body></html>";
  return reply;
}

namespace {

// "Bearer x" -> x. Anything else stays as it is and is no token.
std::string bearer_of(const HttpRequest& request) {
  const std::string value = request.header("authorization");
  return value.starts_with("Bearer ") ? value.substr(7) : value;
}

HttpReply empty_bad_request() {
  HttpReply reply;
  reply.status = 400;
  reply.content_type = "";
  return reply;
}

}  // namespace

HttpReply Rest::handle(const HttpRequest& request, SteadyUs steady) {
  std::string tail;
  const Endpoint* endpoint = endpoint_of(request.target, tail);
  if (endpoint == nullptr || endpoint->method != request.method) {
    HttpReply reply = endpoint == nullptr ? html_page(404, "404 Not Found", "Not Found") : html_page(405, "405 Not Allowed", "Not Allowed");
    reply.headers.emplace_back("Date", http_date(world_.clock.now()));
    return reply;
  }
  world_.settle(steady);
  Timestamp told = world_.clock.now();
  if (const auto skew = world_.faults.strike("Q50", endpoint->name)) {
    const std::int64_t off = skew->number("seconds", 90);
    told = told + seconds(off);
    world_.sessions.skew_seconds = off;
  }
  const std::size_t writes_before = world_.writes.all().size();
  HttpReply reply = gate(*endpoint, request, std::move(tail), steady);
  world_.sessions.skew_seconds = 0;
  reply.headers.emplace_back("Date", http_date(told));
  const bool was_reset = reply.is_reset;
  if (spoil_connection(world_.faults, endpoint->name, reply) && world_.writes.all().size() > writes_before)
    world_.writes.amend_last(reply.is_reset && !was_reset ? "reset" : "altered");
  ++counts_[std::string(endpoint->name)][reply.is_reset ? 0 : reply.status];
  return reply;
}

HttpReply Rest::gate(const Endpoint& endpoint, const HttpRequest& request, std::string tail, SteadyUs steady) {
  if (world_.faults.strike("X05", endpoint.name)) {
    HttpReply reply;
    reply.is_reset = true;
    return reply;
  }
  const std::string jwt = bearer_of(request);
  const bool is_first = seen_.insert({jwt, std::string(endpoint.name)}).second;
  if (auto spoiled = refusal_by_fault(world_.faults, endpoint, is_first, steady)) return *spoiled;

  Account* keyed = world_.account_of_key(request.header("x-privatekey"));
  if (keyed == nullptr) return business_refusal("AG8004", "Invalid API Key");
  if (!world_.limits.admit(keyed->client_code, endpoint.budget, steady))
    return endpoint.name == "getCandleData" ? business_refusal("AB1021", "Too many requests") : rate_refusal();
  if (request.header("x-usertype") != "USER") return business_refusal("AB1005", "User Type Must Be USER");

  Account* account = nullptr;
  if (endpoint.is_secure) {
    if (request.header("authorization").empty()) return gateway_refusal("AG8003", "Token missing");
    const Sessions::Check check = world_.sessions.check(jwt, world_.clock.now());
    account = world_.find_account(check.client_code);
    if (account == nullptr) return gateway_refusal(check.refusal.code, check.refusal.message);
    if (world_.faults.strike("Q36", endpoint.name)) {
      world_.sessions.kill(account->client_code);
      return gateway_refusal("AG8001", "Invalid Token");
    }
    if (account != keyed) return gateway_refusal("AG8001", "Invalid Token");
  }
  if (endpoint.is_write && !world_.registered_addresses.empty() &&
      !world_.registered_addresses.contains(request.source_address))
    return gateway_refusal("AG7002", "Access denied: Unregistered IP address");

  Json body = Json::object();
  if (endpoint.method == "POST") {
    body = Json::parse(request.body, nullptr, false);
    if (!body.is_object()) return empty_bad_request();
  }
  Call made{world_, endpoint, request, body, std::move(tail), account, world_.clock.now(), steady};
  return call(made);
}

HttpReply Rest::call(Call& made) {
  const bool is_order_write = made.endpoint.budget == "orders";
  if (is_order_write && made.strike("Q11")) {
    log_write(made, {}, "not_taken", "reset");
    HttpReply reply;
    reply.is_reset = true;
    return reply;
  }
  Answer answer = function_of(made.endpoint.name)(made);
  if (answer.raw) return *answer.raw;
  HttpReply reply = answer.is_refused()
                        ? business_refusal(answer.refusal_code, answer.refusal_message)
                        : json_reply({{"status", true}, {"message", "SUCCESS"}, {"errorcode", ""},
                                      {"data", Json::parse(answer.data_text)}});
  reply.delay_ms = answer.delay_ms;
  std::string told = "sent";
  if (is_order_write && !answer.is_refused()) told = spoil_write_reply(world_.faults, made.endpoint.name, reply);
  if (made.endpoint.is_write) log_write(made, answer, answer.is_refused() ? "refused" : "taken", told);
  spoil_body(world_.faults, made.endpoint.name, reply);
  return reply;
}

void Rest::log_write(const Call& made, const Answer& answer, std::string effect, std::string reply) {
  WriteRecord record;
  record.at = made.now;
  using std::chrono::duration_cast, std::chrono::microseconds, std::chrono::system_clock;
  record.arrived_unix_us = duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
  record.endpoint = made.endpoint.name;
  record.client_code = made.account->client_code;
  record.order_tag = text_at(made.body, "ordertag");
  record.body = made.request.body;
  record.effect = std::move(effect);
  record.order_ids = answer.order_ids;
  record.reply = std::move(reply);
  record.code = answer.refusal_code;
  record.source_address = made.request.source_address;
  world_.writes.add(std::move(record));
}

Json Rest::counts() const {
  Json all = Json::object();
  for (const auto& [endpoint, by_status] : counts_)
    for (const auto& [status, count] : by_status)
      all[endpoint][status == 0 ? std::string("reset") : std::to_string(status)] = count;
  return all;
}

}  // namespace sandbox
