#pragma once

// The audit tables of a database. They stand in the same file as what they record, so that a
// decision and its effect are committed together.
//
//   audit             one row a record, append-only: INSERT must carry seq = max + 1 and prev = the
//   last hash audit_body        salt and canonical body; a row may be deleted only after its
//   redaction is itself a record audit_redaction   which records were redacted, and by which record
//   audit_checkpoint  signed checkpoints with the Merkle frontier to go on from, append-only
//   audit_ledger      the ledger's name, one row, never changed
//   audit_key         public keys, each announced by a record `audit.key`

#include "execution_broker/storage/migration.h"

namespace broker {

Migration audit_migration(int version);

}  // namespace broker
