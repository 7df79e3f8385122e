#include "tests/sandbox_exchange/packets.h"

#include <bit>
#include <limits>

#include "trading/base/invariant.h"

namespace sandbox {

using namespace trading;

namespace {

constexpr std::size_t kTokenWidth = 25;

class Writer {
 public:
  void u8(std::uint64_t value) { little(value, 1); }
  void i16(std::int64_t value) { little(static_cast<std::uint64_t>(value), 2); }
  void i32(std::int64_t value) { little(static_cast<std::uint64_t>(value), 4); }
  void i64(std::int64_t value) { little(static_cast<std::uint64_t>(value), 8); }
  void f64(double value) { little(std::bit_cast<std::uint64_t>(value), 8); }
  void price(Price value) { i64(value.value() / 100); }
  void token(const std::string& text) {
    INVARIANT(text.size() <= kTokenWidth, "a token is at most 25 characters");
    bytes_ += text;
    bytes_.append(kTokenWidth - text.size(), '\0');
  }
  std::string take() { return std::move(bytes_); }

 private:
  void little(std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i) bytes_ += static_cast<char>(value >> (8 * i) & 0xFF);
  }
  std::string bytes_;
};

void put_side(Writer& out, const Ladder& ladder, std::size_t count, bool is_buy, bool is_wide) {
  std::size_t written = 0;
  const auto level = [&](const Level& l) {
    if (is_wide) {
      out.i32(l.quantity);
      out.i32(l.price.value() / 100);
    } else {
      out.i16(is_buy ? 1 : 0);
      out.i64(l.quantity);
      out.price(l.price);
    }
    out.i16(l.orders);
    ++written;
  };
  for (const Level& l : ladder)
    if (l.quantity > 0 && written < count) level(l);
  while (written < count) level(Level{});
}

}  // namespace

std::size_t packet_size(StreamMode mode) {
  switch (mode) {
    case StreamMode::kLtp: return 51;
    case StreamMode::kQuote: return 123;
    case StreamMode::kSnapQuote: return 379;
    case StreamMode::kDepth: return 443;
  }
  return 0;
}

std::string packet_of(const Tape& tape, StreamMode mode) {
  const Listing& listing = *tape.listing;
  // Whole seconds, as on the wire.
  const std::int64_t time_ms = tape.feed_time.us / 1'000'000 * 1'000;
  Writer out;
  out.u8(static_cast<std::uint64_t>(mode));
  out.u8(static_cast<std::uint64_t>(listing.exchange_type()));
  out.token(listing.token);
  if (mode == StreamMode::kDepth) {
    out.i64(time_ms);
    out.i64(time_ms);
    put_side(out, tape.buys, kLadderDepth, true, true);
    put_side(out, tape.sells, kLadderDepth, false, true);
    return out.take();
  }
  out.i64(listing.is_index() ? 0 : tape.sequence);
  out.i64(time_ms);
  out.price(tape.last);
  if (mode == StreamMode::kLtp) return out.take();
  out.i64(tape.last_quantity);
  out.price(tape.average());
  out.i64(tape.volume);
  out.f64(static_cast<double>(tape.total(tape.buys)));
  out.f64(static_cast<double>(tape.total(tape.sells)));
  out.price(tape.open);
  out.price(tape.high);
  out.price(tape.low);
  out.price(tape.previous_close);
  if (mode == StreamMode::kQuote) return out.take();
  out.i64(tape.last_trade.us / 1'000'000);
  out.i64(tape.open_interest);
  out.f64(0.0);
  put_side(out, tape.buys, 5, true, false);
  put_side(out, tape.sells, 5, false, false);
  out.price(listing.is_index() ? Price() : tape.upper_circuit);
  out.price(listing.is_index() ? Price() : tape.lower_circuit);
  out.price(tape.year_high);
  out.price(tape.year_low);
  return out.take();
}

void put_i64(std::string& bytes, std::size_t offset, std::int64_t value) {
  for (std::size_t i = 0; i < 8 && offset + i < bytes.size(); ++i)
    bytes[offset + i] = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xFF);
}

}  // namespace sandbox
