#pragma once

// The files of the audit key: the secret seed (32 raw bytes, 0600, the broker's alone) and
// keys/audit.pub, which verifiers read. The seed is made at the first start; a lost one is replaced
// by a new key, and the old public key stays in audit.pub so that old checkpoints keep verifying.

#include <filesystem>

#include "execution_broker/audit/format/keys.h"
#include "trading/base/result.h"

namespace broker {

// Errors: AUDIT_KEY_UNSAFE (others may read it, it belongs to someone else, it is a link or has
// another size), AUDIT_KEY_IO.
trading::Result<audit_format::SigningKey> load_or_create_signing_key(
    const std::filesystem::path& seed_file);

// Adds the key's line to the file unless it stands there already; 0644, replaced atomically.
// AUDIT_KEY_IO.
trading::Status publish_key(const std::filesystem::path& public_file,
                            const audit_format::PublicKey& key);

}  // namespace broker
