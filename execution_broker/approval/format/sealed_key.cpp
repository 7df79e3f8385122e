#include "execution_broker/approval/format/sealed_key.h"

#include <sodium.h>

#include "execution_broker/approval/format/guarded.h"
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
using Salt = decltype(SealedKey::salt);
static_assert(sizeof(Salt) == crypto_pwhash_argon2id_SALTBYTES);
static_assert(sizeof(SealedKey::nonce) == crypto_secretbox_NONCEBYTES);
static_assert(sizeof(SealedKey::sealed) == kSeed + crypto_secretbox_MACBYTES);

// What a file may ask of the machine that opens it.
constexpr std::int64_t kMostMemory = std::int64_t{1} << 30;
constexpr std::int64_t kMostOps = 10;

trading::Error invalid(const std::string& what) {
  return make_error("KEY_FILE_INVALID", "the approver's key file " + what,
                    "restore it from a copy; without one, root removes keys/approver.json and a new key is enrolled");
}

bool derive(Guarded& key, std::string_view passphrase, const Salt& salt, std::int64_t ops, std::int64_t memory) {
  return crypto_pwhash(key.data(), crypto_secretbox_KEYBYTES, passphrase.data(), passphrase.size(), salt.data(),
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
  randombytes_buf(seed.data(), kSeed);
  SealedKey made;
  randombytes_buf(made.salt.data(), made.salt.size());
  randombytes_buf(made.nonce.data(), made.nonce.size());
  made.ops = crypto_pwhash_OPSLIMIT_MODERATE;
  made.memory = crypto_pwhash_MEMLIMIT_MODERATE;
  if (!derive(key, passphrase, made.salt, made.ops, made.memory))
    return make_error("NO_MEMORY", "256 MB of memory are needed to seal the key, and were not given", "free some and try again");
  crypto_secretbox_easy(made.sealed.data(), seed.data(), kSeed, made.nonce.data(), key.data());
  const SigningKey signing(std::span<const std::uint8_t, kSeed>(seed.data(), kSeed));
  made.public_key = signing.public_key();
  return NewKey{made.public_key, line_of(made)};
}

std::string line_of(const SealedKey& key) {
  return CanonicalJson::object({{"v", 1},
                                {"kdf", "argon2id13"},
                                {"ops", key.ops},
                                {"memory", key.memory},
                                {"salt", to_hex(key.salt)},
                                {"nonce", to_hex(key.nonce)},
                                {"sealed", to_hex(key.sealed)},
                                {"public", to_hex(key.public_key)},
                                {"key_id", key_id_of(key.public_key)}})
             .write() + "\n";
}

Result<SealedKey> parse_sealed_key(std::string_view file) {
  if (!file.empty() && file.back() == '\n') file.remove_suffix(1);
  const auto parsed = CanonicalJson::parse(file, 4'096);
  if (!parsed) return invalid("cannot be read");
  const auto version = parsed->integer_at("v");
  const auto kdf = parsed->string_at("kdf");
  if (!version || *version != 1 || !kdf || *kdf != "argon2id13") return invalid("is sealed in a way this version does not know");
  SealedKey key;
  ASSIGN_OR_RETURN(key.public_key, bytes_at<PublicKey>(*parsed, "public"));
  ASSIGN_OR_RETURN(key.salt, bytes_at<Salt>(*parsed, "salt"));
  ASSIGN_OR_RETURN(key.nonce, bytes_at<decltype(key.nonce)>(*parsed, "nonce"));
  ASSIGN_OR_RETURN(key.sealed, bytes_at<decltype(key.sealed)>(*parsed, "sealed"));
  const auto ops = parsed->integer_at("ops"), memory = parsed->integer_at("memory");
  if (!ops || !memory || *ops < 1 || *ops > kMostOps || *memory < 8'192 || *memory > kMostMemory)
    return invalid("asks for work out of bounds");
  key.ops = *ops;
  key.memory = *memory;
  const auto key_id = parsed->string_at("key_id");
  if (!key_id || *key_id != key_id_of(key.public_key)) return invalid("names another key than it holds");
  constexpr std::size_t kFields = 9;
  if (parsed->if_object()->size() != kFields) return invalid("has fields that this version does not know");
  return key;
}

Result<std::unique_ptr<SigningKey>> open_sealed_key(std::string_view file, std::string_view passphrase) {
  audit_format::sodium_ready();
  ASSIGN_OR_RETURN(const SealedKey sealed, parse_sealed_key(file));
  Guarded seed(kSeed), key(crypto_secretbox_KEYBYTES);
  if (!derive(key, passphrase, sealed.salt, sealed.ops, sealed.memory))
    return make_error("NO_MEMORY", std::to_string(sealed.memory >> 20) + " MB of memory are needed to open the key, and were not given",
                      "free some and try again");
  if (crypto_secretbox_open_easy(seed.data(), sealed.sealed.data(), sealed.sealed.size(), sealed.nonce.data(), key.data()) != 0)
    return make_error("PASSPHRASE_WRONG", "the passphrase does not open the key", "try again");
  auto signing = std::make_unique<SigningKey>(std::span<const std::uint8_t, kSeed>(seed.data(), kSeed));
  if (signing->public_key() != sealed.public_key) return invalid("names another public key than it holds");
  return signing;
}

}  // namespace approval_format
