#include "mcp_gateway/mcp/methods.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

namespace mcp {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 8> kLogLevels = {"debug", "info",     "notice", "warning",
                                                        "error", "critical", "alert",  "emergency"};

Reply invalid(std::string message) {
  return Reply::failure(jsonrpc::kInvalidParams, std::move(message));
}

// Every list is one page, so no cursor was ever given out.
Reply list_reply(const Request& request, const std::string& member) {
  if (request.params.contains("cursor")) return invalid("cursor is not one of this server");
  return Reply::result(request.context.session().is_modern ? member + kListsStayCached : member);
}

const std::string* string_member(const json& params, const char* key) {
  const auto member = params.find(key);
  return member != params.end() && member->is_string() ? member->get_ptr<const std::string*>()
                                                       : nullptr;
}

}  // namespace

std::span<const Methods::Method> Methods::table() {
  static constexpr std::array<Method, 14> kTable = {{
      // name                      legacy modern job    needs
      {"completion/complete", true, true, true, nullptr, &Methods::complete},
      {"logging/setLevel", true, false, false, nullptr, &Methods::set_log_level},
      {"ping", true, false, false, nullptr, &Methods::ping},
      {"prompts/get", true, true, true, &Offer::has_prompts, &Methods::get_prompt},
      {"prompts/list", true, true, false, &Offer::has_prompts, &Methods::list_prompts},
      {"resources/list", true, true, false, &Offer::has_resources, &Methods::list_resources},
      {"resources/read", true, true, true, &Offer::has_resources, &Methods::read_resource},
      {"resources/subscribe", true, false, false, &Offer::has_subscribable, &Methods::subscribe},
      {"resources/templates/list", true, true, false, &Offer::has_resources,
       &Methods::list_templates},
      {"resources/unsubscribe", true, false, false, &Offer::has_subscribable,
       &Methods::unsubscribe},
      {"server/discover", false, true, false, nullptr, &Methods::discover},
      {"subscriptions/listen", false, true, false, &Offer::has_subscribable, &Methods::listen},
      {"tools/call", true, true, true, &Offer::has_tools, &Methods::call_tool},
      {"tools/list", true, true, false, &Offer::has_tools, &Methods::list_tools},
  }};
  return kTable;
}

bool Methods::exists(std::string_view name) const {
  return find(name, false) != nullptr || find(name, true) != nullptr;
}

const Methods::Method* Methods::find(std::string_view name, bool is_modern) const {
  for (const Method& method : table()) {
    if (method.name != name) continue;
    const bool is_of_era = is_modern ? method.is_modern : method.is_legacy;
    const bool is_offered = method.needs == nullptr || offering_.offer.*method.needs;
    return is_of_era && is_offered ? &method : nullptr;
  }
  return nullptr;
}

Methods::Answer Methods::ping(const Request&) const {
  return Reply::result({});
}

Methods::Answer Methods::discover(const Request&) const {
  return offering_.lifecycle.discover();
}

Methods::Answer Methods::set_log_level(const Request& request) const {
  const std::string* level = string_member(request.params, "level");
  if (level == nullptr ||
      std::find(kLogLevels.begin(), kLogLevels.end(), *level) == kLogLevels.end()) {
    return invalid(
        "level must be one of debug, info, notice, warning, error, critical, alert, emergency");
  }
  return Reply::result({});
}

Methods::Answer Methods::list_tools(const Request& request) const {
  return list_reply(request, offering_.catalog.list_member());
}

Methods::Answer Methods::call_tool(const Request& request) const {
  return offering_.tools.call(request.params, request.context);
}

Methods::Answer Methods::list_resources(const Request& request) const {
  return list_reply(request, offering_.resources.list_member());
}

Methods::Answer Methods::list_templates(const Request& request) const {
  return list_reply(request, offering_.resources.templates_member());
}

Methods::Answer Methods::read_resource(const Request& request) const {
  return offering_.resources.read(request.params, request.context);
}

// A URI that is not known yet is taken: a resource may come into being, and the protocol asks for
// no check.
Methods::Answer Methods::subscribe(const Request& request) const {
  const std::string* uri = string_member(request.params, "uri");
  if (uri == nullptr) return invalid("uri (string) is required");
  if (offering_.resources.never_changes(*uri)) {
    return invalid("this resource cannot be subscribed to");
  }
  if (!subscriptions_.subscribe(*uri)) return invalid("too many subscriptions");
  return Reply::result({});
}

Methods::Answer Methods::unsubscribe(const Request& request) const {
  const std::string* uri = string_member(request.params, "uri");
  if (uri == nullptr) return invalid("uri (string) is required");
  subscriptions_.unsubscribe(*uri);
  return Reply::result({});
}

// Lists never change here, so of all that may be asked for only resource updates are honoured.
Methods::Answer Methods::listen(const Request& request) const {
  const auto wanted = request.params.find("notifications");
  if (wanted == request.params.end() || !wanted->is_object()) {
    return invalid("notifications (object) is required");
  }
  std::set<std::string> honoured;
  if (const auto uris = wanted->find("resourceSubscriptions"); uris != wanted->end()) {
    if (!uris->is_array() || uris->size() > kMaxSubscribedUris) {
      return invalid("resourceSubscriptions must be a list of at most " +
                     std::to_string(kMaxSubscribedUris) + " URIs");
    }
    for (const json& uri : *uris) {
      if (!uri.is_string()) return invalid("resourceSubscriptions must hold strings");
      const Resource* resource = offering_.resources.find(uri.get_ref<const std::string&>());
      if (resource != nullptr && resource->is_subscribable) honoured.insert(resource->uri);
    }
  }
  if (!subscriptions_.listen(request.id, std::move(honoured))) {
    return invalid("too many streams, or a stream with this id is open");
  }
  return std::nullopt;
}

Methods::Answer Methods::list_prompts(const Request& request) const {
  return list_reply(request, offering_.prompts.list_member());
}

Methods::Answer Methods::get_prompt(const Request& request) const {
  return offering_.prompts.get(request.params, request.context);
}

Methods::Answer Methods::complete(const Request& request) const {
  return offering_.prompts.complete(request.params, offering_.resources, request.context);
}

}  // namespace mcp
