#include "approval_cli/command_line.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <functional>
#include <utility>

#include "approval_cli/commands/commands.h"
#include "proto/convert/text.h"
#include "trading/time/timestamp.h"

namespace approval_cli {
namespace {

using Verb = std::function<int(const Call&)>;

constexpr int kMostRows = 200;  // the broker's own bound on a page

// A tired person types sbin: symbols are upper case at the exchange.
const CLI::Validator kSymbol(
    [](std::string& text) -> std::string {
      for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
      return wire::is_symbol(text) ? "" : wire::quoted(text) + " is not a symbol";
    },
    "SYMBOL");

const CLI::Validator kOrderId(
    [](std::string& text) -> std::string {
      return wire::is_order_id(text) ? "" : wire::quoted(text) + " is not an order id";
    },
    "ORDER_ID");

const CLI::Validator kDuration(
    [](std::string& text) -> std::string {
      const auto parsed = trading::parse_duration(text);
      return parsed ? "" : parsed.error().text();
    },
    "DURATION");

// Every verb with the places its arguments go to. One for each run.
class CommandLine {
 public:
  explicit CommandLine(const std::string& version);

  CLI::App app{"The operator's side of the trading system: look, stop, start again, and check.",
               "approval_cli"};
  std::string home;
  bool is_json = false;

  // The verb that was typed; usage_error when its arguments do not fit together.
  [[nodiscard]] trading::Result<Verb> verb() const;

 private:
  CLI::App* add(CLI::App& parent, const char* name, const char* help, Verb verb) {
    CLI::App* sub = parent.add_subcommand(name, help);
    verbs_.emplace_back(sub, std::move(verb));
    return sub;
  }
  void add_looking();
  void add_stopping();
  void add_limits();
  void add_proving();
  void add_signing();

