#pragma once

// A database with an audit log in a temporary folder, and a wall clock that the test moves.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "execution_broker/audit/audit_log.h"
#include "execution_broker/audit/audit_schema.h"
#include "execution_broker/storage/database.h"
#include "trading/base/invariant.h"

namespace broker {

inline DatabaseOptions audit_database_options() {
  DatabaseOptions options;
  options.application_id = 0x41554454;
  options.migrations = {audit_migration(1)};
  return options;
}

template <typename T>
T must(trading::Result<T> result) {
  if (!result) trading::invariant_failed("must", result.error().text().c_str(), __FILE__, __LINE__);
  return std::move(*result);
}

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct AuditFolder {
  AuditFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "audit-test-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  AuditFolder(const AuditFolder&) = delete;
  AuditFolder& operator=(const AuditFolder&) = delete;
  ~AuditFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::filesystem::path path;
};

class AuditSetup {
 public:
  AuditSetup(std::filesystem::path folder, std::string name)
      : folder_(std::move(folder)), name_(std::move(name)) {
    reopen();
  }

  trading::Status try_open() {
    log_.reset();
    database_.reset();
    database_ = must(Database::open(database_path(), audit_database_options()));
    auto opened = AuditLog::open(*database_, options());
    if (!opened) return std::move(opened.error());
    log_ = std::move(*opened);
    return {};
  }
  void reopen() {
    const auto opened = try_open();
    INVARIANT(opened.has_value(), opened ? "" : opened.error().text().c_str());
  }
  void close() {
    log_.reset();
    database_.reset();
  }

  static AuditEvent event(const std::string& type, const std::string& subject, std::int64_t n) {
    AuditEvent event;
    event.type = type;
    event.actor = {"agent", 1000};
    event.subject = subject;
    event.body = trading::CanonicalJson::object({{"price_e4", n * 10'000},
                                                 {"quantity", n},
                                                 {"reason", "caf\u00e9 \"breakout\"\n"},
                                                 {"symbol", "SBIN"}});
    event.market_ts = trading::Timestamp{1'795'000'000'000'000 + n};
    return event;
  }
  AuditPosition append(const AuditEvent& event) {
    wall_us += 1'000;
    Transaction transaction = must(Transaction::begin(*database_));
    const AuditPosition position = must(log_->append(transaction, event));
    const auto committed = transaction.commit();
    INVARIANT(committed.has_value(), "commit");
    return position;
  }
  void append_many(int count) {
    for (int i = 0; i < count; ++i) append(event("order.refused", "ORD-" + std::to_string(i), i));
  }
  // All in one transaction: for the tests that need thousands.
  void append_batch(int count) {
    Transaction transaction = must(Transaction::begin(*database_));
    for (int i = 0; i < count; ++i)
      must(log_->append(transaction, event("order.refused", "ORD", i)));
    const auto committed = transaction.commit();
    INVARIANT(committed.has_value(), "commit");
  }
  // A checkpoint now, whatever is waiting.
  void checkpoint() {
    steady_us += kCheckpointUs;
    must(log_->tick(steady_us));
  }

  [[nodiscard]] std::filesystem::path database_path() const { return folder_ / (name_ + ".db"); }
  [[nodiscard]] std::filesystem::path public_key_path() const { return folder_ / "audit.pub"; }
  [[nodiscard]] std::filesystem::path seed_path() const { return folder_ / "audit.seed"; }
  [[nodiscard]] AuditOptions options() {
    AuditOptions options;
    options.ledger_prefix = name_;
    options.boot = "boot-1";
    options.wall_now = [this] { return trading::Timestamp{wall_us}; };
    options.signing_key_file = seed_path();
    options.public_key_file = public_key_path();
    return options;
  }
  [[nodiscard]] std::vector<audit_format::PublicKey> public_keys() const {
    return must(audit_format::parse_public_keys(read_text(public_key_path())));
  }
  Database& database() { return *database_; }
  AuditLog& log() { return *log_; }

  std::int64_t wall_us = 1'790'000'000'000'000;
  std::int64_t steady_us = 0;

 private:
  std::filesystem::path folder_;
  std::string name_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<AuditLog> log_;
};

}  // namespace broker
