#pragma once

// A desk over a rehearsal book: a real ledger in a temporary folder, an account that takes what it is given, a clock that
// stands where the test puts it, an approver with a key. Can be closed and opened again on the same files.

#include <liboath/oath.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "execution_broker/approval/format/statement.h"
#include "execution_broker/audit/audit_query.h"
#include "execution_broker/audit/format/digest.h"
#include "execution_broker/desk/book_desk.h"
#include "execution_broker/ledger/schema.h"
#include "execution_broker/market/simulated/simulated_source.h"
#include "tests/support/fake_clock.h"

namespace broker {

// Takes every order (or gives the outcome it is told to) and shows the books it is told to.
class FakeAccount final : public Exchange {
 public:
  std::vector<ExchangeOrder> placed;
  Outcome::Kind next = Outcome::Kind::kAccepted;
  Outcome::Kind next_change = Outcome::Kind::kAccepted;  // of a cancellation
  int cancels = 0;
  std::function<void()> on_place;  // before the last question
  std::function<void()> on_sent;   // once: the order is there, its answer is not
  std::optional<BookReading> reading;
  AccountStanding account{true, "", "", trading::Money(100'000'000)};

  [[nodiscard]] std::string name() const override { return "fake"; }
  [[nodiscard]] bool is_in_the_ledgers_file() const override { return false; }
  Outcome place(const ExchangeOrder& order) override {
    if (on_place) on_place();
    if (order.may_leave && !order.may_leave()) return {Outcome::Kind::kNotSent, "", "kept back"};
    placed.push_back(order);
    if (on_sent) std::exchange(on_sent, {})();
    return {next, "X" + std::to_string(placed.size()), next == Outcome::Kind::kAccepted ? "" : "as told"};
  }
  Outcome modify(const ExchangeModification&) override { return {Outcome::Kind::kAccepted, "", ""}; }
  Outcome cancel(const std::string&) override {
    ++cancels;
    return {next_change, "", next_change == Outcome::Kind::kAccepted ? "" : "as told"};
  }
  trading::Result<std::vector<ExchangeEvent>> events(std::int64_t, std::size_t) override { return std::vector<ExchangeEvent>(); }
  trading::Result<std::vector<ExchangeBookRow>> order_book() override {
    std::vector<ExchangeBookRow> rows;
    for (std::size_t i = 0; i < placed.size(); ++i) {
      const ExchangeOrder& order = placed[i];
      rows.push_back({order.ordertag, "X" + std::to_string(i + 1), order.symbol, trading::OrderState::kOpen, order.quantity, trading::Quantity(),
                      order.type, order.limit_price, order.trigger_price, 0});
    }
    return rows;
  }
  [[nodiscard]] AbsencePolicy absence_policy() const override { return {}; }
  std::optional<BookReading> newest_reading(std::int64_t after) override {
    return reading && reading->number > after ? reading : std::nullopt;
  }
  [[nodiscard]] AccountStanding standing() const override { return account; }
};

class RehearsalHouse {
 public:
  explicit RehearsalHouse(std::map<std::string, std::string> limits = {}, bool wants_totp = false) : limits_(std::move(limits)) {
    std::string pattern = (std::filesystem::temp_directory_path() / "rehearsal_house_XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    std::filesystem::create_directories(folder_ / "keys");
    open();
    totp_address = must(desk->enrol(human, audit_format::to_hex(key.public_key()), wants_totp));
  }
  ~RehearsalHouse() {
    close();
    std::filesystem::remove_all(folder_);
  }
  RehearsalHouse(const RehearsalHouse&) = delete;
  RehearsalHouse& operator=(const RehearsalHouse&) = delete;

  void open() {
    DatabaseOptions options;
    options.application_id = kBookApplicationId;
    options.migrations = book_migrations();
    database = must(Database::open(folder_ / "rehearsal.db", options));
    AuditOptions audit_options;
    audit_options.ledger_prefix = "rehearsal";
    audit_options.boot = audit_format::random_id();
    audit_options.wall_now = [this] { return clock.wall_now(); };
    audit_options.signing_key_file = folder_ / "audit_signing.key";
    audit_options.public_key_file = folder_ / "audit.pub";
    audit = must(AuditLog::open(*database, audit_options));
    ledger = must(Ledger::open(*database, trading::TradingMode::kRehearsal, audit->ledger(), trading::Timestamp{1}));
    DeskSetup setup;
    setup.file_limits.stated = limits_;
    setup.read_halt_file = [this] {
      const auto seen = halt_file;
      if (after_halt_look) after_halt_look();
      return seen;
    };
    setup.boot_id = audit->boot();
    setup.broker_version = "test";
    setup.account = "A***42";
    setup.keys = folder_ / "keys";
    setup.storage = folder_;
    setup.quick_approval_value = trading::Money(1'000'000);
    setup.needs_second_factor = needs_second_factor;
    desk = must(BookDesk::open(Book{trading::TradingMode::kRehearsal, *ledger, *audit, account, nullptr},
                               Market{*source, clock, nullptr}, halt, std::move(setup)));
  }
  void close() {
    desk.reset();
    ledger.reset();
    audit.reset();
    database.reset();
  }
  void reopen() {
    close();
    open();
  }

  // A LIMIT entry a little under the market: it rests, and stop and target are on their sides.
  [[nodiscard]] ProposalRequest entry(const std::string& symbol, std::int64_t quantity = 5) const {
    const trading::Quote now = must(source->quote(symbol, clock.market_now()));
    const trading::Price tick = tick_of(*must(source->instruments().find(symbol)), trading::date_of(clock.market_now()), now.slice.previous_close);
    const auto moved = [&](int bps) {
      return (now.slice.last + part_of(now.slice.last, trading::Bps(bps), trading::Rounding::kHalfUp)).floor_to(tick);
    };
    ProposalRequest request;
    request.order.symbol = symbol;
    request.order.side = trading::Side::kBuy;
    request.order.quantity = trading::Quantity(quantity);
    request.order.product = trading::Product::kIntraday;
    request.order.type = trading::OrderType::kLimit;
    request.order.limit_price = moved(-20);
    request.order.stop_loss = moved(-120);
    request.order.target = moved(400);
    request.reason = "a breakout, I think";
    return request;
  }
  ProposalReply propose(const std::string& symbol, std::int64_t quantity = 5) { return must(desk->prepare_order(agent, entry(symbol, quantity))); }

  StatementCard open_card(const std::string& order_id) {
    StatementAsk ask;
    ask.order_id = order_id;
    return must(desk->open(human, ask));
  }
  [[nodiscard]] SignedStatement signed_by(const audit_format::SigningKey& signer, const std::string& statement, std::string totp = "") const {
    const auto parsed = must(approval_format::parse_statement(statement));
    const auto kind = must(approval_format::kind_of(parsed));
    return {statement, audit_format::to_hex(signer.sign(approval_format::message_of(kind, statement))),
            approval_format::key_id_of(signer.public_key()), std::move(totp)};
  }
  [[nodiscard]] SignedStatement signed_card(const StatementCard& card, std::string totp = "") const { return signed_by(key, card.statement, std::move(totp)); }

  // The authenticator's code for a time.
  [[nodiscard]] std::string totp_at(trading::Timestamp at) const {
    const auto begin = totp_address.find("secret=") + 7;
    const std::string text = totp_address.substr(begin, totp_address.find('&') - begin);
    char* secret = nullptr;
    std::size_t size = 0;
    char code[7] = {};
    if (::oath_base32_decode(text.data(), text.size(), &secret, &size) != OATH_OK ||
        ::oath_totp_generate(secret, size, at.us / 1'000'000, 30, 0, 6, code) != OATH_OK)
      std::abort();
    ::free(secret);
    return code;
  }
  [[nodiscard]] std::filesystem::path keys() const { return folder_ / "keys"; }
  // As another thread does it.
  void raise_halt() { halt.raise(); }
  [[nodiscard]] bool is_halt_raised() const { return halt.is_raised(); }

  trading::OrderState state_of(const std::string& order_id) { return must(ledger->find_order(order_id))->state; }
  std::size_t audited(const std::string& type) {
    AuditQuery query;
    query.event = type;
    query.limit = 500;
    query.view = AuditView::kOperator;
    return must(fetch_audit_trail(*database, query)).entries.size();
  }

  template <typename T>
  static T must(trading::Result<T> result) {
    if (!result) {
      std::fprintf(stderr, "%s\n", result.error().text().c_str());
      std::abort();
    }
    return std::move(*result);
  }
  static audit_format::SigningKey key_of(std::uint8_t byte) {
    std::array<std::uint8_t, audit_format::kSeedBytes> seed{};
    seed.fill(byte);
    return audit_format::SigningKey(seed);
  }

  audit_format::SigningKey key = key_of(7);
  std::string totp_address;
  FakeClock clock{timestamp_of(trading::TradingDate::from_civil(2026, 11, 23), trading::at(10, 0))};
  std::unique_ptr<SimulatedSource> source = std::make_unique<SimulatedSource>(1);
  FakeAccount account;
  std::unique_ptr<Database> database;
  std::unique_ptr<AuditLog> audit;
  std::unique_ptr<Ledger> ledger;
  HaltFlag halt;
  std::optional<std::string> halt_file;
  bool needs_second_factor = false;
  std::function<void()> after_halt_look;  // between the desk's look for run/HALT and what it does then
  std::unique_ptr<BookDesk> desk;
  const Requester agent{Role::kAgent, 1000};
  const Requester human{Role::kOperator, 2000};

 private:
  std::filesystem::path folder_;
  std::map<std::string, std::string> limits_;
};

}  // namespace broker
