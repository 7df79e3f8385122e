#include "execution_broker/approval/format/sealed_key.h"

#include <sodium.h>

#include <array>

#include "execution_broker/approval/format/statement.h"
#include "execution_broker/audit/format/digest.h"
#include "execution_broker/audit/format/sodium_ready.h"
#include "trading/base/canonical_json.h"

namespace approval_format {

using audit_format::from_hex;
using audit_format::PublicKey;
using audit_format::SigningKey;
using audit_format::to_hex;
using trading::CanonicalJson;
using trading::make_error;
using trading::Result;

namespace {

constexpr std::size_t kSeed = audit_format::kSeedBytes;
using Salt = std::array<std::uint8_t, crypto_pwhash_argon2id_SALTBYTES>;
using Nonce = std::array<std::uint8_t, crypto_secretbox_NONCEBYTES>;
using Sealed = std::array<std::uint8_t, kSeed + crypto_secretbox_MACBYTES>;

// What a file may ask of the machine that opens it.
constexpr std::int64_t kMostMemory = std::int64_t{1} << 30;
constexpr std::int64_t kMostOps = 10;

trading::Error invalid(const std::string& what) {
  return make_error("KEY_FILE_INVALID", "the approver's key file " + what,
                    "restore it from a copy; without one, root removes keys/approver.json and a new key is enrolled");
}

// Bytes in guarded memory, locked and wiped.
class Guarded {
 public:
  explicit Guarded(std::size_t size) : bytes_(static_cast<std::uint8_t*>(sodium_malloc(size))) {}
  ~Guarded() { sodium_free(bytes_); }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  [[nodiscard]] std::uint8_t* get() const { return bytes_; }

 private:
  std::uint8_t* bytes_;
};

bool derive(Guarded& key, std::string_view passphrase, const Salt& salt, std::int64_t ops, std::int64_t memory) {
  return crypto_pwhash(key.get(), crypto_secretbox_KEYBYTES, passphrase.data(), passphrase.size(), salt.data(),
                       static_cast<unsigned long long>(ops), static_cast<std::size_t>(memory), crypto_pwhash_ALG_ARGON2ID13) == 0;
}

template <typename Bytes>
Result<Bytes> bytes_at(const CanonicalJson& file, std::string_view field) {
  Bytes bytes{};
  const auto text = file.string_at(field);
  if (!text || !from_hex(*text, bytes)) return invalid("has no field " + std::string(field) + " of that length");
  return bytes;
}

}  // namespace

Result<NewKey> make_sealed_key(std::string_view passphrase) {
  audit_format::sodium_ready();
  if (passphrase.size() < kLeastPassphrase)
    return make_error("PASSPHRASE_TOO_SHORT", "the passphrase has fewer than " + std::to_string(kLeastPassphrase) + " characters",
                      "a few words that belong together only for you are longer and easier");
  Guarded seed(kSeed), key(crypto_secretbox_KEYBYTES);
  if (seed.get() == nullptr || key.get() == nullptr)
    return make_error("NO_GUARDED_MEMORY", "no locked memory for the key", "raise the limit of locked memory (ulimit -l)");
  randombytes_buf(seed.get(), kSeed);
  Salt salt{};
  Nonce nonce{};
  randombytes_buf(salt.data(), salt.size());
  randombytes_buf(nonce.data(), nonce.size());
  constexpr std::int64_t kOps = crypto_pwhash_OPSLIMIT_MODERATE, kMemory = crypto_pwhash_MEMLIMIT_MODERATE;
  if (!derive(key, passphrase, salt, kOps, kMemory))
    return make_error("NO_MEMORY", "256 MB of memory are needed to seal the key, and were not given", "free some and try again");
  Sealed sealed{};
  crypto_secretbox_easy(sealed.data(), seed.get(), kSeed, nonce.data(), key.get());
  const SigningKey signing(std::span<const std::uint8_t, kSeed>(seed.get(), kSeed));
  NewKey made;
  made.public_key = signing.public_key();
  made.sealed = CanonicalJson::object({{"v", 1},
                                       {"kdf", "argon2id13"},
                                       {"ops", kOps},
                                       {"memory", kMemory},
                                       {"salt", to_hex(salt)},
                                       {"nonce", to_hex(nonce)},
                                       {"sealed", to_hex(sealed)},
                                       {"public", to_hex(made.public_key)},
                                       {"key_id", key_id_of(made.public_key)}})
                    .write() + "\n";
  return made;
}

Result<PublicKey> public_key_of(std::string_view file) {
  while (!file.empty() && file.back() == '\n') file.remove_suffix(1);
  const auto parsed = CanonicalJson::parse(file, 4'096);
  if (!parsed) return invalid("cannot be read");
  return bytes_at<PublicKey>(*parsed, "public");
}

Result<std::unique_ptr<SigningKey>> open_sealed_key(std::string_view file, std::string_view passphrase) {
  audit_format::sodium_ready();
  while (!file.empty() && file.back() == '\n') file.remove_suffix(1);
  const auto parsed = CanonicalJson::parse(file, 4'096);
  if (!parsed) return invalid("cannot be read");
  const auto kdf = parsed->string_at("kdf");
  if (!kdf || *kdf != "argon2id13") return invalid("is sealed in a way this version does not know");
  ASSIGN_OR_RETURN(const PublicKey public_key, bytes_at<PublicKey>(*parsed, "public"));
  ASSIGN_OR_RETURN(const Salt salt, bytes_at<Salt>(*parsed, "salt"));
  ASSIGN_OR_RETURN(const Nonce nonce, bytes_at<Nonce>(*parsed, "nonce"));
  ASSIGN_OR_RETURN(const Sealed sealed, bytes_at<Sealed>(*parsed, "sealed"));
  const auto ops = parsed->integer_at("ops"), memory = parsed->integer_at("memory");
  if (!ops || !memory || *ops < 1 || *ops > kMostOps || *memory < 8'192 || *memory > kMostMemory)
    return invalid("asks for work out of bounds");
  Guarded seed(kSeed), key(crypto_secretbox_KEYBYTES);
  if (seed.get() == nullptr || key.get() == nullptr || !derive(key, passphrase, salt, *ops, *memory))
    return make_error("NO_MEMORY", "256 MB of memory are needed to open the key, and were not given", "free some and try again");
  if (crypto_secretbox_open_easy(seed.get(), sealed.data(), sealed.size(), nonce.data(), key.get()) != 0)
    return make_error("PASSPHRASE_WRONG", "the passphrase does not open the key", "try again");
  auto signing = std::make_unique<SigningKey>(std::span<const std::uint8_t, kSeed>(seed.get(), kSeed));
  if (signing->public_key() != public_key) return invalid("names another public key than it holds");
  return signing;
}

}  // namespace approval_format
