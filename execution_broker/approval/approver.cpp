#include "execution_broker/approval/approver.h"

#include <fcntl.h>
#include <liboath/oath.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "execution_broker/approval/format/statement.h"
#include "execution_broker/audit/format/digest.h"
#include "execution_broker/storage/folder_sync.h"
#include "trading/base/canonical_json.h"
#include "trading/base/invariant.h"

namespace broker {

using trading::CanonicalJson;
using trading::make_error;
using trading::Result;
using trading::Retry;
using trading::Status;

namespace {

constexpr std::size_t kSecretBytes = 20;
constexpr std::int64_t kStepSeconds = 30;

trading::Error invalid(const std::filesystem::path& file, const std::string& what) {
  return make_error("APPROVER_FILE_INVALID", file.string() + " " + what,
                    "restore it from a copy; or root removes it, and the approver enrols anew");
}

Result<std::optional<std::string>> read_file(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::exists(std::filesystem::symlink_status(path, error))) return std::optional<std::string>();
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return invalid(path, "is no regular file");
  // Whoever can write it names the approver: root, or the broker itself.
  if (status.st_uid != 0 && status.st_uid != ::geteuid()) return invalid(path, "belongs to uid " + std::to_string(status.st_uid));
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) return invalid(path, "may be written by others");
  std::ifstream in(path, std::ios::binary);
  std::string text(4'096, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (!in.eof()) return invalid(path, "cannot be read, or is too large");
  return std::optional(std::move(text));
}

trading::Error not_kept(const std::filesystem::path& path) {
  return make_error("APPROVER_NOT_KEPT", path.string() + " cannot be written: " + std::strerror(errno), "check the disk and who owns the folder");
}

Status write_file(const std::filesystem::path& path, std::string_view bytes, ::mode_t mode) {
  const std::string part = path.string() + ".part";
  ::unlink(part.c_str());
  const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (fd < 0) return not_kept(path);
  const bool is_written = ::fchmod(fd, mode) == 0 && ::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
                          ::fsync(fd) == 0;
  ::close(fd);
  if (!is_written || ::rename(part.c_str(), path.c_str()) != 0) return not_kept(path);
  return sync_folder(path.parent_path());
}

// Nothing where the file is not there.
Result<std::optional<Approver::Key>> read_key(const std::filesystem::path& path) {
  ASSIGN_OR_RETURN(auto text, read_file(path));
  if (!text) return std::optional<Approver::Key>();
  while (!text->empty() && text->back() == '\n') text->pop_back();
  const auto parsed = CanonicalJson::parse(*text, 4'096);
  if (!parsed) return invalid(path, "cannot be read");
  Approver::Key key;
  const auto hex = parsed->string_at("public"), enrolment = parsed->string_at("enrolment"), ledger = parsed->string_at("ledger");
  const auto enrolled = parsed->integer_at("enrolled_us"), uid = parsed->integer_at("uid");
  const auto has_totp = parsed->bool_at("totp");
  if (!hex || !audit_format::from_hex(*hex, key.public_key) || !approval_format::is_usable(key.public_key)) return invalid(path, "holds no public key");
  audit_format::Salt id{};  // a name of a file is made of it
  if (!enrolment || !audit_format::from_hex(*enrolment, id) || !ledger || !enrolled || !uid || !has_totp) return invalid(path, "lacks a field");
  key.key_id = approval_format::key_id_of(key.public_key);
  key.enrolled_us = *enrolled;
  key.uid = static_cast<std::uint32_t>(*uid);
  key.has_totp = *has_totp;
  key.enrolment = *enrolment;
  key.ledger = *ledger;
  return std::optional(std::move(key));
}

std::string base32(std::string_view bytes) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char c : bytes) {
    buffer = (buffer << 8) | static_cast<std::uint8_t>(c);
    for (bits += 8; bits >= 5; bits -= 5) text.push_back(kAlphabet[(buffer >> (bits - 5)) & 31U]);
  }
  if (bits > 0) text.push_back(kAlphabet[(buffer << (5 - bits)) & 31U]);
  return text;
}

}  // namespace

bool has_approver(const std::filesystem::path& keys) {
  std::error_code error;
  return std::filesystem::exists(keys / "approver.json", error);
}

Approver Approver::load(std::filesystem::path keys, std::filesystem::path storage) {
  Approver approver(std::move(keys), std::move(storage));
  if (approver.keys_.empty()) return approver;  // no home: nobody can be enrolled
  if (const Status read = approver.read_files(); !read) {
    approver.fault_ = read.error();
    approver.key_.reset();
    approver.staged_.reset();
  }
  return approver;
}

