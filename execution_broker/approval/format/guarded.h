#pragma once

// Bytes that nobody else may see, for as long as they live: a passphrase, a seed. In libsodium's guarded memory: between pages
// that cannot be touched, locked against swap, left out of core files, overwritten when given up. No copy, no printing.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace approval_format {

class Guarded {
 public:
  // Aborts when there is no such memory: nothing that follows could keep the secret.
  explicit Guarded(std::size_t capacity);
  ~Guarded();
  Guarded(Guarded&& other) noexcept;
  Guarded& operator=(Guarded&&) = delete;
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  [[nodiscard]] std::uint8_t* data() { return bytes_; }

  // As a text that grows to the capacity; false: it is full, and the byte is not taken.
  bool append(char byte);
  void drop_last();
  void clear();
  [[nodiscard]] std::string_view text() const { return {reinterpret_cast<const char*>(bytes_), size_}; }

 private:
  std::uint8_t* bytes_;
  std::size_t capacity_;
  std::size_t size_ = 0;
};

}  // namespace approval_format
