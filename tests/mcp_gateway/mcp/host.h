#pragma once

// The other side of a server, in the same process: two pipes and a thread that runs it.

#include <future>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "mcp_gateway/mcp/server.h"
#include "tests/mcp_gateway/jsonrpc/pipe.h"

class Host {
 public:
  explicit Host(mcp::ServerOptions options);
  ~Host();  // ends the input and waits for the server

  // One line, its end added.
  void send(std::string_view line);
  // The next message of the server; a discarded value at the end of its output. Fails after 10 s.
  nlohmann::json next();

  void request(const nlohmann::json& id, const std::string& method,
               nlohmann::json params = nlohmann::json::object());
  void notify(const std::string& method, nlohmann::json params = nlohmann::json::object());
  // Sends a request and takes the next message as its reply.
  nlohmann::json call(const std::string& method, nlohmann::json params = nlohmann::json::object());
  // The legacy handshake; gives its result.
  nlohmann::json initialize(const std::string& version = "2025-11-25");
  // call() with the modern _meta.
  nlohmann::json modern(const std::string& method,
                        nlohmann::json params = nlohmann::json::object());
  nlohmann::json modern_tool(const std::string& name,
                             nlohmann::json arguments = nlohmann::json::object());

  // True when nothing was sent since: the answer to a ping comes next.
  bool is_silent();

  void end_input() { input_.close_write(); }
  void stop_reading() { output_.close_read(); }
  // Waits for run() to return.
  mcp::Server::End join() { return end_.get(); }
  mcp::Server& server() { return server_; }

 private:
  Pipe input_;
  Pipe output_;
  mcp::Server server_;
  std::future<mcp::Server::End> end_;
  std::string received_;
  int last_id_ = 1000;
};

nlohmann::json modern_meta();
