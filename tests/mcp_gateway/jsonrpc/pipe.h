#pragma once

// A pipe whose two ends close themselves.

#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>

class Pipe {
 public:
  Pipe() {
    int ends[2];
    if (::pipe(ends) != 0) std::abort();
    read_end = ends[0];
    write_end = ends[1];
  }
  ~Pipe() {
    close_read();
    close_write();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  void close_read() { close_end(read_end); }
  void close_write() { close_end(write_end); }

  bool put(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = ::write(write_end, bytes.data(), bytes.size());
      if (written <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }

  // Everything up to the end of input.
  [[nodiscard]] std::string drain() const {
    std::string all;
    char block[4096];
    for (ssize_t got = 0; (got = ::read(read_end, block, sizeof block)) > 0;) {
      all.append(block, static_cast<std::size_t>(got));
    }
    return all;
  }

  int read_end = -1;
  int write_end = -1;

 private:
  static void close_end(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
};
