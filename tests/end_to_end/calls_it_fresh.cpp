// A planted fault for paper_day.py --self-test: execution_broker_calls_it_fresh is the product's own objects, linked with
// this file in between. Every quote it looks at is young and good, whatever the cache knows: what a cache would say that
// forgot to note a lost stream and a clock. check_prices.py has to find it out from the audit log.
//
// The linker's --wrap puts the function below in the place of QuoteCache's, in this one target: the product has no switch
// for it. When the name changes, this does not link.

#include "execution_broker/market/smartapi/quote_cache.h"

using broker::QuoteCache;
using trading::Quote;
using trading::Result;

// A member of QuoteCache as the linker knows it; it takes its object as its first argument.
extern "C" {
Result<Quote> __real__ZNK6broker10QuoteCache5quoteESt17basic_string_viewIcSt11char_traitsIcEEN7trading9TimestampE(
    const QuoteCache* self, std::string_view symbol, trading::Timestamp now);
Result<Quote> __wrap__ZNK6broker10QuoteCache5quoteESt17basic_string_viewIcSt11char_traitsIcEEN7trading9TimestampE(
    const QuoteCache* self, std::string_view symbol, trading::Timestamp now);

Result<Quote> __wrap__ZNK6broker10QuoteCache5quoteESt17basic_string_viewIcSt11char_traitsIcEEN7trading9TimestampE(
    const QuoteCache* self, std::string_view symbol, trading::Timestamp now) {
  auto quote = __real__ZNK6broker10QuoteCache5quoteESt17basic_string_viewIcSt11char_traitsIcEEN7trading9TimestampE(self, symbol, now);
  if (quote) {
    quote->is_stale = false;
    quote->age = {};
  }
  return quote;
}
}
