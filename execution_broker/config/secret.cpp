#include "execution_broker/config/secret.h"

#include <string.h>  // explicit_bzero is not in <cstring>'s namespace

#include <utility>

namespace broker {

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    bytes_ = std::move(other.bytes_);
    other.bytes_.clear();
  }
  return *this;
}

void Secret::wipe() {
  // A plain loop before a free is dead code to an optimiser.
  if (!bytes_.empty()) explicit_bzero(bytes_.data(), bytes_.size());
  bytes_.clear();
}

}  // namespace broker
