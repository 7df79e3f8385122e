#include "mcp_gateway/mcp/tool_calls.h"

#include <chrono>
#include <exception>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "mcp_gateway/jsonrpc/message.h"
#include "mcp_gateway/mcp/check.h"
#include "mcp_gateway/mcp/tool_result.h"

namespace mcp {
namespace {

using nlohmann::json;

// All faults in one sentence; `field` and `allowed` are those of the first, `fields` names all of
// several.
ToolResult refuse_arguments(const Tool& tool, const std::vector<Fault>& faults) {
  std::string message;
  json fields = json::array();
  for (const Fault& fault : faults) {
    if (!message.empty()) message += "; ";
    message += fault.field + " " + fault.problem;
    fields.push_back(fault.field);
  }
  ToolResult result = tool_error({.code = "INVALID_ARGUMENT",
                                  .message = std::move(message),
                                  .fix = "correct the named arguments of " + tool.name +
                                         " as its input schema says and call again",
                                  .retry = Retry::kNo,
                                  .field = faults.front().field,
                                  .allowed = faults.front().allowed});
  if (faults.size() > 1) result.structured["error"]["fields"] = std::move(fields);
  return result;
}

ToolResult refuse_size(std::size_t bytes) {
  return tool_error("REPLY_TOO_LARGE",
                    "the reply would hold " + std::to_string(bytes) + " bytes, the limit is " +
                        std::to_string(kMaxReplyBytes),
                    "ask for less: a lower limit or max_rows, fewer symbols, or a shorter period",
                    Retry::kNo);
}

std::string error_code(const ToolResult& result) {
  if (!result.is_error || !result.structured.is_object()) return {};
  const auto error = result.structured.find("error");
  if (error == result.structured.end() || !error->is_object()) return {};
  const auto code = error->find("code");
  return code != error->end() && code->is_string() ? code->get<std::string>() : std::string();
}

// The result as members of the JSON-RPC result. The structured text is made once and stands twice:
// escaped in the text block, plain in structuredContent.
std::string shaped(const ToolResult& result, const std::string& structured) {
  std::string members = "\"content\":";
  members.reserve(3 * structured.size() + 64);
  if (!result.content.empty()) {
    members += to_json_text(result.content);
  } else if (structured.empty()) {
    members += "[]";
  } else {
    members += R"([{"type":"text","text":)";
    jsonrpc::append_quoted(members, structured);
    members += "}]";
  }
  if (!structured.empty()) members.append(",\"structuredContent\":").append(structured);
  members += result.is_error ? ",\"isError\":true" : ",\"isError\":false";
  return members;
}

std::string structured_text(const ToolResult& result) {
  return result.structured.is_null() ? std::string() : jsonrpc::to_text(result.structured);
}

// The text of an exception may hold what no client should see: it goes to the log only.
std::optional<ToolResult> guarded(const Tool& tool, const json& arguments, ToolContext& context,
                                  const Log& log) {
  try {
    return tool.handler(arguments, context);
  } catch (const std::exception& error) {
    if (log) log("tool_failed tool=" + tool.name + " what=" + jsonrpc::quote(error.what()));
    return std::nullopt;
  }
}

Reply invalid(std::string message) {
  return Reply::failure(jsonrpc::kInvalidParams, std::move(message));
}

}  // namespace

ToolCalls::ToolCalls(const ToolCatalog& catalog, CallObserver observer, Log log)
    : catalog_(catalog), observer_(std::move(observer)), log_(std::move(log)) {}

Reply ToolCalls::call(json& params, ToolContext& context) const {
  const auto name = params.find("name");
  if (name == params.end() || !name->is_string()) return invalid("name (string) is required");
  const auto& tool_name = name->get_ref<const std::string&>();
  const Tool* tool = catalog_.find(tool_name);
  if (tool == nullptr) return invalid(catalog_.explain_absence(tool_name));

  json arguments = json::object();
  if (const auto given = params.find("arguments"); given != params.end()) {
    if (!given->is_object()) return invalid("arguments must be an object");
    arguments = std::move(*given);
  }
  const Outcome outcome = run(*tool, std::move(arguments), context);
  if (!outcome.result) {
    return Reply::failure(jsonrpc::kInternalError, "tool " + tool->name + " failed inside");
  }
  return Reply::result(shaped(*outcome.result, outcome.structured));
}

ToolCalls::Outcome ToolCalls::run(const Tool& tool, json arguments, ToolContext& context) const {
  const auto start = std::chrono::steady_clock::now();
  Outcome outcome;
  const std::vector<Fault> faults = check_arguments(tool.input, arguments);
  if (faults.empty()) {
    fill_defaults(tool.input, arguments);
    outcome.result = guarded(tool, arguments, context, log_);
  } else {
    outcome.result = refuse_arguments(tool, faults);
  }
  if (outcome.result) outcome.structured = structured_text(*outcome.result);
  if (outcome.structured.size() > kMaxReplyBytes) {
    outcome.result = refuse_size(outcome.structured.size());
    outcome.structured = structured_text(*outcome.result);
  }
  if (observer_) {
    const std::string code = outcome.result ? error_code(*outcome.result) : "INTERNAL_ERROR";
    observer_({.tool = tool.name,
               .arguments = arguments,
               .is_error = !outcome.result || outcome.result->is_error,
               .is_cancelled = context.is_cancelled(),
               .error_code = code,
               .duration = std::chrono::duration_cast<std::chrono::microseconds>(
                   std::chrono::steady_clock::now() - start),
               .reply_bytes = outcome.structured.size(),
               .client = context.client()});
  }
  return outcome;
}

Reply ToolCalls::busy() {
  const ToolResult result =
      tool_error("GATEWAY_BUSY", "too many calls are waiting already",
                 "wait for the answers of the running calls, then call again", Retry::kSafe);
  return Reply::result(shaped(result, structured_text(result)));
}

}  // namespace mcp