  std::vector<std::pair<CLI::App*, Verb>> verbs_;  // a verb's own subcommands before itself
  std::vector<std::string> reason_words_;
  commands::OrdersArguments orders_;
  commands::DeskArguments desk_;
  commands::CancelArguments cancel_;
  bool is_cancel_all_ = false;
  commands::FlattenArguments flatten_;
  bool is_flatten_all_ = false;
  commands::ResumeArguments resume_;
  commands::LimitsAcceptArguments accept_;
  bool is_accept_all_ = false;
  CLI::App* accept_app_ = nullptr;
  std::string key_;
  std::string value_;
  std::string duration_;
  bool is_canonical_ = false;
  std::string out_file_;
  commands::AuditVerifyArguments audit_verify_;
  commands::AuditTailArguments audit_tail_;
  commands::EnrollArguments enroll_;
  commands::ApproveArguments approve_;
  commands::WatchArguments watch_;
  commands::MandateArguments mandate_;
  commands::SettleArguments settle_;
  bool with_ended_ = false;
  std::int64_t number_ = 0;
  CLI::App* cancel_app_ = nullptr;
  CLI::App* flatten_app_ = nullptr;
};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

CommandLine::CommandLine(const std::string& version) {
  app.fallthrough();  // --home and --json may stand before or after the verb
  app.require_subcommand(1);
  app.set_version_flag("--version", "approval_cli " + version);
  app.add_option("--home", home,
                 "The trading home; else TRADING_MCP_HOME, else $XDG_STATE_HOME/trading-mcp, else "
                 "~/.local/state/trading-mcp")
      ->type_name("DIR");
  app.add_flag("--json", is_json, "Print one JSON object instead of a page");
  app.footer(
      "Exit: 0 done, 1 refused, 2 usage, 3 no broker. audit verify: 0 ok, 10 tampered,\n"
      "11 truncated, 12 bad signature, 13 gap or fork.");
  add_looking();
  add_stopping();
  add_signing();
  add_limits();
  add_proving();
}

void CommandLine::add_looking() {
  add(app, "status", "State, what is wrong, today's result, positions, orders, what comes next",
      commands::status);
  add(app, "positions", "What is held, and what protects it", commands::positions);
  CLI::App* orders = add(app, "orders", "The newest orders",
                         [this](const Call& call) { return commands::orders(call, orders_); });
  add(app, "doctor", "Your side of the house before you sign: door, broker, key, witness, terminal, clock", commands::doctor);
  CLI::App* desk = add(app, "desk", "One live screen: positions, what rests, what waits, limits; h h halts, f flattens",
                       [this](const Call& call) { return commands::desk(call, desk_); });
  desk->add_flag("--once", desk_.is_once, "Print it once, without a terminal");
  desk->add_option("--columns", desk_.columns, "How wide, with --once")->check(CLI::Range(20, 500));
  orders->add_flag("--working", orders_.is_working_only, "Only those that still work");
  orders->add_option("--status", orders_.status, "Only in this state")->type_name("STATE");
  orders->add_option("--symbol", orders_.symbol, "Only of this symbol")->transform(kSymbol);
  orders->add_option("-n", orders_.count, "How many")->check(CLI::Range(1, kMostRows));
}

void CommandLine::add_stopping() {
  CLI::App* halt = add(
      app, "halt", "Stop everything but exits and protection, now; works without the broker too",
      [this](const Call& call) { return commands::halt(call, joined(reason_words_)); });
  halt->add_option("REASON", reason_words_, "Why, for the audit log");
  CLI::App* reduce =
      add(app, "reduce-only", "No new entries; exits and protection go on",
          [this](const Call& call) { return commands::reduce_only(call, joined(reason_words_)); });
  reduce->add_option("REASON", reason_words_, "Why, for the audit log");
  CLI::App* resume = add(app, "resume", "Clear every latch and trade again",
                         [this](const Call& call) { return commands::resume(call, resume_); });
  resume->add_option("--reason", resume_.reason, "Why, for the audit log");
  resume->add_flag("--yes", resume_.is_yes, "Do not ask for the word");
  cancel_app_ = add(app, "cancel", "Cancel an order, or every working entry",
                    [this](const Call& call) { return commands::cancel(call, cancel_); });
  cancel_app_->add_option("ORDER_ID", cancel_.order_id, "The order")->check(kOrderId);
  cancel_app_->add_flag("--all-entries", is_cancel_all_, "Every entry that still works");
  flatten_app_ = add(app, "flatten", "Close a position, or all of them, at the market",
                     [this](const Call& call) { return commands::flatten(call, flatten_); });
  flatten_app_->add_option("SYMBOL", flatten_.symbol, "The symbol")->transform(kSymbol);
  flatten_app_->add_flag("--all", is_flatten_all_, "Every position");
  flatten_app_->add_flag("--yes", flatten_.is_yes, "Do not ask for the word");
}

void CommandLine::add_signing() {
  const auto add_key = [](CLI::App* sub, std::string& place) {
    sub->add_option("--key", place, "Your sealed key; else the one of your own state folder")->type_name("FILE");
  };
  CLI::App* enrol = add(app, "enroll", "Make a key, sealed by a passphrase, that signs for you",
                        [this](const Call& call) { return commands::enroll(call, enroll_); });
  enrol->add_flag("--totp,!--no-totp", enroll_.wants_totp,
                  "With or without one-time passwords as a second factor; with them where ALLOW_LIVE_TRADING is true");
  enrol->add_flag("--replace", enroll_.is_replace, "In the place of the enrolled key, which signs for it");
  add_key(enrol, enroll_.key_file);
  CLI::App* waiting = add(app, "pending", "What waits for your approval",
                          [this](const Call& call) { return commands::pending(call, with_ended_); });
  waiting->add_flag("--all", with_ended_, "With those that have ended");
  CLI::App* one = add(app, "show", "The card of one that waits",
                      [this](const Call& call) { return commands::show(call, approve_.order_id); });
  one->add_option("ORDER_ID", approve_.order_id, "The order")->required()->check(kOrderId);
  CLI::App* yes = add(app, "approve", "Read the card, type the challenge, sign: it is sent at once",
                      [this](const Call& call) { return commands::approve(call, approve_); });
  yes->add_option("ORDER_ID", approve_.order_id, "The order")->required()->check(kOrderId);
  add_key(yes, approve_.key_file);
  CLI::App* no = add(app, "reject", "End one that waits; nothing is sent",
                     [this](const Call& call) { return commands::reject(call, approve_.order_id, joined(reason_words_)); });
  no->add_option("ORDER_ID", approve_.order_id, "The order")->required()->check(kOrderId);
  no->add_option("REASON", reason_words_, "Why, for the audit log and the agent");
  CLI::App* watch = add(app, "watch", "Show each proposal as it comes, and ask",
                        [this](const Call& call) { return commands::watch(call, watch_); });
  watch->add_option("-n", watch_.most, "End after so many")->check(CLI::Range(1, 1'000));
  add_key(watch, watch_.key_file);
  CLI::App* mandate = app.add_subcommand("mandate", "Budgets of entries that you have signed");
  CLI::App* sign = add(*mandate, "sign", "Sign one: INTRADAY LIMIT entries until a time today",
                       [this](const Call& call) { return commands::mandate_sign(call, mandate_); });
  sign->add_option("--allow", mandate_.allow, "SIDE:SYMBOL:QUANTITY:PRICE, one or more: the most of one entry, and its worst price")->required();
  sign->add_option("--entries", mandate_.entries, "How many entries")->required()->check(CLI::Range(1, 20));
  sign->add_option("--value", mandate_.value, "Rupees, gross, counted cumulatively")->required();
  sign->add_option("--loss", mandate_.loss, "Rupees at the stops, all entries together")->required();
  sign->add_option("--until", mandate_.until, "HH:MM today, market time")->required();
  add_key(sign, mandate_.key_file);
  CLI::App* revoke = add(*mandate, "revoke", "End one at once",
                         [this](const Call& call) { return commands::mandate_revoke(call, number_); });
  revoke->add_option("ID", number_, "The mandate")->required()->check(CLI::Range(1, 1'000'000));
  verbs_.emplace_back(mandate, commands::mandate_show);
  CLI::App* tickets = add(app, "recommendations", "Delivery sales that only you can place",
                          [this](const Call& call) { return commands::recommendations(call, number_); });
  tickets->add_option("--done", number_, "Close this one")->check(CLI::Range(1, 1'000'000));
  CLI::App* settle = add(app, "settle", "Say of an ABSENT order that it was never there",
                         [this](const Call& call) { return commands::settle(call, settle_); });
  settle->add_option("ORDER_ID", settle_.order_id, "The order")->required()->check(kOrderId);
  settle->add_flag("--yes", settle_.is_yes, "Do not ask for the word");
}

void CommandLine::add_limits() {
  CLI::App* limits = app.add_subcommand("limits", "The limits and whose word each is");
  CLI::App* set =
      add(*limits, "set", "Your word on a limit; a looser one waits for the next trading day",
          [this](const Call& call) { return commands::limits_set(call, key_, value_); });
  set->add_option("KEY", key_, "The limit")->required();
  set->add_option("VALUE", value_, "The value")->required();
  CLI::App* accept = add(*limits, "accept",
                         "Accept a looser value of .env; it counts from the next trading day",
                         [this](const Call& call) { return commands::limits_accept(call, accept_); });
  accept->add_option("KEY", accept_.key, "The limit");
  accept->add_flag("--all", is_accept_all_, "Every one that waits");
  accept->add_flag("--yes", accept_.is_yes, "Do not ask for the word");
  accept_app_ = accept;
  CLI::App* clear =
      add(*limits, "clear-agent", "Take back the agent's tightening of a limit",
          [this](const Call& call) { return commands::limits_clear_agent(call, key_); });
  clear->add_option("KEY", key_, "The limit")->required();
  verbs_.emplace_back(limits, commands::limits_show);
}

void CommandLine::add_proving() {
  CLI::App* clock = app.add_subcommand("clock", "Market time");
  CLI::App* advance =
      add(*clock, "advance", "Move simulated time; returns when every event due is committed",
          [this](const Call& call) {
            return commands::clock_advance(call, trading::parse_duration(duration_)->us);
          });
  advance->add_option("DURATION", duration_, "90s, 5m, 2h, 1d, 1h30m")
      ->required()
      ->check(kDuration);
  verbs_.emplace_back(clock, commands::clock_show);

  CLI::App* ledger = app.add_subcommand("ledger", "The journal of the book");
  ledger->require_subcommand(1);
  CLI::App* write =
      add(*ledger, "export", "The journal as lines of canonical JSON",
          [this](const Call& call) { return commands::ledger_export(call, out_file_); });
  write->add_flag("--canonical", is_canonical_, "The only form there is")->required();
  write->add_option("--out", out_file_, "Into a file instead of stdout")->type_name("FILE");
  add(*ledger, "verify", "Prove the journal and the balances kept beside it",
      commands::ledger_verify);

  CLI::App* audit = app.add_subcommand("audit", "The audit log");
  audit->require_subcommand(1);
  CLI::App* verify =
      add(*audit, "verify", "Prove the exported log, without the broker's word",
          [this](const Call& call) { return commands::audit_verify(call, audit_verify_); });
  verify->add_option("--log", audit_verify_.log, "Else storage/trade_logs.jsonl of the home")
      ->type_name("FILE");
  verify
      ->add_option("--witness", audit_verify_.witness,
                   "Only read; else your own state folder's, which is renewed")
      ->type_name("FILE");
  verify->add_option("--key", audit_verify_.key, "Else keys/audit.pub of the home")
      ->type_name("FILE");
  CLI::App* tail = add(*audit, "tail", "The newest records", [this](const Call& call) {
    return commands::audit_tail(call, audit_tail_);
  });
  tail->add_option("-n", audit_tail_.count, "How many")->check(CLI::Range(1, kMostRows));
  tail->add_option("--event", audit_tail_.event, "Only types that begin so")->type_name("PREFIX");
  tail->add_option("--symbol", audit_tail_.symbol, "Only of this symbol")->transform(kSymbol);
}

trading::Result<Verb> CommandLine::verb() const {
  if (cancel_app_->parsed() && is_cancel_all_ != cancel_.order_id.empty())
    return usage_error("cancel takes an ORDER_ID or --all-entries, and not both",
                       "approval_cli orders --working shows the ids");
  if (flatten_app_->parsed() && is_flatten_all_ != flatten_.symbol.empty())
    return usage_error("flatten takes a SYMBOL or --all, and not both",
                       "approval_cli positions shows what is held");
  if (accept_app_->parsed() && is_accept_all_ != accept_.key.empty())
    return usage_error("limits accept takes a KEY or --all, and not both",
                       "approval_cli limits shows what waits");
  for (const auto& [sub, verb] : verbs_)
    if (sub->parsed()) return verb;
  return usage_error("no verb is given", "approval_cli --help lists them");
}

// Nothing was sent for a line that was not understood; of a stop that must be said.
trading::Error not_understood(const std::vector<std::string>& arguments,
                              const CLI::ParseError& error) {
  const bool is_halt = std::find(arguments.begin(), arguments.end(), "halt") != arguments.end();
  return usage_error(std::string(is_halt ? "NOT HALTED: " : "") + error.what(),
                     is_halt ? "type: approval_cli halt" : "approval_cli --help, or VERB --help");
}

}  // namespace

int run(const std::vector<std::string>& arguments, Console& console, const std::string& version) {
  CommandLine line(version);
  try {
    // CLI11 takes a vector from its end.
    line.app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {  // --help, --version
      line.app.exit(error, console.out, console.err);
      return kDone;
    }
    const bool wants_json =
        std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
    return report(console, wants_json, not_understood(arguments, error));
  }
  const auto verb = line.verb();
  if (!verb) return report(console, line.is_json, verb.error());
  std::vector<std::string> for_home;
  if (line.app.count("--home") != 0) for_home = {"--home", line.home};
  auto home = trading::resolve_home(for_home, console.environment);
  if (!home) return report(console, line.is_json, home.error());
  return (*verb)(Call{console, std::move(*home), line.is_json, version});
}

}  // namespace approval_cli
