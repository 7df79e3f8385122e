// desk: one live screen. Looking is another thread's; this one draws, reads keys, halts and flattens.

#include <chrono>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "approval_cli/broker_link.h"
#include "approval_cli/commands/commands.h"
#include "approval_cli/desk_controls.h"
#include "approval_cli/desk_watch.h"
#include "approval_cli/halting.h"
#include "approval_cli/rendering/desk_view.h"
#include "approval_cli/terminal_screen.h"

namespace approval_cli::commands {
namespace {

constexpr std::chrono::milliseconds kLook{100};
constexpr std::int64_t kDrawEveryUs = 1'000'000;
constexpr std::int64_t kMessageUs = 30'000'000;
constexpr char kReason[] = "from the desk's screen";

// The last line said, and until when. A flatten speaks from its own thread.
class Message {
 public:
  void say(std::string text, Tone tone) {
    const std::lock_guard lock(mutex_);
    text_ = std::move(text);
    tone_ = tone;
    until_us_ = steady_us() + kMessageUs;
  }
  void put(DeskScreen& screen) const {
    const std::lock_guard lock(mutex_);
    if (steady_us() >= until_us_) return;
    screen.message = text_;
    screen.message_tone = tone_;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;              // guarded by mutex_, as the others
  Tone tone_ = Tone::kPlain;
  std::int64_t until_us_ = 0;
};

void halt_and_say(const Call& call, Message& message) {
  const auto halted = halt_now(call.home, call.version, kReason);
  if (!halted) message.say("NOT HALTED: " + halted.error().what + "; " + halted.error().fix, Tone::kBad);
  else if (halted->by_broker)
    message.say("HALTED. " + std::to_string(halted->by_broker->cancelled_entries()) + " working entries were cancelled; exits go on.", Tone::kBad);
  else message.say("HALTED by run/HALT: the broker did not do it (" + halted->why_by_file->code + ").", Tone::kBad);
}

// It may take as long as the exchange does: on a thread of its own that this process does not wait for.
void flatten_and_say(const Call& call, const std::shared_ptr<Message>& message) {
  message->say("Flattening ...", Tone::kWarning);
  std::thread([home = call.home, version = call.version, message] {
    auto link = BrokerLink::connect(home, version);
    if (!link) return message->say("NOT FLATTENED: " + link.error().text(), Tone::kBad);
    const auto reply = link->flatten("");
    if (!reply) return message->say("FLATTEN: " + reply.error().text(), Tone::kBad);
    std::string text = "FLATTEN: " + std::to_string(reply->orders_size()) + " orders are on their way.";
    for (const std::string& why : reply->not_possible()) text += " NOT possible: " + why + ".";
    message->say(text, reply->not_possible().empty() ? Tone::kGood : Tone::kBad);
  }).detach();
}

DeskScreen screen_of(const DeskSeen& seen, const TerminalScreen& terminal, const DeskControls& controls, const Message& message, bool has_colour) {
  DeskScreen screen;
  screen.columns = terminal.columns();
  screen.rows = terminal.rows();
  screen.has_colour = has_colour;
  screen.age_us = steady_us() - seen.heard_us;
  screen.trouble = seen.trouble;
  screen.trouble_us = seen.trouble.empty() ? 0 : steady_us() - seen.trouble_us;
  screen.asking = controls.asking();
  screen.typed = controls.typed();
  message.put(screen);
  return screen;
}

int live(const Call& call) {
  auto terminal = TerminalScreen::open();  // before every thread: they take over its signals
  if (!terminal) return report(call, terminal.error());
  const DeskWatch watch(call.home, call.version, call.console.environment);
  const auto message = std::make_shared<Message>();
  DeskControls controls;
  std::string notice;
  std::uint64_t shown = 0;
  std::int64_t drawn_us = 0;
  for (bool is_changed = true;;) {
    const DeskSeen seen = watch.seen();
    if (seen.notice != notice) message->say(notice = seen.notice, Tone::kWarning);
    controls.tick(steady_us());
    if (is_changed || seen.number != shown || steady_us() - drawn_us >= kDrawEveryUs) {
      (*terminal)->show(desk_frame(seen.facts.get(), screen_of(seen, **terminal, controls, *message, call.has_colour())));
      shown = seen.number;
      drawn_us = steady_us();
    }
    const TerminalScreen::Heard heard = (*terminal)->wait(kLook);
    if (heard.is_over) return kDone;
    is_changed = heard.is_changed || !heard.keys.empty();
    for (const char key : heard.keys) {
      switch (controls.press(key, steady_us())) {
        case DeskAction::kNone:
          break;
        case DeskAction::kHalt:
          halt_and_say(call, *message);
          break;
        case DeskAction::kFlatten:
          flatten_and_say(call, message);
          break;
        case DeskAction::kQuit:
          return kDone;
      }
    }
  }
}

int once(const Call& call, const DeskArguments& arguments) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  auto facts = look_at_desk(*link, call.home, call.console.environment);
  if (!facts) return report(call, facts.error());
  look_at_account(*link, *facts);
  if (call.is_json) {
    call.console.out << desk_json(*facts).write() << "\n";
    return kDone;
  }
  DeskScreen screen;
  screen.columns = static_cast<std::size_t>(arguments.columns);
  screen.rows = 0;
  screen.has_colour = call.has_colour();
  for (const std::string& line : desk_frame(&*facts, screen)) call.console.out << line << "\n";
  return kDone;
}

}  // namespace

int desk(const Call& call, const DeskArguments& arguments) {
  if (arguments.is_once || call.is_json) return once(call, arguments);
  if (!call.console.is_in_tty || !call.console.is_out_tty)
    return report(call, usage_error("the live screen needs a terminal, and there is none", "approval_cli desk --once prints it, --json for programs"));
  return live(call);
}

}  // namespace approval_cli::commands
