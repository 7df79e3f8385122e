#include "mcp_gateway/mcp/resource_reads.h"

#include <algorithm>
#include <exception>
#include <nlohmann/json.hpp>
#include <utility>

#include "mcp_gateway/jsonrpc/message.h"

namespace mcp {
namespace {

using jsonrpc::quote;

template <typename Described>
std::string entry(const char* address_key, const std::string& address, const Described& it) {
  std::string text = std::string("{\"") + address_key + "\":" + quote(address);
  text += ",\"name\":" + quote(it.name);
  if (!it.title.empty()) text += ",\"title\":" + quote(it.title);
  if (!it.description.empty()) text += ",\"description\":" + quote(it.description);
  if (!it.mime_type.empty()) text += ",\"mimeType\":" + quote(it.mime_type);
  return text + "}";
}

Reply contents_reply(const std::string& uri, const std::string& mime_type, const CacheHint& cache,
                     const ResourceResult& result, bool is_modern) {
  if (const auto* error = std::get_if<ResourceError>(&result)) {
    if (error->is_not_found) return resource_not_found(uri, is_modern);
    return Reply::failure(jsonrpc::kInternalError, error->message, "{\"uri\":" + quote(uri) + "}");
  }
  const auto& contents = std::get<ResourceContents>(result);
  nlohmann::json item = {{"uri", uri}, {"mimeType", mime_type}};
  if (contents.blob.empty()) {
    item["text"] = contents.text;
  } else {
    item["blob"] = contents.blob;
  }
  std::string members = "\"contents\":[" + jsonrpc::to_text(item) + "]";
  if (is_modern) {
    members += ",\"ttlMs\":" + std::to_string(cache.ttl_ms);
    members += cache.is_public ? R"(,"cacheScope":"public")" : R"(,"cacheScope":"private")";
  }
  return Reply::result(std::move(members));
}

}  // namespace

Reply resource_not_found(const std::string& uri, bool is_modern) {
  return Reply::failure(is_modern ? jsonrpc::kInvalidParams : jsonrpc::kLegacyResourceNotFound,
                        "Resource not found; resources/list and resources/templates/list name "
                        "those there are",
                        "{\"uri\":" + quote(uri) + "}");
}

ResourceReads::ResourceReads(std::vector<Resource> resources,
                             std::vector<ResourceTemplate> templates)
    : resources_(std::move(resources)), templates_(std::move(templates)) {
  std::sort(resources_.begin(), resources_.end(),
            [](const Resource& left, const Resource& right) { return left.uri < right.uri; });
  std::sort(templates_.begin(), templates_.end(),
            [](const ResourceTemplate& left, const ResourceTemplate& right) {
              return left.uri_template < right.uri_template;
            });
  list_member_ = "\"resources\":[";
  for (const Resource& resource : resources_) {
    if (&resource != resources_.data()) list_member_ += ',';
    list_member_ += entry("uri", resource.uri, resource);
  }
  list_member_ += ']';
  templates_member_ = "\"resourceTemplates\":[";
  for (const ResourceTemplate& it : templates_) {
    if (&it != templates_.data()) templates_member_ += ',';
    templates_member_ += entry("uriTemplate", it.uri_template, it);
  }
  templates_member_ += ']';
}

bool ResourceReads::has_subscribable() const {
  return std::any_of(resources_.begin(), resources_.end(),
                     [](const Resource& resource) { return resource.is_subscribable; });
}

bool ResourceReads::never_changes(const std::string& uri) const {
  if (const Resource* resource = find(uri)) return !resource->is_subscribable;
  return std::any_of(templates_.begin(), templates_.end(), [&uri](const ResourceTemplate& it) {
    return match_template(it.uri_template, uri).has_value();
  });
}

const Resource* ResourceReads::find(const std::string& uri) const {
  const auto found = std::find_if(resources_.begin(), resources_.end(),
                                  [&uri](const Resource& resource) { return resource.uri == uri; });
  return found == resources_.end() ? nullptr : &*found;
}

const ResourceTemplate* ResourceReads::find_template(const std::string& uri_template) const {
  const auto found = std::find_if(
      templates_.begin(), templates_.end(),
      [&uri_template](const ResourceTemplate& it) { return it.uri_template == uri_template; });
  return found == templates_.end() ? nullptr : &*found;
}

Reply ResourceReads::read(const nlohmann::json& params, ToolContext& context) const {
  const auto given = params.find("uri");
  if (given == params.end() || !given->is_string()) {
    return Reply::failure(jsonrpc::kInvalidParams, "uri (string) is required");
  }
  const auto& uri = given->get_ref<const std::string&>();
  const bool is_modern = context.session().is_modern;
  try {
    if (const Resource* resource = find(uri)) {
      return contents_reply(uri, resource->mime_type, resource->cache, resource->read(context),
                            is_modern);
    }
    for (const ResourceTemplate& it : templates_) {
      if (const auto variables = match_template(it.uri_template, uri)) {
        return contents_reply(uri, it.mime_type, it.cache, it.read(*variables, context), is_modern);
      }
    }
  } catch (const std::exception&) {
    return Reply::failure(jsonrpc::kInternalError, "reading the resource failed inside",
                          "{\"uri\":" + quote(uri) + "}");
  }
  return resource_not_found(uri, is_modern);
}

}  // namespace mcp
