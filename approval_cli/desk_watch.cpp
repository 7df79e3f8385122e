#include "approval_cli/desk_watch.h"

#include <chrono>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "approval_cli/audit_alarm.h"
#include "approval_cli/broker_link.h"
#include "approval_cli/halt_file.h"
#include "approval_cli/rendering/words.h"

namespace approval_cli {
namespace {

namespace v1 = broker::v1;

constexpr std::chrono::milliseconds kEvery{1'000};
constexpr std::chrono::milliseconds kAccountEvery{5'000};
constexpr std::int64_t kAccountGoodUs = 30'000'000;
constexpr int kMostWorking = 100;

}  // namespace

std::int64_t steady_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

trading::Result<DeskFacts> look_at_desk(BrokerLink& link, const std::string& home, const trading::HomeEnvironment& environment) {
  DeskFacts facts;
  ASSIGN_OR_RETURN(facts.base.status, link.status());
  const auto missing = [&facts](const char* what, const trading::Error& error) {
    facts.base.missing += (facts.base.missing.empty() ? "" : "; ") + (what + (": " + error.text()));
  };
  if (auto portfolio = link.portfolio()) facts.base.portfolio = std::move(*portfolio);
  else missing("positions", portfolio.error());
  v1::FetchPaperOrdersRequest working;
  working.set_status("working");
  working.set_limit(kMostWorking);
  if (auto orders = link.orders(working)) facts.base.working = std::move(*orders);
  else missing("orders", orders.error());
  if (auto proposals = link.proposals(v1::ListProposalsRequest())) facts.proposals = std::move(*proposals);
  else missing("approvals", proposals.error());
  if (auto mandates = link.mandates()) facts.mandates = std::move(*mandates);
  else missing("mandates", mandates.error());
  if (auto tickets = link.recommendations()) facts.recommendations = std::move(*tickets);
  else missing("recommendations", tickets.error());
  facts.base.halt_file = read_halt_file(home);
  facts.base.audit_alarm = audit_alarm(environment, facts.base.status);
  return facts;
}

void look_at_account(BrokerLink& link, DeskFacts& facts) {
  if (facts.base.status.effective_mode() == "paper" || !facts.base.portfolio) return;
  const auto account = link.account_positions();
  if (!account) facts.hand_missing = account.error().text();
  else if (!account->answer().is_complete()) facts.hand_missing = "the member's answer could not be read whole";
  else facts.hand = by_hand(*facts.base.portfolio, *account);
}

// What both threads and the screen share. A member without a word is guarded by `mutex`.
struct DeskWatch::Shared {
  const std::string home, version;
  const trading::HomeEnvironment environment;
  mutable std::mutex mutex;
  DeskSeen seen;
  struct Account {
    std::optional<v1::FetchBrokerPositionsReply> reply;
    std::string why;
    std::int64_t asked_us = 0;
    std::uint64_t number = 0;
  } account;
  bool is_paper = true;  // there is no account to ask

  Shared(std::string of_home, std::string of_version, trading::HomeEnvironment of_environment)
      : home(std::move(of_home)), version(std::move(of_version)), environment(std::move(of_environment)) {}

  void watch_broker();
  void watch_account();
  void tell_trouble(const trading::Error& error);

  // A fill is in the account a moment before or after it is in the book: what is by hand is told when two readings of the
  // account and the book of now agree on it. Of the broker's thread alone.
  std::uint64_t account_number = 0;
  std::vector<HandPosition> first, second;
  void judge_account(DeskFacts& facts);
};

void DeskWatch::Shared::judge_account(DeskFacts& facts) {
  const bool in_paper = facts.base.status.effective_mode() == "paper";
  Account now;
  {
    const std::lock_guard lock(mutex);
    is_paper = in_paper;
    now = account;
  }
  if (in_paper || !facts.base.portfolio) return;
  if (!now.reply || steady_us() - now.asked_us > kAccountGoodUs) {
    facts.hand_missing = now.why;
    return;
  }
  const std::vector<HandPosition> candidate = by_hand(*facts.base.portfolio, *now.reply);
  if (now.number != account_number) {
    account_number = now.number;
    first = std::exchange(second, candidate);
  }
  if (now.number >= 2 && candidate == first && candidate == second) facts.hand = candidate;
}

void DeskWatch::Shared::tell_trouble(const trading::Error& error) {
  const std::lock_guard lock(mutex);
  if (seen.trouble.empty()) seen.trouble_us = steady_us();
  seen.trouble = error.code + ": " + error.what;
  ++seen.number;
}

void DeskWatch::Shared::watch_broker() {
  std::optional<BrokerLink> link;
  std::string boot;
  for (;; std::this_thread::sleep_for(kEvery)) {
    if (!link) {
      auto opened = BrokerLink::connect(home, version);
      if (!opened) {
        tell_trouble(opened.error());
        continue;
      }
      link.emplace(std::move(*opened));
    }
    const std::int64_t asked_us = steady_us();
    auto facts = look_at_desk(*link, home, environment);
    if (!facts) {
      link.reset();  // a channel that broke is not mended
      tell_trouble(facts.error());
      continue;
    }
    judge_account(*facts);
    const std::lock_guard lock(mutex);
    const v1::StatusReply& status = facts->base.status;
    if (!boot.empty() && boot != status.boot_id()) seen.notice = "the broker was started anew; it is another one since " + clock_time(status.market_us());
    boot = status.boot_id();
    seen.facts = std::make_shared<const DeskFacts>(std::move(*facts));
    seen.heard_us = asked_us;
    seen.trouble.clear();
    ++seen.number;
  }
}

void DeskWatch::Shared::watch_account() {
  std::optional<BrokerLink> link;
  for (;; std::this_thread::sleep_for(kAccountEvery)) {
    {
      const std::lock_guard lock(mutex);
      if (is_paper) continue;
    }
    if (!link) {
      auto opened = BrokerLink::connect(home, version);
      if (!opened) continue;  // the other thread says so
      link.emplace(std::move(*opened));
    }
    const std::int64_t asked_us = steady_us();
    auto reply = link->account_positions();
    if (!reply) link.reset();
    const std::lock_guard lock(mutex);
    if (reply && reply->answer().is_complete()) account = {std::move(*reply), "", asked_us, account.number + 1};
    else account.why = reply ? "the member's answer could not be read whole" : reply.error().text();
  }
}

DeskWatch::DeskWatch(std::string home, std::string version, trading::HomeEnvironment environment)
    : shared_(std::make_shared<Shared>(std::move(home), std::move(version), std::move(environment))) {
  std::thread([shared = shared_] { shared->watch_broker(); }).detach();
  std::thread([shared = shared_] { shared->watch_account(); }).detach();
}

DeskSeen DeskWatch::seen() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->seen;
}

}  // namespace approval_cli
