#include "mcp_gateway/mcp/prompt_gets.h"

#include <algorithm>
#include <exception>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "mcp_gateway/jsonrpc/message.h"

namespace mcp {
namespace {

using jsonrpc::quote;
using nlohmann::json;

Reply invalid(std::string message) {
  return Reply::failure(jsonrpc::kInvalidParams, std::move(message));
}

const std::string* string_member(const json& holder, const char* key) {
  const auto member = holder.find(key);
  return member != holder.end() && member->is_string() ? member->get_ptr<const std::string*>()
                                                       : nullptr;
}

std::string entry(const Prompt& prompt) {
  std::string text = "{\"name\":" + quote(prompt.name);
  if (!prompt.title.empty()) text += ",\"title\":" + quote(prompt.title);
  if (!prompt.description.empty()) text += ",\"description\":" + quote(prompt.description);
  text += ",\"arguments\":[";
  for (const PromptArgument& argument : prompt.arguments) {
    if (&argument != prompt.arguments.data()) text += ',';
    text += "{\"name\":" + quote(argument.name);
    if (!argument.description.empty()) text += ",\"description\":" + quote(argument.description);
    text += argument.is_required ? ",\"required\":true}" : ",\"required\":false}";
  }
  return text + "]}";
}

const PromptArgument* find_argument(const Prompt& prompt, const std::string& name) {
  const auto found =
      std::find_if(prompt.arguments.begin(), prompt.arguments.end(),
                   [&name](const PromptArgument& argument) { return argument.name == name; });
  return found == prompt.arguments.end() ? nullptr : &*found;
}

// Strings by name; nothing when the value is not an object of strings.
std::optional<Variables> read_strings(const json& holder, const char* key) {
  Variables strings;
  const auto member = holder.find(key);
  if (member == holder.end()) return strings;
  if (!member->is_object()) return std::nullopt;
  for (const auto& [name, value] : member->items()) {
    if (!value.is_string()) return std::nullopt;
    strings[name] = value.get<std::string>();
  }
  return strings;
}

// What is wrong with the arguments, all of it; empty when nothing is.
std::string problem_of(const Prompt& prompt, const Variables& arguments) {
  std::string problem;
  for (const PromptArgument& argument : prompt.arguments) {
    if (argument.is_required && !arguments.contains(argument.name)) {
      problem += (problem.empty() ? "" : "; ") + argument.name + " is required";
    }
  }
  for (const auto& [name, value] : arguments) {
    if (find_argument(prompt, name) == nullptr) {
      problem += (problem.empty() ? "" : "; ") + name + " is not an argument of this prompt";
    }
  }
  return problem;
}

Reply messages_reply(const Prompt& prompt, const PromptResult& result) {
  if (const auto* error = std::get_if<PromptError>(&result)) return invalid(error->message);
  std::string members;
  if (!prompt.description.empty()) members = "\"description\":" + quote(prompt.description) + ",";
  members += "\"messages\":[";
  bool is_first = true;
  for (const PromptMessage& message : std::get<std::vector<PromptMessage>>(result)) {
    if (!is_first) members += ',';
    is_first = false;
    members += message.is_from_assistant ? R"({"role":"assistant","content":)"
                                         : R"({"role":"user","content":)";
    members += to_json_text(message.content) + "}";
  }
  return Reply::result(members + "]");
}

Reply completion_reply(const std::vector<std::string>& values) {
  const std::size_t shown = std::min(values.size(), kMaxCompletions);
  const json completion = {
      {"values", std::vector<std::string>(values.begin(),
                                          values.begin() + static_cast<std::ptrdiff_t>(shown))},
      {"total", values.size()},
      {"hasMore", shown < values.size()}};
  return Reply::result("\"completion\":" + jsonrpc::to_text(completion));
}

}  // namespace

PromptGets::PromptGets(std::vector<Prompt> prompts) : prompts_(std::move(prompts)) {
  std::sort(prompts_.begin(), prompts_.end(),
            [](const Prompt& left, const Prompt& right) { return left.name < right.name; });
  list_member_ = "\"prompts\":[";
  for (const Prompt& prompt : prompts_) {
    if (&prompt != prompts_.data()) list_member_ += ',';
    list_member_ += entry(prompt);
  }
  list_member_ += ']';
}

const Prompt* PromptGets::find(const json& holder) const {
  const std::string* name = string_member(holder, "name");
  if (name == nullptr) return nullptr;
  const auto found = std::find_if(prompts_.begin(), prompts_.end(),
                                  [name](const Prompt& prompt) { return prompt.name == *name; });
  return found == prompts_.end() ? nullptr : &*found;
}

Reply PromptGets::get(const json& params, ToolContext& context) const {
  const Prompt* prompt = find(params);
  if (prompt == nullptr) return invalid("Unknown prompt; prompts/list names those there are");
  const auto arguments = read_strings(params, "arguments");
  if (!arguments) return invalid("arguments must be an object of strings");
  if (std::string problem = problem_of(*prompt, *arguments); !problem.empty()) {
    return invalid(std::move(problem));
  }
  try {
    return messages_reply(*prompt, prompt->get(*arguments, context));
  } catch (const std::exception&) {
    return Reply::failure(jsonrpc::kInternalError, "prompt " + prompt->name + " failed inside");
  }
}

Reply PromptGets::complete(const json& params, const ResourceReads& resources,
                           ToolContext& context) const {
  const auto ref = params.find("ref");
  const auto argument = params.find("argument");
  if (ref == params.end() || !ref->is_object() || argument == params.end() ||
      !argument->is_object()) {
    return invalid("ref and argument (objects) are required");
  }
  const std::string* type = string_member(*ref, "type");
  const std::string* name = string_member(*argument, "name");
  const std::string* value = string_member(*argument, "value");
  if (type == nullptr || name == nullptr || value == nullptr) {
    return invalid("ref.type, argument.name and argument.value (strings) are required");
  }

  Completer completer;
  if (*type == "ref/prompt") {
    const Prompt* prompt = find(*ref);
    if (prompt == nullptr) return invalid("ref names no prompt of this server");
    const PromptArgument* known = find_argument(*prompt, *name);
    if (known == nullptr) return invalid("the prompt has no argument of that name");
    completer = known->complete;
  } else if (*type == "ref/resource") {
    const std::string* uri = string_member(*ref, "uri");
    const ResourceTemplate* known = uri == nullptr ? nullptr : resources.find_template(*uri);
    if (known == nullptr) return invalid("ref names no resource template of this server");
    const auto names = template_variables(known->uri_template);
    if (std::find(names.begin(), names.end(), *name) == names.end()) {
      return invalid("the template has no variable of that name");
    }
    const auto found = known->completers.find(*name);
    if (found != known->completers.end()) completer = found->second;
  } else {
    return invalid("ref.type must be ref/prompt or ref/resource");
  }
  if (!completer) return completion_reply({});

  const json context_member = params.value("context", json::object());
  const auto others = read_strings(context_member, "arguments");
  if (!others) return invalid("context.arguments must be an object of strings");
  try {
    return completion_reply(completer(*value, *others, context));
  } catch (const std::exception&) {
    return Reply::failure(jsonrpc::kInternalError, "completion failed inside");
  }
}

}  // namespace mcp
