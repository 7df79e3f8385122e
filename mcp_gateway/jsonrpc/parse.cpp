#include "mcp_gateway/jsonrpc/parse.h"

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace jsonrpc {
namespace {

using nlohmann::json;

// Brackets outside strings. Text that is not JSON may miscount; the parser refuses it anyway.
bool is_too_deep(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxDepth) return true;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return false;
}

// Builds the value from the parser's events.
class Builder {
 public:
  explicit Builder(json& root) : root_(root) {}

  [[nodiscard]] const std::optional<ParseError>& error() const { return error_; }

  bool null() { return put(nullptr); }
  bool boolean(bool value) { return put(value); }
  bool number_integer(std::int64_t value) { return put(value); }
  bool number_unsigned(std::uint64_t value) {
    if (value > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
      return put_digits(std::to_string(value));
    }
    return put(static_cast<std::int64_t>(value));
  }
  bool number_float(double value, const std::string& text) {
    if (text.find_first_of(".eE") == std::string::npos) return put_digits(text);
    return put(value);
  }
  bool string(std::string& value) { return put(std::move(value)); }
  bool binary(json::binary_t& value) { return put(std::move(value)); }
  bool start_object(std::size_t) { return open(json::object()); }
  bool start_array(std::size_t) { return open(json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string& name) {
    const auto [member, is_new] =
        open_.back()->get_ref<json::object_t&>().emplace(std::move(name), nullptr);
    member_ = &member->second;
    if (!is_new) error_ = {ParseFault::kDuplicateKey, "an object names the same key twice"};
    return is_new;
  }

  bool parse_error(std::size_t position, const std::string&, const json::exception&) {
    error_ = {ParseFault::kSyntax, "not valid JSON at byte " + std::to_string(position)};
    return false;
  }

 private:
  json* place(json&& value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    if (open_.back()->is_array()) {
      auto& items = open_.back()->get_ref<json::array_t&>();
      items.push_back(std::move(value));
      return &items.back();
    }
    *member_ = std::move(value);
    return member_;
  }

  template <typename Value>
  bool put(Value&& value) {
    place(json(std::forward<Value>(value)));
    return true;
  }

  bool put_digits(const std::string& digits) {
    place(json::binary(std::vector<std::uint8_t>(digits.begin(), digits.end())));
    return true;
  }

  // Stays valid: a container does not grow while one of its members is open.
  bool open(json&& container) {
    open_.push_back(place(std::move(container)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  json& root_;
  std::vector<json*> open_;
  json* member_ = nullptr;
  std::optional<ParseError> error_;
};

}  // namespace

std::optional<ParseError> parse_text(std::string_view text, json& out) {
  if (text.starts_with("\xEF\xBB\xBF")) {
    return ParseError{ParseFault::kSyntax, "starts with a byte order mark"};
  }
  if (is_too_deep(text)) {
    return ParseError{ParseFault::kTooDeep,
                      "nested deeper than " + std::to_string(kMaxDepth) + " levels"};
  }
  Builder builder(out);
  if (!json::sax_parse(text.begin(), text.end(), &builder) && !builder.error()) {
    return ParseError{ParseFault::kSyntax, "not valid JSON"};
  }
  return builder.error();
}

}  // namespace jsonrpc
