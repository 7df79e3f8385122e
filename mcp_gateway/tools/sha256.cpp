#include "mcp_gateway/tools/sha256.h"

#include <openssl/evp.h>

#include <array>

#include "trading/base/invariant.h"

namespace tools {

struct Sha256::State {
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  INVARIANT(state_->context && EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) == 1,
            "SHA-256 is there");
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  INVARIANT(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1,
            "bytes are hashed");
}

std::string Sha256::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  INVARIANT(EVP_DigestFinal_ex(state_->context.get(), digest.data(), &size) == 1,
            "a hash has an end");
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(std::size_t{2} * size);
  for (unsigned i = 0; i < size; ++i) {
    hex += kDigits[digest[i] >> 4U];
    hex += kDigits[digest[i] & 0xFU];
  }
  return hex;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hash.hex();
}

}  // namespace tools
