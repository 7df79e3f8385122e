#include "approval_cli/keys.h"

namespace approval_cli {
namespace {

constexpr std::string_view kPasteBegins = "200~";
constexpr std::string_view kPasteEnds = "\x1b[201~";
constexpr std::size_t kMostSequence = 32;  // no terminal sends longer ones

}  // namespace

std::vector<char> KeyReader::read(std::string_view bytes) {
  std::vector<char> keys;
  for (const char byte : bytes) take(byte, keys);
  return keys;
}

std::vector<char> KeyReader::pause() {
  if (state_ != State::kEscaped) return {};
  state_ = State::kGround;
  return {kEscape};
}

// ESC [ parameters final | ESC O one byte | ESC one byte (with Alt); ESC [ 200 ~ text ESC [ 201 ~
void KeyReader::take(char byte, std::vector<char>& keys) {
  const auto code = static_cast<unsigned char>(byte);
  switch (state_) {
    case State::kGround:
      if (byte == kEscape) state_ = State::kEscaped;
      else if (byte == '\n' || byte == '\r') keys.push_back(kEnter);
      else if (byte == '\b' || byte == kRubout) keys.push_back(kRubout);
      else if (code >= 0x20 && code < 0x7f) keys.push_back(byte);
      return;
    case State::kEscaped:
      sequence_.clear();
      if (byte == '[') state_ = State::kSequence;
      else if (byte == 'O') state_ = State::kSingle;
      else state_ = byte == kEscape ? State::kEscaped : State::kGround;
      return;
    case State::kSingle:
      state_ = State::kGround;
      return;
    case State::kSequence:
      if (sequence_.size() < kMostSequence) sequence_ += byte;
      if (code < 0x40 || code > 0x7e) return;
      state_ = State::kGround;
      if (sequence_ == kPasteBegins) {
        state_ = State::kPasted;
        tail_.clear();
      }
      return;
    case State::kPasted:
      tail_ += byte;
      if (tail_.size() > kPasteEnds.size()) tail_.erase(0, tail_.size() - kPasteEnds.size());
      if (tail_ == kPasteEnds) state_ = State::kGround;
      return;
  }
}

}  // namespace approval_cli
