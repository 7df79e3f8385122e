#pragma once

// The file run/EXPOSED: there while the book holds a position or an order works. It outlives a broker
// that is killed, so what stands outside of the broker (the alarm, the sleep inhibitor: scripts/install)
// knows that there is something at stake.

#include <filesystem>

#include "trading/base/result.h"

namespace broker {

class ExposureMark {
 public:
  explicit ExposureMark(std::filesystem::path run) : path_(std::move(run) / "EXPOSED") {}
  // Makes or removes the file when that changes; called on every tick. EXPOSURE_MARK: it could not; tried
  // again next time.
  trading::Status set(bool is_exposed);

 private:
  std::filesystem::path path_;
  enum class State { kUnknown, kThere, kGone } state_ = State::kUnknown;
};

}  // namespace broker
