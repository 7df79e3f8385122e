// What the SmartAPI client costs, as a plain program: its figures are shares of a core and memory.
//   build/bin/smartapi_bench instruments | stream
//
// instruments  a file of 200,000 rows, made in memory and fed in pieces as the wire does
// stream       1,000 instruments at 5 ticks a second each for ten seconds, SnapQuote packets over a
//              WebSocket from another process: socket, parse, cache, and a reader that asks for
//              every symbol's price each second

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>

#include "execution_broker/clock/real_clock.h"
#include "execution_broker/exchange/smartapi/stream/beast_socket.h"
#include "execution_broker/exchange/smartapi/stream/market_stream.h"
#include "execution_broker/exchange/smartapi/wire/instrument_file.h"
#include "execution_broker/market/smartapi/instrument_selection.h"
#include "execution_broker/market/smartapi/quote_cache.h"
#include "tests/execution_broker/exchange/smartapi/build_packet.h"

namespace {

using namespace broker;

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double thread_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

long peak_kib() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line))
    if (line.rfind("VmHWM:", 0) == 0) return std::stol(line.substr(6));
  return 0;
}

int instruments() {
  constexpr int kRows = 200'000;
  const long before = peak_kib();
  InstrumentSelection selection;
  smartapi::InstrumentFileReader reader([&](const smartapi::InstrumentFileRow& row) { selection.add(row); });
  std::size_t bytes = 0;
  double spent = 0.0;     // on the wall: says little on a busy machine
  double computed = 0.0;  // of the processor
  std::string piece = "[";
  // Ten thousand cash rows, the rest derivatives, as the real file is mixed.
  for (int i = 0; i < kRows; ++i) {
    char row[512];
    const bool is_cash = i % 20 == 0;
    std::snprintf(row, sizeof row,
                  is_cash ? R"({"token":"%d","symbol":"STOCK%d-EQ","name":"STOCK%d","expiry":"","strike":"-1.000000","lotsize":"1","instrumenttype":"","exch_seg":"NSE","tick_size":"5.000000","freeze_qty":"1000000","is_cas_enabled":false})"
                          : R"({"token":"%d","symbol":"STOCK%d27OCT26%dCE","name":"STOCK","expiry":"27OCT2026","strike":"2500000.000000","lotsize":"75","instrumenttype":"OPTSTK","exch_seg":"NFO","tick_size":"5.000000","freeze_qty":"1800","is_cas_enabled":false})",
                  i + 1, i, i);
    piece += row;
    piece += i + 1 < kRows ? "," : "]";
    if (piece.size() >= 16'384 || i + 1 == kRows) {
      bytes += piece.size();
      const auto began = std::chrono::steady_clock::now();
      const double cpu = thread_seconds();
      reader.feed(piece);
      computed += thread_seconds() - cpu;
      spent += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
      piece.clear();
    }
  }
  const auto began = std::chrono::steady_clock::now();
  const double cpu = thread_seconds();
  const auto selected = selection.finish(1);
  computed += thread_seconds() - cpu;
  spent += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (!reader.finish() || !selected || selected->instruments.size() != kRows / 20) {
    std::fprintf(stderr, "the file was not read\n");
    return 1;
  }
  std::printf("instruments: %zu rows, %.1f MB, %zu kept: %.3f s (%.3f s of processor time), peak memory %.1f MiB (%.1f MiB more than before)\n", reader.rows(),
              static_cast<double>(bytes) / 1e6, selected->instruments.size(), spent, computed, static_cast<double>(peak_kib()) / 1024.0,
              static_cast<double>(peak_kib() - before) / 1024.0);
  return 0;
}

constexpr int kInstruments = 1'000;
constexpr int kTicks = 5;
constexpr int kSeconds = 10;

