#pragma once

// What the keys of the live screen mean, with the questions before what acts. Pure: time is given.

#include <cstdint>
#include <string>

#include "approval_cli/rendering/desk_view.h"

namespace approval_cli {

enum class DeskAction { kNone, kHalt, kFlatten, kQuit };

class DeskControls {
 public:
  DeskAction press(char key, std::int64_t now_us);
  // A question that nobody answers goes away.
  void tick(std::int64_t now_us);

  [[nodiscard]] Asking asking() const { return asking_; }
  [[nodiscard]] const std::string& typed() const { return typed_; }

 private:
  void ask(Asking what, std::int64_t now_us);
  Asking asking_ = Asking::kNothing;
  std::string typed_;
  std::int64_t asked_us_ = 0;
};

}  // namespace approval_cli
