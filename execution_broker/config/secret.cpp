#include "execution_broker/config/secret.h"

#include <sodium.h>

#include <cstring>

#include "trading/base/invariant.h"

namespace broker {

Secret::Secret(std::string_view bytes) {
  if (bytes.empty()) return;
  // Chooses the page size and the canary; safe from any thread, and cheap after the first time.
  INVARIANT(sodium_init() >= 0, "libsodium cannot be initialised");
  bytes_ = static_cast<char*>(sodium_malloc(bytes.size()));
  INVARIANT(bytes_ != nullptr, "no memory for a secret");
  size_ = bytes.size();
  std::memcpy(bytes_, bytes.data(), size_);
  sodium_mprotect_readonly(bytes_);
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    bytes_ = std::exchange(other.bytes_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

void Secret::wipe() {
  if (bytes_ != nullptr) sodium_free(bytes_);  // makes the pages writable, overwrites, gives back
  bytes_ = nullptr;
  size_ = 0;
}

}  // namespace broker
