#pragma once

// Content blocks of tool results and prompt messages.

#include <string>
#include <vector>

namespace mcp {

enum class ContentKind { kText, kImage, kAudio, kTextResource, kBlobResource, kResourceLink };

struct ContentBlock {
  ContentKind kind = ContentKind::kText;
  std::string text;       // text, or the text of an embedded resource, or the name of a link
  std::string data;       // base64: image, audio, blob of an embedded resource
  std::string mime_type;  // empty only for text and links
  std::string uri;        // embedded resources and links
};

ContentBlock text_content(std::string text);
ContentBlock image_content(std::string base64, std::string mime_type);
ContentBlock audio_content(std::string base64, std::string mime_type);
ContentBlock text_resource(std::string uri, std::string mime_type, std::string text);
ContentBlock resource_link(std::string uri, std::string name, std::string mime_type = {});

// JSON text of one block, and of a list of them.
std::string to_json_text(const ContentBlock& block);
std::string to_json_text(const std::vector<ContentBlock>& blocks);

}  // namespace mcp
