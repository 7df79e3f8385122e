#include "proto/convert/market_values.h"

#include <algorithm>

namespace wire {
namespace {

namespace v1 = broker::v1;

void write_levels(const std::array<trading::DepthLevel, trading::kDepthLevels>& levels,
                  google::protobuf::RepeatedPtrField<v1::DepthLevel>& out) {
  for (const trading::DepthLevel& level : levels) {
    if (level.quantity.is_zero()) continue;
    v1::DepthLevel& row = *out.Add();
    row.set_price_e4(level.price.value());
    row.set_quantity(level.quantity.value());
  }
}

using Column = google::protobuf::RepeatedField<std::int64_t>;

void copy_out(const std::vector<std::int64_t>& column, std::size_t begin, std::size_t end,
              Column& out) {
  out.Add(column.begin() + static_cast<std::ptrdiff_t>(begin),
          column.begin() + static_cast<std::ptrdiff_t>(end));
}

void copy_in(const Column& column, std::vector<std::int64_t>& out) {
  out.insert(out.end(), column.begin(), column.end());
}

}  // namespace

void write(const trading::MarketSlice& slice, v1::FetchLivePriceReply& reply) {
  reply.set_symbol(slice.symbol);
  reply.set_last_price_e4(slice.last.value());
  write_levels(slice.bids, *reply.mutable_bids());
  write_levels(slice.asks, *reply.mutable_asks());
  reply.set_open_e4(slice.open.value());
  reply.set_high_e4(slice.high.value());
  reply.set_low_e4(slice.low.value());
  reply.set_previous_close_e4(slice.previous_close.value());
  reply.set_volume(slice.day_volume);
  reply.set_lower_circuit_e4(slice.band.lower.value());
  reply.set_upper_circuit_e4(slice.band.upper.value());
  reply.set_phase(std::string(trading::name_of(slice.phase)));
  reply.set_is_locked_upper(slice.is_locked_upper());
  reply.set_is_locked_lower(slice.is_locked_lower());
}

void write(const trading::Instrument& instrument, v1::InstrumentRow& row) {
  row.set_symbol(instrument.symbol);
  row.set_trading_symbol(instrument.trading_symbol);
  row.set_token(instrument.token);
  row.set_name(instrument.name);
  row.set_exchange(std::string(trading::name_of(instrument.exchange)));
  row.set_series(std::string(trading::name_of(instrument.series)));
  row.set_sector(instrument.sector);
  row.set_lot_size(instrument.lot_size);
  row.set_freeze_quantity(instrument.freeze_quantity);
  row.set_has_derivatives(instrument.has_derivatives);
}

void write(const trading::ChargeLines& charges,
           google::protobuf::RepeatedPtrField<v1::ChargeLine>& lines) {
  for (std::size_t i = 0; i < trading::kChargeKinds; ++i) {
    const auto kind = static_cast<trading::ChargeKind>(i);
    if (charges[kind].is_zero()) continue;
    v1::ChargeLine& line = *lines.Add();
    line.set_kind(std::string(trading::name_of(kind)));
    line.set_amount_e4(charges[kind].value());
  }
}

void write_rows(const trading::BarSeries& bars, std::size_t begin, std::size_t end,
                v1::BarChunk& chunk) {
  copy_out(bars.ts_us, begin, end, *chunk.mutable_ts_us());
  copy_out(bars.open_e4, begin, end, *chunk.mutable_open_e4());
  copy_out(bars.high_e4, begin, end, *chunk.mutable_high_e4());
  copy_out(bars.low_e4, begin, end, *chunk.mutable_low_e4());
  copy_out(bars.close_e4, begin, end, *chunk.mutable_close_e4());
  copy_out(bars.volume, begin, end, *chunk.mutable_volume());
}

trading::Status append_rows(const v1::BarChunk& chunk, trading::BarSeries& bars) {
  const int rows = chunk.ts_us_size();
  const bool is_even = chunk.open_e4_size() == rows && chunk.high_e4_size() == rows &&
                       chunk.low_e4_size() == rows && chunk.close_e4_size() == rows &&
                       chunk.volume_size() == rows;
  const bool is_ascending =
      std::is_sorted(chunk.ts_us().begin(), chunk.ts_us().end(), std::less_equal<>()) &&
      (bars.empty() || rows == 0 || bars.ts_us.back() < chunk.ts_us(0));
  if (!is_even || !is_ascending) {
    return trading::make_error(
        "BROKER_ANSWER_INVALID",
        is_even ? "bars arrived out of order" : "columns of the bars differ in length",
        "gateway and broker must be of the same release");
  }
  copy_in(chunk.ts_us(), bars.ts_us);
  copy_in(chunk.open_e4(), bars.open_e4);
  copy_in(chunk.high_e4(), bars.high_e4);
  copy_in(chunk.low_e4(), bars.low_e4);
  copy_in(chunk.close_e4(), bars.close_e4);
  copy_in(chunk.volume(), bars.volume);
  return {};
}

}  // namespace wire
