#include "approval_cli/desk_controls.h"

#include "approval_cli/keys.h"

namespace approval_cli {
namespace {

constexpr char kFlatWord[] = "FLAT";
constexpr std::int64_t kPatienceUs = 15'000'000;
constexpr std::size_t kMostTyped = 8;

}  // namespace

void DeskControls::ask(Asking what, std::int64_t now_us) {
  asking_ = what;
  typed_.clear();
  asked_us_ = now_us;
}

void DeskControls::tick(std::int64_t now_us) {
  const bool is_question = asking_ == Asking::kHalt || asking_ == Asking::kFlatten;
  if (is_question && now_us - asked_us_ > kPatienceUs) ask(Asking::kNothing, now_us);
}

DeskAction DeskControls::press(char key, std::int64_t now_us) {
  tick(now_us);
  switch (asking_) {
    case Asking::kNothing:
      if (key == 'h' || key == 'H') ask(Asking::kHalt, now_us);
      else if (key == 'f' || key == 'F') ask(Asking::kFlatten, now_us);
      else if (key == '?') ask(Asking::kHelp, now_us);
      else if (key == 'q' || key == 'Q') return DeskAction::kQuit;
      return DeskAction::kNone;
    case Asking::kHelp:
      // Who wants to stop does not first close a page.
      ask(key == 'h' || key == 'H' ? Asking::kHalt : Asking::kNothing, now_us);
      return DeskAction::kNone;
    case Asking::kHalt:
      ask(Asking::kNothing, now_us);
      return key == 'h' || key == 'H' || key == kEnter ? DeskAction::kHalt : DeskAction::kNone;
    case Asking::kFlatten:
      asked_us_ = now_us;
      if (key == kEnter) {
        const bool is_confirmed = typed_ == kFlatWord;
        ask(Asking::kNothing, now_us);
        return is_confirmed ? DeskAction::kFlatten : DeskAction::kNone;
      }
      if (key == kEscape) ask(Asking::kNothing, now_us);
      else if (key == kRubout && !typed_.empty()) typed_.pop_back();
      else if (key != kRubout && typed_.size() < kMostTyped) typed_ += key;
      return DeskAction::kNone;
  }
  return DeskAction::kNone;
}

}  // namespace approval_cli
