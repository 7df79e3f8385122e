#include "tests/mcp_gateway/mcp/host.h"

#include <gtest/gtest.h>
#include <poll.h>

using nlohmann::json;

json modern_meta() {
  return {{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
          {"io.modelcontextprotocol/clientCapabilities", json::object()},
          {"io.modelcontextprotocol/clientInfo", {{"name", "modern-host"}, {"version", "2"}}}};
}

Host::Host(mcp::ServerOptions options) : server_(std::move(options)) {
  end_ = std::async(std::launch::async, [this] {
    const auto end = server_.run(input_.read_end, output_.write_end);
    // A call that did not come back may still write: its pipe stays open until the server is gone.
    if (end == mcp::Server::End::kDrained) output_.close_write();
    return end;
  });
}

Host::~Host() {
  end_input();
  if (end_.valid()) end_.wait();
}

void Host::send(std::string_view line) {
  input_.put(std::string(line) + "\n");
}

json Host::next() {
  for (;;) {
    const std::size_t end = received_.find('\n');
    if (end != std::string::npos) {
      json message = json::parse(received_.substr(0, end));
      received_.erase(0, end + 1);
      return message;
    }
    pollfd waiting{output_.read_end, POLLIN, 0};
    if (::poll(&waiting, 1, 10'000) <= 0) {
      ADD_FAILURE() << "the server said nothing for 10 s";
      return json(json::value_t::discarded);
    }
    char block[65536];
    const ssize_t got = ::read(output_.read_end, block, sizeof block);
    if (got <= 0) return json(json::value_t::discarded);
    received_.append(block, static_cast<std::size_t>(got));
  }
}

void Host::request(const json& id, const std::string& method, json params) {
  send(json{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}}
           .dump());
}

void Host::notify(const std::string& method, json params) {
  send(json{{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}}.dump());
}

json Host::call(const std::string& method, json params) {
  const int id = ++last_id_;
  request(id, method, std::move(params));
  json reply = next();
  EXPECT_EQ(reply.value("id", json()), id) << reply.dump();
  return reply;
}

json Host::initialize(const std::string& version) {
  json reply = call("initialize", {{"protocolVersion", version},
                                   {"capabilities", json::object()},
                                   {"clientInfo", {{"name", "legacy-host"}, {"version", "1"}}}});
  notify("notifications/initialized");
  return reply.at("result");
}

json Host::modern(const std::string& method, json params) {
  params["_meta"] = modern_meta();
  return call(method, std::move(params));
}

json Host::modern_tool(const std::string& name, json arguments) {
  return modern("tools/call", {{"name", name}, {"arguments", std::move(arguments)}});
}

bool Host::is_silent() {
  request("silence?", "ping");
  return next().value("id", json()) == "silence?";
}
