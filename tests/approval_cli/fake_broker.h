#pragma once

// The operator door of a broker that answers from a script, over a real socket in a temporary home;
// and one command run against it.

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "broker/v1/audit.pb.h"
#include "broker/v1/operator.pb.h"
#include "broker/v1/orders.pb.h"
#include "broker/v1/portfolio.pb.h"
#include "trading/base/result.h"

namespace approval_cli {

// Everything the broker says; set before the command runs.
struct Script {
  broker::v1::StatusReply status;
  broker::v1::FetchPortfolioReply portfolio;
  broker::v1::FetchPaperOrdersReply orders;
  broker::v1::FetchAuditTrailReply trail;
  broker::v1::OperatorStateReply state;
  broker::v1::CancelOrderReply cancelled;
  broker::v1::FlattenReply flattened;
  broker::v1::ShowLimitsReply limits;
  broker::v1::SetLimitReply limit_set;
  broker::v1::AcceptLimitsReply limits_accepted;
  broker::v1::AdvanceClockReply advanced;
  broker::v1::VerifyLedgerReply verified;
  std::vector<std::string> lines;                  // of the ledger
  std::map<std::string, trading::Error> refusals;  // by RPC name
  std::chrono::milliseconds delay_of_halt{0};
};

class FakeBroker {
 public:
  explicit FakeBroker(const std::filesystem::path& home);
  ~FakeBroker();
  FakeBroker(const FakeBroker&) = delete;
  FakeBroker& operator=(const FakeBroker&) = delete;

  Script script;
  // "Flatten symbol: \"SBIN\"": name and request of every call but Hello, in order.
  [[nodiscard]] std::vector<std::string> calls();

 private:
  struct Server;
  std::unique_ptr<Server> server_;
};

struct Outcome {
  int code = -1;
  std::string out;
  std::string err;
};

// A home with run/operator, storage and keys, and a state folder beside it; goes away with the
// object.
class TestHome {
 public:
  TestHome();
  ~TestHome();
  TestHome(const TestHome&) = delete;
  TestHome& operator=(const TestHome&) = delete;

  [[nodiscard]] std::filesystem::path path() const { return folder_ / "home"; }
  [[nodiscard]] std::filesystem::path state() const { return folder_ / "state"; }
  [[nodiscard]] std::filesystem::path halt_file() const { return path() / "run" / "HALT"; }

  // `typed`: what the human types; given = at a terminal.
  Outcome run(const std::vector<std::string>& arguments, const char* typed = nullptr);
  bool is_out_tty = false;
  bool is_no_color = false;

 private:
  std::filesystem::path folder_;
};

}  // namespace approval_cli
