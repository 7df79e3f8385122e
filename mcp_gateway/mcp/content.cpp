#include "mcp_gateway/mcp/content.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "mcp_gateway/jsonrpc/message.h"

namespace mcp {
namespace {

nlohmann::json to_json(const ContentBlock& block) {
  switch (block.kind) {
    case ContentKind::kText:
      return {{"type", "text"}, {"text", block.text}};
    case ContentKind::kImage:
      return {{"type", "image"}, {"data", block.data}, {"mimeType", block.mime_type}};
    case ContentKind::kAudio:
      return {{"type", "audio"}, {"data", block.data}, {"mimeType", block.mime_type}};
    case ContentKind::kTextResource:
      return {
          {"type", "resource"},
          {"resource", {{"uri", block.uri}, {"mimeType", block.mime_type}, {"text", block.text}}}};
    case ContentKind::kBlobResource:
      return {
          {"type", "resource"},
          {"resource", {{"uri", block.uri}, {"mimeType", block.mime_type}, {"blob", block.data}}}};
    case ContentKind::kResourceLink: {
      nlohmann::json link = {{"type", "resource_link"}, {"uri", block.uri}, {"name", block.text}};
      if (!block.mime_type.empty()) link["mimeType"] = block.mime_type;
      return link;
    }
  }
  return {};
}

}  // namespace

ContentBlock text_content(std::string text) {
  return {ContentKind::kText, std::move(text), {}, {}, {}};
}

ContentBlock image_content(std::string base64, std::string mime_type) {
  return {ContentKind::kImage, {}, std::move(base64), std::move(mime_type), {}};
}

ContentBlock audio_content(std::string base64, std::string mime_type) {
  return {ContentKind::kAudio, {}, std::move(base64), std::move(mime_type), {}};
}

ContentBlock text_resource(std::string uri, std::string mime_type, std::string text) {
  return {ContentKind::kTextResource, std::move(text), {}, std::move(mime_type), std::move(uri)};
}

ContentBlock resource_link(std::string uri, std::string name, std::string mime_type) {
  return {ContentKind::kResourceLink, std::move(name), {}, std::move(mime_type), std::move(uri)};
}

std::string to_json_text(const ContentBlock& block) {
  return jsonrpc::to_text(to_json(block));
}

std::string to_json_text(const std::vector<ContentBlock>& blocks) {
  std::string text = "[";
  for (const ContentBlock& block : blocks) {
    if (text.size() > 1) text += ',';
    text += to_json_text(block);
  }
  return text + "]";
}

}  // namespace mcp
