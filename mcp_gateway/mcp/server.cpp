#include "mcp_gateway/mcp/server.h"

#include <csignal>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "mcp_gateway/jsonrpc/parse.h"
#include "mcp_gateway/jsonrpc/stop_event.h"
#include "mcp_gateway/mcp/connection.h"
#include "mcp_gateway/mcp/lifecycle.h"

namespace mcp {
namespace {

Offer offer_of(const ToolCatalog& catalog, const ResourceReads& resources,
               const PromptGets& prompts) {
  return {.has_tools = !catalog.all().empty(),
          .has_resources = !resources.is_empty(),
          .has_subscribable = resources.has_subscribable(),
          .has_prompts = !prompts.is_empty()};
}

}  // namespace

struct Server::Parts {
  ToolCatalog catalog;
  ToolCalls tools;
  ResourceReads resources;
  PromptGets prompts;
  Offer offer;
  Lifecycle lifecycle;
  Services services;
  Limits limits;
  jsonrpc::StopEvent stop;
  std::mutex mutex;                        // guards the pointer, not what it points to
  std::unique_ptr<Connection> connection;  // made once, kept until the end

  explicit Parts(ServerOptions&& options)
      : catalog(std::move(options.tools), std::move(options.selection)),
        tools(catalog, std::move(options.on_tool_call), std::move(options.log)),
        resources(std::move(options.resources), std::move(options.templates)),
        prompts(std::move(options.prompts)),
        offer(offer_of(catalog, resources, prompts)),
        lifecycle(options.info, offer),
        services(std::move(options.services)),
        limits(options.limits) {}
};

Server::Server(ServerOptions options) : parts_(std::make_unique<Parts>(std::move(options))) {}

Server::~Server() = default;

Server::End Server::run(int in_fd, int out_fd) {
  std::signal(SIGPIPE, SIG_IGN);
  const Offering offering{parts_->lifecycle, parts_->offer,     parts_->catalog,
                          parts_->tools,     parts_->resources, parts_->prompts};
  Connection* connection = nullptr;
  {
    const std::lock_guard lock(parts_->mutex);
    parts_->connection = std::make_unique<Connection>(offering, parts_->services, parts_->limits,
                                                      in_fd, out_fd, parts_->stop);
    connection = parts_->connection.get();
  }
  return connection->run() ? End::kDrained : End::kCallsStillRunning;
}

void Server::stop() noexcept {
  parts_->stop.set();
}

void Server::resource_updated(const std::string& uri) {
  Connection* connection = nullptr;
  {
    const std::lock_guard lock(parts_->mutex);
    connection = parts_->connection.get();
  }
  if (connection != nullptr) connection->subscriptions().resource_updated(uri);
}

bool Server::is_subscribed(const std::string& uri) const {
  const std::lock_guard lock(parts_->mutex);
  return parts_->connection && parts_->connection->subscriptions().is_wanted(uri);
}

const ToolCatalog& Server::catalog() const {
  return parts_->catalog;
}

Server::DirectAnswer Server::call_tool(std::string_view name, std::string_view arguments_text) {
  const Tool* tool = parts_->catalog.find(name);
  if (tool == nullptr) return {{}, true, parts_->catalog.explain_absence(name)};
  nlohmann::json arguments;
  if (const auto error = jsonrpc::parse_text(arguments_text, arguments)) {
    return {{}, true, "the arguments are " + error->detail};
  }
  if (!arguments.is_object()) return {{}, true, "the arguments must be a JSON object"};

  ProgressSink progress;
  const ClientIdentity client{.name = "command-line", .version = {}};
  const SessionFacts session{.is_modern = true,
                             .protocol_version = {},
                             .is_read_only = parts_->catalog.selection().is_read_only};
  ToolContext context(parts_->services, {}, progress, client, session);
  const auto outcome = parts_->tools.run(*tool, std::move(arguments), context);
  if (!outcome.result) return {{}, true, "tool " + tool->name + " failed inside"};
  return {outcome.structured, outcome.result->is_error, {}};
}

}  // namespace mcp
