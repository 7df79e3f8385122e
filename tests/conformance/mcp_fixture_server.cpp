// The gateway's protocol library with the conformance suite's fixtures instead of the trading
// tools.
// --plain: without them, as any server looks to the suite; so the baseline for the gateway can be
// checked without the gateway.
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <stop_token>
#include <string_view>
#include <thread>

#include "tests/conformance/fixtures.h"

namespace {

using namespace std::chrono_literals;

mcp::Server* running_server = nullptr;  // for the signal handler only

// The watched resource changes twice a second.
void change_resource(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    never.wait_for(lock, stop, 500ms, [] { return false; });
    running_server->resource_updated("test://watched-resource");
  }
}

}  // namespace

int main(int count, char** arguments) {
  const bool is_plain = count > 1 && std::string_view(arguments[1]) == "--plain";
  mcp::ServerOptions options;
  options.info = {.name = "mcp_fixture_server",
                  .title = "Conformance fixtures",
                  .version = TRADING_MCP_VERSION,
                  .instructions = "Fixtures for the MCP conformance suite."};
  options.tools = is_plain ? plain_tools() : fixture_tools();
  options.resources = is_plain ? plain_resources() : fixture_resources();
  options.templates = is_plain ? plain_templates() : fixture_templates();
  options.prompts = is_plain ? plain_prompts() : fixture_prompts();
  mcp::Server server(std::move(options));

  running_server = &server;
  std::signal(SIGTERM, [](int) { running_server->stop(); });
  std::jthread changes(change_resource);
  const auto end = server.run(STDIN_FILENO, STDOUT_FILENO);
  if (end == mcp::Server::End::kCallsStillRunning) std::_Exit(EXIT_SUCCESS);
  return EXIT_SUCCESS;
}
