// The table of settings. Limits come from the table of limits, so that each stands in one place.

#include <algorithm>

#include "execution_broker/config/settings.h"
#include "trading/base/invariant.h"

namespace broker {

namespace {

using risk::Limit;
using risk::LimitRow;
using risk::LimitUnit;

SettingType type_of(LimitUnit unit) {
  switch (unit) {
    case LimitUnit::kSwitch:
      return SettingType::kSwitch;
    case LimitUnit::kRupees:
    case LimitUnit::kPercent:
    case LimitUnit::kRatio:
      return SettingType::kDecimal;
    case LimitUnit::kCount:
    case LimitUnit::kShares:
    case LimitUnit::kSeconds:
    case LimitUnit::kMinutes:
    case LimitUnit::kMegabytes:
      return SettingType::kInteger;
  }
  return SettingType::kText;
}

SettingRow row_of_limit(const LimitRow& limit) {
  SettingRow row;
  row.key = limit.key;
  row.type = type_of(limit.unit);
  row.unit = limit.unit == LimitUnit::kSwitch ? "" : std::string(name_of(limit.unit));
  row.paper_default = format_limit_value(limit, limit.paper_default);
  row.live_default = format_limit_value(limit, limit.live_default);
  if (limit.unit == LimitUnit::kSwitch)
    row.allowed = {"true", "false"};
  else
    row.bounds =
        format_limit_value(limit, limit.least) + " to " + format_limit_value(limit, limit.most);
  row.applies_to = limit.id == Limit::kLiveCapital ? AppliesTo::kLive : AppliesTo::kBoth;
  row.denial_code = name_of(limit.denials.front());
  row.meaning = limit.meaning;
  row.limit = limit.id;
  return row;
}

// A row of something that is no limit.
SettingRow row(std::string key, SettingType type, std::string unit, std::string value,
               AppliesTo applies_to, std::string denial_code, std::string meaning,
               std::vector<std::string> allowed = {}, std::string bounds = "") {
  SettingRow out;
  out.key = std::move(key);
  out.type = type;
  out.unit = std::move(unit);
  out.paper_default = value;
  out.live_default = std::move(value);
  out.allowed = std::move(allowed);
  out.bounds = std::move(bounds);
  out.applies_to = applies_to;
  out.denial_code = std::move(denial_code);
  out.meaning = std::move(meaning);
  return out;
}

std::vector<SettingRow> make_table() {
  using T = SettingType;
  using A = AppliesTo;
  const std::vector<std::string> truth = {"true", "false"};
  const std::vector<std::string> toolsets = {
      "core",      "config", "market",   "indicators", "news",  "notify", "paper",
      "portfolio", "risk",   "strategy", "broker",     "audit", "all"};
  std::vector<SettingRow> table = {
      // clang-format off
      row("TRADING_MODE", T::kChoice, "", "paper", A::kBoth, "MODE_NOT_EFFECTIVE",
          "Mode that is asked for; live needs every other condition too.",
          {"paper", "rehearsal", "live"}),
      row("ALLOW_LIVE_TRADING", T::kSwitch, "", "false", A::kLive, "LIVE_NOT_READY",
          "Master switch of live trading.", truth),
      row("REQUIRE_MANUAL_APPROVAL_FOR_LIVE_ORDERS", T::kSwitch, "", "true", A::kLive, "",
          "A human signs every live entry, or a mandate that holds it. Nothing else is accepted.",
          {"true"}),
      row("ALLOW_DELIVERY_SELL", T::kSwitch, "", "false", A::kLive, "DELIVERY_SELL_BLOCKED",
          "Delivery is never sold by program outside paper. Nothing else is accepted.", {"false"}),
      row("PAPER_STARTING_CAPITAL", T::kDecimal, "rupees", "1000000", A::kPaper, "",
          "Cash of a new paper account.", {}, "1000 to 10000000000"),
      row("QUICK_APPROVAL_VALUE", T::kDecimal, "rupees", "10000", A::kLive, "",
          "Within 15 minutes of an unlock, orders up to this value need the typed challenge only.",
          {}, "0 to 10000000"),
      row("REQUIRE_SECOND_FACTOR", T::kSwitch, "", "true", A::kLive, "SECOND_FACTOR_MISSING",
          "Live signs nothing without one-time passwords; enrolling asks for them where ALLOW_LIVE_TRADING is true.", truth),
      row("ALLOWED_SYMBOLS", T::kList, "", "", A::kBoth, "SYMBOL_NOT_ALLOWED",
          "Symbols that may be entered, separated by commas; empty = all."),
      row("DENIED_SYMBOLS", T::kList, "", "", A::kBoth, "SYMBOL_DENIED",
          "Symbols that may not be entered, separated by commas."),
      // clang-format on
  };
  for (const LimitRow& limit : risk::limit_table()) table.push_back(row_of_limit(limit));
  const std::vector<SettingRow> rest = {
      // clang-format off
      row("MARKET_DATA", T::kChoice, "", "simulated", A::kBoth, "",
          "Where prices come from; live needs smartapi.", {"simulated", "csv", "smartapi"}),
      row("MARKET_DATA_DIR", T::kPath, "", "", A::kPaper, "",
          "Folder of the files, with MARKET_DATA=csv. An absolute path."),
      row("MARKET_CLOCK", T::kChoice, "", "machine", A::kPaper, "",
          "exchange: the clock of the sandbox exchange, with every SMARTAPI_*_URL on loopback; "
          "never live.", {"machine", "exchange"}),
      row("SIM_SEED", T::kInteger, "", "1", A::kPaper, "", "Seed of the simulated market.", {},
          "0 to 4294967295"),
      row("SIM_START", T::kTimestamp, "", "2026-11-23T09:15:00+05:30", A::kPaper, "",
          "Market time of a new home; with csv the default is the first intraday session of the "
          "files."),
      row("SIM_SPEED", T::kSpeed, "", "1", A::kPaper, "",
          "Market seconds a second, or step: market time moves by approval_cli clock advance "
          "alone.", {}, "0.001 to 100000, or step"),
      row("SIM_SKIP_CLOSED", T::kSwitch, "", "true", A::kPaper, "",
          "Skip the hours in which the exchange is closed.", truth),
      row("RESEARCH_SEALED_MONTHS", T::kInteger, "months", "0", A::kBoth, "",
          "Newest months of history that backtests may not see until they are unsealed.", {},
          "0 to 60"),
      row("AGENT_USERS", T::kList, "", "", A::kBoth, "",
          "Users (names or uids) of the agent's door; empty = own uid."),
      row("OPERATOR_USERS", T::kList, "", "", A::kBoth, "",
          "Users (names or uids) of the human's door; empty = own uid."),
      row("AGENT_READ_ONLY", T::kSwitch, "", "false", A::kBoth, "",
          "The agent may look and nothing else.", truth),
      row("AGENT_TOOLSETS", T::kList, "", "", A::kBoth, "",
          "Toolsets the agent may use; empty = all.", toolsets),
      row("SMARTAPI_REST_URL", T::kUrl, "", "https://apiconnect.angelone.in", A::kBoth, "",
          "SmartAPI: requests."),
      row("SMARTAPI_STREAM_URL", T::kUrl, "", "wss://smartapisocket.angelone.in/smart-stream",
          A::kBoth, "", "SmartAPI: market stream."),
      row("SMARTAPI_ORDER_STREAM_URL", T::kUrl, "", "wss://tns.angelone.in/smart-order-update",
          A::kBoth, "", "SmartAPI: order events."),
      row("SMARTAPI_INSTRUMENTS_URL", T::kUrl, "",
          "https://margincalculator.angelone.in/OpenAPI_File/files/OpenAPIScripMaster.json",
          A::kBoth, "", "SmartAPI: instrument file."),
      row("SMARTAPI_TEST_CA_FILE", T::kPath, "", "", A::kPaper, "",
          "Root certificate of a sandbox that speaks TLS, with every SMARTAPI_*_URL on loopback. "
          "An absolute path."),
      row("BROKER_API_KEY", T::kSecret, "", "", A::kBoth, "", "SmartAPI key."),
      row("BROKER_CLIENT_CODE", T::kSecret, "", "", A::kBoth, "", "Client code of the account."),
      row("BROKER_PASSWORD", T::kSecret, "", "", A::kBoth, "", "PIN of the account."),
      row("BROKER_TOTP_SECRET", T::kSecret, "", "", A::kBoth, "",
          "Secret of the account's one-time passwords (base32)."),
      row("NEWS_API_KEY", T::kSecret, "", "", A::kBoth, "", "Key of the news service."),
      row("TELEGRAM_BOT_TOKEN", T::kSecret, "", "", A::kBoth, "", "Token of the Telegram bot."),
      row("TELEGRAM_CHAT_ID", T::kSecret, "", "", A::kBoth, "", "Chat that the bot writes to."),
      // clang-format on
  };
  table.insert(table.end(), rest.begin(), rest.end());
  return table;
}

}  // namespace

std::string_view name_of(SettingType type) {
  switch (type) {
    case SettingType::kSwitch:
      return "switch";
    case SettingType::kChoice:
      return "choice";
    case SettingType::kInteger:
      return "integer";
    case SettingType::kDecimal:
      return "decimal";
    case SettingType::kText:
      return "text";
    case SettingType::kPath:
      return "path";
    case SettingType::kUrl:
      return "url";
    case SettingType::kTimestamp:
      return "timestamp";
    case SettingType::kSpeed:
      return "speed";
    case SettingType::kList:
      return "list";
    case SettingType::kSecret:
      return "secret";
  }
  return "";
}

const std::vector<SettingRow>& setting_table() {
  static const std::vector<SettingRow> table = make_table();
  return table;
}

const SettingRow* find_setting(std::string_view key) {
  const auto& table = setting_table();
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const SettingRow& row) { return row.key == key; });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace broker
