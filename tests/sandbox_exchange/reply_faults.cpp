#include "tests/sandbox_exchange/reply_faults.h"

#include <nlohmann/json.hpp>

#include "tests/sandbox_exchange/gzip.h"
#include "tests/sandbox_exchange/rest.h"

namespace sandbox {

using namespace trading;

namespace {

constexpr std::string_view kSomethingWentWrong = "Something Went Wrong, Please Try After Sometime";

// Plain decimal digits: what a careless server would have printed without quotes.
bool is_number_text(const std::string& text) {
  return !text.empty() && text.size() < 18 && text.find_first_not_of("0123456789.-") == std::string::npos;
}

// Numbers become text and texts that are numbers become numbers.
void swap_types(Json& value) {
  if (value.is_structured()) {
    for (auto& [key, member] : value.items()) swap_types(member);
  } else if (value.is_number()) {
    value = value.dump();
  } else if (value.is_string() && is_number_text(value.get<std::string>())) {
    const Json parsed = Json::parse(value.get<std::string>(), nullptr, false);
    if (parsed.is_number()) value = parsed;
  }
}

void add_unknown_fields(Json& value) {
  if (value.is_structured())
    for (auto& [key, member] : value.items()) add_unknown_fields(member);
  if (value.is_object()) value["x_new_in_this_release"] = {{"nested", Json::array({1, "two", nullptr})}};
}

}  // namespace

std::optional<HttpReply> refusal_by_fault(Faults& faults, const Endpoint& endpoint, bool is_first, SteadyUs steady) {
  const std::string_view name = endpoint.name;
  const auto strike = [&](std::string_view fault) {
    const FaultRow* row = find_fault(fault);
    return can_strike(*row, name) ? faults.strike(fault, name) : std::nullopt;
  };
  if (const auto fault = strike("Q01")) {
    const std::string code = fault->text("code", "AG8001");
    return gateway_refusal(code, code == "AG8002" ? "Token Expired" : "Invalid Token");
  }
  if (strike("Q02")) return gateway_refusal("AG8003", "Token missing");
  for (const std::string_view rate : {"Q03", "Q04"})
    if (rate == "Q03" || is_first)
      if (const auto fault = strike(rate)) {
        HttpReply reply = rate_refusal();
        reply.body = fault->text("text", reply.body);
        return reply;
      }
  if (strike("Q05")) return business_refusal("AB1021", "Too many requests");
  if (strike("Q06")) {
    HttpReply reply;
    reply.status = 400;
    reply.content_type = "";
    return reply;
  }
  if (const auto fault = strike("Q07"))
    return html_page(static_cast<int>(fault->number("http", 200)), "Request Rejected",
                     "The requested URL was rejected. Please consult with your administrator.<br><br>Your support ID is: "
                     "7303718254911863021");
  if (const auto fault = strike("Q08")) {
    const int status = static_cast<int>(fault->number("http", 502));
    const std::string kind = fault->text("kind", "html");
    if (kind == "html") return html_page(status, std::to_string(status) + " Bad Gateway", "nginx");
    HttpReply reply = json_reply({{"message", "Internal server error"}});
    if (kind == "empty") reply.body.clear();
    reply.status = status;
    return reply;
  }
  if (const auto fault = strike("Q18")) {
    HttpReply reply = gateway_refusal("AG7002", "Access denied: Unregistered IP address");
    reply.status = static_cast<int>(fault->number("http", 200));
    return reply;
  }
  if (faults.is_down(name, steady)) return business_refusal("AB1004", kSomethingWentWrong);
  if (const auto fault = strike("Q35")) {
    faults.stay_down(name, steady + fault->number("ms", 0) * 1'000);
    return business_refusal("AB1004", kSomethingWentWrong);
  }
  if (strike("X12")) {
    HttpReply reply;
    reply.status = 429;
    reply.content_type = "";
    return reply;
  }
  return std::nullopt;
}

std::string spoil_write_reply(Faults& faults, std::string_view endpoint, HttpReply& reply) {
  if (faults.strike("Q09", endpoint)) {
    reply.is_reset = true;
    return "reset";
  }
  if (faults.strike("Q10", endpoint)) {
    reply.cut_percent = 50;
    return "cut";
  }
  if (const auto fault = faults.strike("Q12", endpoint)) {
    reply.delay_ms += fault->number("ms", 15'000);
    return "late";
  }
  if (const auto fault = faults.strike("Q13", endpoint)) {
    Json body = Json::parse(reply.body);
    const std::string shape = fault->text("shape", "null");
    if (shape == "null") body["data"] = nullptr;
    else if (shape == "string") body["data"] = "";
    else if (shape == "empty_orderid") body["data"]["orderid"] = "";
    else body["data"].erase("orderid");
    reply.body = body.dump();
    return "altered";
  }
  return "sent";
}

void spoil_body(Faults& faults, std::string_view endpoint, HttpReply& reply) {
  if (faults.strike("Q27", endpoint)) {
    Json body = Json::parse(reply.body);
    if (body.contains("data")) swap_types(body["data"]);
    reply.body = body.dump();
  }
  if (faults.strike("X07", endpoint)) {
    Json body = Json::parse(reply.body);
    if (body.contains("status")) body["status"] = body["status"].get<bool>() ? "true" : "false";
    if (body.contains("data") && body["data"].is_null()) body["data"] = "null";
    reply.body = body.dump();
  }
  if (faults.strike("X09", endpoint)) {
    const Json body = Json::parse(reply.body);
    if (body.contains("status"))
      reply.body = Json{{"success", body["status"]}, {"message", body["message"]}, {"errorCode", body["errorcode"]},
                        {"data", body["data"]}}
                       .dump();
  }
  if (faults.strike("X11", endpoint)) {
    Json body = Json::parse(reply.body);
    add_unknown_fields(body);
    reply.body = body.dump();
  }
}

bool spoil_connection(Faults& faults, std::string_view endpoint, HttpReply& reply) {
  if (reply.is_reset) return false;
  bool is_struck = false;
  const auto strike = [&](std::string_view name) {
    auto fault = faults.strike(name, endpoint);
    is_struck = is_struck || fault.has_value();
    return fault;
  };
  if (const auto fault = strike("Q49")) {
    if (fault->text("kind", "redirect") == "gzip") {
      reply.body = gzipped(reply.body);
      reply.headers.emplace_back("Content-Encoding", "gzip");
    } else {
      reply.status = 302;
      reply.content_type = "text/html";
      reply.body.clear();
      reply.headers.emplace_back("Location", fault->text("location", "https://login.invalid/"));
    }
  }
  if (const auto fault = strike("X13"))
    reply.body = "{\"status\":true,\"message\":\"SUCCESS\",\"errorcode\":\"\",\"data\":\"" +
                 std::string(static_cast<std::size_t>(fault->number("megabytes", 64)) << 20, 'x') + "\"}";
  if (const auto fault = strike("X14")) {
    const auto depth = static_cast<std::size_t>(fault->number("depth", 100'000));
    reply.body = "{\"status\":true,\"message\":\"SUCCESS\",\"errorcode\":\"\",\"data\":" + std::string(depth, '[') +
                 std::string(depth, ']') + "}";
  }
  if (strike("X03")) {
    reply.status = 200;
    reply.body.clear();
  }
  if (const auto fault = strike("X08"))
    reply.body.resize(reply.body.size() * static_cast<std::size_t>(fault->number("percent", 50)) / 100);
  if (const auto fault = strike("X01")) reply.delay_ms += fault->number("ms", 3'000);
  if (const auto fault = strike("X02")) reply.cut_percent = fault->number("percent", 50);
  if (const auto fault = strike("X06")) reply.drip_ms = fault->number("ms", 20);
  if (strike("X04")) reply.is_reset = true;
  return is_struck;
}

}  // namespace sandbox
