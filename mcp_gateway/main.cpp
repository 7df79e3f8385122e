// The gateway: MCP on standard input and output for an agent, gRPC to the broker of the home. Holds
// no secret and decides nothing. main() reads the command line, locks the process down and joins
// the parts.

#include <pwd.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "broker/v1/audit.pb.h"
#include "mcp_gateway/broker_client/broker_client.h"
#include "mcp_gateway/command_line.h"
#include "mcp_gateway/instructions.h"
#include "mcp_gateway/jobs/pool.h"
#include "mcp_gateway/launcher/launcher.h"
#include "mcp_gateway/lockdown/lockdown.h"
#include "mcp_gateway/mcp/server.h"
#include "mcp_gateway/prompts/prompts.h"
#include "mcp_gateway/registry.h"
#include "mcp_gateway/report_file.h"
#include "mcp_gateway/resources/resources.h"
#include "mcp_gateway/resources/watcher.h"
#include "mcp_gateway/tool_call_reporter.h"
#include "mcp_gateway/tool_table.h"
#include "mcp_gateway/tools/sha256.h"
#include "mcp_gateway/tools/strategy/backtest_page.h"
#include "trading/base/home.h"

namespace {

using gateway::Action;
using gateway::CommandLine;

constexpr int kOk = 0;
constexpr int kToolError = 1;
constexpr int kUsageError = 2;
constexpr int kNoBroker = 3;

// Hosts expect the process to be gone 100 ms after the end of its input.
constexpr std::chrono::milliseconds kFlushAtExit{30};
constexpr std::chrono::milliseconds kFlushAfterCall{1'000};

mcp::Server* running_server = nullptr;  // for the signal handler only

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

trading::HomeEnvironment home_environment() {
  std::string user_home = environment("HOME");
  if (user_home.empty()) {
    if (const passwd* entry = ::getpwuid(::geteuid()); entry != nullptr) user_home = entry->pw_dir;
  }
  return {environment("TRADING_MCP_HOME"), environment("XDG_STATE_HOME"), user_home};
}

int usage_error(const trading::Error& error) {
  std::fprintf(stderr, "mcp_gateway: %s\n\n%s", error.what.c_str(), gateway::kUsage);
  return kUsageError;
}

// The broker is whoever owns the home; where there is none yet, it will be this user.
std::vector<std::uint32_t> broker_uids(const std::string& home) {
  struct stat status {};
  if (::stat(home.c_str(), &status) == 0) return {status.st_uid};
  return {::geteuid()};
}

broker::v1::ReportToolCallsRequest request_of(const std::vector<gateway::ReportedCall>& batch) {
  broker::v1::ReportToolCallsRequest request;
  for (const gateway::ReportedCall& call : batch) {
    broker::v1::ToolCall& row = *request.add_calls();
    row.set_tool(call.tool);
    row.set_client(call.client);
    row.set_is_error(call.is_error);
    row.set_error_code(call.error_code);
    row.set_duration_us(call.duration_us);
    row.set_arguments_sha256(tools::sha256_hex(call.arguments_text));
  }
  return request;
}

// Sends batches to a broker that runs; a report never starts one.
gateway::ToolCallReporter::Send report_to(broker_client::BrokerClient& broker,
                                          const std::string& socket) {
  return [&broker, socket](const std::vector<gateway::ReportedCall>& batch) {
    if (::access(socket.c_str(), F_OK) != 0) return false;
    return broker.report_tool_calls(request_of(batch)).has_value();
  };
}

mcp::ServerOptions server_options(const CommandLine& line, mcp::Services services,
                                  const std::shared_ptr<resources::Interest>& interest) {
  mcp::ServerOptions options;
  options.info = {.name = "trading_mcp",
                  .title = "Trading on NSE",
                  .version = TRADING_MCP_VERSION,
                  .instructions = gateway::kInstructions};
  options.tools = all_tools();
  options.selection = {.toolsets = line.toolsets, .is_read_only = line.is_read_only};
  options.resources = resources::all(interest);
  options.templates = resources::templates();
  options.prompts = prompts::all();
  options.services = std::move(services);
  options.log = [](std::string_view text) { spdlog::warn("{}", text); };
  return options;
}

// Was there nobody to ask?
bool is_no_broker(const std::string& structured) {
  const auto reply = nlohmann::json::parse(structured, nullptr, false);
  if (!reply.is_object() || !reply.contains("error")) return false;
  const std::string code = reply["error"].value("code", "");
  return code == "BROKER_NOT_RUNNING" || code == "BROKER_REFUSED" || code == "BROKER_WRONG_UID" ||
         code == "BROKER_UNAVAILABLE" || code.starts_with("EMBEDDED_");
}

int call_once(mcp::Server& server, const CommandLine& line) {
  const auto answer = server.call_tool(line.tool, line.tool_arguments);
  if (!answer.usage_error.empty()) {
    std::fprintf(stderr, "mcp_gateway: %s\n", answer.usage_error.c_str());
    return kUsageError;
  }
  std::fprintf(stdout, "%s\n", answer.structured.c_str());
  std::fflush(stdout);
  if (!answer.is_error) return kOk;
  return is_no_broker(answer.structured) ? kNoBroker : kToolError;
}

// A call that failed leaves a page that says so, not an empty file. False: the page is not whole.
bool finish_report(gateway::ReportFile& report, int code) {
  if (code == kOk && report.is_written()) return true;
  if (code == kOk) {
    std::fputs("mcp_gateway: the report could not be written\n", stderr);
    return false;
  }
  report.write(tools::error_page("The call failed; its error stands on standard output."));
  return true;
}

// Looking never starts a broker.
int serve(mcp::Server& server, broker_client::BrokerClient& broker, const std::string& socket) {
  running_server = &server;
  std::signal(SIGTERM, [](int) { running_server->stop(); });
  std::signal(SIGINT, [](int) { running_server->stop(); });
  const resources::Watcher watcher(
      resources::broker_looks(broker),
      [&server, socket](const std::string& uri) {
        return server.is_subscribed(uri) && ::access(socket.c_str(), F_OK) == 0;
      },
      [&server](const std::string& uri) { server.resource_updated(uri); });
  server.run(STDIN_FILENO, STDOUT_FILENO);
  return kOk;
}

// What needs neither a home nor a broker.
std::optional<int> answer_at_once(const CommandLine& line) {
  if (line.action == Action::kHelp) {
    std::fputs(gateway::kUsage, stdout);
    return kOk;
  }
  if (line.action == Action::kVersion) {
    std::fputs("mcp_gateway " TRADING_MCP_VERSION "\n", stdout);
    return kOk;
  }
  const mcp::ToolCatalog catalog(all_tools(),
                                 {.toolsets = line.toolsets, .is_read_only = line.is_read_only});
  if (const auto unknown = catalog.unknown_toolsets(); !unknown.empty()) {
    std::string known;
    for (const std::string& name : catalog.toolsets()) known += (known.empty() ? "" : ", ") + name;
    return usage_error(trading::make_error(
        "USAGE", "there is no toolset " + unknown.front() + "; there are " + known));
  }
  if (line.action == Action::kListTools) {
    for (const mcp::Tool* tool : catalog.shown()) std::fprintf(stdout, "%s\n", tool->name.c_str());
    return kOk;
  }
  if (line.action == Action::kToolTable) {
    std::fputs(gateway::tool_table(catalog).c_str(), stdout);
    return kOk;
  }
  return std::nullopt;
}

// What a broker that runs already lets this user do: a server lists no more than that. Looking never
// starts a broker; one that comes later refuses by itself what it does not allow.
void narrow_to_allowed(mcp::Selection& selection, broker_client::Options options,
                       const std::string& socket) {
  if (::access(socket.c_str(), F_OK) != 0) return;
  options.launch = {};
  const auto facts = broker_client::BrokerClient(std::move(options)).facts();
  if (!facts) return;
  if (!facts->agent_toolsets.empty()) selection.allowed = facts->agent_toolsets;
  selection.is_read_only = selection.is_read_only || facts->is_read_only;
}

int run(const CommandLine& line, const std::string& home) {
  spdlog::set_default_logger(spdlog::stderr_logger_mt("gateway"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z level=%l %v");
  // Before the door to writing files closes.
  std::optional<gateway::ReportFile> report;
  if (!line.report_path.empty()) {
    auto opened = gateway::ReportFile::open(line.report_path);
    if (!opened) return usage_error(opened.error());
    report.emplace(std::move(*opened));
  }
  // Before the first thread, and before the door to starting programs closes.
  std::optional<launcher::Launcher> launch;
  if (line.is_embedded) {
    auto started = launcher::Launcher::start(home);
    if (!started) {
      std::fprintf(stderr, "mcp_gateway: %s\n", started.error().text().c_str());
      return kNoBroker;
    }
    launch.emplace(std::move(*started));
  }
  const auto locked = lockdown::lock_down();
  if (!locked) {
    std::fprintf(stderr, "mcp_gateway: %s\n", locked.error().text().c_str());
    return kNoBroker;
  }
  spdlog::info("event=locked_down {}", *locked);

  const std::string socket = home + "/run/agent/broker.sock";
  broker_client::Options options{.socket_path = socket,
                                 .broker_uids = broker_uids(home),
                                 .program = "mcp_gateway",
                                 .program_version = TRADING_MCP_VERSION,
                                 .launch = {}};
  if (launch) options.launch = [&launch] { return launch->launch(); };
  const broker_client::Options to_look = options;
  broker_client::BrokerClient broker(std::move(options));
  gateway::ToolCallReporter reporter(report_to(broker, socket));
  const auto interest = std::make_shared<resources::Interest>();
  const bool is_call = line.action == Action::kCall;
  // Its threads begin with the first job, so inside the lock. A handle is worth nothing to a process
  // that ends with its one call.
  jobs::Pool jobs(is_call ? jobs::Limits{.patience = jobs::kWaitsToTheEnd} : jobs::Limits{});
  mcp::Services services{.broker = &broker, .jobs = &jobs};
  if (report) services.write_page = [&report](std::string_view page) { report->write(page); };
  mcp::ServerOptions offered = server_options(line, std::move(services), interest);
  offered.on_tool_call = [&reporter](const mcp::FinishedCall& call) { reporter.report(call); };
  // A single call is told by the broker itself what it may not do.
  if (line.action != Action::kCall) narrow_to_allowed(offered.selection, to_look, socket);
  mcp::Server server(std::move(offered));

  int code = is_call ? call_once(server, line) : serve(server, broker, socket);
  if (report && !finish_report(*report, code)) code = kToolError;
  reporter.flush(is_call ? kFlushAfterCall : kFlushAtExit);
  // Calls that still run and gRPC's own threads must not hold the end up.
  std::_Exit(code);
}

}  // namespace

int main(int count, char** texts) {
  const std::vector<std::string> arguments(texts + 1, texts + count);
  const auto line = gateway::parse_command_line(arguments, environment("TRADING_MCP_TOOLSETS"));
  if (!line) return usage_error(line.error());
  if (const auto code = answer_at_once(*line)) return *code;
  const auto home = trading::resolve_home(line->for_home, home_environment());
  if (!home) return usage_error(home.error());
  return run(*line, *home);
}
