#pragma once

// A password, key or token. It cannot be copied, printed or compared by accident: there is no
// formatter, no stream operator and no conversion; whoever needs the bytes says reveal().
//
// The bytes live in pages of their own (libsodium's guarded memory): between two pages that cannot
// be touched, so that running over a neighbouring buffer ends the process instead of reaching them;
// locked, so that they are not written to swap, as far as RLIMIT_MEMLOCK goes; left out of core
// files; read-only once filled; overwritten when given up.

#include <cstddef>
#include <string_view>
#include <utility>

namespace broker {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view bytes);
  ~Secret() { wipe(); }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept
      : bytes_(std::exchange(other.bytes_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Secret& operator=(Secret&& other) noexcept;

  [[nodiscard]] bool is_set() const { return size_ != 0; }
  // Valid as long as this object; copy nothing out of it that outlives the call it is for.
  [[nodiscard]] std::string_view reveal() const { return {bytes_, size_}; }
  void wipe();

 private:
  char* bytes_ = nullptr;  // own pages; nullptr when empty
  std::size_t size_ = 0;
};

}  // namespace broker
