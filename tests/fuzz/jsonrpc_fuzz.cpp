// The gateway's first contact with bytes: a descriptor -> lines -> JSON -> message.
// Input: one byte that chooses the longest line, then the bytes of standard input.

#include <sys/mman.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mcp_gateway/jsonrpc/line_reader.h"
#include "mcp_gateway/jsonrpc/message.h"
#include "mcp_gateway/jsonrpc/parse.h"
#include "tests/fuzz/fuzz.h"

namespace {

struct Expected {
  jsonrpc::LineStatus status;
  std::string text;
};

// The reader's contract, the slow way.
std::vector<Expected> lines_of(std::string_view bytes, std::size_t max_line_bytes) {
  std::vector<Expected> lines;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    if (line.size() > max_line_bytes) {
      lines.push_back({jsonrpc::LineStatus::kTooLong, ""});
      continue;
    }
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    lines.push_back({jsonrpc::LineStatus::kLine, std::string(line)});
  }
  return lines;
}

int memory_file() {
  static const int fd = ::memfd_create("fuzz", MFD_CLOEXEC);
  FUZZ_EXPECT(fd >= 0, "memfd_create");
  return fd;
}

void check_message(std::string_view text) {
  nlohmann::json value;
  const auto error = jsonrpc::parse_text(text, value);
  if (error) {
    FUZZ_EXPECT(!error->detail.empty(), "an error says what is wrong");
    return;
  }
  const std::string written = jsonrpc::to_text(value);
  FUZZ_EXPECT(written.find('\n') == std::string::npos, "one line stays one line");

  const jsonrpc::Message message = jsonrpc::read_message(std::move(value));
  switch (message.kind) {
    case jsonrpc::MessageKind::kRequest:
      FUZZ_EXPECT(message.id.has_value(), "a request has an id");
      if (kBugIsPlanted)
        FUZZ_EXPECT(!std::holds_alternative<std::int64_t>(*message.id) ||
                        std::get<std::int64_t>(*message.id) <= 1000,
                    "planted: an id above 1000");
      break;
    case jsonrpc::MessageKind::kNotification:
      FUZZ_EXPECT(!message.id.has_value(), "a notification has no id");
      break;
    case jsonrpc::MessageKind::kResponse:
      break;
    case jsonrpc::MessageKind::kInvalid:
      FUZZ_EXPECT(!message.problem.empty(), "an invalid message says why");
      break;
  }

  // What goes out must be readable by the same strict parser, whatever came in.
  const std::string reply =
      jsonrpc::error_line(message.id, jsonrpc::kInvalidRequest, jsonrpc::clipped(message.method));
  FUZZ_EXPECT(reply.find('\n') == std::string::npos, "a reply is one line");
  nlohmann::json read_back;
  FUZZ_EXPECT(!jsonrpc::parse_text(reply, read_back), "a reply is strict JSON");
  if (message.id) {
    const auto id = jsonrpc::read_id(read_back.at("id"));
    FUZZ_EXPECT(id == message.id, "the id is echoed with its type");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::size_t max_line_bytes = std::size_t{fuzz::take_byte(data, size)} * 64 + 1;
  const std::string_view bytes = fuzz::text_of(data, size);

  const int fd = memory_file();
  FUZZ_EXPECT(::ftruncate(fd, 0) == 0 && ::lseek(fd, 0, SEEK_SET) == 0, "an empty file");
  FUZZ_EXPECT(::write(fd, data, size) == static_cast<ssize_t>(size), "write");
  FUZZ_EXPECT(::lseek(fd, 0, SEEK_SET) == 0, "rewind");

  jsonrpc::LineReader reader(fd, -1, max_line_bytes);
  for (const Expected& expected : lines_of(bytes, max_line_bytes)) {
    const jsonrpc::Line line = reader.next();
    FUZZ_EXPECT(line.status == expected.status, "a line has the status that its length gives");
    if (line.status != jsonrpc::LineStatus::kLine) continue;
    FUZZ_EXPECT(line.text == expected.text, "a line is what stood between two ends");
    check_message(line.text);
  }
  FUZZ_EXPECT(reader.next().status == jsonrpc::LineStatus::kEnd, "then input ends");
  return 0;
}
