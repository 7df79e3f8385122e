#pragma once

// A paper book's record as what a replay needs: what was asked of the exchange, what the market was,
// and what was filled. Read from the book's database (paper.db) alone, but for one thing: a slice
// that no order was working in is not recorded, so what a fresh order met comes from the market
// source again, which is a function of its seed (or of its files).

#include <map>
#include <string>
#include <vector>

#include "execution_broker/ledger/slice_text.h"
#include "execution_broker/market/market_source.h"
#include "execution_broker/storage/database.h"
#include "mcp_gateway/research/backtest/slice_replay.h"
#include "trading/base/canonical_json.h"

namespace broker {

struct PaperRecord {
  std::vector<research::ReplayCommand> commands;
  std::vector<trading::MarketSlice> slices;
  std::vector<research::ReplayFill> fills;  // as they happened
};

class PaperRecordReader {
 public:
  PaperRecordReader(Database& database, const MarketSource& source)
      : database_(database), source_(source) {}

  trading::Result<PaperRecord> read() {
    PaperRecord record;
    RETURN_IF_ERROR(read_terms());
    RETURN_IF_ERROR(read_slices(record));
    RETURN_IF_ERROR(read_events(record));
    return record;
  }

 private:
  struct Terms {
    std::string symbol;
    research::ReplayTerms terms;
    bool is_square_off = false;
  };

  static trading::Result<Terms> terms_of(const trading::CanonicalJson& body) {
    Terms out;
    ASSIGN_OR_RETURN(out.symbol, body.string_at("symbol"));
    ASSIGN_OR_RETURN(const std::string side, body.string_at("side"));
    ASSIGN_OR_RETURN(out.terms.side, trading::parse_side(side));
    ASSIGN_OR_RETURN(const std::string type, body.string_at("order_type"));
    ASSIGN_OR_RETURN(out.terms.type, trading::parse_order_type(type));
    ASSIGN_OR_RETURN(const std::int64_t quantity, body.integer_at("quantity"));
    out.terms.quantity = trading::Quantity(quantity);
    ASSIGN_OR_RETURN(const std::string purpose, body.string_at("purpose"));
    out.is_square_off = purpose == "square_off";
    if (body.find("limit_price_e4") != nullptr) {
      ASSIGN_OR_RETURN(const std::int64_t price, body.integer_at("limit_price_e4"));
      out.terms.limit_price = trading::Price(price);
    }
    if (body.find("trigger_price_e4") != nullptr) {
      ASSIGN_OR_RETURN(const std::int64_t price, body.integer_at("trigger_price_e4"));
      out.terms.trigger_price = trading::Price(price);
    }
    return out;
  }

  // Of each order by its tag: the terms it was sent with, then those of each change that was taken.
  trading::Status read_terms() {
    auto rows = database_.statement(
        "SELECT a.type, a.subject, b.body FROM audit a JOIN audit_body b USING (seq) WHERE a.type LIKE "
        "'%.submitting' OR a.type = 'modify_order.accepted' ORDER BY a.seq");
    std::map<std::string, std::string> tag_of;  // by order id
    std::map<std::string, Terms> asked;         // a modification on its way, by order id
    while (true) {
      ASSIGN_OR_RETURN(const bool has_row, rows.step());
      if (!has_row) return {};
      const std::string type(rows.text(0));
      const std::string order_id(rows.text(1));
      if (type == "modify_order.accepted") {
        terms_[tag_of[order_id]].push_back(asked[order_id]);
        continue;
      }
      ASSIGN_OR_RETURN(const auto body, trading::CanonicalJson::parse(rows.text(2)));
      if (type == "cancel_order.submitting") continue;
      ASSIGN_OR_RETURN(const Terms terms, terms_of(body));
      if (type == "modify_order.submitting") {
        asked[order_id] = terms;
        continue;
      }
      ASSIGN_OR_RETURN(const std::string tag, body.string_at("ordertag"));
      tag_of[order_id] = tag;
      terms_[tag].push_back(terms);
    }
  }

  trading::Status read_slices(PaperRecord& record) {
    auto rows = database_.statement("SELECT body FROM market_slice ORDER BY market_us, slice");
    while (true) {
      ASSIGN_OR_RETURN(const bool has_row, rows.step());
      if (!has_row) return {};
      ASSIGN_OR_RETURN(trading::MarketSlice slice, parse_slice(rows.text(0)));
      record.slices.push_back(std::move(slice));
    }
  }

  // The exchange's own numbered events give the order in which it was asked.
  trading::Status read_events(PaperRecord& record) {
    auto rows = database_.statement(
        "SELECT kind, ordertag, market_us, slice_us, quantity, price_e4 FROM exchange_event ORDER BY seq");
    std::map<std::string, std::size_t> next_terms;
    while (true) {
      ASSIGN_OR_RETURN(const bool has_row, rows.step());
      if (!has_row) return {};
      const std::string kind(rows.text(0));
      const std::string tag(rows.text(1));
      const trading::Timestamp ts{rows.int64(2)};
      if (kind == "fill") {
        record.fills.push_back({tag, trading::Timestamp{rows.int64(3)},
                                trading::Quantity(rows.int64(4)), trading::Price(rows.int64(5))});
        continue;
      }
      if (kind == "triggered") continue;
      research::ReplayCommand command;
      command.ts = ts;
      command.order = tag;
      if (kind == "cancelled") {
        command.kind = research::ReplayCommand::Kind::kCancel;
      } else {
        const std::vector<Terms>& all = terms_[tag];
        const std::size_t at = next_terms[tag]++;
        if (at >= all.size())
          return trading::make_error("RECORD_INCOMPLETE", "no audit record of the terms of " + tag);
        command.kind = kind == "modified" ? research::ReplayCommand::Kind::kModify
                                          : research::ReplayCommand::Kind::kPlace;
        command.symbol = all[at].symbol;
        command.terms = all[at].terms;
        command.is_before_slice = all[at].is_square_off;
        command.in_force = slice_at(command.symbol, ts);
      }
      record.commands.push_back(std::move(command));
    }
  }

  // The market in force, when the instrument trades continuously.
  std::optional<trading::MarketSlice> slice_at(const std::string& symbol, trading::Timestamp ts) const {
    const auto instrument = source_.instruments().find(symbol);
    if (!instrument || source_.calendar().phase(ts, (*instrument)->has_derivatives) !=
                           trading::SessionPhase::kContinuous)
      return std::nullopt;
    auto quote = source_.quote(symbol, ts);
    if (!quote || trading::date_of(quote->slice.ts) != trading::date_of(ts) ||
        quote->slice.phase != trading::SessionPhase::kContinuous)
      return std::nullopt;
    return quote->slice;
  }

  Database& database_;
  const MarketSource& source_;
  std::map<std::string, std::vector<Terms>> terms_;  // by ordertag
};

}  // namespace broker
