#pragma once

// The MCP server on stdio: everything it offers, fixed at construction, and the connection it
// serves. Constructing it and answering the handshake touch nothing outside the process.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mcp_gateway/mcp/catalog.h"
#include "mcp_gateway/mcp/finished_call.h"
#include "mcp_gateway/mcp/limits.h"
#include "mcp_gateway/mcp/prompt.h"
#include "mcp_gateway/mcp/resource.h"
#include "mcp_gateway/mcp/server_info.h"
#include "mcp_gateway/tool.h"

namespace mcp {

struct ServerOptions {
  ServerInfo info;
  std::vector<Tool> tools;
  Selection selection;
  std::vector<Resource> resources;
  std::vector<ResourceTemplate> templates;
  std::vector<Prompt> prompts;
  // Handed to handlers by ToolContext.
  Services services = {};
  CallObserver on_tool_call;  // may be empty
  Log log;                    // may be empty; never writes to standard output
  Limits limits;
};

class Server {
 public:
  enum class End {
    kDrained,            // every call has come back
    kCallsStillRunning,  // the process should end by std::_Exit(0): the destructor waits for the
                         // calls
  };

  explicit Server(ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Serves one client until its input ends, the output breaks or stop() is called; returns within
  // 100 ms of that. Ignores SIGPIPE for the whole process. Nothing else may write to out_fd. Once
  // in a server's life.
  End run(int in_fd, int out_fd);

  // Any thread, and async-signal-safe.
  void stop() noexcept;

  // A subscribable resource has changed: tells those who asked. Any thread; does nothing when not
  // connected.
  void resource_updated(const std::string& uri);
  // Has the connected client subscribed to it? Any thread.
  [[nodiscard]] bool is_subscribed(const std::string& uri) const;

  [[nodiscard]] const ToolCatalog& catalog() const;

  // One call without a connection, in the calling thread (`mcp_gateway --call`).
  struct DirectAnswer {
    std::string structured;  // compact JSON, empty when there is none
    bool is_error = false;
    std::string usage_error;  // not empty: no tool was run, and why
  };
  DirectAnswer call_tool(std::string_view name, std::string_view arguments_text);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace mcp