Status Approver::read_files() {
  ASSIGN_OR_RETURN(key_, read_key(key_file()));
  ASSIGN_OR_RETURN(staged_, read_key(staged_file()));
  return key_ ? read_totp_secret() : Status();
}

Status Approver::read_totp_secret() {
  totp_secret_.reset();
  if (!key_->has_totp) return {};
  ASSIGN_OR_RETURN(auto secret, read_file(totp_file(*key_)));
  if (!secret || secret->size() != kSecretBytes) return invalid(totp_file(*key_), "does not hold 20 bytes");
  totp_secret_.emplace(kSecretBytes);
  for (const char byte : *secret) (void)totp_secret_->append(byte);
  sodium_memzero(secret->data(), secret->size());
  return {};
}

Result<std::string> Approver::stage(const audit_format::PublicKey& public_key, bool wants_totp, std::uint32_t uid, std::int64_t wall_us,
                                    const std::string& ledger) {
  drop_staged();
  const Key key{public_key, approval_format::key_id_of(public_key), wall_us, uid, wants_totp,
                audit_format::to_hex(audit_format::random_salt()), ledger};
  std::string address;
  if (wants_totp) {
    std::string secret(kSecretBytes, '\0');
    randombytes_buf(secret.data(), secret.size());
    RETURN_IF_ERROR(write_file(totp_file(key), secret, 0600));
    address = "otpauth://totp/trading-mcp:approver-" + key.key_id + "?secret=" + base32(secret) + "&issuer=trading-mcp";
    sodium_memzero(secret.data(), secret.size());
  }
  const CanonicalJson file = CanonicalJson::object({{"v", 1},
                                                    {"public", audit_format::to_hex(public_key)},
                                                    {"key_id", key.key_id},
                                                    {"enrolled_us", wall_us},
                                                    {"uid", static_cast<std::int64_t>(uid)},
                                                    {"totp", wants_totp},
                                                    {"enrolment", key.enrolment},
                                                    {"ledger", ledger}});
  staged_ = key;
  if (Status written = write_file(staged_file(), file.write() + "\n", 0644); !written) {
    drop_staged();
    return written.error();
  }
  return address;
}

Status Approver::put_in_force() {
  const std::optional<Key> before = key_;
  if (::rename(staged_file().c_str(), key_file().c_str()) != 0) return not_kept(key_file());
  RETURN_IF_ERROR(sync_folder(keys_));
  key_ = std::exchange(staged_, std::nullopt);
  failures_.clear();
  if (before && before->has_totp) ::unlink(totp_file(*before).c_str());
  return read_totp_secret();
}

void Approver::drop_staged() {
  if (!staged_) return;
  ::unlink(staged_file().c_str());
  if (staged_->has_totp) ::unlink(totp_file(*staged_).c_str());
  staged_.reset();
}

Result<std::int64_t> Approver::check_totp(std::string_view code, std::int64_t last_step, std::int64_t wall_us, std::int64_t steady_us) {
  while (!failures_.empty() && steady_us - failures_.front() > kTotpLockUs) failures_.pop_front();
  if (failures_.size() >= kMostTotpFailures)
    return make_error("TOTP_LOCKED", std::to_string(kMostTotpFailures) + " wrong one-time passwords within 15 minutes",
                      "wait until the oldest of them is 15 minutes past; somebody may be guessing", Retry::kNo, "totp");
  if (code.empty())
    return make_error("TOTP_NEEDED", "a one-time password is needed", "give the six digits that the authenticator shows", Retry::kNo, "totp");
  INVARIANT(totp_secret_, "whoever has one-time passwords has their secret");
  const std::string_view secret = totp_secret_->text();
  const std::int64_t now_step = wall_us / 1'000'000 / kStepSeconds;
  for (std::int64_t step = now_step - 1; step <= now_step + 1; ++step) {
    char expected[7] = {};
    if (::oath_totp_generate(secret.data(), secret.size(), step * kStepSeconds, kStepSeconds, 0, 6, expected) != OATH_OK) continue;
    if (code.size() != 6 || sodium_memcmp(code.data(), expected, 6) != 0) continue;
    if (step <= last_step) {
      failures_.push_back(steady_us);
      return make_error("TOTP_USED", "this one-time password was used already", "wait for the next one", Retry::kNo, "totp");
    }
    return step;
  }
  failures_.push_back(steady_us);
  return make_error("TOTP_WRONG", "the one-time password is wrong",
                    "look at the clock of the phone and of this machine; after " + std::to_string(kMostTotpFailures) + " wrong ones it locks for 15 minutes",
                    Retry::kNo, "totp");
}

}  // namespace broker
