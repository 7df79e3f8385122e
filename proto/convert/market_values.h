#pragma once

// Market values of the trade -> their messages, and bar chunks both ways.

#include <cstddef>

#include "broker/v1/market.pb.h"
#include "trading/bars/bar.h"
#include "trading/base/result.h"
#include "trading/charges/charges.h"
#include "trading/instruments/instrument.h"

namespace wire {

// Everything but `provenance`, which only the broker knows whole.
void write(const trading::MarketSlice& slice, broker::v1::FetchLivePriceReply& reply);
// Everything but circuits, tick and has_intraday, which depend on the day.
void write(const trading::Instrument& instrument, broker::v1::InstrumentRow& row);
// One line for each charge that is not zero.
void write(const trading::ChargeLines& charges,
           google::protobuf::RepeatedPtrField<broker::v1::ChargeLine>& lines);

// Rows [begin, end) of the series; end is at most size().
void write_rows(const trading::BarSeries& bars, std::size_t begin, std::size_t end,
                broker::v1::BarChunk& chunk);
// Appends a chunk. BROKER_ANSWER_INVALID when its columns differ in length or its times do not
// ascend.
trading::Status append_rows(const broker::v1::BarChunk& chunk, trading::BarSeries& bars);

}  // namespace wire
