#include "execution_broker/config/setting_value.h"

#include <algorithm>

#include "trading/base/decimal.h"
#include "trading/base/text.h"

namespace broker {

using trading::Error;
using trading::make_error;
using trading::Result;

namespace {

constexpr std::size_t kLongestNumber = 24;
constexpr std::size_t kLongestName = 32;
constexpr std::size_t kMostNames = 500;
constexpr std::size_t kLongestUrl = 500;

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

// Symbols of the exchange: M&M, BAJAJ-AUTO, 3MINDIA. Names of users and toolsets: lower case.
bool is_name(const SettingRow& row, std::string_view name) {
  if (name.empty() || name.size() > kLongestName) return false;
  if (!row.allowed.empty())
    return std::find(row.allowed.begin(), row.allowed.end(), name) != row.allowed.end();
  const bool is_symbol = row.key == "ALLOWED_SYMBOLS" || row.key == "DENIED_SYMBOLS";
  return std::all_of(name.begin(), name.end(), [&](char c) {
    if (is_digit(c) || c == '-') return true;
    return is_symbol ? is_upper(c) || c == '&' || c == '_'
                     : is_lower(c) || is_upper(c) || c == '_' || c == '.';
  });
}

}  // namespace

Error invalid_value(const SettingRow& row, std::string_view text, std::string fix) {
  // A secret's value is repeated nowhere, not even a wrong one.
  const std::string shown = row.is_secret() ? "not acceptable" : trading::quoted(text);
  return make_error("ENV_VALUE_INVALID", row.key + " is " + shown, std::move(fix),
                    trading::Retry::kNo, row.key);
}

Result<bool> parse_switch(const SettingRow& row, std::string_view text) {
  const bool is_true = text == "true" || text == "1";
  if (!is_true && text != "false" && text != "0")
    return invalid_value(row, text, "give true or false");
  if (row.allowed.size() == 1 && (row.allowed.front() == "true") != is_true)
    return make_error("ENV_VALUE_REFUSED", row.key + " may only be " + row.allowed.front(),
                      "remove the line: " + row.meaning, trading::Retry::kNo, row.key);
  return is_true;
}

Result<std::int64_t> parse_number(const SettingRow& row, std::string_view text, int decimals,
                                  std::int64_t least, std::int64_t most) {
  const std::string fix =
      "give a plain number, " + row.bounds + (row.unit.empty() ? "" : " (" + row.unit + ")");
  // No sign, exponent, blank, nan or inf gets past this line.
  if (text.empty() || text.size() > kLongestNumber ||
      text.find_first_not_of("0123456789.") != std::string_view::npos)
    return invalid_value(row, text, fix);
  const auto value = trading::parse_decimal(text, decimals);
  if (!value || *value < least || *value > most) return invalid_value(row, text, fix);
  return *value;
}

Result<std::string> parse_choice(const SettingRow& row, std::string_view text) {
  if (std::find(row.allowed.begin(), row.allowed.end(), text) != row.allowed.end())
    return std::string(text);
  return invalid_value(row, text, "give one of " + joined(row.allowed));
}

Result<std::vector<std::string>> parse_list(const SettingRow& row, std::string_view text) {
  std::vector<std::string> names;
  const std::string fix = row.allowed.empty()
                              ? "give names separated by commas, each once"
                              : "give some of " + joined(row.allowed) + ", separated by commas";
  while (!text.empty()) {
    const auto comma = text.find(',');
    std::string_view name = text.substr(0, comma);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    const bool is_last_empty = text.empty() && comma != std::string_view::npos;
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
    if (is_last_empty || !is_name(row, name) || names.size() >= kMostNames ||
        std::find(names.begin(), names.end(), name) != names.end())
      return invalid_value(row, is_last_empty ? "," : name, fix);
    names.emplace_back(name);
  }
  return names;
}

Result<std::string> parse_path(const SettingRow& row, std::string_view text) {
  if (text.empty() || text.front() == '/') return std::string(text);
  return invalid_value(row, text, "give an absolute path: the working directory is never used");
}

UrlParts split_url(std::string_view url) {
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) return {};
  const std::string_view scheme = url.substr(0, colon);
  std::string_view rest = url.substr(colon + 3);
  std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
  std::string_view port;
  if (!host.empty() && host.front() == '[') {
    const auto close = host.find(']');
    if (close == std::string_view::npos) return {};
    port = host.substr(close + 1);
    host = host.substr(0, close + 1);
  } else {
    const auto port_colon = host.find(':');
    if (port_colon != std::string_view::npos) {
      port = host.substr(port_colon);
      host = host.substr(0, port_colon);
    }
  }
  if (!port.empty()) {
    const std::string_view digits = port.substr(1);
    if (port.front() != ':' || digits.empty() || digits.size() > 5 ||
        !std::all_of(digits.begin(), digits.end(), is_digit))
      return {};
  }
  const bool is_host = !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return is_digit(c) || is_lower(c) || is_upper(c) || c == '.' || c == '-' || c == '[' ||
           c == ']' || c == ':';
  });
  if (!is_host) return {};
  return {scheme, host};
}

Result<std::string> parse_url(const SettingRow& row, std::string_view text) {
  const UrlParts parts = split_url(text);
  const bool is_stream = row.key.find("STREAM") != std::string::npos;
  const bool is_scheme = is_stream ? parts.scheme == "wss" || parts.scheme == "ws"
                                   : parts.scheme == "https" || parts.scheme == "http";
  const bool is_plain =
      std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; }) &&
      text.find_first_of("@\\\"'<>`{}|^") == std::string_view::npos;
  if (parts.host.empty() || !is_scheme || !is_plain || text.size() > kLongestUrl)
    return invalid_value(row, text, is_stream ? "give wss://host/path" : "give https://host/path");
  const bool is_encrypted = parts.scheme == "https" || parts.scheme == "wss";
  if (!is_encrypted && !is_loopback_url(text))
    return invalid_value(row, text, "only a loopback address may be spoken to without TLS");
  return std::string(text);
}

Result<SimulationSpeed> parse_speed(const SettingRow& row, std::string_view text) {
  if (text == "step") return SimulationSpeed{true, 0};
  ASSIGN_OR_RETURN(const std::int64_t factor, parse_number(row, text, 3, 1, 100'000'000));
  return SimulationSpeed{false, factor};
}

bool is_loopback_url(std::string_view url) {
  const UrlParts parts = split_url(url);
  return parts.host == "127.0.0.1" || parts.host == "[::1]" || parts.host == "localhost";
}

}  // namespace broker
