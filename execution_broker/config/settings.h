#pragma once

// The settings: one table of every key that .env may hold, the parser of its bytes, and the pages
// printed from the table. No I/O here (env_file.h reads the file), so that the parser can be
// fuzzed.
//
// Grammar of .env, a line at a time, lines end with LF alone:
//   line    = blank | comment | setting
//   comment = [blanks] "#" anything
//   setting = KEY "=" value             no blanks around "="
//   KEY     = A-Z, then A-Z 0-9 _       each key once
//   value   = "" | plain | "..." | '...'  plain: no blanks, quotes or "#"; quoted: no such quote
//   inside, no escapes
// Nothing is expanded, nothing is continued on a next line, and nothing but a comment's text may
// leave ASCII. Every bad line is named at once, and any of them stops the start. Values of secrets
// are never repeated in a message.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "execution_broker/config/secret.h"
#include "execution_broker/risk/limits.h"
#include "trading/base/money.h"
#include "trading/base/result.h"
#include "trading/orders/order.h"
#include "trading/time/timestamp.h"

namespace broker {

enum class SettingType {
  kSwitch,  // true | false (1 and 0 are taken too)
  kChoice,  // one of `allowed`
  kInteger,
  kDecimal,
  kText,
  kPath,  // absolute
  kUrl,   // http, https, ws, wss; no user, no password
  kTimestamp,
  kSpeed,  // a factor, or "step"
  kList,   // comma-separated names
  kSecret,
};
std::string_view name_of(SettingType type);  // "switch", ...

enum class AppliesTo { kBoth, kPaper, kLive };

struct SettingRow {
  std::string key;
  SettingType type = SettingType::kText;
  std::string unit;           // "rupees", "percent", "" for words
  std::string paper_default;  // as it would stand in .env; empty = not set
  std::string live_default;
  std::vector<std::string> allowed;  // choices; a single one: nothing else is accepted
  std::string bounds;                // for people: "0.01 to 100"
  AppliesTo applies_to = AppliesTo::kBoth;
  std::string denial_code;           // what a check says because of this setting; may be empty
  std::string meaning;               // one line
  std::optional<risk::Limit> limit;  // a limit of the checklist

  [[nodiscard]] bool is_secret() const { return type == SettingType::kSecret; }
};
// By area; the limits in the order of the checklist.
const std::vector<SettingRow>& setting_table();
const SettingRow* find_setting(std::string_view key);  // nullptr: no such key

enum class MarketData { kSimulated, kCsv, kSmartApi };
std::string_view name_of(MarketData source);  // "simulated"
enum class MarketClock { kMachine, kExchange };

struct SimulationSpeed {
  bool is_step = false;            // market time moves by command alone
  std::int64_t factor_e3 = 1'000;  // market seconds a second, 1/1000
};

struct SmartApiUrls {
  std::string rest;
  std::string stream;
  std::string order_stream;
  std::string instruments;
};
// http(s) or ws(s) to 127.0.0.1, [::1] or localhost.
bool is_loopback_url(std::string_view url);

// The values in force as the file and the defaults have them. Movable, not copyable: it holds the
// secrets.
struct Settings {
  trading::TradingMode trading_mode = trading::TradingMode::kPaper;
  bool allow_live_trading = false;
  trading::Money paper_starting_capital;
  trading::Money quick_approval_value;
  bool require_second_factor = true;
  std::vector<std::string> allowed_symbols;
  std::vector<std::string> denied_symbols;

  MarketData market_data = MarketData::kSimulated;
  std::string market_data_dir;
  MarketClock market_clock = MarketClock::kMachine;
  std::int64_t sim_seed = 1;
  std::optional<trading::Timestamp> sim_start;  // empty: the market source's first session
  SimulationSpeed sim_speed;
  bool sim_skip_closed = true;
  std::int64_t research_sealed_months = 0;

  std::vector<std::string> agent_users;  // names or uids; empty = own uid
  std::vector<std::string> operator_users;
  bool agent_read_only = false;
  std::vector<std::string> agent_toolsets;  // empty = all

  SmartApiUrls smartapi;
  std::string smartapi_test_ca_file;  // empty: the system's roots; on loopback alone
  Secret broker_api_key;
  Secret broker_client_code;
  Secret broker_password;
  Secret broker_totp_secret;
  Secret news_api_key;
  Secret telegram_bot_token;
  Secret telegram_chat_id;

  std::map<std::string, std::string> from_file;  // what the file sets, secrets left out
  std::vector<std::string> from_credentials;     // keys of secrets that stand in files of their own

  [[nodiscard]] bool has_broker_secret() const;
  [[nodiscard]] bool is_smartapi_on_loopback() const;              // every URL
  [[nodiscard]] const Secret* secret(std::string_view key) const;  // nullptr: no such secret
  Secret* secret(std::string_view key);

  // The limits that lines of the file state, as text by key.
  [[nodiscard]] std::map<std::string, std::string> stated_limits() const;
  // Defaults of limits that follow from other settings of a book of that mode: on paper
  // MAX_ORDER_VALUE is 20 % of PAPER_STARTING_CAPITAL.
  [[nodiscard]] std::map<std::string, std::string> derived_limits(trading::TradingMode mode) const;
  // Both; what is stated goes before what is derived.
  [[nodiscard]] std::map<std::string, std::string> limit_texts(trading::TradingMode mode) const;
};

// All that is wrong, in the order of the lines. Codes: ENV_LINE_INVALID, ENV_KEY_UNKNOWN,
// ENV_KEY_DUPLICATE, ENV_VALUE_INVALID, ENV_VALUE_REFUSED, ENV_TOO_LARGE; `field` is the key.
using SettingProblems = std::vector<trading::Error>;
tl::expected<Settings, SettingProblems> parse_env(std::string_view bytes);
// One problem a line, for stderr.
std::string problems_text(const SettingProblems& problems);

inline constexpr std::size_t kLargestEnvBytes = 65'536;
inline constexpr std::size_t kLongestEnvLine = 4'096;

// One setting as it may be shown.
struct SettingReport {
  const SettingRow* row = nullptr;
  std::string default_value;  // of the configured mode
  std::string value;          // secrets: "set" or "not set"
  std::string
      source;  // "default", "file", or "credential" for a secret that stands in a file of its own
};
std::vector<SettingReport> report_settings(const Settings& settings);

// --print-settings: an array of objects key, type, unit, default, default_paper, default_live,
// value, source, applies_to, denial_code, allowed, bounds, is_secret, meaning. Numbers and switches
// are JSON numbers and booleans.
std::string print_settings_json(const Settings& settings);
// docs/settings.md, from the table alone.
std::string print_settings_markdown();
// .env.example, from the table alone: every line commented out.
std::string print_env_example();

}  // namespace broker
