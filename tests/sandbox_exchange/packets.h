#pragma once

// Frames of the market stream, little-endian:
//
//   0 u8 mode | 1 u8 exchange type | 2 char[25] token, NUL padded
//   modes 1-3: 27 i64 sequence | 35 i64 exchange time ms | 43 i64 last price x100      -> 51 bytes
//   modes 2-3: 51 i64 last quantity | 59 i64 average x100 | 67 i64 volume | 75 f64 buy quantity
//              83 f64 sell quantity | 91 open 99 high 107 low 115 close, i64 x100      -> 123 bytes
//   mode 3:    123 i64 last trade s | 131 i64 open interest | 139 f64 its change
//              147 ten levels of {i16 flag (1 buy), i64 quantity, i64 price x100, i16 orders}
//              347 upper 355 lower circuit 363 year high 371 year low, i64 x100         -> 379 bytes
//   mode 4:    27 i64 exchange time | 35 i64 packet time | 43 twenty buys, 243 twenty sells of
//              {i32 quantity, i32 price x100, i16 orders}                              -> 443 bytes

#include <string>

#include "tests/sandbox_exchange/market.h"

namespace sandbox {

enum class StreamMode { kLtp = 1, kQuote = 2, kSnapQuote = 3, kDepth = 4 };

std::string packet_of(const Tape& tape, StreamMode mode);

std::size_t packet_size(StreamMode mode);

// Offsets that faults write to.
inline constexpr std::size_t kSequenceOffset = 27;
inline constexpr std::size_t kTimeOffset = 35;
void put_i64(std::string& bytes, std::size_t offset, std::int64_t value);

}  // namespace sandbox
