#pragma once

// A TCP server on loopback for what only a real socket shows: each connection's bytes are taken and
// answered by the test's script, a request at a time.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace broker::smartapi {

class SmallServer {
 public:
  // What to send for the n-th request (from 0); an empty answer closes the connection. `is_last`
  // closes it behind the answer.
  struct Answer {
    std::string bytes;
    bool is_last = true;
    int stall_ms = 0;  // before answering
  };
  explicit SmallServer(std::function<Answer(int, const std::string&)> answer) : answer_(std::move(answer)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    sockaddr generic{};
    std::memcpy(&generic, &address, sizeof generic);
    if (::bind(listener_, &generic, size) != 0 || ::listen(listener_, 16) != 0) std::abort();
    ::getsockname(listener_, &generic, &size);
    std::memcpy(&address, &generic, sizeof address);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~SmallServer() {
    is_stopping_ = true;
    thread_.join();
    ::close(listener_);
  }
  SmallServer(const SmallServer&) = delete;
  SmallServer& operator=(const SmallServer&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::string https_url() const { return "https://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  static bool is_readable(int fd) {
    pollfd wait{fd, POLLIN, 0};
    return ::poll(&wait, 1, 20) > 0;
  }
  void serve() {
    while (!is_stopping_) {
      if (!is_readable(listener_)) continue;
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      ++connections_;
      serving_.emplace_back([this, fd] {
        serve_connection(fd);
        ::close(fd);
      });
    }
    for (std::thread& one : serving_) one.join();
  }
  void serve_connection(int fd) {
    std::string bytes;
    while (!is_stopping_) {
      if (!is_readable(fd)) continue;
      char part[4096];
      const ssize_t count = ::recv(fd, part, sizeof part, 0);
      if (count <= 0) return;
      bytes.append(part, static_cast<std::size_t>(count));
      const auto head = bytes.find("\r\n\r\n");
      if (head == std::string::npos) continue;
      const auto length = bytes.find("Content-Length: ");
      const std::size_t body = length != std::string::npos && length < head ? static_cast<std::size_t>(std::stoul(bytes.substr(length + 16))) : 0;
      if (bytes.size() < head + 4 + body) continue;
      int number = 0;
      {
        const std::lock_guard lock(mutex_);
        number = static_cast<int>(requests_.size());
        requests_.push_back(bytes);
      }
      const Answer answer = answer_(number, bytes);
      bytes.clear();
      for (int waited = 0; waited < answer.stall_ms && !is_stopping_; waited += 10) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      if (answer.bytes.empty()) return;
      (void)::send(fd, answer.bytes.data(), answer.bytes.size(), MSG_NOSIGNAL);
      if (answer.is_last) return;
    }
  }

  std::function<Answer(int, const std::string&)> answer_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::atomic<bool> is_stopping_{false};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;  // guarded by mutex_
  std::vector<std::thread> serving_;   // of thread_
  std::thread thread_;
};

inline std::string http_answer(int status, std::string_view body, std::string_view headers = "") {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

}  // namespace broker::smartapi
