// match_template(): literal text and {variable}, one after the other; a variable takes everything
// up to the literal that follows it, or up to the end.
#include <algorithm>

#include "mcp_gateway/mcp/resource.h"

namespace mcp {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> percent_decoded(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

bool is_acceptable(const std::string& value) {
  const bool has_bad_byte = std::any_of(value.begin(), value.end(), [](char c) {
    return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  return !has_bad_byte && value.find_first_not_of('.') != std::string::npos;
}

}  // namespace

std::vector<std::string> template_variables(const std::string& uri_template) {
  std::vector<std::string> names;
  for (std::size_t open = uri_template.find('{'); open != std::string::npos;
       open = uri_template.find('{', open + 1)) {
    const std::size_t close = uri_template.find('}', open);
    if (close == std::string::npos) break;
    names.push_back(uri_template.substr(open + 1, close - open - 1));
  }
  return names;
}

std::optional<Variables> match_template(const std::string& uri_template, const std::string& uri) {
  Variables variables;
  std::size_t at = 0;    // in uri
  std::size_t from = 0;  // in uri_template
  while (from < uri_template.size()) {
    const std::size_t open = std::min(uri_template.find('{', from), uri_template.size());
    const std::size_t literal = open - from;
    if (uri.compare(at, literal, uri_template, from, literal) != 0) return std::nullopt;
    at += literal;
    if (open == uri_template.size()) break;

    const std::size_t close = uri_template.find('}', open);
    if (close == std::string::npos) return std::nullopt;
    std::size_t end = uri.size();
    if (close + 1 < uri_template.size()) end = uri.find(uri_template[close + 1], at);
    if (end == std::string::npos) return std::nullopt;
    const auto value = percent_decoded(uri.substr(at, end - at));
    if (!value || !is_acceptable(*value)) return std::nullopt;
    variables[uri_template.substr(open + 1, close - open - 1)] = *value;
    at = end;
    from = close + 1;
  }
  if (at != uri.size()) return std::nullopt;
  return variables;
}

}  // namespace mcp
