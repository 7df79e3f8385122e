// What is printed from the table of settings: JSON for programs, docs/settings.md and .env.example
// for people.

#include <algorithm>

#include "execution_broker/config/settings.h"
#include "trading/base/canonical_json.h"

namespace broker {

namespace {

std::string json_text(std::string_view text) {
  return trading::CanonicalJson(text).write();
}

// Numbers and switches print as themselves, everything else as text; nothing set is null.
std::string json_value(const SettingRow& row, const std::string& text) {
  switch (row.type) {
    case SettingType::kSwitch:
    case SettingType::kInteger:
    case SettingType::kDecimal:
      return text.empty() ? "null" : text;
    case SettingType::kChoice:
    case SettingType::kText:
    case SettingType::kPath:
    case SettingType::kUrl:
    case SettingType::kTimestamp:
    case SettingType::kSpeed:
    case SettingType::kList:
    case SettingType::kSecret:
      return json_text(text);
  }
  return "null";
}

std::string applies_json(AppliesTo applies_to) {
  switch (applies_to) {
    case AppliesTo::kBoth:
      return R"(["paper","live"])";
    case AppliesTo::kPaper:
      return R"(["paper"])";
    case AppliesTo::kLive:
      return R"(["live"])";
  }
  return "[]";
}

std::string_view applies_words(AppliesTo applies_to) {
  switch (applies_to) {
    case AppliesTo::kBoth:
      return "paper, live";
    case AppliesTo::kPaper:
      return "paper";
    case AppliesTo::kLive:
      return "live";
  }
  return "";
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : std::string(between)) + word;
  return out;
}

std::string default_words(const SettingRow& row) {
  if (row.is_secret()) return "not set";
  if (row.paper_default == row.live_default)
    return row.paper_default.empty() ? "(empty)" : row.paper_default;
  return "paper " + row.paper_default + ", live " + row.live_default;
}

// A plain number in its shortest spelling: 1.50 in the file prints as 1.5, 007 as 7, so that JSON
// takes it.
std::string normal_value(const SettingRow& row, const std::string& text) {
  if (row.limit) {
    const risk::LimitRow& limit = risk::row_of(*row.limit);
    if (const auto value = risk::parse_limit_value(limit, text))
      return risk::format_limit_value(limit, *value);
    return text;
  }
  if (row.type != SettingType::kInteger && row.type != SettingType::kDecimal) return text;
  if (const auto paise = trading::Money::parse_rupees(text)) {
    std::string rupees = paise->rupees();
    while (rupees.find('.') != std::string::npos &&
           (rupees.back() == '0' || rupees.back() == '.')) {
      const bool is_point = rupees.back() == '.';
      rupees.pop_back();
      if (is_point) break;
    }
    return rupees;
  }
  return text;
}

}  // namespace

std::vector<SettingReport> report_settings(const Settings& settings) {
  const bool is_paper = settings.trading_mode == trading::TradingMode::kPaper;
  const auto limits = settings.limit_texts(settings.trading_mode);
  std::vector<SettingReport> reports;
  for (const SettingRow& row : setting_table()) {
    SettingReport report;
    report.row = &row;
    report.default_value = is_paper ? row.paper_default : row.live_default;
    report.value = report.default_value;
    report.source = "default";
    if (row.is_secret()) {
      const bool is_set = settings.secret(row.key)->is_set();
      const auto& own = settings.from_credentials;
      const bool is_credential = std::find(own.begin(), own.end(), row.key) != own.end();
      report.default_value = "not set";
      report.value = is_set ? "set" : "not set";
      if (is_set) report.source = is_credential ? "credential" : "file";
    } else if (const auto found = settings.from_file.find(row.key);
               found != settings.from_file.end()) {
      report.value = normal_value(row, found->second);
      report.source = "file";
    } else if (const auto derived = limits.find(row.key); derived != limits.end()) {
      report.default_value = report.value = derived->second;  // a fifth of the capital
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

std::string print_settings_json(const Settings& settings) {
  std::string out = "[";
  for (const SettingReport& report : report_settings(settings)) {
    const SettingRow& row = *report.row;
    std::string allowed;
    for (const std::string& word : row.allowed)
      allowed += (allowed.empty() ? "" : ",") + json_text(word);
    const auto field = [](std::string_view name, const std::string& json) {
      return "\"" + std::string(name) + "\":" + json + ",";
    };
    out += out.size() == 1 ? "\n{" : ",\n{";
    out +=
        field("key", json_text(row.key)) + field("type", json_text(name_of(row.type))) +
        field("unit", json_text(row.unit)) +
        field("default", json_value(row, report.default_value)) +
        field("default_paper", json_value(row, row.is_secret() ? "not set" : row.paper_default)) +
        field("default_live", json_value(row, row.is_secret() ? "not set" : row.live_default)) +
        field("value", json_value(row, report.value)) + field("source", json_text(report.source)) +
        field("applies_to", applies_json(row.applies_to)) +
        field("denial_code", row.denial_code.empty() ? "null" : json_text(row.denial_code)) +
        field("allowed", "[" + allowed + "]") + field("bounds", json_text(row.bounds)) +
        field("is_secret", row.is_secret() ? "true" : "false") +
        "\"meaning\":" + json_text(row.meaning) + "}";
  }
  return out + "\n]\n";
}

std::string print_settings_markdown() {
  std::string out =
      "# Settings\n\n"
      "Generated by `execution_broker --print-settings=markdown`; do not edit by hand.\n\n"
      "They stand in `.env` of the home and nowhere else: one `KEY=value` a line, no blanks around "
      "`=`, values with "
      "blanks between\nquotes, comments on lines of their own. A bad line stops the start; all bad "
      "lines are named at "
      "once. Limits may be\ntightened at any time; a looser one needs the operator's signature and "
      "waits for the next "
      "trading day. Percentages are\nof the purse: the equity at the day's open, in live at most "
      "`LIVE_CAPITAL`.\n\n"
      "| key | type | unit | default | allowed | applies to | denial | meaning |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (const SettingRow& row : setting_table()) {
    const std::string denial = row.denial_code.empty() ? "" : "`" + row.denial_code + "`";
    out += "| `" + row.key + "` | " + std::string(name_of(row.type)) + " | " + row.unit + " | " +
           default_words(row) + " | " +
           (row.allowed.empty() ? row.bounds : joined(row.allowed, ", ")) + " | " +
           std::string(applies_words(row.applies_to)) + " | " + denial + " | " + row.meaning +
           " |\n";
  }
  return out;
}

std::string print_env_example() {
  std::string out =
      "# Settings of trading-mcp: copy to the home as .env (mode 0600) and take the # away where "
      "you want another value.\n"
      "# Every line shows the default for paper. docs/settings.md explains them all.\n";
  for (const SettingRow& row : setting_table()) {
    out += "\n# " + row.meaning + "\n";
    if (row.paper_default != row.live_default) out += "# live: " + row.live_default + "\n";
    const bool needs_quotes = row.paper_default.find_first_of(" #") != std::string::npos;
    out += "#" + row.key + "=" +
           (needs_quotes ? "\"" + row.paper_default + "\"" : row.paper_default) + "\n";
  }
  return out;
}

}  // namespace broker
