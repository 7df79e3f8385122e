#include "execution_broker/ledger/schema.h"

#include "execution_broker/audit/audit_schema.h"

namespace broker {

namespace {

constexpr char kFirstSchema[] = R"sql(
-- What this database is: ledger_id, mode, created_us. Written once, checked at every start.
CREATE TABLE book (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- One row for each start of the broker on it.
CREATE TABLE boot (boot_id TEXT PRIMARY KEY, started_us INTEGER NOT NULL, market_us INTEGER NOT NULL,
                   version TEXT NOT NULL, limits_hash TEXT NOT NULL, uid INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Durable counters: market_us (virtual time done), applied_exchange_seq, epoch.
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
  order_seq INTEGER PRIMARY KEY, order_id TEXT NOT NULL UNIQUE, epoch INTEGER NOT NULL,
  role TEXT NOT NULL, uid INTEGER NOT NULL, request_id TEXT NOT NULL, canonical TEXT NOT NULL,
  symbol TEXT NOT NULL, side TEXT NOT NULL, quantity INTEGER NOT NULL CHECK (quantity > 0),
  order_type TEXT NOT NULL, product TEXT NOT NULL, limit_e4 INTEGER, trigger_e4 INTEGER, stop_e4 INTEGER,
  target_e4 INTEGER, strategy TEXT NOT NULL, class TEXT NOT NULL, purpose TEXT NOT NULL, parent_seq INTEGER NOT NULL,
  state TEXT NOT NULL, ordertag TEXT UNIQUE, exchange_order_id TEXT NOT NULL,
  filled INTEGER NOT NULL CHECK (filled >= 0 AND filled <= quantity), filled_value_e4 INTEGER NOT NULL,
  brokerage_e4 INTEGER NOT NULL, stt_e4 INTEGER NOT NULL, transaction_e4 INTEGER NOT NULL, sebi_e4 INTEGER NOT NULL,
  ipft_e4 INTEGER NOT NULL, stamp_e4 INTEGER NOT NULL, dp_e4 INTEGER NOT NULL, gst_e4 INTEGER NOT NULL,
  realized_e4 INTEGER NOT NULL, reason TEXT NOT NULL, denials TEXT NOT NULL, boot_id TEXT NOT NULL,
  limits_hash TEXT NOT NULL, created_us INTEGER NOT NULL, updated_us INTEGER NOT NULL) STRICT;
CREATE INDEX orders_by_state ON orders (state) WHERE state NOT IN
  ('REFUSED', 'REJECTED', 'NOT_SENT', 'EXPIRED', 'VOID', 'WITHDRAWN', 'FILLED', 'CANCELLED', 'REJECTED_LATE');
CREATE INDEX orders_by_symbol ON orders (symbol, order_seq);
CREATE INDEX orders_by_time ON orders (created_us);

-- Every move through the order-state table.
CREATE TABLE order_move (move INTEGER PRIMARY KEY, order_seq INTEGER NOT NULL REFERENCES orders (order_seq),
  from_state TEXT NOT NULL, to_state TEXT NOT NULL, origin TEXT NOT NULL, market_us INTEGER NOT NULL,
  boot_id TEXT NOT NULL, detail TEXT NOT NULL) STRICT;
CREATE INDEX order_move_by_order ON order_move (order_seq);

-- A modification on its way: its terms become the order's when the exchange says so. One at a time for an order.
CREATE TABLE modification (order_seq INTEGER PRIMARY KEY REFERENCES orders (order_seq), quantity INTEGER NOT NULL,
  order_type TEXT NOT NULL, limit_e4 INTEGER, trigger_e4 INTEGER, stop_e4 INTEGER, target_e4 INTEGER,
  purpose TEXT NOT NULL, request_key TEXT NOT NULL) STRICT;  -- uid|day|request_id of who asked, or empty

-- A requester's idempotency keys: kept per uid and day.
CREATE TABLE request (uid INTEGER NOT NULL, day INTEGER NOT NULL, request_id TEXT NOT NULL, fingerprint TEXT NOT NULL,
  order_seq INTEGER NOT NULL, PRIMARY KEY (uid, day, request_id)) STRICT, WITHOUT ROWID;

CREATE TABLE fill (
  fill_id INTEGER PRIMARY KEY, order_seq INTEGER NOT NULL REFERENCES orders (order_seq),
  exchange_seq INTEGER NOT NULL UNIQUE, txn INTEGER NOT NULL, epoch INTEGER NOT NULL, symbol TEXT NOT NULL,
  side TEXT NOT NULL, product TEXT NOT NULL, quantity INTEGER NOT NULL CHECK (quantity > 0),
  price_e4 INTEGER NOT NULL CHECK (price_e4 > 0), market_us INTEGER NOT NULL, bar_us INTEGER NOT NULL,
  brokerage_e4 INTEGER NOT NULL, stt_e4 INTEGER NOT NULL, transaction_e4 INTEGER NOT NULL, sebi_e4 INTEGER NOT NULL,
  ipft_e4 INTEGER NOT NULL, stamp_e4 INTEGER NOT NULL, dp_e4 INTEGER NOT NULL, gst_e4 INTEGER NOT NULL,
  realized_e4 INTEGER NOT NULL, closed INTEGER NOT NULL, position_after INTEGER NOT NULL,
  cost_before_e4 INTEGER NOT NULL, purpose TEXT NOT NULL, strategy TEXT NOT NULL) STRICT;
CREATE INDEX fill_by_order ON fill (order_seq);
CREATE INDEX fill_by_time ON fill (market_us);
CREATE INDEX fill_by_epoch ON fill (epoch, symbol, fill_id);

-- Double entry: the lines of a transaction sum to zero.
CREATE TABLE txn (txn INTEGER PRIMARY KEY, kind TEXT NOT NULL, market_us INTEGER NOT NULL, epoch INTEGER NOT NULL,
  order_seq INTEGER NOT NULL, symbol TEXT NOT NULL, side TEXT NOT NULL, quantity INTEGER NOT NULL,
  price_e4 INTEGER NOT NULL) STRICT;
CREATE TABLE journal (line INTEGER PRIMARY KEY, txn INTEGER NOT NULL REFERENCES txn (txn), account TEXT NOT NULL,
  amount_e4 INTEGER NOT NULL) STRICT;
-- Kept beside the journal and proven against it at start and daily.
CREATE TABLE balance (account TEXT PRIMARY KEY, amount_e4 INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE position (symbol TEXT NOT NULL, product TEXT NOT NULL, quantity INTEGER NOT NULL, cost_e4 INTEGER NOT NULL,
  realized_e4 INTEGER NOT NULL, settled INTEGER NOT NULL, stop_e4 INTEGER, target_e4 INTEGER, entry_seq INTEGER NOT NULL,
  strategy TEXT NOT NULL, opened_us INTEGER NOT NULL, PRIMARY KEY (symbol, product)) STRICT, WITHOUT ROWID;

-- Each limit's sources (file, operator, agent, exchange), and a loosening that waits for its day.
CREATE TABLE limit_source (key TEXT NOT NULL, source TEXT NOT NULL, is_pending INTEGER NOT NULL, value INTEGER NOT NULL,
  since_us INTEGER NOT NULL, effective_day INTEGER NOT NULL, PRIMARY KEY (key, source, is_pending)) STRICT, WITHOUT ROWID;

-- What keeps the desk from being open. until_day NULL = until a human resumes.
CREATE TABLE latch (name TEXT PRIMARY KEY, state TEXT NOT NULL, reason TEXT NOT NULL, since_us INTEGER NOT NULL,
  until_day INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE trading_day (day INTEGER PRIMARY KEY, open_equity_e4 INTEGER NOT NULL, peak_equity_e4 INTEGER NOT NULL,
  close_equity_e4 INTEGER, is_squared_off INTEGER NOT NULL, is_noted INTEGER NOT NULL) STRICT;
CREATE TABLE equity_mark (mark INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, market_us INTEGER NOT NULL,
  equity_e4 INTEGER NOT NULL) STRICT;

-- The market as it was when an order worked in it: a paper day can be replayed from these rows.
CREATE TABLE market_slice (slice INTEGER PRIMARY KEY, symbol TEXT NOT NULL, market_us INTEGER NOT NULL,
  body TEXT NOT NULL) STRICT;

-- The paper exchange's own side: its book, and its numbered events.
CREATE TABLE exchange_order (
  number INTEGER PRIMARY KEY, ordertag TEXT NOT NULL UNIQUE, symbol TEXT NOT NULL, side TEXT NOT NULL,
  quantity INTEGER NOT NULL, filled INTEGER NOT NULL, product TEXT NOT NULL, order_type TEXT NOT NULL,
  limit_e4 INTEGER, trigger_e4 INTEGER, is_triggered INTEGER NOT NULL, state TEXT NOT NULL,
  last_event_seq INTEGER NOT NULL, placed_us INTEGER NOT NULL) STRICT;
CREATE INDEX exchange_order_working ON exchange_order (state) WHERE state IN ('OPEN', 'TRIGGER_PENDING', 'PARTIAL');
CREATE TABLE exchange_event (
  seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, ordertag TEXT NOT NULL, market_us INTEGER NOT NULL,
  bar_us INTEGER NOT NULL, slice_us INTEGER NOT NULL, quantity INTEGER NOT NULL, price_e4 INTEGER NOT NULL,
  reason TEXT NOT NULL) STRICT;
-- The newest slice each symbol's orders were matched against: a restart never matches it twice.
CREATE TABLE exchange_seen (symbol TEXT PRIMARY KEY, slice_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Triggers stop bugs; the audit chain and the file's owner stop people.
CREATE TRIGGER boot_is_not_updated BEFORE UPDATE ON boot BEGIN SELECT RAISE(ABORT, 'boot is append-only'); END;
CREATE TRIGGER boot_is_not_deleted BEFORE DELETE ON boot BEGIN SELECT RAISE(ABORT, 'boot is append-only'); END;
CREATE TRIGGER order_move_is_not_updated BEFORE UPDATE ON order_move BEGIN SELECT RAISE(ABORT, 'order_move is append-only'); END;
CREATE TRIGGER order_move_is_not_deleted BEFORE DELETE ON order_move BEGIN SELECT RAISE(ABORT, 'order_move is append-only'); END;
CREATE TRIGGER fill_is_not_updated BEFORE UPDATE ON fill BEGIN SELECT RAISE(ABORT, 'fill is append-only'); END;
CREATE TRIGGER fill_is_not_deleted BEFORE DELETE ON fill BEGIN SELECT RAISE(ABORT, 'fill is append-only'); END;
CREATE TRIGGER txn_is_not_updated BEFORE UPDATE ON txn BEGIN SELECT RAISE(ABORT, 'txn is append-only'); END;
CREATE TRIGGER txn_is_not_deleted BEFORE DELETE ON txn BEGIN SELECT RAISE(ABORT, 'txn is append-only'); END;
CREATE TRIGGER journal_is_not_updated BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER journal_is_not_deleted BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER market_slice_is_not_updated BEFORE UPDATE ON market_slice BEGIN SELECT RAISE(ABORT, 'market_slice is append-only'); END;
CREATE TRIGGER market_slice_is_not_deleted BEFORE DELETE ON market_slice BEGIN SELECT RAISE(ABORT, 'market_slice is append-only'); END;
CREATE TRIGGER exchange_event_is_not_updated BEFORE UPDATE ON exchange_event BEGIN SELECT RAISE(ABORT, 'exchange_event is append-only'); END;
CREATE TRIGGER exchange_event_is_not_deleted BEFORE DELETE ON exchange_event BEGIN SELECT RAISE(ABORT, 'exchange_event is append-only'); END;
CREATE TRIGGER equity_mark_is_not_updated BEFORE UPDATE ON equity_mark BEGIN SELECT RAISE(ABORT, 'equity_mark is append-only'); END;
CREATE TRIGGER equity_mark_is_not_deleted BEFORE DELETE ON equity_mark BEGIN SELECT RAISE(ABORT, 'equity_mark is append-only'); END;
CREATE TRIGGER orders_is_not_deleted BEFORE DELETE ON orders BEGIN SELECT RAISE(ABORT, 'orders keeps every row'); END;
CREATE TRIGGER book_is_not_deleted BEFORE DELETE ON book BEGIN SELECT RAISE(ABORT, 'book keeps every row'); END;
CREATE TRIGGER exchange_order_is_not_deleted BEFORE DELETE ON exchange_order BEGIN SELECT RAISE(ABORT, 'exchange_order keeps every row'); END;
CREATE TRIGGER book_is_not_updated BEFORE UPDATE ON book BEGIN SELECT RAISE(ABORT, 'book is written once'); END;
-- The numbers of what is numbered rise by one.
CREATE TRIGGER journal_rises BEFORE INSERT ON journal WHEN NEW.line IS NOT (SELECT COALESCE(MAX(line), 0) + 1 FROM journal)
  BEGIN SELECT RAISE(ABORT, 'journal lines rise by one'); END;
CREATE TRIGGER exchange_event_rises BEFORE INSERT ON exchange_event
  WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM exchange_event)
  BEGIN SELECT RAISE(ABORT, 'exchange events rise by one'); END;
)sql";

// What a repeated request is answered with where the order's own row does not tell it: the denials of a modification that
// was refused, the figures of a reset.
constexpr char kRecordedAnswers[] = "ALTER TABLE request ADD COLUMN answer TEXT NOT NULL DEFAULT ''";

// How the print behind a fill was heard: the exchange's own time of it, and the line it came over. NULL: the market source
// holds its prints itself.
constexpr char kHeardPrints[] =
    "ALTER TABLE exchange_event ADD COLUMN heard_us INTEGER;"
    "ALTER TABLE exchange_event ADD COLUMN heard_line INTEGER";

// Our orders at an exchange behind the network, as far as it has told; paper's stand in exchange_order.
constexpr char kRemoteOrders[] = R"sql(
CREATE TABLE remote_order (ordertag TEXT PRIMARY KEY, exchange_order_id TEXT NOT NULL, symbol TEXT NOT NULL,
  side TEXT NOT NULL, product TEXT NOT NULL, quantity INTEGER NOT NULL CHECK (quantity > 0), order_type TEXT NOT NULL,
  limit_e4 INTEGER, trigger_e4 INTEGER, filled INTEGER NOT NULL, state TEXT NOT NULL,
  new_quantity INTEGER, new_type TEXT, new_limit_e4 INTEGER, new_trigger_e4 INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE remote_trade (exchange_order_id TEXT NOT NULL, fill_id TEXT NOT NULL, quantity INTEGER NOT NULL,
  price_e4 INTEGER NOT NULL, PRIMARY KEY (exchange_order_id, fill_id)) STRICT, WITHOUT ROWID;
CREATE TRIGGER remote_order_is_not_deleted BEFORE DELETE ON remote_order BEGIN SELECT RAISE(ABORT, 'remote_order keeps every row'); END;
CREATE TRIGGER remote_trade_is_not_updated BEFORE UPDATE ON remote_trade BEGIN SELECT RAISE(ABORT, 'remote_trade is append-only'); END;
CREATE TRIGGER remote_trade_is_not_deleted BEFORE DELETE ON remote_trade BEGIN SELECT RAISE(ABORT, 'remote_trade is append-only'); END;
)sql";

// What waits for a human, what he signed, and what came of it.
constexpr char kApprovals[] = R"sql(
CREATE TABLE proposal (order_seq INTEGER PRIMARY KEY REFERENCES orders (order_seq), token TEXT NOT NULL UNIQUE,
  reason TEXT NOT NULL, cites TEXT NOT NULL, is_tainted INTEGER NOT NULL, reference_e4 INTEGER NOT NULL,
  expires_us INTEGER NOT NULL) STRICT;  -- market time
-- A signed statement that was used: its nonce is used up.
CREATE TABLE approval (nonce TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, statement TEXT NOT NULL,
  key_id TEXT NOT NULL, signature TEXT NOT NULL, is_quick INTEGER NOT NULL, market_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE mandate (mandate_id INTEGER PRIMARY KEY, nonce TEXT NOT NULL UNIQUE REFERENCES approval (nonce),
  statement TEXT NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL, until_us INTEGER NOT NULL,
  used_entries INTEGER NOT NULL, used_value_e4 INTEGER NOT NULL, used_loss_e4 INTEGER NOT NULL) STRICT;
-- Delivery sales are never sent: a human places them by hand.
CREATE TABLE recommendation (recommendation_id INTEGER PRIMARY KEY, symbol TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0), reason TEXT NOT NULL, uid INTEGER NOT NULL, market_us INTEGER NOT NULL,
  is_done INTEGER NOT NULL) STRICT;
CREATE TRIGGER proposal_is_not_updated BEFORE UPDATE ON proposal BEGIN SELECT RAISE(ABORT, 'proposal is append-only'); END;
CREATE TRIGGER proposal_is_not_deleted BEFORE DELETE ON proposal BEGIN SELECT RAISE(ABORT, 'proposal is append-only'); END;
CREATE TRIGGER approval_is_not_updated BEFORE UPDATE ON approval BEGIN SELECT RAISE(ABORT, 'approval is append-only'); END;
CREATE TRIGGER approval_is_not_deleted BEFORE DELETE ON approval BEGIN SELECT RAISE(ABORT, 'approval is append-only'); END;
CREATE TRIGGER mandate_is_not_deleted BEFORE DELETE ON mandate BEGIN SELECT RAISE(ABORT, 'mandate keeps every row'); END;
-- What a mandate has spent never comes back.
CREATE TRIGGER mandate_only_spends BEFORE UPDATE ON mandate
  WHEN NEW.used_entries < OLD.used_entries OR NEW.used_value_e4 < OLD.used_value_e4 OR NEW.used_loss_e4 < OLD.used_loss_e4
    OR NEW.statement IS NOT OLD.statement OR (OLD.state IS NOT 'active' AND NEW.state IS 'active')
  BEGIN SELECT RAISE(ABORT, 'a mandate only spends and ends'); END;
CREATE TRIGGER recommendation_is_not_deleted BEFORE DELETE ON recommendation BEGIN SELECT RAISE(ABORT, 'recommendation keeps every row'); END;
)sql";

}  // namespace

const std::vector<Migration>& book_migrations() {
  static const std::vector<Migration> migrations = {
      {1, "ledger", kFirstSchema},
      audit_migration(2),
      {3, "recorded answers", kRecordedAnswers},
      {4, "heard prints", kHeardPrints},
      {5, "remote orders", kRemoteOrders},
      {6, "approvals", kApprovals},
  };
  return migrations;
}

}  // namespace broker
