#pragma once

// Bytes of a terminal in, keys out. Arrow and function keys (escape sequences), text that is pasted and characters beyond ASCII
// are swallowed whole: none of their bytes is taken for a key that somebody pressed.

#include <string>
#include <string_view>
#include <vector>

namespace approval_cli {

// A printable ASCII character, or one of these.
inline constexpr char kEnter = '\r';
inline constexpr char kRubout = '\x7f';
inline constexpr char kEscape = '\x1b';  // pressed by itself

class KeyReader {
 public:
  std::vector<char> read(std::string_view bytes);
  // Nothing came for a moment: an escape that stands alone was the key.
  std::vector<char> pause();

 private:
  enum class State { kGround, kEscaped, kSequence, kSingle, kPasted };
  void take(char byte, std::vector<char>& keys);
  State state_ = State::kGround;
  std::string sequence_;  // of the one being read, at most a few bytes
  std::string tail_;      // of what is pasted: its end is "\x1b[201~"
};

}  // namespace approval_cli
