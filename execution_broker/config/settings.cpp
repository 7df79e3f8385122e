// .env: bytes -> lines -> values -> what fits together. Every step adds its problems to one list.

#include "execution_broker/config/settings.h"

#include <algorithm>
#include <utility>

#include "execution_broker/config/setting_value.h"
#include "execution_broker/risk/nearest_word.h"
#include "trading/base/canonical_json.h"
#include "trading/base/checked.h"
#include "trading/base/text.h"

namespace broker {

using trading::Error;
using trading::make_error;
using trading::Result;

namespace {

constexpr std::size_t kMostProblems = 200;  // a file with more is not a settings file

// One KEY=value as it stands in the file; `value` points into the bytes.
struct EnvLine {
  std::size_t number = 0;
  std::string_view key;
  std::string_view value;
};

Error at_line(std::size_t number, Error error) {
  error.what = "line " + std::to_string(number) + ": " + error.what;
  return error;
}

Error bad_line(std::string what, std::string fix) {
  return make_error("ENV_LINE_INVALID", std::move(what), std::move(fix));
}

bool is_key(std::string_view text) {
  if (text.empty() || text.front() < 'A' || text.front() > 'Z') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// What stands before "=" may be the torn tail of a secret (base32 and base64 end with "="): only
// what looks like the name of a setting is repeated.
std::string shown_key(std::string_view key) {
  constexpr std::size_t kShortName = 12;
  if (key.size() <= kShortName || (key.size() <= 64 && key.find('_') != std::string_view::npos))
    return trading::quoted(key);
  return "a name of " + std::to_string(key.size()) + " characters";
}

std::string nearest_key(std::string_view key) {
  std::vector<std::string_view> keys;
  for (const SettingRow& row : setting_table()) keys.push_back(row.key);
  return risk::nearest_word(key, keys);
}

// The value behind "=". What is wrong is told without repeating the value: it may be a secret.
Result<std::string_view> unquote(const std::string& key, std::string_view raw) {
  if (raw.empty()) return raw;
  const char first = raw.front();
  if (first == '"' || first == '\'') {
    const auto close = raw.find(first, 1);
    if (close == std::string_view::npos)
      return bad_line(key + " has an open quote", "close the quote on the same line");
    if (close + 1 != raw.size())
      return bad_line(key + " goes on after its closing quote",
                      "end the line there; a comment has its own line");
    return raw.substr(1, close - 1);
  }
  if (raw.find_first_of(" \t") != std::string_view::npos)
    return bad_line(key + " holds a blank",
                    "no blanks around \"=\" or at the end; put a value with blanks between quotes");
  if (raw.find_first_of("\"'#") != std::string_view::npos)
    return bad_line(key + " holds a quote or \"#\"",
                    "put the value between quotes; a comment has its own line");
  return raw;
}

trading::Status check_bytes(std::string_view line, bool is_comment) {
  if (line.size() > kLongestEnvLine)
    return bad_line("longer than " + std::to_string(kLongestEnvLine) + " bytes",
                    "shorten the line");
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0) return bad_line("holds a NUL byte", "save the file as plain text");
    if (byte == '\r')
      return bad_line("holds a carriage return", "save the file with Unix line ends (LF)");
    if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
      return bad_line("holds a control character", "remove it");
    if (byte >= 0x80 && !is_comment)
      return bad_line("holds a character outside ASCII",
                      "use plain letters; a copied quote or blank may be the cause");
  }
  if (is_comment && !trading::is_valid_utf8(line))
    return bad_line("the comment is not UTF-8", "save the file as UTF-8");
  return {};
}

// Empty: a blank line or a comment.
Result<std::optional<EnvLine>> read_line(std::string_view line, std::size_t number) {
  const auto start = line.find_first_not_of(" \t");
  const bool is_comment = start != std::string_view::npos && line[start] == '#';
  RETURN_IF_ERROR(check_bytes(line, is_comment));
  if (start == std::string_view::npos || is_comment) return std::optional<EnvLine>();
  const auto equals = line.find('=');
  if (equals == std::string_view::npos)
    return bad_line("is neither KEY=value nor a comment", "write KEY=value, or put # in front");
  const std::string_view key = line.substr(0, equals);
  if (!is_key(key) && find_setting(key) == nullptr) {
    const std::string near = nearest_key(key);
    return bad_line(shown_key(key) + " is not the name of a setting",
                    near.empty() ? "names are A-Z, 0-9 and _, with no blanks before \"=\""
                                 : "did you mean " + near + "?");
  }
  ASSIGN_OR_RETURN(const std::string_view value, unquote(shown_key(key), line.substr(equals + 1)));
  return std::optional(EnvLine{number, key, value});
}

Error unknown_key(std::string_view key) {
  const std::string near = nearest_key(key);
  return make_error(
      "ENV_KEY_UNKNOWN", "there is no setting " + shown_key(key),
      near.empty() ? "docs/settings.md lists them all" : "did you mean " + near + "?");
}

template <typename T>
trading::Status store(T& place, Result<T> value) {
  if (!value) return std::move(value.error());
  place = std::move(*value);
  return {};
}

trading::Status store_choice(Settings& settings, const SettingRow& row, std::string_view text) {
  ASSIGN_OR_RETURN(const std::string choice, parse_choice(row, text));
  if (row.key == "TRADING_MODE")
    return store(settings.trading_mode, trading::parse_trading_mode(choice));
  if (row.key == "MARKET_CLOCK") {
    settings.market_clock = choice == "exchange" ? MarketClock::kExchange : MarketClock::kMachine;
    return {};
  }
  for (const MarketData source : {MarketData::kSimulated, MarketData::kCsv, MarketData::kSmartApi})
    if (choice == name_of(source)) settings.market_data = source;
  return {};
}

trading::Status store_switch(Settings& settings, const SettingRow& row, std::string_view text) {
  ASSIGN_OR_RETURN(const bool value, parse_switch(row, text));
  if (row.key == "ALLOW_LIVE_TRADING") settings.allow_live_trading = value;
  if (row.key == "REQUIRE_SECOND_FACTOR") settings.require_second_factor = value;
  if (row.key == "AGENT_READ_ONLY") settings.agent_read_only = value;
  if (row.key == "SIM_SKIP_CLOSED") settings.sim_skip_closed = value;
  return {};
}

trading::Status store_number(Settings& settings, const SettingRow& row, std::string_view text) {
  constexpr std::int64_t kRupee = 100;
  const auto money = [&](trading::Money& place, std::int64_t least,
                         std::int64_t most) -> trading::Status {
    ASSIGN_OR_RETURN(const std::int64_t paise,
                     parse_number(row, text, 2, least * kRupee, most * kRupee));
    place = trading::Money(paise);
    return {};
  };
  if (row.key == "PAPER_STARTING_CAPITAL")
    return money(settings.paper_starting_capital, 1'000, 10'000'000'000);
  if (row.key == "QUICK_APPROVAL_VALUE") return money(settings.quick_approval_value, 0, 10'000'000);
  if (row.key == "SIM_SEED")
    return store(settings.sim_seed, parse_number(row, text, 0, 0, 4'294'967'295));
  return store(settings.research_sealed_months, parse_number(row, text, 0, 0, 60));
}

trading::Status store_list(Settings& settings, const SettingRow& row, std::string_view text) {
  ASSIGN_OR_RETURN(std::vector<std::string> names, parse_list(row, text));
  if (row.key == "ALLOWED_SYMBOLS")
    settings.allowed_symbols = std::move(names);
  else if (row.key == "DENIED_SYMBOLS")
    settings.denied_symbols = std::move(names);
  else if (row.key == "AGENT_USERS")
    settings.agent_users = std::move(names);
  else if (row.key == "OPERATOR_USERS")
    settings.operator_users = std::move(names);
  else
    settings.agent_toolsets = std::move(names);
  return {};
}

trading::Status store_url(Settings& settings, const SettingRow& row, std::string_view text) {
  SmartApiUrls& urls = settings.smartapi;
  std::string& place = row.key == "SMARTAPI_REST_URL"           ? urls.rest
                       : row.key == "SMARTAPI_STREAM_URL"       ? urls.stream
                       : row.key == "SMARTAPI_ORDER_STREAM_URL" ? urls.order_stream
                                                                : urls.instruments;
  return store(place, parse_url(row, text));
}

trading::Status store_start(Settings& settings, const SettingRow& row, std::string_view text) {
  auto start = trading::parse_timestamp(text);
  if (!start) return invalid_value(row, text, "give a time such as 2026-11-23T09:15:00+05:30");
  settings.sim_start = *start;
  return {};
}

trading::Status store_limit(const SettingRow& row, std::string_view text) {
  const risk::LimitRow& limit = risk::row_of(*row.limit);
  // Switches take 1 and 0 in the file; a limit is kept in its one spelling.
  if (limit.unit == risk::LimitUnit::kSwitch) {
    RETURN_IF_ERROR(parse_switch(row, text));
    return {};
  }
  const auto value = risk::parse_limit_value(limit, text);
  if (!value) return invalid_value(row, text, value.error().fix);
  return {};
}

trading::Status store_value(Settings& settings, const SettingRow& row, std::string_view text) {
  if (row.limit) return store_limit(row, text);
  switch (row.type) {
    case SettingType::kSwitch:
      return store_switch(settings, row, text);
    case SettingType::kChoice:
      return store_choice(settings, row, text);
    case SettingType::kInteger:
    case SettingType::kDecimal:
      return store_number(settings, row, text);
    case SettingType::kPath:
      return store(row.key == "SMARTAPI_TEST_CA_FILE" ? settings.smartapi_test_ca_file : settings.market_data_dir,
                   parse_path(row, text));
    case SettingType::kUrl:
      return store_url(settings, row, text);
    case SettingType::kTimestamp:
      return store_start(settings, row, text);
    case SettingType::kSpeed:
      return store(settings.sim_speed, parse_speed(row, text));
    case SettingType::kList:
      return store_list(settings, row, text);
    case SettingType::kSecret:
      *settings.secret(row.key) = Secret(text);
      return {};
    case SettingType::kText:
      return {};
  }
  return {};
}

// KEY= without a value is "not set", as in the example file with its # taken away; a limit or a
// choice needs a word.
bool may_be_empty(const SettingRow& row) {
  return row.type == SettingType::kSecret || row.type == SettingType::kList ||
         row.type == SettingType::kPath;
}

std::string one_spelling(const SettingRow& row, std::string_view text) {
  if (row.type != SettingType::kSwitch) return std::string(text);
  return text == "1" ? "true" : text == "0" ? "false" : std::string(text);
}

void store_defaults(Settings& settings) {
  for (const SettingRow& row : setting_table()) {
    // SIM_START's default belongs to the simulated market alone: the market source says where it
    // begins.
    if (row.limit || row.paper_default.empty() || row.type == SettingType::kTimestamp) continue;
    const auto stored = store_value(settings, row, row.paper_default);
    INVARIANT(stored.has_value(), "a default of the table of settings does not parse");
  }
}

void check_together(const Settings& settings, SettingProblems& problems) {
  if (settings.market_data == MarketData::kCsv && settings.market_data_dir.empty())
    problems.push_back(make_error("ENV_VALUE_INVALID", "MARKET_DATA is csv without MARKET_DATA_DIR",
                                  "name the folder of the files", trading::Retry::kNo,
                                  "MARKET_DATA_DIR"));
  if (settings.market_clock == MarketClock::kExchange &&
      (settings.trading_mode == trading::TradingMode::kLive || !settings.is_smartapi_on_loopback()))
    problems.push_back(make_error(
        "ENV_VALUE_REFUSED",
        "MARKET_CLOCK=exchange is for the sandbox: never live, every SMARTAPI_*_URL on loopback",
        "use MARKET_CLOCK=machine", trading::Retry::kNo, "MARKET_CLOCK"));
  // A root that nobody knows could answer for the real service: it is for a sandbox on this machine.
  if (!settings.smartapi_test_ca_file.empty() && !settings.is_smartapi_on_loopback())
    problems.push_back(make_error(
        "ENV_VALUE_REFUSED", "SMARTAPI_TEST_CA_FILE is for a sandbox: every SMARTAPI_*_URL on loopback",
        "take the line out: the real service is verified by the system's roots", trading::Retry::kNo,
        "SMARTAPI_TEST_CA_FILE"));
}

// Splits, checks and stores; what is wrong goes to `problems`.
void read_lines(std::string_view bytes, Settings& settings, SettingProblems& problems) {
  std::map<std::string, std::size_t, std::less<>> seen;  // key -> line
  std::size_t number = 0;
  while (!bytes.empty() && problems.size() < kMostProblems) {
    ++number;
    const auto end = bytes.find('\n');
    const std::string_view text = bytes.substr(0, end);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    auto line = read_line(text, number);
    if (!line) {
      problems.push_back(at_line(number, std::move(line.error())));
      continue;
    }
    if (!*line) continue;
    const auto& [line_number, key, value] = **line;
    const auto [first, is_new] = seen.emplace(key, number);
    if (!is_new) {
      problems.push_back(at_line(number, make_error("ENV_KEY_DUPLICATE",
                                                    shown_key(key) + " stands in line " +
                                                        std::to_string(first->second) + " already",
                                                    "keep one of them")));
      continue;
    }
    const SettingRow* row = find_setting(key);
    if (row == nullptr) {
      problems.push_back(at_line(number, unknown_key(key)));
      continue;
    }
    if (value.empty() && may_be_empty(*row)) continue;
    const auto stored = store_value(settings, *row, value);
    if (!stored) {
      problems.push_back(at_line(number, stored.error()));
      continue;
    }
    if (!row->is_secret()) settings.from_file[row->key] = one_spelling(*row, value);
  }
}

}  // namespace

std::string_view name_of(MarketData source) {
  switch (source) {
    case MarketData::kSimulated:
      return "simulated";
    case MarketData::kCsv:
      return "csv";
    case MarketData::kSmartApi:
      return "smartapi";
  }
  return "";
}

const Secret* Settings::secret(std::string_view key) const {
  if (key == "BROKER_API_KEY") return &broker_api_key;
  if (key == "BROKER_CLIENT_CODE") return &broker_client_code;
  if (key == "BROKER_PASSWORD") return &broker_password;
  if (key == "BROKER_TOTP_SECRET") return &broker_totp_secret;
  if (key == "NEWS_API_KEY") return &news_api_key;
  if (key == "TELEGRAM_BOT_TOKEN") return &telegram_bot_token;
  if (key == "TELEGRAM_CHAT_ID") return &telegram_chat_id;
  return nullptr;
}

Secret* Settings::secret(std::string_view key) {
  return const_cast<Secret*>(std::as_const(*this).secret(key));
}

bool Settings::has_broker_secret() const {
  return broker_api_key.is_set() || broker_client_code.is_set() || broker_password.is_set() ||
         broker_totp_secret.is_set();
}

bool Settings::is_smartapi_on_loopback() const {
  return is_loopback_url(smartapi.rest) && is_loopback_url(smartapi.stream) &&
         is_loopback_url(smartapi.order_stream) && is_loopback_url(smartapi.instruments);
}

std::map<std::string, std::string> Settings::stated_limits() const {
  std::map<std::string, std::string> texts;
  for (const risk::LimitRow& row : risk::limit_table()) {
    const std::string key(row.key);
    if (const auto found = from_file.find(key); found != from_file.end()) texts.insert(*found);
  }
  return texts;
}

std::map<std::string, std::string> Settings::derived_limits(trading::TradingMode mode) const {
  if (mode != trading::TradingMode::kPaper) return {};
  const risk::LimitRow& order_value = risk::row_of(risk::Limit::kMaxOrderValue);
  const std::int64_t fifth =
      trading::divide(paper_starting_capital.value(), 5, trading::Rounding::kFloor);
  return {{std::string(order_value.key), risk::format_limit_value(order_value, fifth)}};
}

std::map<std::string, std::string> Settings::limit_texts(trading::TradingMode mode) const {
  std::map<std::string, std::string> texts = stated_limits();
  texts.merge(derived_limits(mode));  // what is stated stays
  return texts;
}

tl::expected<Settings, SettingProblems> parse_env(std::string_view bytes) {
  SettingProblems problems;
  Settings settings;
  store_defaults(settings);
  if (bytes.size() > kLargestEnvBytes) {
    problems.push_back(make_error(
        "ENV_TOO_LARGE", "the file has more than " + std::to_string(kLargestEnvBytes) + " bytes",
        "this is not a settings file"));
    return tl::unexpected(std::move(problems));
  }
  read_lines(bytes, settings, problems);
  if (problems.empty()) check_together(settings, problems);
  if (!problems.empty()) return tl::unexpected(std::move(problems));
  return settings;
}

std::string problems_text(const SettingProblems& problems) {
  std::string out;
  for (const Error& problem : problems) out += problem.text() + "\n";
  return out;
}

}  // namespace broker
