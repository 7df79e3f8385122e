#include "execution_broker/audit/audit_schema.h"

namespace broker {
namespace {

constexpr const char* kSchema = R"sql(
CREATE TABLE audit_ledger(
  id INTEGER PRIMARY KEY CHECK (id = 1),
  ledger TEXT NOT NULL
) STRICT;

CREATE TABLE audit(
  seq INTEGER PRIMARY KEY,
  ts INTEGER NOT NULL,
  market_ts INTEGER,
  boot TEXT NOT NULL,
  role TEXT NOT NULL,
  uid INTEGER NOT NULL,
  type TEXT NOT NULL CHECK (type <> 'checkpoint'),
  subject TEXT NOT NULL,
  body_hash BLOB NOT NULL CHECK (length(body_hash) = 32),
  prev BLOB NOT NULL CHECK (length(prev) = 32),
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE audit_body(
  seq INTEGER PRIMARY KEY REFERENCES audit(seq),
  symbol TEXT,
  salt BLOB NOT NULL CHECK (length(salt) = 16),
  body TEXT NOT NULL
) STRICT;

CREATE TABLE audit_redaction(
  seq INTEGER PRIMARY KEY REFERENCES audit(seq),
  by_seq INTEGER NOT NULL REFERENCES audit(seq) CHECK (by_seq > seq)
) STRICT;

CREATE TABLE audit_checkpoint(
  size INTEGER PRIMARY KEY REFERENCES audit(seq),
  previous INTEGER NOT NULL,
  ts INTEGER NOT NULL,
  root BLOB NOT NULL CHECK (length(root) = 32),
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  frontier BLOB NOT NULL
) STRICT;

CREATE TABLE audit_key(
  seq INTEGER PRIMARY KEY REFERENCES audit(seq),
  public_key BLOB NOT NULL CHECK (length(public_key) = 32)
) STRICT;

CREATE TRIGGER audit_insert BEFORE INSERT ON audit BEGIN
  SELECT CASE
    WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit)
      THEN RAISE(ABORT, 'audit: seq must be the next')
    WHEN NEW.prev IS NOT coalesce((SELECT hash FROM audit WHERE seq = NEW.seq - 1), zeroblob(32))
      THEN RAISE(ABORT, 'audit: prev must be the hash of the last record')
  END;
END;
CREATE TRIGGER audit_update BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'audit is append-only');
END;
CREATE TRIGGER audit_delete BEFORE DELETE ON audit BEGIN
  SELECT RAISE(ABORT, 'audit is append-only');
END;

CREATE TRIGGER audit_body_insert BEFORE INSERT ON audit_body BEGIN
  SELECT CASE WHEN NEW.seq IS NOT (SELECT max(seq) FROM audit)
    THEN RAISE(ABORT, 'audit_body: only for the newest record') END;
END;
CREATE TRIGGER audit_body_update BEFORE UPDATE ON audit_body BEGIN
  SELECT RAISE(ABORT, 'audit_body is append-only');
END;
CREATE TRIGGER audit_body_delete BEFORE DELETE ON audit_body BEGIN
  SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM audit_redaction WHERE seq = OLD.seq)
    THEN RAISE(ABORT, 'audit_body: a redaction must be recorded first') END;
END;

CREATE TRIGGER audit_redaction_update BEFORE UPDATE ON audit_redaction BEGIN
  SELECT RAISE(ABORT, 'audit_redaction is append-only');
END;
CREATE TRIGGER audit_redaction_delete BEFORE DELETE ON audit_redaction BEGIN
  SELECT RAISE(ABORT, 'audit_redaction is append-only');
END;

CREATE TRIGGER audit_checkpoint_insert BEFORE INSERT ON audit_checkpoint BEGIN
  SELECT CASE
    WHEN NEW.size IS NOT (SELECT max(seq) FROM audit)
      THEN RAISE(ABORT, 'audit_checkpoint: size must be all records')
    WHEN NEW.previous IS NOT (SELECT coalesce(max(size), 0) FROM audit_checkpoint)
      THEN RAISE(ABORT, 'audit_checkpoint: previous must be the last')
  END;
END;
CREATE TRIGGER audit_checkpoint_update BEFORE UPDATE ON audit_checkpoint BEGIN
  SELECT RAISE(ABORT, 'audit_checkpoint is append-only');
END;
CREATE TRIGGER audit_checkpoint_delete BEFORE DELETE ON audit_checkpoint BEGIN
  SELECT RAISE(ABORT, 'audit_checkpoint is append-only');
END;

CREATE TRIGGER audit_ledger_update BEFORE UPDATE ON audit_ledger BEGIN
  SELECT RAISE(ABORT, 'audit_ledger is fixed');
END;
CREATE TRIGGER audit_ledger_delete BEFORE DELETE ON audit_ledger BEGIN
  SELECT RAISE(ABORT, 'audit_ledger is fixed');
END;
CREATE TRIGGER audit_key_update BEFORE UPDATE ON audit_key BEGIN
  SELECT RAISE(ABORT, 'audit_key is append-only');
END;
CREATE TRIGGER audit_key_delete BEFORE DELETE ON audit_key BEGIN
  SELECT RAISE(ABORT, 'audit_key is append-only');
END;
)sql";

}  // namespace

Migration audit_migration(int version) {
  return {version, "audit", kSchema};
}

}  // namespace broker
