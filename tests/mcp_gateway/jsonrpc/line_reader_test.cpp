#include "mcp_gateway/jsonrpc/line_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "mcp_gateway/jsonrpc/stop_event.h"
#include "tests/mcp_gateway/jsonrpc/pipe.h"

namespace jsonrpc {
namespace {

// What the reader makes of the bytes, one word a line.
std::string lines_of(std::string_view bytes, std::size_t limit = 10) {
  Pipe pipe;
  std::thread feeder([&] {
    pipe.put(bytes);
    pipe.close_write();
  });
  LineReader reader(pipe.read_end, -1, limit);
  std::string seen;
  for (;;) {
    const Line line = reader.next();
    if (line.status == LineStatus::kEnd) break;
    seen += line.status == LineStatus::kTooLong ? "<too long>" : std::string(line.text);
    seen += '|';
  }
  feeder.join();
  return seen;
}

TEST(LineReader, SplitsAtNewlines) {
  EXPECT_EQ(lines_of("a\nbc\n\nd\n"), "a|bc||d|");
}

TEST(LineReader, DropsACarriageReturnAtTheEnd) {
  EXPECT_EQ(lines_of("a\r\n\r\nb\rc\n"), "a||b\rc|");
}

TEST(LineReader, TakesALastLineWithoutItsEnd) {
  EXPECT_EQ(lines_of("a\nb"), "a|b|");
}

TEST(LineReader, TakesALineOfExactlyTheLimit) {
  EXPECT_EQ(lines_of("0123456789\na\n"), "0123456789|a|");
}

TEST(LineReader, SkipsALineBeyondTheLimitAndGoesOn) {
  EXPECT_EQ(lines_of("0123456789x\nb\n"), "<too long>|b|");
  std::string bytes(100'000, 'x');
  EXPECT_EQ(lines_of(bytes), "<too long>|");
  bytes += "\nb\n";
  EXPECT_EQ(lines_of(bytes), "<too long>|b|");
}

TEST(LineReader, TakesManyLinesInOneRead) {
  std::string bytes;
  std::string wanted;
  for (int i = 0; i < 20'000; ++i) {
    bytes += std::to_string(i) + "\n";
    wanted += std::to_string(i) + "|";
  }
  EXPECT_EQ(lines_of(bytes), wanted);
}

TEST(LineReader, AStopEndsTheWaiting) {
  const Pipe pipe;
  StopEvent stop;
  LineReader reader(pipe.read_end, stop.fd());
  std::thread stopper([&] { stop.set(); });
  EXPECT_EQ(reader.next().status, LineStatus::kStopped);
  stopper.join();
  EXPECT_TRUE(stop.is_set());
}

}  // namespace
}  // namespace jsonrpc
