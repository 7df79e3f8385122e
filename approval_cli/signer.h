#pragma once

// The approver at his terminal: his sealed key, the card, the typed challenge, the passphrase, the signature. Signing refuses
// anything but a terminal, and a broker whose audit log does not go on from where this side saw it last.

#include <memory>
#include <optional>
#include <string>

#include "approval_cli/broker_link.h"
#include "approval_cli/console.h"
#include "approval_cli/terminal.h"
#include "approval_cli/witness_store.h"
#include "broker/v1/approval.pb.h"
#include "execution_broker/approval/format/sealed_key.h"

namespace approval_cli {

class Signer {
 public:
  // `key_file`: empty = the operator's own state folder. Nothing is read yet.
  static trading::Result<Signer> of(const Call& call, const std::string& key_file);

  [[nodiscard]] const std::filesystem::path& key_file() const { return key_file_; }

  // Shows the card of `opened`, asks for the challenge, the passphrase and the one-time password, signs and sends. `rejects`:
  // typing "r" is told as REJECTED_BY_HUMAN. NOT_CONFIRMED: nothing was signed.
  trading::Result<broker::v1::SignStatementReply> sign(const Call& call, BrokerLink& link, const broker::v1::OpenStatementReply& opened,
                                                       bool may_reject);

 private:
  Signer(std::filesystem::path key_file, WitnessStore witness) : key_file_(std::move(key_file)), witness_(std::move(witness)) {}
  // The log goes on from what was seen: not shorter, and the record that was the last is there with the same hash.
  trading::Status check_continuity(BrokerLink& link, const trading::CanonicalJson& statement) const;
  trading::Status remember(const trading::CanonicalJson& statement) const;
  trading::Status unlock(const Call& call, bool is_quick);

  std::filesystem::path key_file_;
  WitnessStore witness_;
  std::unique_ptr<audit_format::SigningKey> key_;  // once unlocked, for as long as this process lives
};

// The terminal is not in the hands of a user whom the broker names as the agent (ancestry.h).
trading::Status must_be_out_of_reach(BrokerLink& link);

}  // namespace approval_cli
