#include "mcp_gateway/jsonrpc/message.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace jsonrpc {
namespace {

using nlohmann::json;

Message invalid(std::optional<RequestId> id, std::string problem) {
  Message message;
  message.id = std::move(id);
  message.problem = std::move(problem);
  return message;
}

// The shortest text that names the number, always: json.hpp's own printer misses it for one decimal
// in two thousand (65551.8053 becomes 65551.805300000007), and money must read as it was said.
void append_number(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  std::array<char, 32> text{};
  const double size = std::abs(value);
  const bool is_plain = value == 0 || (size >= 1e-6 && size < 1e15);
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value,
                    is_plain ? std::chars_format::fixed : std::chars_format::scientific)
          .ptr;
  const std::string_view digits(text.data(), static_cast<std::size_t>(end - text.data()));
  out += digits;
  if (digits.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void append_json(std::string& out, const json& value) {
  if (value.is_object()) {
    out += '{';
    for (auto member = value.begin(); member != value.end(); ++member) {
      if (out.back() != '{') out += ',';
      out += json(member.key()).dump(-1, ' ', false, json::error_handler_t::replace);
      out += ':';
      append_json(out, *member);
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    for (const json& item : value) {
      if (&item != &value.front()) out += ',';
      append_json(out, item);
    }
    out += ']';
  } else if (value.is_number_float()) {
    append_number(out, value.get<double>());
  } else {
    out += value.dump(-1, ' ', false, json::error_handler_t::replace);
  }
}

}  // namespace

std::optional<RequestId> read_id(const json& value) {
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_string()) return value.get<std::string>();
  return std::nullopt;
}

Message read_message(json&& value) {
  if (!value.is_object()) return invalid({}, "a message is a JSON object");
  auto& members = value.get_ref<json::object_t&>();
  const auto id_member = members.find("id");
  const bool has_id = id_member != members.end();
  std::optional<RequestId> id;
  if (has_id) id = read_id(id_member->second);

  const auto version = members.find("jsonrpc");
  if (version == members.end() || version->second != "2.0") {
    return invalid(std::move(id), "jsonrpc must be \"2.0\"");
  }
  const auto method = members.find("method");
  if (method == members.end()) {
    if (members.contains("result") || members.contains("error")) {
      Message response;
      response.kind = MessageKind::kResponse;
      return response;
    }
    return invalid(std::move(id), "method is missing");
  }
  if (!method->second.is_string()) return invalid(std::move(id), "method must be a string");
  if (has_id && !id) return invalid({}, "id must be a string or an integer");

  Message message;
  message.kind = has_id ? MessageKind::kRequest : MessageKind::kNotification;
  message.id = std::move(id);
  message.method = std::move(method->second.get_ref<std::string&>());
  if (const auto params = members.find("params"); params != members.end()) {
    message.params = std::move(params->second);
  }
  return message;
}

void append_quoted(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out.reserve(out.size() + text.size() + text.size() / 8 + 2);
  out.push_back('"');
  std::size_t plain = 0;  // start of the bytes not yet copied
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(text[i]);
    } else if (c == '\n') {
      out.append("\\n");
    } else {
      out.append("\\u00");
      out.push_back(kHex[c >> 4U]);
      out.push_back(kHex[c & 0xFU]);
    }
  }
  out.append(text, plain, text.size() - plain);
  out.push_back('"');
}

std::string quote(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

std::string clipped(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  while (max_bytes > 0 && (static_cast<unsigned char>(text[max_bytes]) & 0xC0U) == 0x80U) {
    --max_bytes;
  }
  return std::string(text.substr(0, max_bytes));
}

std::string to_text(const json& value) {
  std::string out;
  append_json(out, value);
  return out;
}

std::string id_text(const RequestId& id) {
  if (const auto* number = std::get_if<std::int64_t>(&id)) return std::to_string(*number);
  return quote(std::get<std::string>(id));
}

std::string result_line(const RequestId& id, std::string_view result) {
  std::string line = R"({"jsonrpc":"2.0","id":)" + id_text(id);
  line.reserve(line.size() + result.size() + 16);
  line.append(",\"result\":").append(result).push_back('}');
  return line;
}

std::string error_line(const std::optional<RequestId>& id, int code, std::string_view message,
                       std::string_view data) {
  std::string line = R"({"jsonrpc":"2.0",)";
  if (id) line += "\"id\":" + id_text(*id) + ",";
  line += "\"error\":{\"code\":" + std::to_string(code) + ",\"message\":";
  append_quoted(line, message);
  if (!data.empty()) line.append(",\"data\":").append(data);
  line += "}}";
  return line;
}

std::string notification_line(std::string_view method, std::string_view params) {
  std::string line = R"({"jsonrpc":"2.0","method":)";
  append_quoted(line, method);
  line.append(",\"params\":").append(params).push_back('}');
  return line;
}

}  // namespace jsonrpc
