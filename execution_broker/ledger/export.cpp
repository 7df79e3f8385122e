#include "execution_broker/ledger/export.h"

#include "trading/base/canonical_json.h"

namespace broker {

using trading::CanonicalJson;

trading::Result<std::vector<std::string>> canonical_lines(Ledger& ledger, std::int64_t after, std::size_t limit,
                                                          std::int64_t& last) {
  auto rows = ledger.database().statement(
      "SELECT j.line, t.txn, t.kind, t.market_us, t.order_seq, t.symbol, t.side, t.quantity, t.price_e4, j.account, "
      "j.amount_e4 FROM journal j JOIN txn t USING (txn) WHERE j.line > ?1 ORDER BY j.line LIMIT ?2");
  rows.bind_all(after, static_cast<std::int64_t>(limit));
  std::vector<std::string> lines;
  last = after;
  while (true) {
    ASSIGN_OR_RETURN(const bool has_row, rows.step());
    if (!has_row) break;
    last = rows.int64(0);
    lines.push_back(CanonicalJson::object({{"txn", rows.int64(1)},
                                           {"kind", rows.text(2)},
                                           {"market_ts", rows.int64(3)},
                                           {"order_seq", rows.int64(4)},
                                           {"symbol", rows.text(5)},
                                           {"side", rows.text(6)},
                                           {"quantity", rows.int64(7)},
                                           {"price_e4", rows.int64(8)},
                                           {"account", rows.text(9)},
                                           {"amount_e4", rows.int64(10)}})
                        .write());
  }
  return lines;
}

}  // namespace broker
