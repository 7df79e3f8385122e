#include "execution_broker/approval/format/guarded.h"

#include <sodium.h>

#include <utility>

#include "execution_broker/audit/format/sodium_ready.h"
#include "trading/base/invariant.h"

namespace approval_format {

Guarded::Guarded(std::size_t capacity) : capacity_(capacity) {
  audit_format::sodium_ready();
  bytes_ = static_cast<std::uint8_t*>(sodium_malloc(capacity));
  INVARIANT(bytes_ != nullptr, "no guarded memory for a secret: raise the limit of locked memory (ulimit -l)");
}

Guarded::~Guarded() {
  if (bytes_ != nullptr) sodium_free(bytes_);  // overwrites
}

Guarded::Guarded(Guarded&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)), capacity_(std::exchange(other.capacity_, 0)), size_(std::exchange(other.size_, 0)) {}

bool Guarded::append(char byte) {
  if (size_ == capacity_) return false;
  bytes_[size_++] = static_cast<std::uint8_t>(byte);
  return true;
}

void Guarded::drop_last() {
  if (size_ > 0) bytes_[--size_] = 0;
}

void Guarded::clear() {
  if (bytes_ != nullptr) sodium_memzero(bytes_, size_);
  size_ = 0;
}

}  // namespace approval_format
