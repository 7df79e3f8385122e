#pragma once

// The approver as the broker knows him: a public key (keys/approver.json, readable by all) and, where one was asked for, the
// secret of his one-time passwords (storage/approver_totp_ENROLMENT.key, the broker's alone). One at a time; another key takes
// his place only by his own signature, or after root removed the file.
//
// An enrolment is a file here and a decision in a ledger. So that a stop between the two leaves the one approver or the other
// and never half of both, it goes in three steps: staged (keys/approver.json.staged names the ledger and the enrolment), decided
// by the ledger's transaction, put in force by a rename. Who opens the files asks the ledger what became of a staged one.
//
// The desk's thread alone.

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "execution_broker/approval/format/guarded.h"
#include "execution_broker/audit/format/keys.h"
#include "trading/base/result.h"

namespace broker {

inline constexpr int kMostTotpFailures = 5;
inline constexpr std::int64_t kTotpLockUs = 900'000'000;  // failures within this time

class Approver {
 public:
  struct Key {
    audit_format::PublicKey public_key{};
    std::string key_id;
    std::int64_t enrolled_us = 0;  // wall time
    std::uint32_t uid = 0;
    bool has_totp = false;
    std::string enrolment;  // random, hex
    std::string ledger;     // whose transaction decides or decided it
  };

  // Reads what is there.
  static Approver load(std::filesystem::path keys, std::filesystem::path storage);
  // APPROVER_FILE_INVALID: nothing can be signed, nobody can enrol, and nothing stands for a signature. The broker runs all
  // the same: stopping and exits never need a key.
  [[nodiscard]] const std::optional<trading::Error>& fault() const { return fault_; }

  [[nodiscard]] const std::optional<Key>& key() const { return key_; }

  // Writes the files of another approver beside those of this one; the otpauth:// address that an authenticator app reads,
  // empty without one-time passwords. APPROVER_NOT_KEPT.
  trading::Result<std::string> stage(const audit_format::PublicKey& key, bool wants_totp, std::uint32_t uid, std::int64_t wall_us,
                                     const std::string& ledger);
  [[nodiscard]] const std::optional<Key>& staged() const { return staged_; }
  // It was decided: it takes the place. APPROVER_NOT_KEPT.
  trading::Status put_in_force();
  // It was not.
  void drop_staged();

  // TOTP_NEEDED, TOTP_WRONG, TOTP_USED, TOTP_LOCKED. The step of the code: it and all before are used up once the caller has
  // kept it. One step to either side of `wall_us` is taken.
  trading::Result<std::int64_t> check_totp(std::string_view code, std::int64_t last_step, std::int64_t wall_us, std::int64_t steady_us);

 private:
  Approver(std::filesystem::path keys, std::filesystem::path storage) : keys_(std::move(keys)), storage_(std::move(storage)) {}
  [[nodiscard]] std::filesystem::path key_file() const { return keys_ / "approver.json"; }
  [[nodiscard]] std::filesystem::path staged_file() const { return keys_ / "approver.json.staged"; }
  [[nodiscard]] std::filesystem::path totp_file(const Key& key) const { return storage_ / ("approver_totp_" + key.enrolment + ".key"); }

  trading::Status read_files();
  trading::Status read_totp_secret();

  std::filesystem::path keys_, storage_;
  std::optional<Key> key_;
  std::optional<Key> staged_;
  std::optional<trading::Error> fault_;
  std::optional<approval_format::Guarded> totp_secret_;  // bytes
  std::deque<std::int64_t> failures_; // steady time of each wrong code
};

// Is a key enrolled in this folder? For the list of what live needs; nothing is checked.
bool has_approver(const std::filesystem::path& keys);

}  // namespace broker
