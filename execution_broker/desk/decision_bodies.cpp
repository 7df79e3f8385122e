#include "execution_broker/desk/decision_bodies.h"

#include <algorithm>

namespace broker {

using trading::CanonicalJson;

CanonicalJson denials_body(const std::vector<risk::Denial>& denials) {
  CanonicalJson list = CanonicalJson::array();
  for (const risk::Denial& denial : denials)
    list.push_back(CanonicalJson::object({{"code", denial.code},
                                          {"value", denial.value},
                                          {"limit", denial.limit},
                                          {"fix", denial.fix},
                                          {"message", denial.message}}));
  return list;
}

CanonicalJson verdicts_body(const risk::Verdicts& verdicts) {
  CanonicalJson list = CanonicalJson::array();
  for (const risk::Verdict& verdict : verdicts.all) {
    CanonicalJson row = CanonicalJson::object({{"check", verdict.check->name}, {"verdict", risk::name_of(verdict.kind)}});
    if (verdict.value_number) row.set("value", *verdict.value_number);
    if (verdict.limit_number) row.set("limit", *verdict.limit_number);
    if (!verdict.reason.empty()) row.set("reason", verdict.reason);
    if (verdict.denial) row.set("code", verdict.denial->code);
    list.push_back(std::move(row));
  }
  return list;
}

CanonicalJson print_body(trading::Timestamp ts, const std::optional<trading::Hearing>& heard, trading::Timestamp now) {
  const trading::Timestamp said = heard ? std::min(ts, heard->exchange_ts) : ts;
  CanonicalJson body = CanonicalJson::object({{"ts_us", ts.us}, {"age_us", std::max<std::int64_t>(0, (now - said).us)}});
  if (heard) {
    body.set("exchange_us", heard->exchange_ts.us);
    body.set("line", heard->line);
  }
  return body;
}

CanonicalJson quote_body(const trading::Quote& quote, trading::Timestamp now) {
  CanonicalJson body = print_body(quote.slice.ts, quote.slice.heard, now);
  body.set("source", quote.source);
  body.set("symbol", quote.slice.symbol);
  body.set("last_e4", quote.slice.last.value());
  if (const auto bid = quote.slice.bid()) body.set("bid_e4", bid->value());
  if (const auto ask = quote.slice.ask()) body.set("ask_e4", ask->value());
  if (quote.is_stale) body.set("stale", true);
  return body;
}

}  // namespace broker
