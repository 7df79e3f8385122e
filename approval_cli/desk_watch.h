#pragma once

// Looks at the broker once a second on a thread of its own, and at the account at the exchange member every five on another: a
// screen that shows it never waits for either. A broker that went away is looked for again; what was last heard keeps its age.

#include <cstdint>
#include <memory>
#include <string>

#include "approval_cli/console.h"
#include "approval_cli/rendering/desk_view.h"

namespace approval_cli {

class BrokerLink;

struct DeskSeen {
  std::shared_ptr<const DeskFacts> facts;  // null: nothing was heard yet
  std::int64_t heard_us = 0;               // steady: when they were asked for
  std::string trouble;                     // why the broker does not answer; empty = it does
  std::int64_t trouble_us = 0;             // steady: since when
  std::string notice;                      // "the broker was restarted at 10:02"
  std::uint64_t number = 0;                // another one with each look
};

class DeskWatch {
 public:
  // Threads begin here. They end with the process: one may be in the middle of a call.
  DeskWatch(std::string home, std::string version, trading::HomeEnvironment environment);
  [[nodiscard]] DeskSeen seen() const;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

std::int64_t steady_us();
// One look, all of it, now. An error: the broker gave no status.
trading::Result<DeskFacts> look_at_desk(BrokerLink& link, const std::string& home, const trading::HomeEnvironment& environment);
// The account beside the book, asked for now: sets `hand` or says why not. Nothing in paper.
void look_at_account(BrokerLink& link, DeskFacts& facts);

}  // namespace approval_cli