trading::Timestamp market_time(int round) {
  return timestamp_of(trading::TradingDate::from_civil(2026, 11, 23), trading::at(10, 0)) + trading::milliseconds(1'000 / kTicks * round);
}

// The other end, in a process of its own so that its work is not counted: takes one WebSocket and
// sends a packet of every instrument five times a second.
[[noreturn]] void serve(int listener) {
  const int fd = ::accept(listener, nullptr, nullptr);
  std::string request;
  char part[4096];
  while (request.find("\r\n\r\n") == std::string::npos) {
    const ssize_t count = ::recv(fd, part, sizeof part, 0);
    if (count <= 0) ::_exit(1);
    request.append(part, static_cast<std::size_t>(count));
  }
  const auto key = request.find("Sec-WebSocket-Key: ") + 19;
  const std::string accept = request.substr(key, request.find("\r\n", key) - key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char digest[20];
  SHA1(reinterpret_cast<const unsigned char*>(accept.data()), accept.size(), digest);
  unsigned char text[40] = "";
  EVP_EncodeBlock(text, digest, 20);
  const std::string answer = std::string("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ") + reinterpret_cast<const char*>(text) + "\r\n\r\n";
  (void)::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
  std::vector<std::string> frames;
  for (int i = 0; i < kInstruments; ++i) {
    smartapi::PacketFields fields;
    fields.mode = 3;
    fields.token = std::to_string(10'000 + i);
    smartapi::give_book(fields, 5);
    const std::string packet = smartapi::build_packet(fields);
    frames.push_back(std::string("\x82\x7e", 2) + static_cast<char>(packet.size() >> 8) + static_cast<char>(packet.size() & 255) + packet);
  }
  std::int64_t sequence = 0;
  const auto began = std::chrono::steady_clock::now();
  for (int round = 0; round < kSeconds * kTicks; ++round) {
    for (std::string& frame : frames) {
      const std::int64_t time_ms = market_time(round).us / 1'000'000 * 1'000;
      const std::int64_t volume = 1'000'000 + ++sequence;
      std::memcpy(frame.data() + 4 + 27, &sequence, 8);
      std::memcpy(frame.data() + 4 + 35, &time_ms, 8);
      std::memcpy(frame.data() + 4 + 67, &volume, 8);
      // A packet a write, as they come over a real line.
      if (::send(fd, frame.data(), frame.size(), MSG_NOSIGNAL) < 0) ::_exit(1);
    }
    std::this_thread::sleep_until(began + std::chrono::milliseconds(1'000 / kTicks * (round + 1)));
  }
  ::_exit(0);
}

int stream() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener, 1) != 0) return 1;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  const pid_t server = ::fork();
  if (server == 0) serve(listener);
  std::vector<trading::Instrument> list;
  std::set<smartapi::StreamToken> tokens;
  for (int i = 0; i < kInstruments; ++i) {
    trading::Instrument one;
    one.symbol = "STOCK" + std::to_string(i);
    one.trading_symbol = one.symbol + "-EQ";
    one.token = std::to_string(10'000 + i);
    tokens.insert({smartapi::ExchangeType::kNseCash, one.token});
    list.push_back(one);
  }
  const InstrumentMaster master(list);
  QuoteCache cache(master, trading::ExchangeCalendar::nse(), nullptr);
  RealClock clock;
  auto socket = smartapi::make_beast_socket();
  smartapi::MarketStreamSetup setup{*socket, clock, "ws://127.0.0.1:" + std::to_string(ntohs(address.sin_port)), smartapi::StreamMode::kSnapQuote, {}, {}, {}, {}, {}};
  setup.credentials = []() -> trading::Result<smartapi::StreamCredentials> { return smartapi::StreamCredentials{Secret("a"), Secret("b"), Secret("c"), Secret("d")}; };
  std::int64_t packets = 0;
  trading::Timestamp newest = market_time(0);
  setup.on_packet = [&](const smartapi::MarketPacket& packet) {
    ++packets;
    newest = packet.exchange_time;
    cache.on_packet(packet, packet.exchange_time);
  };
  smartapi::MarketStream market(std::move(setup));
  market.want(tokens);
  const double cpu = cpu_seconds();
  const auto began = std::chrono::steady_clock::now();
  std::int64_t read = 0;
  auto next_read = began;
  while (packets < std::int64_t{kInstruments} * kTicks * kSeconds && std::chrono::steady_clock::now() < began + std::chrono::seconds(3 * kSeconds)) {
    market.step(50'000);
    if (std::chrono::steady_clock::now() < next_read) continue;
    next_read += std::chrono::seconds(1);
    for (const trading::Instrument& one : master.all())
      if (cache.quote(one.symbol, newest)) ++read;
  }
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const double used = cpu_seconds() - cpu;
  ::waitpid(server, nullptr, 0);
  std::printf("stream: %lld packets over a WebSocket in %.1f s, %lld prices read: %.2f s of processor time, %.1f %% of one core\n",
              static_cast<long long>(packets), wall, static_cast<long long>(read), used, 100.0 * used / wall);
  return packets == std::int64_t{kInstruments} * kTicks * kSeconds ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc == 2 ? argv[1] : "";
  if (what == "instruments") return instruments();
  if (what == "stream") return stream();
  std::fprintf(stderr, "usage: smartapi_bench instruments | stream\n");
  return 2;
}
