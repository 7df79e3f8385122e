#include "mcp_gateway/jsonrpc/line_writer.h"

#include <gtest/gtest.h>

#include <csignal>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/mcp_gateway/jsonrpc/pipe.h"

namespace jsonrpc {
namespace {

TEST(LineWriter, LinesOfSeveralThreadsStayWhole) {
  Pipe pipe;
  StopEvent gone;
  const StopEvent give_up;
  LineWriter writer(pipe.write_end, gone, give_up);
  std::vector<std::thread> threads;
  std::string seen;
  std::thread collector([&] { seen = pipe.drain(); });
  for (char name = 'a'; name < 'e'; ++name) {
    threads.emplace_back([&writer, name] {
      for (int i = 0; i < 50; ++i) EXPECT_TRUE(writer.write_line(std::string(10'000, name)));
    });
  }
  for (auto& thread : threads) thread.join();
  pipe.close_write();
  collector.join();

  std::istringstream lines(seen);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_EQ(line.size(), 10'000U);
    EXPECT_EQ(std::set<char>(line.begin(), line.end()).size(), 1U);
  }
  EXPECT_EQ(count, 200U);
}

TEST(LineWriter, AReaderThatWentAwayIsNoticedOnceAndForAll) {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  StopEvent gone;
  const StopEvent give_up;
  LineWriter writer(pipe.write_end, gone, give_up);
  pipe.close_read();
  EXPECT_FALSE(writer.write_line("a"));
  EXPECT_TRUE(gone.is_set());
  EXPECT_FALSE(writer.write_line("b"));
}

TEST(LineWriter, AReaderThatDoesNotReadIsGivenUp) {
  const Pipe pipe;
  StopEvent gone;
  StopEvent give_up;
  LineWriter writer(pipe.write_end, gone, give_up);
  bool is_written = true;
  std::thread stuck([&] { is_written = writer.write_line(std::string(1'000'000, 'x')); });
  give_up.set();
  stuck.join();
  EXPECT_FALSE(is_written);
  EXPECT_TRUE(gone.is_set());
}

}  // namespace
}  // namespace jsonrpc
