#pragma once

// The live screen, as lines: what the broker said last, how old that is, and what the human is about to do. Pure; the terminal
// is terminal_screen's. From 30 columns up; below 76 a row takes two lines. What does not fit is counted, never just left out.
//
//   OPEN  rehearsal  10:02:11 IST  continuous trading                          live
//   WRONG  ...                       only when something is
//   TODAY, OPEN, NEXT                money, then the clock
//   WAITS                            for the human's approval
//   POSITIONS, BY HAND, RESTING      the agent's, the human's own, what rests at the exchange
//   MANDATES, LIMITS
//   h halt  f flatten  ? help  q quit

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "approval_cli/rendering/json.h"
#include "approval_cli/rendering/page.h"
#include "approval_cli/rendering/status_view.h"
#include "broker/v1/account.pb.h"
#include "broker/v1/approval.pb.h"

namespace approval_cli {

// What the account holds and the agent's book (the first one) does not: the human's own doing.
struct HandPosition {
  std::string symbol;
  std::string product;
  std::int64_t quantity = 0;  // negative = short
  friend bool operator==(const HandPosition&, const HandPosition&) = default;
};

struct DeskFacts {
  StatusFacts base;  // status, portfolio, working orders, the halt file, the audit alarm, what is missing
  std::optional<broker::v1::ListProposalsReply> proposals;
  std::optional<broker::v1::ListMandatesReply> mandates;
  std::optional<broker::v1::ListRecommendationsReply> recommendations;
  std::optional<std::vector<HandPosition>> hand;  // empty: paper, or not known (yet)
  std::string hand_missing;                       // why it could not be read
};

std::vector<HandPosition> by_hand(const broker::v1::FetchPortfolioReply& portfolio, const broker::v1::FetchBrokerPositionsReply& account);

enum class Asking { kNothing, kHalt, kFlatten, kHelp };

struct DeskScreen {
  std::size_t columns = 80;
  std::size_t rows = 24;  // 0 = as many as it takes, and no line of keys: one print on paper
  bool has_colour = false;
  std::int64_t age_us = 0;   // of the facts
  std::string trouble;       // why the broker does not answer; empty = it does
  std::int64_t trouble_us = 0;  // for how long
  Asking asking = Asking::kNothing;
  std::string typed;         // behind a question
  std::string message;       // what became of the last command
  Tone message_tone = Tone::kPlain;
};

// Older figures are called old, whatever the reason.
inline constexpr std::int64_t kLiveForUs = 3'000'000;

// At most `rows` lines of at most `columns`; the tones' escapes aside, no byte that a terminal obeys. `facts` may be null: nothing
// was heard yet.
std::vector<std::string> desk_frame(const DeskFacts* facts, const DeskScreen& screen);
JsonObject desk_json(const DeskFacts& facts);

}  // namespace approval_cli
