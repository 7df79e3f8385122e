#pragma once

// A password, key or token. It cannot be copied, printed or compared by accident: there is no
// formatter, no stream operator and no conversion; whoever needs the bytes says reveal(). The
// memory is overwritten when it is given up.

#include <string_view>
#include <utility>
#include <vector>

namespace broker {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view bytes) : bytes_(bytes.begin(), bytes.end()) {}
  ~Secret() { wipe(); }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }
  Secret& operator=(Secret&& other) noexcept;

  [[nodiscard]] bool is_set() const { return !bytes_.empty(); }
  // Valid as long as this object; copy nothing out of it that outlives the call it is for.
  [[nodiscard]] std::string_view reveal() const { return {bytes_.data(), bytes_.size()}; }
  void wipe();

 private:
  std::vector<char> bytes_;
};

}  // namespace broker
